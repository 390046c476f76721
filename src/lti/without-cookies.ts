/**
 * A launch in a browser that keeps no cookie of ours in a frame: the secret is left with the LMS, or the launch begins again in a
 * window of its own (lti.md §3.14).
 *
 * The page asks, the server decides: a secret that is brought back is compared like the cookie it stands for. It is sent by a page
 * of ours alone, for whoever could send it from elsewhere could end a login of their own in somebody else's browser.
 */
import type { LtiPlatformDocument } from '../configuration/lti-document.ts';
import { type Href, type Path, parseHref, path } from '../pages/href.ts';
import type { LtiStorage } from '../pages/layout.ts';
import { ltiKeepPage, ltiWindowPage } from '../pages/lti.ts';
import type { StoredLtiLogin } from '../store/lti-logins.ts';
import { frameOf, respondWithPage, type WayOn, type WebContext } from '../web/context.ts';
import type { BegunLogin } from './login-1-3.ts';

export const AGAIN_1_3 = '/lti/1.3/again';
export const STORED_1_3 = '/lti/1.3/stored';

/** Null where the platform keeps nothing, or where an address is longer than a page may link to: then there is the cookie. */
export function keepWithPlatform(
  c: WebContext,
  { state, browserSecret, location }: BegunLogin,
  platform: LtiPlatformDocument,
  storageTarget: string | null,
): Response | null {
  const href: Href | null = parseHref(location);
  if (storageTarget === null || href === null) return null;
  const storage = storageOf(platform, state, storageTarget);
  showInFrames(c, platform, true);
  return respondWithPage(c, ltiKeepPage(frameOf(c), { storage, secret: browserSecret, href }), 200);
}

/** For a launch that is good, but not yet this browser's. */
export function askElsewhere(
  c: WebContext,
  { state, idToken }: { readonly state: string; readonly idToken: string },
  { login, platform }: { readonly login: StoredLtiLogin; readonly platform: LtiPlatformDocument },
): Response {
  const { storageTarget } = login.request;
  const fields = { state, id_token: idToken };
  const proof =
    storageTarget === null
      ? null
      : { storage: storageOf(platform, state, storageTarget), action: path(STORED_1_3), fields };
  showInFrames(c, platform, proof !== null);
  const href = againPath(state);
  // The language links would ask for this answer with GET, which there is none for.
  return respondWithPage(c, ltiWindowPage(frameOf(c), { href, proof }), 200);
}

/** Asked of the authorization endpoint's site alone: any other that frames us could have been given the secret by itself. */
function storageOf({ authorization_endpoint }: LtiPlatformDocument, state: string, target: string): LtiStorage {
  return { origin: new URL(authorization_endpoint).origin, target, key: `state_${state}` };
}

function showInFrames(c: WebContext, platform: LtiPlatformDocument, runsScript: boolean): void {
  c.set('frameAncestors', framersOf(platform));
  c.set('ownScript', runsScript);
}

/** Where the same launch begins again. */
export const againPath = (state: string): Path => path(`${AGAIN_1_3}?state=${encodeURIComponent(state)}`);

/**
 * The way back to the campus. Of a launch that was refused by the platform nothing says which course it was; and who has one issuer
 * for all its customers is no campus to go back to (lti.md §4).
 */
export function campusOf({ name, slug, issuer, authorization_endpoint }: LtiPlatformDocument): WayOn['client'] {
  const { origin } = new URL(issuer);
  const href = origin === new URL(authorization_endpoint).origin ? parseHref(`${origin}/`) : null;
  return href && { name: name ?? slug, href };
}

/** The platform's own pages always; those of its other sites where an operator lists them. */
export function framersOf({ issuer, authorization_endpoint, frame_origins }: LtiPlatformDocument): readonly string[] {
  return [...new Set([issuer, authorization_endpoint, ...frame_origins].map((address) => new URL(address).origin))];
}
