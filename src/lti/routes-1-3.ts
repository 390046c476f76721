/**
 * `/lti/1.3/login` and `/lti/1.3/launch`: what a platform has a browser send, and where the browser is sent on. Besides, the two
 * addresses of a browser without cookies.
 *
 * The first two come from another site, as they must. Which browser began a login is shown by a secret of that login alone.
 */
import type { LtiPlatformDocument } from '../configuration/lti-document.ts';
import { SignInError } from '../errors.ts';
import type { Kept } from '../providers/oidc-kept.ts';
import { createKeysAt, type VerificationKey } from '../providers/oidc-keys.ts';
import type { LtiLoginRequest } from '../store/lti-logins.ts';
import { addCookie, seeOther, type WebApp, type WebContext } from '../web/context.ts';
import { readCookies } from '../web/cookies.ts';
import { refuseCrossSite } from '../web/middleware.ts';
import { createBrowserSecrets } from './browser-secret.ts';
import { answerDataPrivacy } from './data-privacy.ts';
import type { ReceiveDeepLink } from './deep-link-routes.ts';
import type { LtiDependencies } from './dependencies.ts';
import { findOpenLogin, type Launch13Ports, verifyLaunch13 } from './launch-1-3.ts';
import { beginLogin, platformOf, readLoginRequest, readOnce } from './login-1-3.ts';
import { consumerOf, launchForm } from './routes-1-1.ts';
import {
  AGAIN_1_3,
  againPath,
  askElsewhere,
  campusOf,
  framersOf,
  keepWithPlatform,
  STORED_1_3,
} from './without-cookies.ts';

export const LOGIN_1_3 = '/lti/1.3/login';
export const LAUNCH_1_3 = '/lti/1.3/launch';

export interface Launch13Dependencies extends LtiDependencies {
  readonly receiveDeepLink: ReceiveDeepLink;
}

export function mountLaunch13(app: WebApp, dependencies: Launch13Dependencies): void {
  const { publicUrl, environment, store, cookies, limits, registrations, receiveLaunch } = dependencies;
  const secrets = createBrowserSecrets(cookies);
  const keysOf = createPlatformKeys();
  const cookiesOf = (c: WebContext) => readCookies(c.req.header('Cookie') ?? null);

  async function login(c: WebContext, request: LtiLoginRequest): Promise<Response> {
    c.set('wayOn', { startAgainHref: null, client: null });
    if (!limits.admits('signInsPerClientAddress', c.var.clientAddressKey)) {
      throw new SignInError('too_many_requests', 'logins of one client address');
    }
    const platform = await findPlatform(c, request);
    const redirectUri = `${publicUrl.origin}${LAUNCH_1_3}`;
    const begun = await beginLogin(request, platform, { environment, logins: store.ltiLogins, redirectUri });
    for (const cookie of secrets.leave(cookiesOf(c), begun.state, begun.browserSecret)) addCookie(c, cookie);
    return keepWithPlatform(c, begun, platform, request.storageTarget) ?? seeOther(c, begun.location);
  }

  async function findPlatform(c: WebContext, request: LtiLoginRequest): Promise<LtiPlatformDocument> {
    try {
      return platformOf(request, (await registrations()).ltiPlatforms.values());
    } catch (error) {
      if (!(error instanceof SignInError) || error.code !== 'lti_platform_unknown') throw error;
      // Case 65: it has registered, and nobody has let it in.
      const pending = await store.ltiInvitations.findPending(request.issuer, request.clientId);
      if (pending === null) throw error;
      // Said where the launch was: in the LMS's frame. It asks nothing.
      c.set('frameAncestors', pending.said.sites);
      throw new SignInError('lti_platform_pending', 'its registration waits for the operator');
    }
  }

  app.get(LOGIN_1_3, (c) => login(c, readLoginRequest(readOnce(queryOf(c)))));
  app.post(LOGIN_1_3, async (c) => login(c, readLoginRequest(readOnce(await launchForm(c)))));

  app.get(AGAIN_1_3, async (c) => {
    const begun = await store.ltiLogins.find(c.req.query('state') ?? '');
    if (begun === null) throw new SignInError('lti_launch_other_browser', 'no login has this state');
    // In a window of its own there is nobody around to keep anything.
    return login(c, { ...begun.request, storageTarget: null });
  });

  app.post(LAUNCH_1_3, async (c) => {
    const sent = readOnce(await launchForm(c));
    return launch(c, sent, secrets.secretOf(cookiesOf(c), sent.get('state') ?? ''));
  });

  // Of a page of ours alone: whoever sends a secret from elsewhere ends a login of their own in somebody else's browser.
  app.post(STORED_1_3, refuseCrossSite(publicUrl), async (c) => {
    const sent = readOnce(await launchForm(c));
    return launch(c, sent, sent.get('browser_secret') ?? '');
  });

  async function launch(
    c: WebContext,
    sent: ReadonlyMap<string, string>,
    browserSecret: string | null,
  ): Promise<Response> {
    c.set('wayOn', { startAgainHref: null, client: null });
    const state = sent.get('state') ?? '';
    const ports: Launch13Ports = {
      context: await dependencies.providerContext(),
      logins: store.ltiLogins,
      keysOf,
      findPlatform: async (slug) => (await registrations()).ltiPlatforms.get(slug) ?? null,
      findConsumer: async (key) => consumerOf(key, (await registrations()).ltiConsumers.values()),
    };
    const open = await findOpenLogin(state, ports);
    c.set('frameAncestors', framersOf(open.platform));
    const error = sent.get('error');
    if (error !== undefined) {
      await store.ltiLogins.take(state, environment.now());
      c.set('wayOn', { startAgainHref: againPath(state), client: campusOf(open.platform) });
      throw new SignInError('lti_platform_refused', nameForLog(error));
    }
    const idToken = sent.get('id_token') ?? '';
    const result = await verifyLaunch13({ state, idToken, browserSecret }, open, ports);
    if (result.kind === 'unbound') return askElsewhere(c, { state, idToken }, open);
    addCookie(c, secrets.forget(state));
    const { launch } = result;
    if (launch.message === 'data-privacy') return answerDataPrivacy(c, launch, open.platform);
    if (launch.message === 'deep-linking') {
      // The picker says by itself who may frame it; what else comes next asks the person something, and is shown under no other site (R16).
      c.set('frameAncestors', []);
      return dependencies.receiveDeepLink(c, launch, open.platform);
    }
    return receiveLaunch(c, launch, null);
  }
}

export function queryOf(c: WebContext): string {
  const target = c.env.incoming.url ?? '';
  // As browsers and other readers of addresses write what stands bare in a query.
  return new URL(`https://here.invalid/${target.includes('?') ? target.slice(target.indexOf('?')) : ''}`).search.slice(
    1,
  );
}

/** RFC 6749 §5.2: what an error is called. Its description is anybody's text and goes nowhere (case 50). */
function nameForLog(error: string): string {
  return /^[a-z_]{1,60}$/.test(error) ? error : 'an error of no name';
}

/** Kept as long as the document is the same: another address has other keys. */
function createPlatformKeys(): (platform: LtiPlatformDocument) => Kept<readonly VerificationKey[]> {
  const made = new WeakMap<LtiPlatformDocument, Kept<readonly VerificationKey[]>>();
  return (platform) => {
    const known = made.get(platform) ?? createKeysAt(platform.jwks_uri);
    made.set(platform, known);
    return known;
  };
}
