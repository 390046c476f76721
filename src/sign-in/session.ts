/**
 * The signed-in browser: from its cookie to the session and back, and how a session ends.
 *
 * The cookie holds a secret; the store holds its hash. A new sign-in always has a new secret (H-01), and one that was
 * invented or has expired is never taken over (H-02).
 */
import type { Vault } from '../crypto.ts';
import { SignInError } from '../errors.ts';
import type { Log } from '../events/log.ts';
import type { Environment, JsonObject, Session, UpstreamSession } from '../model.ts';
import type { EnabledProvider, ProviderContext } from '../providers/provider.ts';
import type { NotedClient } from '../store/session-clients.ts';
import type { Store } from '../store/store.ts';
import { type Cookies, readCookies } from '../web/cookies.ts';
import { looseAuditEvent, sessionHash } from './commit.ts';

const SESSION_COOKIE = 'session';
/** The cookie of oidc-provider's own session, which is worth nothing without ours and is dropped together with it. */
export const OIDC_SESSION_COOKIE = 'oidc-session';

/** Signing out waits this long for the provider, and then goes on without it. */
const UPSTREAM_PATIENCE_MS = 1000;

const nobodyToTell = { clients: [], unconfirmedProvider: null } as const;

export interface SessionDependencies {
  readonly environment: Environment;
  readonly store: Store;
  readonly vault: Vault;
  readonly cookies: Cookies;
  readonly log: Log;
  readonly findProvider: (slug: string) => Promise<EnabledProvider | null>;
  readonly providerContext: () => Promise<ProviderContext>;
  readonly delay: (milliseconds: number) => Promise<void>;
  /** Called when a session has ended: there may be clients to tell. */
  readonly wakeClientEvents: () => void;
}

/** What signing out has come to, and what the browser still has to do. */
export interface SignedOut {
  /** The `Set-Cookie` fields that forget the session. */
  readonly setCookies: readonly string[];
  /** Who got tokens in it; none where there was none to end. */
  readonly clients: readonly NotedClient[];
  /** The provider that did not say in our time that its session has ended; null where none had to. */
  readonly unconfirmedProvider: string | null;
}

export interface BrowserSessions {
  /** Whoever is signed in, by the request's `Cookie` field; null when nobody is. */
  find(cookieHeader: string | null): Promise<Session | null>;
  /** The `Set-Cookie` fields that sign this browser in; whoever was signed in before is signed out. */
  establish(cookieHeader: string | null, sessionToken: string, reference: string): Promise<string[]>;
  /**
   * Ends a session at its provider, waited for only a little: a provider that keeps silent is left behind. False when it did not
   * say that it has ended.
   */
  endAtProvider(userId: string, upstream: UpstreamSession, reference: string): Promise<boolean>;
  /** Ends the session here and at the provider. */
  end(cookieHeader: string | null, reference: string): Promise<SignedOut>;
}

/** For what answers no browser: nobody is signed in, and there is nothing to end. */
export const noBrowser: BrowserSessions = {
  find: async () => null,
  establish: async () => [],
  endAtProvider: async () => true,
  end: async () => ({ setCookies: [], clients: [], unconfirmedProvider: null }),
};

