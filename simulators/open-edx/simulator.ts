/**
 * The strict stand-in of an Open edX LMS: as relying party of a broker, as OAuth 2 provider, and as a service, in one handler
 * from Request to Response.
 *
 * It refuses what the real one refuses, and writes down in words what others did wrong. Time and chance are arguments;
 * memory is bounded. Not a security boundary: it has no mails, and believes whoever configures it.
 */

import { setTimeout as wait } from 'node:timers/promises';
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { Environment, Milliseconds } from '../../src/model.ts';
import { frontHtml } from '../shared/answers.ts';
import { controlRoutes } from '../shared/controls.ts';
import { Orders } from '../shared/misbehaviour.ts';
import { receive } from '../shared/received.ts';
import { appliesTo, type Surroundings, spoil } from '../shared/spoil.ts';
import type { Account } from './accounts.ts';
import { practiceCourses } from './courses.ts';
import { type Incoming, type Received, readRequest } from './incoming.ts';
import { type Endpoint, lostAnswer, type Misbehaviour, type Order, orderSchema, refusal } from './misbehaviour.ts';
import { errorPage, missingPage } from './pages.ts';
import { Random } from './random.ts';
import {
  type AccountInput,
  type ApplicationInput,
  applicationSchema,
  type CourseInput,
  courseSchema,
  type ProviderRecordInput,
  type Site,
} from './records.ts';
import { routes } from './routes.ts';
import { Sessions } from './sessions.ts';
import { defaultSettings, type LmsSettings } from './settings.ts';
import { type Ask, type Enrollment, Unhandled, World } from './world.ts';

export interface OpenEdxSimulatorOptions {
  readonly environment: Environment;
  /** Where browsers find it: the domain of its Site, and the issuer of its JWTs. Redirect addresses follow each request's Host. */
  readonly origin: string;
  /** Those of a plain LMS with what is different. */
  readonly settings?: Partial<LmsSettings>;
  /** By default `example.com` with the number 1, and the host of `origin` with the number 2. */
  readonly sites?: readonly Site[];
  readonly providers?: readonly ProviderRecordInput[];
  readonly applications?: readonly ApplicationInput[];
  readonly accounts?: readonly AccountInput[];
  /** By default the practice courses. */
  readonly courses?: readonly CourseInput[];
  /** Takes the place of the global `fetch` for calls to a provider. */
  readonly fetch?: Ask;
  /** How many requests are kept for assertions: 1,000 by default; 0 under load. */
  readonly recordedRequests?: number;
  /** Whether `POST /practica/misbehave` exists. By default it does not: whoever reaches it can break the stand-in. */
  readonly controls?: boolean;
  /** Waits between the bytes of a slow answer, in milliseconds; by default a timer that keeps no process alive. */
  readonly pause?: Surroundings['pause'];
}

/** A token that an operator makes by hand, with the date on which it ends. */
export interface ServiceToken {
  readonly username: string;
  /** By default one that is made up. */
  readonly token?: string;
  readonly scopes?: readonly string[];
  /** By default a year from now. */
  readonly expiresAt?: Milliseconds;
}

export interface OpenEdxSimulator {
  readonly app: Hono;
  /** What arrived, oldest first; the same array each time. */
  readonly requests: readonly Received[];
  /** What providers and callers did wrong, in words; empty after a flow that was right. */
  readonly complaints: readonly string[];
  /** A newer row. As in the real one, buttons and flags may be ten minutes behind: `clearCache` ends that. */
  saveProvider(record: ProviderRecordInput): void;
  clearCache(): void;
  /** The same client id again replaces. */
  addApplication(application: ApplicationInput): void;
  /** The same username again replaces. */
  addAccount(account: AccountInput): Account;
  /** The same id again replaces. */
  addCourse(course: CourseInput): void;
  /** The text of the token. @throws TypeError for an unknown account. */
  issueServiceToken(token: ServiceToken): string;
  /** Null where there is none. */
  account(username: string): Account | null;
  readonly accounts: readonly Account[];
  linksOf(username: string): readonly { readonly provider: string; readonly uid: string }[];
  enrollmentsOf(username: string): readonly Enrollment[];
  /** As the link in the mail does. */
  activate(username: string): void;
  /** Takes all tokens of an account away, as the weekly sweep or a changed password does. */
  sweepTokens(username: string): void;
  /** Ends the process and begins it anew: what is kept in memory of discovery and keys is gone, the database stays. */
  restart(): void;
  /** @throws RangeError beyond 100 orders at once. */
  misbehave(order: Order): void;
  /** Ends all misbehaviour. */
  behave(): void;
  /** Forgets `requests` and `complaints`; everything else stays. */
  forget(): void;
}

const largestBody = 256 * 1024;
const year: Milliseconds = 365 * 24 * 3_600_000;

