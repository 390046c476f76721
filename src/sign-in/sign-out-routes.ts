/**
 * Signing out here, and from an app's own log-out page.
 *
 *     GET  /sign-out                   asks; with `redirect_url` or `next`, for an app whose registered address that is
 *     GET  /sign-out?no_redirect=1     in a frame of an app: what its script needs to sign out
 *     POST /sign-out                   does it
 *
 * No GET ends a session (DESIGN §6.8, A-34), and nobody is sent to an address that no client has registered.
 */
import { equalSecrets, type Vault } from '../crypto.ts';
import { SignInError } from '../errors.ts';
import type { Session } from '../model.ts';
import { framedSignOut } from '../pages/framed-sign-out.ts';
import { type Href, parseRegisteredHref, path } from '../pages/href.ts';
import { signedOutPage, signOutPage } from '../pages/sign-out.ts';
import { signingOutPage } from '../pages/signing-out.ts';
import type { Store } from '../store/store.ts';
import { addCookie, frameOf, respondWithPage, seeOther, type WebApp, type WebContext } from '../web/context.ts';
import { readForm } from '../web/middleware.ts';
import type { FrontChannel } from './front-channel.ts';
import { sessionFormToken } from './routes.ts';
import type { BrowserSessions } from './session.ts';

export interface SignOutDependencies {
  readonly vault: Vault;
  readonly store: Pick<Store, 'sessions'>;
  readonly sessions: BrowserSessions;
  readonly frontChannel: FrontChannel;
  /** The name of the client that has registered exactly this address to go to after log-out. */
  readonly nameOfReturn: (address: string) => Promise<string | null>;
  /** The origins of a client's web pages. */
  readonly sitesOf: (clientId: string) => Promise<readonly string[]>;
}

interface Return {
  readonly name: string;
  readonly href: Href;
}

export function mountSignOut(app: WebApp, dependencies: SignOutDependencies): void {
  const { vault, store, sessions, frontChannel } = dependencies;

  app.get('/sign-out', async (c) => {
    const session = await sessions.find(c.req.header('Cookie') ?? null);
    if (isInFrame(c)) return inFrame(c, session);
    const client = await returnTo(c.req.query('redirect_url') ?? c.req.query('next'));
    if (session === null)
      return respondWithPage(c, signedOutPage(frameOf(c), { client: linked(client), signInHref }), 200);
    const next = client === null ? {} : { next: client.href };
    // `form-action` also holds for the redirect after the form.
    if (client !== null) c.set('formTargets', [sourceOf(client.href)]);
    const fields = { token: sessionFormToken(vault, session), ...next };
    const form = { action: path('/sign-out'), fields, yesField: 'answer' };
    return respondWithPage(c, signOutPage(frameOf(c), { clientName: client?.name ?? null, form }), 200);
  });

  /** Whom the browser does not let show it, it does not run for: its token is of use to none but its script. */
  async function inFrame(c: WebContext, session: Session | null): Promise<Response> {
    const clients = session === null ? [] : await store.sessions.clientsOf(session.idHash);
    const sites = (await Promise.all(clients.map(({ clientId }) => dependencies.sitesOf(clientId)))).flat();
    // 200 in any case: the app's page waits until the frame has loaded (open-edx.md §9).
    if (session === null || sites.length === 0) return respondWithPage(c, '', 200);
    c.set('frameAncestors', [...new Set(sites)]);
    c.set('ownScript', true);
    return respondWithPage(c, framedSignOut(frameOf(c), sessionFormToken(vault, session)), 200);
  }

  app.post('/sign-out', async (c) => {
    const form = await readForm(c.req.raw);
    const cookieHeader = c.req.header('Cookie') ?? null;
    const session = await sessions.find(cookieHeader);
    // Nobody is signed in who could have agreed to go anywhere.
    if (session === null) return seeOther(c, '/sign-out');
    if (!equalSecrets(form.get('token') ?? '', sessionFormToken(vault, session))) {
      throw new SignInError('cross_site_request', 'the form was not made for this session');
    }
    if (form.get('answer') !== 'yes') return seeOther(c, '/account');
    const signedOut = await sessions.end(cookieHeader, c.var.reference);
    for (const cookie of signedOut.setCookies) addCookie(c, cookie);
    const client = await returnTo(form.get('next'));
    const next = client ?? { name: null, href: path('/sign-out') };
    const left = await frontChannel(signedOut, c.var.locale);
    if (left === null) return seeOther(c, next.href);
    for (const [need, value] of Object.entries(left.needs)) c.set(need as keyof typeof left.needs, value);
    return respondWithPage(c, signingOutPage(frameOf(c), { ...left, next }), 200);
  });

  /** Compared as it is written, character by character, as everywhere (RFC 9700 §4.1.3). */
  async function returnTo(address: string | undefined): Promise<Return | null> {
    if (address === undefined) return null;
    const [name, href] = [await dependencies.nameOfReturn(address), parseRegisteredHref(address)];
    return name === null || href === null ? null : { name, href };
  }
}

const signInHref = path('/sign-in');

/** An app's private scheme is not linked to: a page that any site can open must not start programs. */
const linked = (client: Return | null) => (client?.href.startsWith('http') ? client : null);

function sourceOf(href: Href): string {
  const { origin, protocol } = new URL(href);
  return origin === 'null' ? protocol : origin;
}

/**
 * Whether an app shows this in a frame, as `IDA_LOGOUT_URI_LIST` of Open edX has it. Browsers say so, and pages cannot make them lie;
 * from another site no cookie of ours comes along, and one that does all the same is not listened to.
 */
function isInFrame(c: WebContext): boolean {
  const isFrame = ['iframe', 'frame'].includes(c.req.header('Sec-Fetch-Dest') ?? '');
  return isFrame && c.req.query('no_redirect') !== undefined && c.req.header('Sec-Fetch-Site') !== 'cross-site';
}
