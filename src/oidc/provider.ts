/**
 * Our configuration of oidc-provider, the certified OpenID provider that clients talk to.
 *
 * Its interaction points at our sign-in, and our session is the truth: its own session cookie is worth nothing without
 * ours (DESIGN §5). Every address it names is pinned to the configured issuer where requests are handed to it. Its own
 * pages are replaced, because they need inline script or foreign fonts.
 */
import {
  type Configuration,
  errors,
  interactionPolicy,
  type JWK,
  type KoaContextWithOIDC,
  Provider,
} from 'oidc-provider';
import type { ClientDocument } from '../configuration/client-document.ts';
import type { Vault } from '../crypto.ts';
import type { Log } from '../events/log.ts';
import type { Environment, Session } from '../model.ts';
import { type BrowserSessions, OIDC_SESSION_COOKIE } from '../sign-in/session.ts';
import { DatabaseUnavailable } from '../store/database.ts';
import { SESSION_LIFE } from '../store/sessions.ts';
import type { Store } from '../store/store.ts';
import type { Cookies } from '../web/cookies.ts';
import { createAdapterFactory } from './adapter.ts';
import { claimsAskedFor, claimsByScope, releasedClaims } from './claims.ts';
import { clientMetadata, ownClientMembers } from './clients.ts';
import { withServiceTokens } from './service-token-adapter.ts';
import { createSessionTie } from './session-tie.ts';
import { subjectFor, tellSubject } from './subjects.ts';

export interface OidcDependencies {
  readonly publicUrl: URL;
  readonly environment: Environment;
  readonly store: Store;
  readonly vault: Vault;
  readonly log: Log;
  readonly cookies: Cookies;
  readonly sessions: BrowserSessions;
  readonly findClient: (clientId: string) => Promise<ClientDocument | null>;
  /** Whether somebody who is signed in in this way may be let through to this client, at this address of it. */
  readonly admits: (session: Session, clientId: string, redirectUri: string) => Promise<boolean>;
  /** Answers in place of the library's error page. */
  readonly renderError: (ctx: KoaContextWithOIDC, oauthError: string, cause: Error) => Promise<void>;
}

export const routes = {
  authorization: '/oauth2/authorize',
  token: '/oauth2/token',
  userinfo: '/oauth2/userinfo',
  jwks: '/oauth2/jwks',
  end_session: '/oauth2/logout',
} as const;

const MINUTE = 60;
const HOUR = 60 * MINUTE;

