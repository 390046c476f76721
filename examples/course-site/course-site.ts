/**
 * A course site that lets people sign in through the broker: the example for whoever connects their own.
 *
 * Owns the routes and what the browser holds: two random values and the language. Who a person is stays in
 * memory on this side. Begin reading at `beginSignIn`.
 *
 * Never trusts that a request to `/callback` belongs to the browser that went to `/login`: it is checked first.
 */

import { createServer, type Server } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { CustomFetch } from 'openid-client';
import { type Attempt, type Broker, createBroker, describeFailure, type Failure, type SignedIn } from './broker.ts';
import { coursePage } from './course-page.ts';
import { ExpiringMap } from './expiring-map.ts';
import { homePage, markFile, type ProblemKind, problemPage, type Shortcut, signedOutPage } from './pages.ts';
import { refuseForeignPosts, securityHeaders } from './protection.ts';
import { scoreOf } from './scores.ts';
import { stylesheet } from './style.ts';
import { courses, type Language, preferredLanguage, texts } from './texts.ts';

export interface CourseSiteOptions {
  /** Where browsers find this site, such as `http://localhost:4402`. Never taken from a request's Host. */
  readonly origin: string;
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly environment: { now(): number; randomBytes(bytes: number): Uint8Array };
  /** Takes the place of the global `fetch` for calls to the broker. */
  readonly fetch?: CustomFetch;
  /** What is asked for: `openid profile email` unless told. With `lti` the broker also says where a campus sent somebody from. */
  readonly scope?: string;
  /** Whether people can send a score to the campus that they came from. Not unless told: the broker must let this site do it. */
  readonly sendsScores?: boolean;
  /** Buttons that lead straight to one provider. */
  readonly shortcuts?: readonly Shortcut[];
  /** Told of each failed sign-in, for the log. The console unless told. */
  readonly report?: (failure: Failure, error: unknown) => void;
}

/** Cookies do not know ports, and several apps of a demo share `localhost`: so the names are this site's own. */
const sessionCookie = 'course-site-session';
const browserCookie = 'course-site-browser';
const languageCookie = 'course-site-language';

const minutes = 60 * 1000;
const sessionLifetime = 8 * 60 * minutes;
const attemptLifetime = 15 * minutes;
const statusOf = { denied: 403, unavailable: 503, refused: 400, invalid: 502 } as const satisfies {
  [kind in Failure['kind']]: number;
};

/** What the routes share: the settings, the broker, and what is kept between requests. */
interface Site {
  readonly origin: string;
  readonly issuer: string;
  readonly broker: Broker;
  readonly shortcuts: readonly Shortcut[];
  readonly sendsScores: boolean;
  readonly now: () => number;
  readonly report: (failure: Failure, error: unknown) => void;
  readonly sessions: ExpiringMap<SignedIn>;
  readonly attempts: ExpiringMap<Attempt & { readonly browser: string; readonly returnTo: string }>;
  readonly departures: ExpiringMap<true>;
  /** 32 random bytes, as 43 characters that are safe in an address. */
  readonly random: () => string;
}

export function createCourseSite(options: CourseSiteOptions): Hono {
  const site = createSite(options);
  const app = new Hono();
  app.use(securityHeaders(new URL(options.issuer).origin));
  app.use(refuseForeignPosts(site.origin, (context) => problem(context, 'crossSite', 'cross_site_request', 403)));

  app.get('/', (context) => showHome(site, context));
  app.get('/courses/:course', (context) => showCourse(site, context));
  // There are no pages of lessons yet: a link to one shows its course.
  app.get('/courses/:course/:lesson', (context) => showCourse(site, context));
  app.post('/courses/:course/score', (context) => sendScore(site, context));
  app.get('/login', (context) => beginSignIn(site, context));
  app.get('/callback', (context) => finishSignIn(site, context));
  app.post('/logout', (context) => signOut(site, context));
  app.get('/signed-out', (context) => showSignedOut(site, context));
  app.get('/style.css', (context) => asset(context, 'text/css; charset=utf-8', stylesheet));
  app.get('/mark.svg', (context) => asset(context, 'image/svg+xml', String(markFile())));

  app.notFound((context) => problem(context, 'notFound', 'not_found', 404));
  app.onError((error, context) => {
    site.report({ kind: 'invalid', code: 'internal_error' }, error);
    return problem(context, 'internal', 'internal_error', 500);
  });
  return app;
}

