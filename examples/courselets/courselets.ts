/**
 * Courselets: an app with courses, answers and histories that lets people sign in through the broker, and stays right when
 * two accounts of theirs become one.
 *
 * Owns the routes and the cookies. Begin reading at `told.ts`: what the broker tells it. Signing in is that of the course
 * site beside it. Must never follow a merged person's pointer when somebody signs in: who somebody is, the broker says.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { type Attempt, type Broker, createBroker, describeFailure } from '../course-site/broker.ts';
import { ExpiringMap } from '../course-site/expiring-map.ts';
import { refuseForeignPosts, securityHeaders } from '../course-site/protection.ts';
import { stylesheet } from '../course-site/style.ts';
import { type Language, preferredLanguage } from '../course-site/texts.ts';
import { type Database, openDatabase } from './database.ts';
import { createLearning, type Evaluation, type Learning } from './learning.ts';
import { coursePage, homePage, type MessageKind, messagePage, type Visit } from './pages.ts';
import { seedCourses } from './seed.ts';
import { createSessions, type Person, type Sessions } from './sessions.ts';
import { createVerifier, type Fetch } from './tokens.ts';
import { receiveEvent, receiveLogout } from './told.ts';

export interface CourseletsOptions {
  /** Where browsers find this app, such as `http://localhost:4403`. Never taken from a request's Host. */
  readonly origin: string;
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** The slug of the broker's provider for guests; null where it has none. */
  readonly guestProvider: string | null;
  readonly database: Database;
  readonly environment: { now(): number; randomBytes(bytes: number): Uint8Array };
  readonly fetch: Fetch;
  readonly report: (what: string, error: unknown) => void;
}

/** Where the broker calls: to be registered as `event_endpoint` and `backchannel_logout_uri`. */
export const EVENT_PATH = '/llavero/events';
export const LOGOUT_PATH = '/llavero/log-out';

const sessionCookie = 'courselets-session';
const browserCookie = 'courselets-browser';
const languageCookie = 'courselets-language';
const minutes = 60 * 1000;
const attemptLife = 15 * minutes;

interface App {
  readonly options: CourseletsOptions;
  readonly broker: Broker;
  readonly sessions: Sessions;
  readonly learning: Learning;
  readonly attempts: ExpiringMap<Attempt & { readonly browser: string }>;
  readonly random: () => string;
}

export function createCourselets(options: CourseletsOptions): Hono {
  const { database, environment, origin, issuer } = options;
  seedCourses(database);
  const app: App = {
    options,
    broker: createBroker({
      ...options,
      redirectUri: `${origin}/callback`,
      scope: 'openid profile email',
      postLogoutRedirectUri: `${origin}/signed-out`,
    }),
    sessions: createSessions(database, environment.now),
    learning: createLearning(database, environment.now),
    attempts: new ExpiringMap({ limit: 10_000, lifetime: attemptLife, now: environment.now }),
    random: () => Buffer.from(environment.randomBytes(32)).toString('base64url'),
  };
  const told = { ...options, verify: createVerifier({ ...options, now: environment.now }), now: environment.now };
  const hono = new Hono();
  // Before what refuses foreign posts: these two come from the broker's server, and prove it themselves.
  hono.post(EVENT_PATH, (context) => receiveEvent(context, told));
  hono.post(LOGOUT_PATH, (context) => receiveLogout(context, told));
  hono.use(securityHeaders(new URL(issuer).origin));
  hono.use(refuseForeignPosts(origin, (context) => message(app, context, 'problem', 'cross_site_request', 403)));
  mountSignIn(hono, app);
  mountLearning(hono, app);
  hono.get('/style.css', (context) => context.body(stylesheet, 200, { 'content-type': 'text/css; charset=utf-8' }));
  hono.notFound((context) => message(app, context, 'notFound', 'not_found', 404));
  hono.onError((error, context) => {
    options.report('request', error);
    return message(app, context, 'problem', 'internal_error', 500);
  });
  return hono;
}

