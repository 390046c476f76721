/**
 * RP-initiated log-out (OpenID Connect RP-Initiated Logout 1.0), after oidc-provider has checked the request.
 *
 * A valid `id_token_hint` of the person who is signed in ends the session at once; anything else asks first, so that a
 * link from elsewhere signs nobody out. Only an address that the library found registered for the client is gone
 * to afterwards, and only where a hint proved the client or the person agreed.
 */
import type { KoaContextWithOIDC, Provider } from 'oidc-provider';
import { SignInError } from '../errors.ts';
import type { Session } from '../model.ts';
import type { FrontChannel, LeftToBrowser } from '../sign-in/front-channel.ts';
import type { BrowserSessions } from '../sign-in/session.ts';
import { isFromOurPage } from '../web/middleware.ts';
import type { OidcPages } from './pages.ts';
import type { Subjects } from './subjects.ts';

export interface LogoutDependencies {
  readonly subjects: Subjects;
  readonly sessions: BrowserSessions;
  readonly pages: OidcPages;
  readonly publicUrl: URL;
  readonly frontChannel: FrontChannel;
}

/** What oidc-provider keeps in its session between the request and the confirmation. */
interface LogoutState {
  readonly secret: string;
  readonly state?: string;
  readonly postLogoutRedirectUri?: string;
}

const ASK = 'end_session';
const CONFIRMED = 'end_session_confirm';
const CONFIRM_PATH = '/oauth2/logout/confirm';
/** Every spelling that the library's router takes for that address. */
const CONFIRMS = /^\/oauth2\/logout\/confirm\/?$/i;
const SIGNED_OUT = '/sign-out';
const STILL_SIGNED_IN = '/account';

export function mountLogout(provider: Provider, dependencies: LogoutDependencies): void {
  const { subjects, sessions, pages, publicUrl, frontChannel } = dependencies;
  provider.use(async (ctx: KoaContextWithOIDC, next) => {
    // The library looks at the form's token only (I-04).
    if (CONFIRMS.test(ctx.path) && !isFromOurPage(publicUrl, (name) => ctx.get(name) || undefined)) {
      return pages.error(ctx, 'access_denied', new SignInError('cross_site_request', 'a form came from another site'));
    }
    await next();
    if (ctx.oidc?.route === ASK && ctx.status === 200) return logOutOrAsk(ctx);
    if (ctx.oidc?.route === CONFIRMED && ctx.status === 303) return answered(ctx);
  });

  async function logOutOrAsk(ctx: KoaContextWithOIDC): Promise<void> {
    const ours = await sessions.find(ctx.get('Cookie') || null);
    const { session } = ctx.oidc;
    if (session === undefined) throw new Error('oidc-provider answers a log-out without a session');
    const { secret, state, postLogoutRedirectUri } = session.state as unknown as LogoutState;
    const backTo = postLogoutRedirectUri === undefined ? null : withState(postLogoutRedirectUri, state);
    const isHinted = ctx.oidc.entities.IdTokenHint !== undefined;
    if (ours !== null && !(await isHintedPerson(ctx, ours))) {
      return pages.askLogout(ctx, { action: CONFIRM_PATH, fields: { xsrf: secret } }, backTo);
    }
    await session.destroy();
    const left = await endOurs(ctx);
    if (left !== null) return pages.signingOut(ctx, left, backTo ?? SIGNED_OUT);
    // Without a hint anybody may have named the client: RP-Initiated Logout §3 lets nobody be sent there unasked.
    if (backTo !== null && !isHinted) return pages.signedOut(ctx, backTo);
    ctx.body = null;
    ctx.status = 303;
    ctx.redirect(backTo ?? SIGNED_OUT);
  }

  /** The hint speaks of whoever is signed in, by the `sub` that its client knows. */
  async function isHintedPerson({ oidc: { client, entities } }: KoaContextWithOIDC, ours: Session): Promise<boolean> {
    const hint = entities.IdTokenHint;
    if (hint === undefined || client === undefined) return false;
    return hint.payload.sub === (await subjects.of(client.clientId, ours.userId));
  }

  async function answered(ctx: KoaContextWithOIDC): Promise<void> {
    const yes = confirmed(ctx);
    const left = yes ? await endOurs(ctx) : null;
    // Without an address of the client's the library would go on to a page of its own.
    const isLibrarys = ctx.response.get('Location') === ctx.oidc.urlFor('end_session_success');
    if (left !== null) {
      const backTo = isLibrarys ? SIGNED_OUT : ctx.response.get('Location');
      ctx.remove('Location');
      return pages.signingOut(ctx, left, backTo);
    }
    if (isLibrarys) ctx.redirect(yes ? SIGNED_OUT : STILL_SIGNED_IN);
  }

  async function endOurs(ctx: KoaContextWithOIDC): Promise<LeftToBrowser | null> {
    const signedOut = await sessions.end(ctx.get('Cookie') || null, pages.reference());
    // Replaces what the library set: its session cookie must not outlive the session.
    ctx.set('Set-Cookie', [...signedOut.setCookies]);
    return frontChannel(signedOut, pages.locale(ctx));
  }
}

/** Only the yes button of the page carries it; without it the library has kept the session, and so do we. */
function confirmed(ctx: KoaContextWithOIDC): boolean {
  return ctx.oidc.params?.logout === 'yes';
}

function withState(address: string, state: string | undefined): string {
  const url = new URL(address);
  if (state !== undefined) url.searchParams.set('state', state);
  return url.href;
}