function createSite(options: CourseSiteOptions): Site {
  const { origin, issuer, environment } = options;
  const { now } = environment;
  return {
    origin,
    issuer,
    broker: createBroker({
      ...options,
      scope: options.scope ?? 'openid profile email',
      redirectUri: `${origin}/callback`,
      postLogoutRedirectUri: `${origin}/signed-out`,
    }),
    shortcuts: options.shortcuts ?? [{ idpHint: 'llave-mx', name: 'Llave MX' }],
    sendsScores: options.sendsScores ?? false,
    now,
    report: options.report ?? reportToConsole,
    // Apart from each other: a flood of begun attempts must not push out people who are signed in.
    sessions: new ExpiringMap({ limit: 10_000, lifetime: sessionLifetime, now }),
    attempts: new ExpiringMap({ limit: 10_000, lifetime: attemptLifetime, now }),
    departures: new ExpiringMap({ limit: 10_000, lifetime: attemptLifetime, now }),
    random: () => Buffer.from(environment.randomBytes(32)).toString('base64url'),
  };
}

function showHome(site: Site, context: Context) {
  const chosen = context.req.query('lang');
  if (isLanguage(chosen)) remember(site, context, languageCookie, chosen, 365 * 24 * 60 * minutes);
  return context.html(homePage(languageOf(context), personIn(site, context), site.shortcuts));
}

function showCourse(site: Site, context: Context) {
  const course = courseOf(context);
  if (course === null) return problem(context, 'notFound', 'not_found', 404);
  const query = new URLSearchParams({ target_link_uri: `${site.origin}/courses/${course.slug}` });
  const score = !site.sendsScores ? 'none' : context.req.query('score') === 'sent' ? 'sent' : 'offered';
  const person = personIn(site, context);
  return context.html(coursePage(languageOf(context), { course, person, signInHref: `/login?${query}`, score }));
}

/** The broker passes it on to the campus, and goes on trying where the campus does not answer. */
async function sendScore(site: Site, context: Context) {
  const course = courseOf(context);
  const person = personIn(site, context);
  const score = person === null ? null : scoreOf(person, site.now());
  if (course === null || !site.sendsScores || score === null) return problem(context, 'notFound', 'not_found', 404);
  try {
    await site.broker.sendScore(score);
    return context.redirect(`/courses/${course.slug}?score=sent`, 303);
  } catch (error) {
    return failed(site, context, error);
  }
}

const courseOf = (context: Context) => courses.find(({ slug }) => slug === context.req.param('course')) ?? null;

const personIn = (site: Site, context: Context) => site.sessions.get(getCookie(context, sessionCookie) ?? '');

/** Also where others begin a sign-in here, such as a campus by way of the broker (OpenID Connect Core §4). */
async function beginSignIn(site: Site, context: Context) {
  // Somebody else's: there may be several, and a sign-in begun at the wrong one would end there.
  if ((context.req.query('iss') ?? site.issuer) !== site.issuer) {
    return problem(context, 'refused', 'issuer_unknown', 400);
  }
  // One secret for the browser and one state for each attempt: signing in works in several tabs at once.
  const browser = knownBrowser(context) ?? site.random();
  const attempt: Attempt = { state: site.random(), nonce: site.random(), codeVerifier: site.random() };
  const idpHint = context.req.query('idp_hint') ?? '';
  try {
    const address = await site.broker.signInAddress(attempt, {
      ui_locales: texts[languageOf(context)].htmlLanguage,
      ...(/^[a-z0-9-]{1,64}$/.test(idpHint) ? { idp_hint: idpHint } : {}),
    });
    site.attempts.set(attempt.state, {
      ...attempt,
      browser,
      returnTo: addressOn(site, context.req.query('target_link_uri')),
    });
    remember(site, context, browserCookie, browser, attemptLifetime);
    return context.redirect(address.href, 303);
  } catch (error) {
    return failed(site, context, error);
  }
}

/** Our own pages only: whoever links to `/login` writes this (open redirect). */
function addressOn({ origin }: Site, address: string | undefined): string {
  const url = address !== undefined && URL.canParse(address) ? new URL(address) : null;
  // Whole, because the path alone may begin with two slashes, and would be another site's address.
  return url?.origin === origin ? url.href : `${origin}/`;
}

