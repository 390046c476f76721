/**
 * Where oidc-provider sends a browser that has to sign in or to consent, and how it comes back.
 *
 *     GET  /oauth2/interaction/{uid}          signed in already? then on; else a sign-in begins. Or: the consent page
 *                                             (with ?ways=all it begins with the chooser, whatever the client hints at)
 *     POST /oauth2/interaction/{uid}/consent  the answer of the consent page
 *     GET  /oauth2/interaction/{uid}/cancel   back to the client with access_denied
 *
 * oidc-provider binds an interaction to the browser by a cookie; nothing here works without it.
 */
import type { InteractionResults, Provider } from 'oidc-provider';
import { equalSecrets, type Vault } from '../crypto.ts';
import { destinationOf, siteOf } from '../directory/destination.ts';
import type { Directory } from '../directory/directory.ts';
import { parseErrorCode, refusals, SignInError } from '../errors.ts';
import type { Environment, JsonObject, Purpose, Session } from '../model.ts';
import { consentPage } from '../pages/consent.ts';
import { path } from '../pages/href.ts';
import type { BeginSignIn } from '../sign-in/routes.ts';
import type { BrowserSessions } from '../sign-in/session.ts';
import { REPLAY_GRACE } from '../sign-in/sign-in.ts';
import type { Store } from '../store/store.ts';
import { fullName } from '../users/arrival.ts';
import { nameOf } from '../users/known-values.ts';
import { frameOf, respondWithPage, seeOther, type WebApp, type WebContext } from '../web/context.ts';
import { type Cookies, readCookies } from '../web/cookies.ts';
import { readForm, useLocale } from '../web/middleware.ts';
import { INTERACTION } from './adapter.ts';
import { loginOf } from './assurance.ts';
import { claimsAskedFor } from './claims.ts';
import { createConsents } from './consents.ts';
import { addToGrant, isOffline, newGrant } from './grants.ts';
import { hintedProvider, loginHintOf } from './hints.ts';
import { CHOOSING } from './prompts.ts';
import { addressOfRequest } from './request-again.ts';

export interface InteractionDependencies {
  readonly environment: Environment;
  readonly oidc: () => Promise<Provider>;
  readonly store: Store;
  readonly vault: Vault;
  readonly sessions: BrowserSessions;
  readonly cookies: Cookies;
  readonly begin: BeginSignIn;
  readonly directory: () => Promise<Directory>;
  readonly publicUrl: URL;
}

type Interaction = Awaited<ReturnType<Provider['interactionDetails']>>;

