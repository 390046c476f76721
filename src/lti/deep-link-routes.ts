/**
 * A teacher adds activities to a course at a campus: what they choose from, and the answer (lti.md §3.11, case 54).
 *
 *     GET  /lti/1.3/deep-link   the picker, for who was signed in for it
 *     POST /lti/1.3/deep-link   a search, a choice, or none
 *
 * Who has an account here is signed in first, in a window of ours. In a frame of the campus, where no session can be kept, and for who
 * has none, there is the picker alone: it shows what the operator wrote and nothing of anybody, and all that it does is a signed answer to the
 * platform that asked (ADR 0026). Must never: make or tie an account, answer twice, or send an answer anywhere but where the
 * signed request said.
 */
import type { LtiPlatformDocument } from '../configuration/lti-document.ts';
import { equalSecrets, randomToken } from '../crypto.ts';
import { SignInError } from '../errors.ts';
import type { Milliseconds } from '../model.ts';
import type { KeySource } from '../oidc/key-source.ts';
import { deepLinkPage, deepLinkSentPage } from '../pages/deep-link.ts';
import { parseHref, path } from '../pages/href.ts';
import type { StoredDeepLink } from '../store/lti-deep-links.ts';
import { addCookie, frameOf, isFramed, respondWithPage, type WebApp, type WebContext } from '../web/context.ts';
import { readCookies } from '../web/cookies.ts';
import { readForm, refuseCrossSite } from '../web/middleware.ts';
import { createBrowserSecrets } from './browser-secret.ts';
import { answerClaims, type Content, contentItems, find, itemType } from './deep-link.ts';
import type { LtiDependencies } from './dependencies.ts';
import { launchProvider } from './launch-registration.ts';
import { createSignForCampus } from './sign.ts';
import type { VerifiedLaunch } from './verified-launch.ts';
import { framersOf } from './without-cookies.ts';

export const DEEP_LINK = '/lti/1.3/deep-link';

/** R17. */
const LIFE: Milliseconds = 10 * 60_000;
/** Two presses are one for this long: the answer to the first of them may never have been seen. */
const ONE_PRESS: Milliseconds = 60_000;
/** Beyond this, a search is no title. */
const LONGEST_QUERY = 100;

export type ReceiveDeepLink = (
  c: WebContext,
  launch: VerifiedLaunch,
  platform: LtiPlatformDocument,
) => Promise<Response>;

interface Open {
  readonly id: string;
  readonly secret: string;
  readonly link: StoredDeepLink;
  readonly platform: LtiPlatformDocument;
}

interface Shown {
  readonly query: string;
  readonly chosen: readonly Content[];
  /** Whether they pressed the button without having chosen. */
  readonly choseNothing: boolean;
}

