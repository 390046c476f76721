/**
 * The strict stand-in of a campus that launches tools by LTI 1.1 and 1.3, in the manner of several products: one handler from
 * Request to Response.
 *
 * It refuses careless tools and writes down in words what they did wrong. All its routes lie under one prefix. Time, chance and the
 * way to the tools' key sets are arguments; memory is bounded. Not a security boundary: it believes whoever picks a person.
 */

import { setTimeout as wait } from 'node:timers/promises';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { Environment } from '../../src/model.ts';
import { frontHtml } from '../shared/answers.ts';
import { controlRoutes } from '../shared/controls.ts';
import { createKeyPool, type KeyPool, KeyRing } from '../shared/keys.ts';
import { receive } from '../shared/received.ts';
import { appliesTo, type Surroundings, spoil } from '../shared/spoil.ts';
import { type Course, practiceCourse } from './course.ts';
import type { LaunchForm } from './form-page.ts';
import { Grades, type LineItem, type Score } from './grade-book.ts';
import { writeIdToken } from './id-token.ts';
import { beginLaunch } from './launch.ts';
import { launchForm } from './launch-1-1.ts';
import { concernsIdToken, concernsTheWay, type Order, orderSchema } from './misbehaviour.ts';
import { ltiPracticePeople } from './people.ts';
import type { Person } from './person.ts';
import type { ProductName } from './product.ts';
import { products } from './products.ts';
import { registrationToken } from './registration.ts';
import { routes } from './routes.ts';
import { tokenAudience } from './service-token.ts';
import type { Tool } from './tool.ts';
import { type Incoming, World } from './world.ts';

export interface LtiSimulatorOptions {
  readonly environment: Environment;
  readonly product: ProductName;
  /** Where it is reached, such as `https://campus.test`. */
  readonly origin: string;
  /** Before every path, such as `/moodle`; empty for an origin of its own. */
  readonly prefix: string;
  /** How the campus asks for the key set of a tool. */
  readonly fetch: (address: string) => Promise<Response>;
  readonly tools: readonly Tool[];
  /** By default the practice people. */
  readonly people?: readonly Person[];
  /** By default one course with two links to each tool: `<tool>-curso`, and `<tool>-tarea` which is graded. */
  readonly courses?: readonly Course[];
  /** Where the keys come from; by default they are this stand-in's alone. */
  readonly keyPool?: KeyPool;
  /** How many requests are kept for assertions: 1,000 by default; 0 under load. */
  readonly recordedRequests?: number;
  /** Whether `POST <prefix>/practica/misbehave` exists. By default it does not: whoever reaches it can break the stand-in. */
  readonly controls?: boolean;
  /** Waits between the bytes of a slow answer, in milliseconds; by default a timer that keeps no process alive. */
  readonly pause?: Surroundings['pause'];
}

/** A launch by the slugs of its parts. */
export interface Pressed {
  readonly person: string;
  readonly course: string;
  readonly link: string;
}

export interface LtiSimulator {
  readonly app: Hono;
  /** What an operator writes into the configuration of a tool. */
  readonly platform: {
    readonly issuer: string;
    readonly authorization_endpoint: string;
    readonly token_endpoint: string;
    /** `aud` of an assertion. */
    readonly token_audience: string;
    readonly jwks_uri: string;
    readonly openid_configuration: string;
  };
  /** What arrived, oldest first; the same array each time. */
  readonly requests: readonly Incoming[];
  /** What tools did wrong, in words; empty after everything that was right. */
  readonly complaints: readonly string[];
  readonly lineItems: readonly LineItem[];
  score(lineItem: string, person: string): Score | null;
  /** `sub` of 1.3, as the product writes it. @throws RangeError for an unknown slug. */
  subjectOf(person: string, course: string): string | null;
  /** `user_id` of 1.1. @throws RangeError for an unknown slug. */
  userIdOf(person: string, course: string): string | null;
  /** LTI 1.1: the signed form of a launch, without a browser. @throws RangeError for an unknown slug. */
  launchForm(pressed: Pressed): LaunchForm;
  /** LTI 1.3: the token that a launch would be answered with, without a browser. @throws RangeError for an unknown slug. */
  idToken(pressed: Pressed, nonce: string): string;
  /** A token for one dynamic registration. */
  registrationToken(): string;
  /** @throws RangeError for a malformed slug or beyond 1,000; the same slug again replaces. */
  addPerson(person: Person): void;
  addCourse(course: Course): void;
  addTool(tool: Tool): void;
  /** Signs with a new key from now on. `withdraw` takes the older ones out of the published set. */
  rotateKeys(options: { readonly withdraw: boolean }): void;
  /** @throws RangeError beyond 100 orders at once. */
  misbehave(order: Order): void;
  /** Ends all misbehaviour. */
  behave(): void;
}