export function mountInteractions(app: WebApp, dependencies: InteractionDependencies): void {
  const { store, vault, sessions } = dependencies;
  const consents = createConsents(store.oidcRecords, dependencies.environment);

  app.get('/oauth2/interaction/:uid', async (c) => {
    const found = await find(c);
    const again = found === null ? await requestAgain(c) : null;
    if (again !== null) return seeOther(c, again);
    const interaction = await check(c, found);
    const asked = interaction.params.ui_locales;
    if (typeof asked === 'string' && c.req.query('sign_in') === undefined) useLocale(c, dependencies.cookies, asked);
    return interaction.prompt.name === 'consent' ? askConsent(c, interaction) : signIn(c, interaction);
  });

  app.post('/oauth2/interaction/:uid/consent', async (c) => {
    const form = await readForm(c.req.raw);
    const interaction = await load(c);
    if (!equalSecrets(form.get('token') ?? '', consentToken(interaction))) {
      throw new SignInError('cross_site_request', 'the form was not made for this request');
    }
    if (form.get('answer') !== 'yes') return resume(c, interaction, DENIED);
    return resume(c, interaction, { consent: { grantId: await grantWhatWasAsked(interaction) } });
  });

  app.get('/oauth2/interaction/:uid/cancel', async (c) => {
    const interaction = await load(c);
    return resume(c, interaction, await endOfAttempt(c, interaction));
  });

  /** What the client is told when the person goes back: what ended the attempt, or that they did not want to go on. */
  async function endOfAttempt(c: WebContext, interaction: Interaction): Promise<InteractionResults> {
    const signIn = await store.signIns.find(c.req.query('sign_in') ?? '');
    if (signIn?.purpose.kind !== 'authorize' || signIn.purpose.interaction !== interaction.uid) return DENIED;
    if (signIn.outcome?.kind !== 'refused') return DENIED;
    const { audience } = refusals[parseErrorCode(signIn.outcome.code)];
    // RFC 6749 §4.1.2.1: a provider that is down is no refusal by the person; the client may offer to try later.
    return audience.at === 'client' ? { ...DENIED, error: audience.oauthError } : DENIED;
  }

  /** The interaction of this browser; null when it is gone, or another browser's. */
  async function find(c: WebContext): Promise<Interaction | null> {
    const uid = await uidOfBrowser(c);
    if (uid === null) return null;
    // Not the library's own look-up: it refuses everybody whose session was replaced, as signing in does (H-10).
    return (await (await dependencies.oidc()).Interaction.find(uid)) ?? null;
  }

  /** The interaction in the address, when it was begun by this browser. */
  async function uidOfBrowser(c: WebContext): Promise<string | null> {
    const provider = await dependencies.oidc();
    const uid = readCookies(c.req.header('Cookie') ?? null).get(provider.cookieName('interaction'));
    return uid !== undefined && uid === c.req.param('uid') ? uid : null;
  }

  /**
   * The authorization request of an interaction that this browser finished a moment ago, to be asked anew: somebody
   * pressed twice, and the first answer was never seen (C-04). Whoever is signed in is answered without a page.
   */
  async function requestAgain(c: WebContext): Promise<string | null> {
    const uid = await uidOfBrowser(c);
    if (uid === null) return null;
    const now = dependencies.environment.now();
    const finished = await store.oidcRecords.find(INTERACTION, uid, now);
    if (finished === null || finished.consumedAt === null || now - finished.consumedAt >= REPLAY_GRACE) return null;
    return addressOfRequest(await dependencies.oidc(), finished.payload.params as JsonObject);
  }

  const load = async (c: WebContext) => check(c, await find(c));

  /** @throws SignInError sign_in_expired when it is gone, was begun by another browser, or asks somebody who has left. */
  async function check(c: WebContext, interaction: Interaction | null): Promise<Interaction> {
    if (interaction === null) throw new SignInError('sign_in_expired', 'no such interaction in this browser');
    if (interaction.prompt.name === 'consent') {
      const session = await sessions.find(c.req.header('Cookie') ?? null);
      // What one person was asked must not be answered by the next one at the same browser.
      if (session === null || session.userId !== interaction.session?.accountId) {
        throw new SignInError('sign_in_expired', 'the person who was asked is not signed in any more');
      }
    }
    return interaction;
  }

  /** @throws SignInError client_request_invalid: it may have been removed or moved since it asked, and the library does not look again. */
  async function clientOf({ params }: Interaction) {
    const client = await (await dependencies.oidc()).Client.find(String(params.client_id));
    if (client?.redirectUriAllowed(String(params.redirect_uri)) === true) return client;
    throw new SignInError('client_request_invalid', 'the client was removed, or the address taken from it');
  }

  async function resume(c: WebContext, interaction: Interaction, result: InteractionResults): Promise<Response> {
    await clientOf(interaction);
    // The library compares its session with the one that was there when the interaction began, and signing in made a
    // new one: what counts is ours, which is looked at again when the request is resumed.
    interaction.session = undefined;
    interaction.result = 'error' in result ? result : { ...interaction.lastSubmission, ...result };
    await interaction.persist();
    return seeOther(c, interaction.returnTo);
  }

  async function signIn(c: WebContext, interaction: Interaction): Promise<Response> {
    const session = await sessions.find(c.req.header('Cookie') ?? null);
    if (session !== null && (mayReuse(interaction) || (await answers(c, session, interaction)))) {
      const chosen = CHOOSING.filter((prompt) => asksFor(interaction, prompt));
      return resume(c, interaction, {
        login: loginOf(session),
        ...Object.fromEntries(chosen.map((prompt) => [prompt, {}])),
      });
    }
    const { params } = interaction;
    const client = await clientOf(interaction);
    const purpose: Purpose = {
      kind: 'authorize',
      interaction: interaction.uid,
      clientId: client.clientId,
      clientName: client.clientName ?? client.clientId,
      site: siteOf(String(params.redirect_uri)),
      loginHint: loginHintOf(params),
    };
    const destination = destinationOf(purpose, dependencies.publicUrl);
    const hinted = hintedProvider(params, client.default_provider, await dependencies.directory(), destination);
    // Somebody was sent the hinted way and has to go another, or is to choose anew: they do it themselves.
    const chooses = c.req.query('ways') === 'all' || CHOOSING.some((prompt) => asksFor(interaction, prompt));
    const slug = chooses ? null : hinted;
    return dependencies.begin(c, purpose, slug === null ? { kind: 'chooser' } : { kind: 'hint', slug });
  }

  /** A session that is there already will do, unless the client wants a fresh one, another person, or another provider. */
  function mayReuse({ prompt }: Interaction): boolean {
    return !prompt.reasons.some((reason) => reason !== 'no_session' && reason !== 'signed_out');
  }

  /** The sign-in that this very interaction asked for has succeeded, in this browser, as whoever is signed in. */
  async function answers(c: WebContext, session: Session, interaction: Interaction): Promise<boolean> {
    const signIn = await store.signIns.find(c.req.query('sign_in') ?? '');
    return (
      signIn?.purpose.kind === 'authorize' &&
      signIn.purpose.interaction === interaction.uid &&
      signIn.outcome?.kind === 'succeeded' &&
      signIn.outcome.userId === session.userId
    );
  }

  async function askConsent(c: WebContext, interaction: Interaction): Promise<Response> {
    const client = await clientOf(interaction);
    const found = await store.accounts.findUser(interaction.session?.accountId ?? '');
    const released = client.released_claims;
    c.set('formTargets', clientOrigins(client.redirectUris ?? []));
    const form = {
      action: path(`/oauth2/interaction/${interaction.uid}/consent`),
      fields: { token: consentToken(interaction) },
      yesField: 'answer',
    };
    const page = consentPage(frameOf(c), {
      clientName: client.clientName ?? client.clientId,
      personName: found === null ? null : fullName(nameOf(found.user)),
      claims: claimsShown(interaction, Array.isArray(released) ? released : []),
      offline: isOffline(scopeOf(interaction)),
      form,
    });
    return respondWithPage(c, page, 200);
  }

  async function grantWhatWasAsked(interaction: Interaction): Promise<string> {
    const provider = await dependencies.oidc();
    const { params, session, grantId } = interaction;
    const [clientId, userId] = [String(params.client_id), session?.accountId ?? ''];
    const existing = grantId === undefined ? undefined : await provider.Grant.find(grantId);
    const scopes = scopeOf(interaction).split(' ');
    const claims = claimsNamed(interaction);
    const granted = await addToGrant(existing ?? newGrant(provider, clientId, userId), scopes, claims);
    await consents.remember(userId, clientId, { scopes: scopes.filter((scope) => !isOffline(scope)), claims });
    return granted;
  }

  function consentToken(interaction: Interaction): string {
    return vault.derive('consent form', interaction.uid);
  }
}