export function mountDeepLinks(
  app: WebApp,
  dependencies: LtiDependencies & { readonly keys: KeySource },
): ReceiveDeepLink {
  const { publicUrl, environment, store, cookies, registrations, receiveLaunch } = dependencies;
  const secrets = createBrowserSecrets(cookies);
  const sign = createSignForCampus(dependencies.keys);
  const cookiesOf = (c: WebContext) => readCookies(c.req.header('Cookie') ?? null);
  const identityOf = ({ registration, subject }: { readonly registration: string; readonly subject: string }) =>
    store.accounts.findIdentity(launchProvider(registration), subject);

  app.get(DEEP_LINK, async (c) => {
    const id = c.req.query('id') ?? '';
    const open = await openLink(c, id, secrets.secretOf(cookiesOf(c), id) ?? '');
    return show(c, open, { query: '', chosen: [], choseNothing: false });
  });

  app.post(DEEP_LINK, refuseCrossSite(publicUrl), async (c) => {
    const fields = await readForm(c.req.raw);
    const open = await openLink(c, fields.get('id') ?? '', fields.get('secret') ?? '');
    if (fields.get('answer') === 'none') return answer(c, open, []);
    const chosen = chosenIn(fields, await offeredBy(open));
    const isAdded = fields.get('answer') === 'add';
    if (isAdded && chosen.length > 0) return answer(c, open, chosen);
    const query = (fields.get('q') ?? '').slice(0, LONGEST_QUERY);
    return show(c, open, { query, chosen, choseNothing: isAdded });
  });

  /** @throws SignInError deep_link_unusable, lti_platform_disabled */
  async function openLink(c: WebContext, id: string, secret: string): Promise<Open> {
    c.set('wayOn', { startAgainHref: null, client: null });
    const link = await store.ltiDeepLinks.find(id);
    if (link === null) throw unusable('there is no such request');
    const platform = (await registrations()).ltiPlatforms.get(link.registration);
    if (platform?.enabled !== true) throw new SignInError('lti_platform_disabled', link.registration);
    if (!link.signedIn) c.set('frameAncestors', framersOf(platform));
    if (!equalSecrets(store.ltiDeepLinks.hashOf(secret), link.secretHash)) throw unusable('the browser is another one');
    if (link.signedIn && !(await isTheirs(c, link))) throw unusable('somebody else is signed in, or nobody');
    const endsAt = link.answer === null ? link.expiresAt : link.answer.at + ONE_PRESS;
    if (environment.now() >= endsAt) throw unusable(link.answer === null ? 'it took too long' : 'it was answered');
    return { id, secret, link, platform };
  }

  async function isTheirs(c: WebContext, link: StoredDeepLink): Promise<boolean> {
    const here = await dependencies.whoIsSignedIn(c);
    return here !== null && (await identityOf(link))?.user.id === here;
  }

  const offeredBy = async ({ link: { clientId } }: Open) => (await dependencies.findContent(clientId))?.content ?? [];

  async function show(c: WebContext, open: Open, { query, chosen, choseNothing }: Shown): Promise<Response> {
    const { id, secret, link, platform } = open;
    const client = await dependencies.findContent(link.clientId);
    const offered = itemType(link.settings) === null ? [] : (client?.content ?? []);
    const page = deepLinkPage(frameOf(c), {
      form: { action: path(DEEP_LINK), fields: { id, secret } },
      campus: platform.name ?? platform.slug,
      app: client?.name ?? link.clientId,
      several: link.settings.acceptMultiple,
      ...{ query, chosen, choseNothing, offered: offered.length, found: find(offered, query, chosen) },
    });
    return respondWithPage(c, page, 200);
  }

  async function answer(c: WebContext, { id, link, platform }: Open, chosen: readonly Content[]): Promise<Response> {
    const { settings } = link;
    if (chosen.length > 1 && !settings.acceptMultiple) throw new SignInError('bad_request', 'one was asked for');
    const now = environment.now();
    const items = contentItems(chosen, settings);
    const given = await store.ltiDeepLinks.answer(id, { items, nonce: randomToken(environment, 32), at: now });
    const href = parseHref(settings.returnUrl);
    if (given === null || href === null) throw unusable('it took too long');
    const jwt = await sign(answerClaims(link, platform, given));
    c.set('formTargets', [new URL(href).origin]);
    c.set('ownScript', true);
    return respondWithPage(c, deepLinkSentPage(frameOf(c), { href, jwt }), 200);
  }

  return async (c, launch, platform) => {
    const { registration, subject, deploymentId, deepLinking: settings } = launch;
    // A refusal too is shown where the picker would be.
    if (isFramed(c)) c.set('frameAncestors', framersOf(platform));
    if (subject === null) throw new SignInError('launch_anonymous', 'the platform did not say who it is');
    if (settings === null || deploymentId === null) throw new Error('this is no deep linking request');
    const known = await identityOf({ registration, subject });
    const signedIn = known !== null && !isFramed(c);
    // Whom the sign-in would refuse chooses nothing in a frame either (R10).
    if (!signedIn && known !== null && known.user.state !== 'active') {
      throw new SignInError('user_disabled', 'the account is not open');
    }
    const [id, secret] = [randomToken(environment, 16), randomToken(environment, 32)];
    const expiresAt = environment.now() + LIFE;
    const link = {
      ...{ registration, deploymentId, subject, signedIn, settings, expiresAt },
      clientId: platform.client,
    };
    await store.ltiDeepLinks.insert(id, secret, link);
    if (!signedIn) return show(c, await openLink(c, id, secret), { query: '', chosen: [], choseNothing: false });
    for (const cookie of secrets.leave(cookiesOf(c), id, secret)) addCookie(c, cookie);
    return receiveLaunch(c, launch, `${publicUrl.origin}${DEEP_LINK}?id=${id}`);
  };
}

/** Of the fields `item`, and `item-…` where several may be chosen; what is not offered any more is left out. */
function chosenIn(fields: ReadonlyMap<string, string>, offered: readonly Content[]): readonly Content[] {
  const urls = new Set([...fields].filter(([name]) => /^item(?:-|$)/.test(name)).map(([, url]) => url));
  return offered.filter(({ url }) => urls.has(url));
}

const unusable = (why: string) => new SignInError('deep_link_unusable', why);