function mountSignIn(hono: Hono, app: App): void {
  const { broker, sessions, attempts, random, options } = app;

  hono.get('/login', async (context) => {
    const browser = getCookie(context, browserCookie) ?? random();
    const attempt: Attempt = { state: random(), nonce: random(), codeVerifier: random() };
    const hint = context.req.query('idp_hint') ?? '';
    try {
      const address = await broker.signInAddress(attempt, {
        ui_locales: languageOf(context) === 'es' ? 'es-MX' : 'en',
        ...(/^[a-z0-9-]{1,64}$/.test(hint) ? { idp_hint: hint } : {}),
        // Whoever is a guest is signed in, and would be let through as the same guest.
        ...(context.req.query('prompt') === 'login' ? { prompt: 'login' } : {}),
      });
      attempts.set(attempt.state, { ...attempt, browser });
      remember(app, context, browserCookie, browser, attemptLife);
      return context.redirect(address.href, 303);
    } catch (error) {
      return failed(app, context, error);
    }
  });

  hono.get('/callback', async (context) => {
    // Taken: a state works once, and in the browser that began (login CSRF, RFC 6749 §10.12).
    const attempt = attempts.take(context.req.query('state') ?? '');
    if (attempt === null || attempt.browser !== getCookie(context, browserCookie)) {
      return message(app, context, 'problem', 'sign_in_unknown', 400);
    }
    try {
      const callback = new URL(`/callback${new URL(context.req.url).search}`, options.origin);
      const signedIn = await broker.finishSignIn(callback, attempt);
      sessions.end(getCookie(context, sessionCookie) ?? '');
      const cookie = random();
      sessions.begin(cookie, signedIn);
      remember(app, context, sessionCookie, cookie, 8 * 60 * minutes);
      return context.redirect('/', 303);
    } catch (error) {
      return failed(app, context, error);
    }
  });

  hono.post('/logout', async (context) => {
    const idToken = sessions.end(getCookie(context, sessionCookie) ?? '');
    deleteCookie(context, sessionCookie, { path: '/', secure: isHttps(app) });
    if (idToken === null) return context.redirect('/', 303);
    try {
      return context.redirect((await broker.signOutAddress(idToken, random())).href, 303);
    } catch (error) {
      // Signed out here either way.
      options.report('sign-out', error);
      return context.redirect('/signed-out', 303);
    }
  });

  hono.get('/signed-out', (context) => message(app, context, 'signedOut', null, 200));
}

function mountLearning(hono: Hono, app: App): void {
  const { learning } = app;

  hono.get('/', (context) => {
    const chosen = context.req.query('lang');
    if (chosen === 'es' || chosen === 'en') remember(app, context, languageCookie, chosen, 365 * 24 * 60 * minutes);
    const visit = visitOf(app, context);
    const { person } = visit;
    const progress = person === null ? null : learning.progress(person.id);
    return context.html(homePage(visit, learning.courses(person?.id ?? null), progress));
  });

  hono.get('/courses/:id{[0-9]+}', (context) => {
    const visit = visitOf(app, context);
    const id = Number(context.req.param('id'));
    const course = learning.courses(visit.person?.id ?? null).find((one) => one.id === id);
    if (course === undefined) return message(app, context, 'notFound', 'not_found', 404);
    return context.html(coursePage(visit, course, learning.units(id, visit.person?.id ?? 0)));
  });

  /** What a form does for whoever is signed in; back to where it was sent from. */
  const doing = (address: string, act: (id: number, person: Person, form: Form) => boolean) =>
    hono.post(address, async (context) => {
      const { person } = visitOf(app, context);
      if (person === null) return context.redirect('/login', 303);
      const form = await context.req.parseBody();
      const text = (name: string) => String(form[name] ?? '').trim();
      if (!act(Number(context.req.param('id')), person, text))
        return message(app, context, 'notFound', 'not_found', 404);
      return context.redirect(refererOf(app, context), 303);
    });

  doing('/courses/:id{[0-9]+}/enrol', (course, { id }) => learning.enrol(course, id));
  doing('/lessons/:id{[0-9]+}/like', (lesson, { id }) => learning.like(lesson, id));
  doing('/lessons/:id{[0-9]+}/answer', (lesson, { id }, form) => {
    const text = form('text').slice(0, 4000);
    return text !== '' && learning.answer(lesson, id, text);
  });
  doing('/responses/:id{[0-9]+}/evaluation', (response, { id }, form) => {
    const evaluation = evaluations.find((known) => known === form('evaluation'));
    return evaluation !== undefined && learning.evaluate(response, id, evaluation, form('error').slice(0, 500));
  });
}