const scopeOf = ({ params }: Interaction) => String(params.scope ?? 'openid');

/** Whether the client's request says so, also where something else is asked first. */
function asksFor({ params }: Interaction, prompt: string): boolean {
  return typeof params.prompt === 'string' && params.prompt.split(' ').includes(prompt);
}

/** The claims that the request asks for by name (OpenID Connect Core §5.5); the library has judged its form. */
function claimsNamed({ params }: Interaction): string[] {
  if (typeof params.claims !== 'string') return [];
  const { userinfo = {}, id_token: idToken = {} } = JSON.parse(params.claims) as {
    userinfo?: object;
    id_token?: object;
  };
  return [...new Set([...Object.keys(userinfo), ...Object.keys(idToken)])];
}

function claimsShown(interaction: Interaction, released: readonly string[]): string[] {
  const named = claimsNamed(interaction);
  const shown = new Set([
    ...claimsAskedFor(scopeOf(interaction), released),
    ...released.filter((claim) => named.includes(claim)),
  ]);
  return [...shown];
}

const DENIED: InteractionResults = {
  error: 'access_denied',
  error_description: 'The person did not finish signing in.',
};

/** Origins of those that are pages of a site. */
export function webOrigins(redirectUris: readonly string[]): string[] {
  return clientOrigins(redirectUris.filter((uri) => /^https?:/.test(uri)));
}

/** Origins of redirect addresses, in the form that a content security policy takes; a private-use scheme stands for itself. */
export function clientOrigins(redirectUris: readonly string[]): string[] {
  const sources = redirectUris.map((uri) => {
    const { origin, protocol } = new URL(uri);
    return origin === 'null' ? protocol : origin;
  });
  return [...new Set(sources)];
}