const largestBody = 256 * 1024;

/** @throws RangeError when a person, a course or a tool has a malformed slug. */
export function createLtiSimulator(options: LtiSimulatorOptions): LtiSimulator {
  const { environment, prefix, fetch } = options;
  const world = new World({
    environment,
    fetch,
    product: products[options.product],
    base: `${options.origin}${prefix}`,
    keys: new KeyRing(options.keyPool ?? createKeyPool()),
    grades: new Grades(),
    recordedRequests: options.recordedRequests ?? 1_000,
  });
  for (const tool of options.tools) world.add(world.tools, tool);
  for (const person of options.people ?? ltiPracticePeople) world.add(world.people, person);
  const courses = options.courses ?? [practiceCourse(options.tools.map(({ slug }) => slug))];
  for (const course of courses) world.add(world.courses, course);
  return {
    app: appOf(options, world),
    platform: platformOf(world),
    requests: world.requests.items,
    complaints: world.complaints.items,
    get lineItems() {
      return world.grades.lineItems;
    },
    score: (lineItem, person) => world.grades.score(lineItem, person),
    subjectOf: (person, course) => world.subjectOf(named(world.people, person), named(world.courses, course)),
    userIdOf: (person, course) => world.userIdOf(named(world.people, person), named(world.courses, course)),
    launchForm: (pressed) => formOf(pressed, world),
    idToken: (pressed, nonce) => idTokenOf(pressed, nonce, world),
    registrationToken: () => registrationToken(world),
    addPerson: (person) => world.add(world.people, person),
    addCourse: (course) => world.add(world.courses, course),
    addTool: (tool) => world.add(world.tools, tool),
    rotateKeys: ({ withdraw }) => world.keys.rotate(withdraw),
    misbehave: (order) => world.orders.add(order),
    behave: () => world.orders.reset(),
  };
}

function appOf(options: LtiSimulatorOptions, world: World): Hono {
  const { environment, prefix } = options;
  const pause = options.pause ?? ((milliseconds: number) => wait(milliseconds, undefined, { ref: false }));
  const subject = { within: [], members: ['id'] } as const;
  const app = new Hono();
  app.use(`${prefix}/*`, bodyLimit({ maxSize: largestBody, onError: () => frontHtml(413, 'Payload Too Large') }));
  if (options.controls === true) app.route(`${prefix}/practica`, controlRoutes(orderSchema, world.orders));
  for (const [method, path, endpoint, handler] of routes) {
    app.on(method, `${prefix}${path}`, async ({ req }) => {
      const request = req.raw;
      const received = receive(request, await request.text(), endpoint, environment.now());
      const incoming = { ...received, parts: req.param() as { readonly [name: string]: string } };
      world.requests.push(incoming);
      const answer = await handler(incoming, world);
      const how = world.orders.take(endpoint, (each) => concernsTheWay(each) && appliesTo(each, answer));
      if (how === null || !concernsTheWay(how)) return answer;
      return spoil(how, answer, { signal: request.signal, pause, subject });
    });
  }
  return app;
}

function platformOf(world: World): LtiSimulator['platform'] {
  const { base, issuer } = world;
  return {
    issuer,
    authorization_endpoint: `${base}/lti/authorize`,
    token_endpoint: `${base}/lti/token`,
    token_audience: tokenAudience(world),
    jwks_uri: `${base}/lti/jwks`,
    openid_configuration: `${base}/.well-known/openid-configuration`,
  };
}

function named<Thing>(things: ReadonlyMap<string, Thing>, slug: string): Thing {
  const thing = things.get(slug);
  if (thing === undefined) throw new RangeError(`There is no "${slug}": there are ${[...things.keys()].join(', ')}.`);
  return thing;
}

function partsOf({ person, course, link }: Pressed, world: World) {
  const found = named(world.courses, course);
  const pressed = named(new Map(found.links.map((each) => [each.slug, each])), link);
  return { person: named(world.people, person), course: found, link: pressed, tool: named(world.tools, pressed.tool) };
}

function formOf(pressed: Pressed, world: World): LaunchForm {
  const { tool, ...parts } = partsOf(pressed, world);
  if (tool.version !== '1.1') throw new RangeError(`"${tool.slug}" is not launched by LTI 1.1.`);
  return launchForm({ ...parts, tool }, world);
}

function idTokenOf(pressed: Pressed, nonce: string, world: World): string {
  const { tool, person, course, link } = partsOf(pressed, world);
  if (tool.version !== '1.3') throw new RangeError(`"${tool.slug}" is not launched by LTI 1.3.`);
  const launch = beginLaunch(tool, person, { kind: 'resource-link', course, link }, world);
  return writeIdToken(launch, nonce, world.orders.take('authorize', concernsIdToken), world);
}
