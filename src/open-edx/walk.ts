/**
 * The walk: a login of one learner at the LMS and a code of its authorization endpoint for us, by redirects alone (mit-apps.md §6).
 *
 * Redirects are followed by hand, few of them, and only between the LMS and our own authorization endpoint, which is answered here
 * and not over the network. Whatever leads elsewhere ends the walk. It stops as soon as somebody is logged in: the dashboard and
 * the micro-frontends behind it may be at hosts that servers do not reach.
 */
import { equalSecrets, randomName, randomToken } from '../crypto.ts';
import { SignInError } from '../errors.ts';
import type { Visit, VisitedResponse } from '../http.ts';
import type { Environment } from '../model.ts';
import { routes } from '../oidc/provider.ts';
import { createCookieJar } from './cookie-jar.ts';
import type { FailureCode } from './failures.ts';
import { type Lms, loginPath, ourRedirectUri } from './lms.ts';
import type { OurSide } from './our-side.ts';

export type WalkResult =
  | { readonly kind: 'code'; readonly code: string; readonly redirectUri: string }
  /** The LMS knows nobody by this login, and asks to register or to sign in. */
  | { readonly kind: 'not-linked' }
  | { readonly kind: 'failed'; readonly code: FailureCode; readonly detail: string | null };

export interface WalkDependencies {
  readonly lms: Lms;
  readonly environment: Environment;
  readonly publicUrl: URL;
  readonly ourSide: Pick<OurSide, 'answer'>;
  readonly visit: Visit;
}

/** A real login takes five. */
const MOST_STEPS = 15;
const SCOPE = 'read write';

export async function walk(dependencies: WalkDependencies, userId: string): Promise<WalkResult> {
  const traveller = createTraveller(dependencies);
  const login = await logIn(dependencies, traveller, userId);
  return login === null ? authorize(dependencies, traveller) : login;
}

/** Null once somebody is logged in. */
async function logIn(
  { lms, environment, publicUrl, ourSide }: WalkDependencies,
  traveller: Traveller,
  userId: string,
): Promise<WalkResult | null> {
  const name = randomName(environment);
  let next = new URL(loginPath(lms.backend), lms.base);
  let answered = false;
  for (let step = 0; step < MOST_STEPS; step += 1) {
    if (isOurs(next, publicUrl)) {
      // Once: an LMS that comes back for another login is not satisfied by any.
      if (answered) return interrupted('asked twice');
      answered = true;
      const answer = await ourSide.answer(next, userId, name);
      if (answer.kind === 'refused') return { kind: 'failed', code: answer.code, detail: null };
      next = answer.location;
      continue;
    }
    if (!isOfLms(next, lms)) return interrupted('led elsewhere');
    if (!next.pathname.startsWith('/auth/')) {
      if (isSignInPage(next)) return { kind: 'not-linked' };
      return answered ? null : interrupted('no login was asked for');
    }
    const arrival = await traveller(next);
    if (arrival.kind === 'failed') return arrival;
    if (arrival.kind === 'page') return refusedLogin(arrival.status, answered);
    next = arrival.location;
  }
  return interrupted('too many redirects');
}

/** Before it has asked us, 500 and 404 are how it says that the backend has no record for this Site (open-edx.md §14). */
function refusedLogin(status: number, answered: boolean): WalkResult {
  const isRefused = !answered && (status === 404 || status === 500);
  return { kind: 'failed', code: isRefused ? 'login-refused' : 'lms-unexpected', detail: `${status}` };
}

/** open-edx.md §10: whoever is logged in gets a code at once, if the application skips authorization. */
async function authorize({ lms, environment, publicUrl }: WalkDependencies, traveller: Traveller): Promise<WalkResult> {
  if (lms.api === null) return { kind: 'failed', code: 'not-configured', detail: null };
  const redirectUri = ourRedirectUri(publicUrl, lms.slug);
  const state = randomToken(environment, 16);
  const query = new URLSearchParams({
    ...{ client_id: lms.api.clientId, response_type: 'code', scope: SCOPE, redirect_uri: redirectUri, state },
  });
  const arrival = await traveller(new URL(`/oauth2/authorize?${query}`, lms.base));
  if (arrival.kind === 'failed') return arrival;
  if (arrival.kind === 'page') {
    const { status } = arrival;
    const code = status === 200 ? 'lms-consent-needed' : status >= 500 ? 'lms-unexpected' : 'api-client-refused';
    return { kind: 'failed', code, detail: `${status}` };
  }
  const { location } = arrival;
  if (isSignInPage(location)) return interrupted('the login did not hold');
  if (`${location.origin}${location.pathname}` !== redirectUri) return interrupted('led elsewhere');
  // Somebody else's code would make somebody else's tokens this learner's (RFC 6749 §10.12).
  if (!equalSecrets(location.searchParams.get('state') ?? '', state)) return interrupted('another state');
  const code = location.searchParams.get('code');
  if (code === null || code === '') return { kind: 'failed', code: 'api-client-refused', detail: 'no code' };
  return { kind: 'code', code, redirectUri };
}

const interrupted = (detail: string): WalkResult => ({ kind: 'failed', code: 'walk-interrupted', detail });

function isOurs({ origin, pathname }: URL, publicUrl: URL): boolean {
  return origin === publicUrl.origin && pathname.replace(/\/$/, '') === routes.authorization;
}

function isOfLms({ origin }: URL, lms: Lms): boolean {
  return origin === lms.base.origin || origin === lms.public.origin;
}

/** Also of the micro-frontend: `/authn/login`. */
function isSignInPage({ pathname }: URL): boolean {
  return /(?:^|\/)(?:login|register)\/?$/.test(pathname);
}

type Arrival =
  | { readonly kind: 'redirect'; readonly location: URL }
  | { readonly kind: 'page'; readonly status: number }
  | Extract<WalkResult, { kind: 'failed' }>;

type Traveller = (url: URL) => Promise<Arrival>;

/** One GET after the other with the same cookies, as one browser would. */
function createTraveller({ environment, visit }: WalkDependencies): Traveller {
  const jar = createCookieJar(environment.now);
  return async (url) => {
    const cookie = jar.headerFor(url);
    const headers = { accept: 'text/html', ...(cookie === null ? {} : { cookie }) };
    const answer = await visit({ method: 'GET', url, headers, body: null }).catch((error: unknown) => {
      if (error instanceof SignInError) return error.code;
      throw error;
    });
    if (typeof answer === 'string') return { kind: 'failed', code: 'lms-unreachable', detail: answer };
    jar.keep(url, answer.setCookies);
    const location = locationOf(answer, url);
    return location === null ? { kind: 'page', status: answer.status } : { kind: 'redirect', location };
  };
}

function locationOf({ status, headers }: VisitedResponse, from: URL): URL | null {
  const { location } = headers;
  if (status < 300 || status > 399 || location === undefined || !URL.canParse(location, from.href)) return null;
  return new URL(location, from);
}
