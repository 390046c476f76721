/**
 * RP-initiated log-out (OpenID Connect RP-Initiated Logout 1.0), after oidc-provider has checked the request.
 *
 * A valid `id_token_hint` of the person who is signed in ends the session at once; anything else asks first, so that a
 * link from elsewhere signs nobody out. Only an address that the library found registered for the client is gone
 * to afterwards, and only where a hint proved the client or the person agreed.
 */
import type { KoaContextWithOIDC, Provider } from 'oidc-provider';
import type { BrowserSessions } from '../sign-in/session.ts';
import type { OidcPages } from './pages.ts';

export interface LogoutDependencies {
  readonly sessions: BrowserSessions;
  /** The page that asks; its form is sent to `action` with `fields`. */
  readonly askPage: OidcPages['askLogout'];
  /** The page for somebody who is signed out already; `backTo` is the client's address, for the person to choose. */
  readonly signedOutPage: OidcPages['signedOut'];
  readonly reference: () => string;
}

/** What oidc-provider keeps in its session between the request and the confirmation. */
interface LogoutState {
  readonly secret: string;
  readonly state?: string;
  readonly postLogoutRedirectUri?: string;
}

const ASK = 'end_session';
const CONFIRMED = 'end_session_confirm';
const SIGNED_OUT = '/sign-out';
const STILL_SIGNED_IN = '/account';

export function mountLogout(
  provider: Provider,
  { sessions, askPage, signedOutPage, reference }: LogoutDependencies,
): void {
  provider.use(async (ctx: KoaContextWithOIDC, next) => {
    await next();
    if (ctx.oidc?.route === ASK && ctx.status === 200) return logOutOrAsk(ctx);
    if (ctx.oidc?.route === CONFIRMED && ctx.status === 303) return answered(ctx);
  });

  async function logOutOrAsk(ctx: KoaContextWithOIDC): Promise<void> {
    const ours = await sessions.find(ctx.get('Cookie') || null);
    const hinted = ctx.oidc.entities.IdTokenHint?.payload.sub;
    const { session } = ctx.oidc;
    if (session === undefined) throw new Error('oidc-provider answers a log-out without a session');
    const { secret, state, postLogoutRedirectUri } = session.state as unknown as LogoutState;
    const backTo = postLogoutRedirectUri === undefined ? null : withState(postLogoutRedirectUri, state);
    if (ours !== null && ours.userId !== hinted) {
      return askPage(ctx, { action: '/oauth2/logout/confirm', fields: { xsrf: secret } }, backTo);
    }
    await session.destroy();
    await endOurs(ctx);
    // Without a hint anybody may have named the client: RP-Initiated Logout §3 lets nobody be sent there unasked.
    if (backTo !== null && hinted === undefined) return signedOutPage(ctx, backTo);
    ctx.body = null;
    ctx.status = 303;
    ctx.redirect(backTo ?? SIGNED_OUT);
  }

  async function answered(ctx: KoaContextWithOIDC): Promise<void> {
    const yes = confirmed(ctx);
    if (yes) await endOurs(ctx);
    const target = ctx.response.get('Location');
    // Without an address of the client's the library would go on to a page of its own.
    if (target === ctx.oidc.urlFor('end_session_success')) ctx.redirect(yes ? SIGNED_OUT : STILL_SIGNED_IN);
  }

  async function endOurs(ctx: KoaContextWithOIDC): Promise<void> {
    const cookies = await sessions.end(ctx.get('Cookie') || null, reference());
    // Replaces what the library set: its session cookie must not outlive the session.
    ctx.set('Set-Cookie', cookies);
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