type Form = (name: string) => string;
const evaluations: readonly Evaluation[] = ['different', 'close', 'correct'];

function visitOf({ sessions, options }: App, context: Context): Visit {
  const person = sessions.find(getCookie(context, sessionCookie) ?? '');
  return { language: languageOf(context), person, guestProvider: options.guestProvider };
}

function failed(app: App, context: Context, error: unknown) {
  const { kind, code } = describeFailure(error);
  app.options.report('sign-in', error);
  if (kind === 'denied') return message(app, context, 'denied', code, 403);
  return kind === 'unavailable'
    ? message(app, context, 'unavailable', code, 503)
    : message(app, context, 'problem', code, 400);
}

function message(
  app: App,
  context: Context,
  kind: MessageKind,
  code: string | null,
  status: 200 | 400 | 403 | 404 | 500 | 503,
) {
  return context.html(messagePage(visitOf(app, context), kind, code), status);
}

/** A page of this app, or the first one: an address from a request leads nowhere else. */
function refererOf({ options }: App, context: Context): string {
  const referer = context.req.header('referer') ?? '';
  return URL.canParse(referer) && new URL(referer).origin === options.origin ? new URL(referer).pathname : '/';
}

function remember(app: App, context: Context, name: string, value: string, lifetime: number): void {
  const maxAge = lifetime / 1000;
  setCookie(context, name, value, { path: '/', httpOnly: true, sameSite: 'Lax', secure: isHttps(app), maxAge });
}

const isHttps = ({ options }: App) => options.origin.startsWith('https:');

function languageOf(context: Context): Language {
  for (const chosen of [context.req.query('lang'), getCookie(context, languageCookie)]) {
    if (chosen === 'es' || chosen === 'en') return chosen;
  }
  return preferredLanguage(context.req.header('accept-language') ?? '');
}

export interface StartOptions extends Omit<CourseletsOptions, 'origin' | 'database' | 'fetch' | 'report'> {
  /** Where to listen on `localhost`; 0 takes a free port. */
  readonly port: number;
  /** The SQLite file, or `:memory:`. */
  readonly databaseFile: string;
}

export interface RunningCourselets {
  readonly origin: string;
  close(): Promise<void>;
}

/** Opens the database and serves the app on this machine. @throws when the port is taken. */
export async function startCourselets({ port, databaseFile, ...options }: StartOptions): Promise<RunningCourselets> {
  // Listens before it is known what it answers: with port 0 the origin is known only then.
  let answer: ((request: Request) => Response | Promise<Response>) | null = null;
  const server = createServer(
    getRequestListener((request) => answer?.(request) ?? new Response(null, { status: 503 }), {
      overrideGlobalObjects: false,
    }),
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, 'localhost', resolve);
  });
  const origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  const database = openDatabase(databaseFile);
  const fetch: Fetch = (url, init) => globalThis.fetch(url, init as RequestInit);
  answer = createCourselets({ ...options, origin, database, fetch, report: reportToConsole }).fetch;
  return {
    origin,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      database.close();
    },
  };
}

function reportToConsole(what: string, error: unknown): void {
  // Never the whole error: its cause may hold a token.
  console.error(`courselets: ${what}: ${error instanceof Error ? error.message : 'unknown'}`);
}