async function finishSignIn(site: Site, context: Context) {
  // Taken, not read: a state works once, so the back button and a replay end here. Another browser's state ends here
  // too: otherwise somebody could sign you in to their account (login CSRF, RFC 6749 §10.12).
  const attempt = site.attempts.take(context.req.query('state') ?? '');
  if (attempt === null || attempt.browser !== knownBrowser(context)) {
    return problem(context, 'attempt', 'sign_in_unknown', 400);
  }
  try {
    // The address is put together from our own origin: behind a proxy the request's Host may be anything.
    const callback = new URL(`/callback${new URL(context.req.url).search}`, site.origin);
    const person = await site.broker.finishSignIn(callback, attempt);
    // A new id at each sign-in: one that an attacker planted before is worth nothing (session fixation).
    site.sessions.delete(getCookie(context, sessionCookie) ?? '');
    const id = site.random();
    site.sessions.set(id, person);
    remember(site, context, sessionCookie, id, sessionLifetime);
    return context.redirect(attempt.returnTo, 303);
  } catch (error) {
    return failed(site, context, error);
  }
}

async function signOut(site: Site, context: Context) {
  const person = site.sessions.take(getCookie(context, sessionCookie) ?? '');
  deleteCookie(context, sessionCookie, { path: '/', secure: isHttps(site) });
  if (person === null) return context.redirect('/', 303);
  const state = site.random();
  site.departures.set(state, true);
  try {
    return context.redirect((await site.broker.signOutAddress(person.idToken, state)).href, 303);
  } catch (error) {
    // The session here has ended either way; a broker that is down must not keep anybody signed in.
    site.report(describeFailure(error), error);
    return context.redirect(`/signed-out?state=${state}`, 303);
  }
}

function showSignedOut(site: Site, context: Context) {
  // Says "you have signed out" only at the end of a sign-out that began here.
  if (site.departures.get(context.req.query('state') ?? '') === null) return context.redirect('/', 303);
  return context.html(signedOutPage(languageOf(context)));
}

function failed(site: Site, context: Context, error: unknown) {
  const failure = describeFailure(error);
  site.report(failure, error);
  return problem(context, failure.kind, failure.code, statusOf[failure.kind]);
}

function problem(context: Context, kind: ProblemKind, code: string, status: 400 | 403 | 404 | 500 | 502 | 503) {
  return context.html(problemPage(languageOf(context), kind, code), status);
}

function asset(context: Context, type: string, text: string) {
  return context.body(text, 200, { 'content-type': type, 'cache-control': 'public, max-age=300' });
}

/** Sets a cookie. @param lifetime in milliseconds */
function remember(site: Site, context: Context, name: string, value: string, lifetime: number): void {
  const maxAge = lifetime / 1000;
  setCookie(context, name, value, { path: '/', httpOnly: true, sameSite: 'Lax', secure: isHttps(site), maxAge });
}

function isHttps(site: Site): boolean {
  return site.origin.startsWith('https:');
}

/** Serves the site. Port 0 takes a free one: read it from the server's address. @throws when the port is taken. */
export function listen(app: Hono, port: number, hostname: string): Promise<Server> {
  const server = createServer(getRequestListener(app.fetch, { overrideGlobalObjects: false }));
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, hostname, () => resolve(server));
  });
}

/** The browser's secret if it looks like one that we made: 32 bytes, so that nobody can be given an empty one. */
function knownBrowser(context: Context): string | null {
  const value = getCookie(context, browserCookie) ?? '';
  return /^[\w-]{43}$/.test(value) ? value : null;
}

function languageOf(context: Context): Language {
  for (const chosen of [context.req.query('lang'), getCookie(context, languageCookie)]) {
    if (isLanguage(chosen)) return chosen;
  }
  return preferredLanguage(context.req.header('accept-language') ?? '');
}

function isLanguage(text: string | undefined): text is Language {
  return text === 'es' || text === 'en';
}

function reportToConsole(failure: Failure, error: unknown): void {
  // Never the whole error: its cause may hold the answer, and with it the code or a token.
  console.error(
    `course-site: ${failure.kind} (${failure.code}): ${error instanceof Error ? error.message : 'unknown'}`,
  );
}