export function createBrowserSessions(dependencies: SessionDependencies): BrowserSessions {
  const { environment, store, vault, cookies, log } = dependencies;
  const cookie = (header: string | null, name: string) => readCookies(header).get(cookies.name(name)) ?? null;

  async function endUpstream(userId: string, upstream: UpstreamSession, reference: string): Promise<boolean> {
    if (environment.now() >= upstream.expiresAt) return true;
    try {
      const found = await dependencies.findProvider(upstream.provider);
      if (found?.provider.kind !== 'redirect') return true;
      await found.provider.endSession?.(upstream, await dependencies.providerContext());
      return true;
    } catch (error) {
      // A provider that cannot be told must never keep anybody signed in here (llave-mx.md §7).
      const code = error instanceof SignInError ? error.code : 'internal_error';
      log.warn({
        event: 'upstream_sign_out.failed',
        code,
        provider: upstream.provider,
        userId,
        reference,
      });
      return false;
    }
  }

  /** Begun in any case, waited for only a little: a silent provider must not keep the person waiting. */
  function endAtProvider(userId: string, upstream: UpstreamSession, reference: string): Promise<boolean> {
    const outOfPatience = dependencies.delay(UPSTREAM_PATIENCE_MS).then(() => false);
    return Promise.race([endUpstream(userId, upstream, reference), outOfPatience]);
  }

  async function endSession(sessionToken: string, reference: string): Promise<Omit<SignedOut, 'setCookies'>> {
    const ended = await store.sessions.end(sessionHash(vault, sessionToken), environment.now());
    if (ended === null) return nobodyToTell;
    dependencies.wakeClientEvents();
    const { session, clients, upstream } = ended;
    await recordEnd(session, reference, {});
    const confirmed = upstream === null || (await endAtProvider(session.userId, upstream, reference));
    return { clients, unconfirmedProvider: confirmed ? null : upstream.provider };
  }

  /**
   * The session is over by now, and no second request would find it: what is left to do for the person is done even when
   * this cannot be written down; the log has it.
   */
  async function recordEnd({ userId, provider }: Session, reference: string, detail: JsonObject): Promise<void> {
    const event = looseAuditEvent(environment, {
      type: 'session.ended',
      code: null,
      userId,
      provider,
      reference,
      detail,
    });
    await store.audit.record(event).catch((error: unknown) => {
      log.error({ event: 'audit.failed', userId, provider, reference }, error);
    });
  }

  return {
    async find(cookieHeader) {
      const token = cookie(cookieHeader, SESSION_COOKIE);
      return token === null ? null : store.sessions.use(sessionHash(vault, token), environment.now());
    },

    async establish(cookieHeader, sessionToken, reference) {
      const before = cookie(cookieHeader, SESSION_COOKIE);
      if (before !== null && before !== sessionToken) {
        // A replay (C-04) of a sign-in whose session has ended must not end the one that came after it.
        const live = await store.sessions.use(sessionHash(vault, sessionToken), environment.now());
        if (live === null) return [];
        const replaced = await endReplaced(before, live, reference);
        // Another person takes over: what clients were given for the first dies with that session (H-05, H-10).
        if (replaced !== null && replaced.userId !== live.userId) await forgetOidcSession(cookieHeader);
      }
      // Until the browser is closed: many of these computers are shared.
      return [cookies.set(SESSION_COOKIE, sessionToken, null), cookies.clear(OIDC_SESSION_COOKIE)];
    },

    endAtProvider,

    async end(cookieHeader, reference) {
      const token = cookie(cookieHeader, SESSION_COOKIE);
      await forgetOidcSession(cookieHeader);
      const told = token === null ? nobodyToTell : await endSession(token, reference);
      return { setCookies: [cookies.clear(SESSION_COOKIE), cookies.clear(OIDC_SESSION_COOKIE)], ...told };
    },
  };

  async function forgetOidcSession(cookieHeader: string | null): Promise<void> {
    const oidcSession = cookie(cookieHeader, OIDC_SESSION_COOKIE);
    if (oidcSession !== null) await store.oidcRecords.delete('Session', oidcSession);
  }

  /** The browser's earlier session ends here, but not at the provider: there it may be the very one just used again. */
  async function endReplaced(before: string, live: Session, reference: string): Promise<Session | null> {
    const replaced = await store.sessions.replace(sessionHash(vault, before), live, environment.now());
    if (replaced === null) return null;
    dependencies.wakeClientEvents();
    await recordEnd(replaced, reference, { reason: 'replaced-by-a-new-sign-in' });
    return replaced;
  }
}