/** @throws ZodError when something configured is malformed. */
export function createOpenEdxSimulator(options: OpenEdxSimulatorOptions): OpenEdxSimulator {
  const { environment, origin } = options;
  const random = new Random(environment);
  const settings = { ...defaultSettings, ...options.settings };
  const world = new World({
    environment,
    origin,
    settings,
    random,
    sites: options.sites ?? [
      { id: 1, domain: 'example.com' },
      { id: 2, domain: new URL(origin).host },
    ],
    ask: options.fetch ?? ((url, init) => fetch(url, init)),
    recordedRequests: options.recordedRequests ?? 1_000,
    sessions: new Sessions(environment.now, random),
  });
  const orders = new Orders<Order>();
  const pause = options.pause ?? ((milliseconds) => wait(milliseconds, undefined, { ref: false }));

  const named = (username: string): Account => {
    const account = world.accounts.named(username);
    if (account === null) throw new TypeError(`There is no account ${username}.`);
    return account;
  };
  const simulator: OpenEdxSimulator = {
    app: createApp(world, orders, { pause, controls: options.controls === true }),
    requests: world.requests.items,
    complaints: world.complaints.items,
    saveProvider: (record) => world.providers.save(record),
    clearCache: () => world.providers.clearCache(),
    addApplication(input) {
      const application = applicationSchema.parse(input);
      world.applications.set(application.client_id, application);
    },
    addAccount: (account) => world.accounts.add(account),
    addCourse(input) {
      const course = courseSchema.parse(input);
      world.courses.set(course.id, course);
    },
    issueServiceToken({ username, token, scopes = ['read', 'write', 'email', 'profile'], expiresAt }) {
      const seconds = ((expiresAt ?? world.now() + year) - world.now()) / 1_000;
      return world.tokens.issueAccess({ account: named(username), scopes, clientId: null }, seconds, token);
    },
    account: (username) => world.accounts.named(username),
    get accounts() {
      return world.accounts.all();
    },
    linksOf: (username) => world.accounts.linksOf(named(username)).map(({ provider, uid }) => ({ provider, uid })),
    enrollmentsOf: (username) => world.enrollmentsOf(username),
    activate(username) {
      named(username).isActive = true;
    },
    sweepTokens: (username) => world.tokens.sweep(named(username)),
    restart: () => world.forgetProcess(),
    misbehave: (order) => orders.add(order),
    behave: () => orders.reset(),
    forget() {
      world.requests.clear();
      world.complaints.clear();
    },
  };
  for (const account of options.accounts ?? []) simulator.addAccount(account);
  for (const application of options.applications ?? []) simulator.addApplication(application);
  for (const course of options.courses ?? practiceCourses) simulator.addCourse(course);
  for (const record of options.providers ?? []) simulator.saveProvider(record);
  return simulator;
}

interface Surrounding {
  readonly pause: Surroundings['pause'];
  readonly controls: boolean;
}

function createApp(world: World, orders: Orders<Order>, { pause, controls }: Surrounding): Hono {
  const app = new Hono();
  app.use(bodyLimit({ maxSize: largestBody, onError: () => frontHtml(413, 'Payload Too Large') }));
  if (controls) app.route('/practica', controlRoutes(orderSchema, orders));
  for (const { method, path, endpoint, handler } of routes) {
    app.on(method, path, async (context) => {
      const request = await read(context, endpoint, world);
      world.requests.push(request);
      const refused = orders.take(endpoint, ({ kind }) => kind === 'refused');
      if (refused?.kind === 'refused') return refusal(refused as Extract<Misbehaviour, { kind: 'refused' }>);
      const answer = await answerOf(() => handler(request, world), request, world);
      const how = orders.take(endpoint, (candidate) => fits(candidate as Misbehaviour, answer)) as Misbehaviour | null;
      if (how === null) return answer;
      if (how.kind === 'connection-lost') return hangUp(context);
      const surroundings = {
        signal: context.req.raw.signal,
        pause,
        subject: { within: [], members: ['username'] },
      } as const;
      return how.kind === 'refused' ? answer : spoil(how, answer, surroundings);
    });
  }
  app.notFound(async (context) => missingPage(await read(context, 'page', world), 'Not Found'));
  return app;
}

function fits(how: Misbehaviour, answer: Response): boolean {
  if (how.kind === 'refused') return false;
  return how.kind === 'connection-lost' || appliesTo(how, answer);
}

async function read(context: Context, endpoint: Endpoint, world: World): Promise<Incoming> {
  const { raw } = context.req;
  const received = receive(raw, await raw.text(), endpoint, world.now());
  return readRequest(received, new URL(raw.url), socketOf(context)?.remoteAddress, context.req.param());
}

/** What Django makes of an exception that nobody caught. */
async function answerOf(
  handle: () => Response | Promise<Response>,
  request: Incoming,
  world: World,
): Promise<Response> {
  try {
    return await handle();
  } catch (fault) {
    if (!(fault instanceof Unhandled)) throw fault;
    world.complain(request.endpoint, fault.message);
    return errorPage(request, fault.message);
  }
}

interface NodeSocket {
  readonly remoteAddress?: string;
  destroy(): void;
}

/** Null where the handler is called without a server. */
function socketOf(context: Context): NodeSocket | null {
  const { incoming } = (context.env ?? {}) as { readonly incoming?: { readonly socket?: NodeSocket } };
  return incoming?.socket ?? null;
}

function hangUp(context: Context): Response {
  const socket = socketOf(context);
  if (socket === null) return lostAnswer();
  socket.destroy();
  return new Response(null);
}