export function createOidcProvider(dependencies: OidcDependencies, jwks: { keys: JWK[] }): Provider {
  const { publicUrl, environment, store, log } = dependencies;
  const tieToSession = createSessionTie(dependencies);
  const provider = new Provider(publicUrl.origin, {
    adapter: withServiceTokens(
      createAdapterFactory(
        store.oidcRecords,
        async (clientId) => {
          const client = await dependencies.findClient(clientId);
          return client === null ? undefined : clientMetadata(client);
        },
        environment,
      ),
      dependencies,
    ),
    jwks,
    routes,
    cookies: cookieOptions(dependencies),
    interactions: {
      policy: policy(dependencies),
      url: (_ctx, interaction) => `/oauth2/interaction/${interaction.uid}`,
    },
    findAccount: (ctx, accountId, token) => findAccount(dependencies, ctx, accountId, token),
    loadExistingGrant,
    claims: Object.fromEntries(Object.entries(claimsByScope).map(([scope, claims]) => [scope, [...claims]])),
    scopes: Object.keys(claimsByScope),
    extraParams: ['idp_hint'],
    extraClientMetadata: { properties: [...ownClientMembers] },
    responseTypes: ['code'],
    // After a merge two clients may know one person by two of them (DESIGN §6.5), so no client should take another's.
    subjectTypes: ['pairwise'],
    sectorIdentifierUriValidate: () => false,
    // Told at the token endpoint; a request that only compares a hint tells the client of nobody.
    pairwiseIdentifier: (ctx, accountId, { clientId }) =>
      ctx.oidc.route === 'token'
        ? tellSubject(dependencies, clientId, accountId)
        : subjectFor(store, clientId, accountId),
    // RFC 9700 §2.1.1: a public client must; for the others Open edX's backends decide, which do not know it.
    pkce: { required: (_ctx, client) => client.clientAuthMethod === 'none' },
    // OpenID Connect Core §3.1.2.1: required. Left out, the library would take the only registered one.
    allowOmittingSingleRegisteredRedirectUri: false,
    // Asked for each code just before it is stored; it dies with the session, whatever it is for (H-05).
    async expiresWithSession(ctx, code) {
      if (code instanceof provider.AuthorizationCode) await tieToSession(ctx, code);
      return true;
    },
    discovery: { backchannel_logout_supported: true, backchannel_logout_session_supported: true },
    enabledJWA: { idTokenSigningAlgValues: ['RS256', 'ES256'] },
    clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'none'],
    ttl: {
      AuthorizationCode: MINUTE,
      AccessToken: HOUR,
      IdToken: HOUR,
      Interaction: HOUR,
      Session: SESSION_LIFE / 1000,
      Grant: SESSION_LIFE / 1000,
    },
    features: {
      devInteractions: { enabled: false },
      dPoP: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      resourceIndicators: { enabled: false },
      rpInitiatedLogout: { enabled: true, logoutSource: leaveToUs, postLogoutSuccessSource: goToOurs },
    },
    // The signatures of legacy clients need `kid`; clock differences between campus servers are real.
    clockTolerance: 5,
    renderError: (ctx, out, cause) => dependencies.renderError(ctx, out.error, cause),
  } satisfies Configuration);

  // Where requests are handed over, the forwarded fields are set from the issuer and from nothing else.
  provider.proxy = true;
  provider.on('server_error', (ctx, error) => {
    log.error({ event: 'oidc.server_error' }, error);
    if (!(error instanceof DatabaseUnavailable)) return;
    // The library knows 500 only; a client, a browser and a proxy may try again when the database is back (V-22).
    ctx.status = 503;
    ctx.set('Retry-After', '5');
  });
  provider.on('grant.error', (ctx, error) => {
    log.warn({ event: 'oidc.grant_refused', code: error.message, clientId: ctx.oidc?.client?.clientId ?? null });
  });
  return provider;
}

/** The log-out page is written after the library has checked the request; see `oidc/logout.ts` for what it becomes. */
function leaveToUs(ctx: KoaContextWithOIDC): void {
  ctx.body = '';
}

/** The library's page after signing out; ours says the same. */
function goToOurs(ctx: KoaContextWithOIDC): void {
  ctx.status = 303;
  ctx.redirect('/sign-out');
}

function cookieOptions({ cookies, publicUrl }: OidcDependencies): NonNullable<Configuration['cookies']> {
  const secure = publicUrl.protocol === 'https:';
  // `__Host-` demands Path=/. These two are bound to the path of their request instead, so that several tabs work:
  // `__Secure-` is the strongest prefix that leaves them that.
  const prefix = secure ? '__Secure-' : '';
  return {
    names: {
      session: cookies.name(OIDC_SESSION_COOKIE),
      interaction: `${prefix}llavero-interaction`,
      resume: `${prefix}llavero-resume`,
    },
    // Not signed: each value is random, stored as a hash, and found or not.
    long: { httpOnly: true, sameSite: 'lax', secure, path: '/', signed: false },
    short: { httpOnly: true, sameSite: 'lax', secure, signed: false },
  };
}

/**
 * Adds three checks: whoever oidc-provider remembers must be signed in here, now, as the same user; by a provider that this
 * client allows, or its limits would hold only for who is not signed in yet; and a hint of a person is compared again
 * after signing in, which the library does only before.
 */
function policy({ store, sessions, admits }: OidcDependencies): interactionPolicy.DefaultPolicy {
  const { Check, base } = interactionPolicy;
  const prompts = base();
  const login = prompts.get('login');
  if (login === undefined) throw new Error('oidc-provider has no login prompt');
  login.checks.add(
    new Check('signed_out', 'End-User is not signed in', 'login_required', async (ctx) => {
      const session = await sessions.find(ctx.get('Cookie') || null);
      const same = session !== null && session.userId === ctx.oidc.session?.accountId;
      return same ? Check.NO_NEED_TO_PROMPT : Check.REQUEST_PROMPT;
    }),
  );
  login.checks.add(
    new Check('provider_not_allowed', 'End-User is signed in by another provider', 'login_required', async (ctx) => {
      const session = await sessions.find(ctx.get('Cookie') || null);
      const { client, params } = ctx.oidc;
      // Without a session somebody is asked to sign in anyway.
      if (session === null || client === undefined) return Check.NO_NEED_TO_PROMPT;
      const isAdmitted = await admits(session, client.clientId, String(params?.redirect_uri));
      return isAdmitted ? Check.NO_NEED_TO_PROMPT : Check.REQUEST_PROMPT;
    }),
  );
  login.checks.add(
    new Check('hinted_person', 'the person of id_token_hint is not signed in', 'login_required', async (ctx) => {
      if (await isHintedPerson(store, ctx)) return Check.NO_NEED_TO_PROMPT;
      // OpenID Connect Core §3.1.2.1: an error for the client. Asking again and again would help nobody.
      if (ctx.oidc.result?.login !== undefined) throw new errors.LoginRequired('somebody else signed in');
      return Check.REQUEST_PROMPT;
    }),
  );
  return prompts;
}

async function isHintedPerson(store: Store, ctx: KoaContextWithOIDC): Promise<boolean> {
  const { params, client, session, provider } = ctx.oidc;
  const hint = params?.id_token_hint;
  if (typeof hint !== 'string' || client === undefined) return true;
  const { payload } = await provider.IdToken.validate(hint, client);
  if (session?.accountId === undefined) return false;
  return payload.sub === (await subjectFor(store, client.clientId, session.accountId));
}

async function findAccount(
  { store }: OidcDependencies,
  ctx: KoaContextWithOIDC,
  accountId: string,
  token: object | undefined,
) {
  // A code or a token of a session that has ended since, wherever that was done, is worth nothing (H-05, H-06): otherwise
  // a client that was just told of the end could go on with a code that was on its way.
  const sid = token !== undefined && 'sid' in token ? token.sid : undefined;
  if (typeof sid === 'string' && !(await store.sessions.isAlive(sid))) return undefined;
  const found = await store.accounts.findUser(accountId);
  if (found === null || (found.user.state !== 'active' && found.user.state !== 'temporary')) return undefined;
  return {
    accountId,
    async claims(_use: string, scope: string) {
      const released = releasedTo(ctx);
      const asked = claimsAskedFor(scope, released);
      // Opened only for who asks for it: the CURP of nobody else is read on the way.
      const curp = asked.includes('curp') ? await store.accounts.findIdentifier(accountId, 'curp') : null;
      const asksForVerification = asked.some((claim) => claim.startsWith('identity_verified'));
      const identities = asksForVerification ? await store.accounts.identitiesOf(accountId) : null;
      return releasedClaims(found.user, found.emails, { curp, identities }, released);
    },
  };
}

function releasedTo(ctx: KoaContextWithOIDC): readonly string[] {
  const released = ctx.oidc.client?.released_claims;
  return Array.isArray(released) ? released : [];
}

/** A client for which the operator said so is granted what it asks for, as far as it may ask; others ask the person. */
async function loadExistingGrant(ctx: KoaContextWithOIDC) {
  const { client, session, provider, result } = ctx.oidc;
  if (client === undefined || session === undefined) return undefined;
  const grantId = result?.consent?.grantId ?? session.grantIdFor(client.clientId);
  const existing = grantId === undefined ? undefined : await provider.Grant.find(grantId);
  if (client.skip_authorization !== true || session.accountId === undefined) return existing;
  const grant = existing ?? new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
  const asked = [...ctx.oidc.requestParamOIDCScopes].join(' ');
  if (grant.getOIDCScopeFiltered(ctx.oidc.requestParamOIDCScopes) !== asked) {
    grant.addOIDCScope(asked);
    await grant.save();
  }
  return grant;
}
