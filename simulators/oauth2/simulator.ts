/**
 * The strict stand-in of products that speak OAuth 2, in several flavours: one handler from Request to Response.
 *
 * It refuses careless clients and writes down in words what they did wrong. All its routes lie under one prefix, so that
 * several fit behind one port. Time and chance are arguments; memory is bounded. Not a security boundary: it believes
 * whoever picks a person.
 */

import { setTimeout as wait } from 'node:timers/promises';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { Environment } from '../../src/model.ts';
import { frontHtml } from '../shared/answers.ts';
import { type Client, register } from '../shared/client.ts';
import { controlRoutes } from '../shared/controls.ts';
import { Orders } from '../shared/misbehaviour.ts';
import { receive } from '../shared/received.ts';
import { appliesTo, type Surroundings, spoil } from '../shared/spoil.ts';
import { authorize, type Choose } from './authorize.ts';
import type { Flavour } from './flavour.ts';
import { type FlavourName, flavours } from './flavours.ts';
import { type Order, orderSchema } from './misbehaviour.ts';
import { oauth2PracticePeople } from './people.ts';
import type { Person } from './person.ts';
import { token } from './token.ts';
import { userData } from './user-data.ts';
import { type Endpoint, type Received, World } from './world.ts';

export interface OAuth2SimulatorOptions {
  readonly environment: Environment;
  /** A product by name, or one that is described on the spot. */
  readonly flavour: FlavourName | Flavour;
  /** Before every path, such as `/wordpress`; empty for an origin of its own. */
  readonly prefix: string;
  readonly clients: readonly Client[];
  /** Who is listed on the page; by default the practice people of the product. */
  readonly people?: readonly Person[];
  /** Chooses in place of the person, for programs without eyes; by default nobody does and the page is shown. */
  readonly choose?: Choose;
  /** How many requests are kept for assertions: 1,000 by default; 0 under load. */
  readonly recordedRequests?: number;
  /** Whether `POST <prefix>/practica/misbehave` exists. By default it does not: whoever reaches it can break the stand-in. */
  readonly controls?: boolean;
  /** Waits between the bytes of a slow answer, in milliseconds; by default a timer that keeps no process alive. */
  readonly pause?: Surroundings['pause'];
}

export interface OAuth2Simulator {
  readonly app: Hono;
  /** What arrived, oldest first; the same array each time. */
  readonly requests: readonly Received[];
  /** What clients did wrong, in words; empty after a flow that was right. */
  readonly complaints: readonly string[];
  /** @throws RangeError for a malformed slug or beyond 1,000 people. */
  addPerson(person: Person): void;
  /** @throws RangeError beyond 100 orders at once. */
  misbehave(order: Order): void;
  /** Ends all misbehaviour. */
  behave(): void;
}

type Handler = (received: Received) => Response;
type Route = readonly [method: 'GET' | 'POST', path: string, endpoint: Endpoint, handler: Handler];

const largestBody = 64 * 1024;

/** @throws TypeError when a client is malformed; RangeError when a person is. */
export function createOAuth2Simulator(options: OAuth2SimulatorOptions): OAuth2Simulator {
  const { environment, prefix, flavour: named } = options;
  const flavour = typeof named === 'string' ? flavours[named] : named;
  const world = new World(environment, flavour, register(options.clients), options.recordedRequests ?? 1_000);
  const people = options.people ?? oauth2PracticePeople[typeof named === 'string' ? named : 'plain'];
  for (const person of people) world.addPerson(person);
  const orders = new Orders<Order>();
  const pause = options.pause ?? ((milliseconds) => wait(milliseconds, undefined, { ref: false }));

  const app = new Hono();
  app.use(`${prefix}/*`, bodyLimit({ maxSize: largestBody, onError: () => frontHtml(413, 'Payload Too Large') }));
  if (options.controls === true) app.route(`${prefix}/practica`, controlRoutes(orderSchema, orders));
  for (const [method, path, endpoint, handler] of routes(world, options.choose ?? (() => null))) {
    app.on(method, `${prefix}${path}`, async ({ req: { raw: request } }) => {
      const received = receive(request, await request.text(), endpoint, environment.now());
      world.requests.push(received);
      const answer = handler(received);
      const how = orders.take(endpoint, (candidate) => appliesTo(candidate, answer));
      const surroundings = { signal: request.signal, pause, subject: flavour.subject };
      return how === null ? answer : spoil(how, answer, surroundings);
    });
  }

  return {
    app,
    requests: world.requests.items,
    complaints: world.complaints.items,
    addPerson: (person) => world.addPerson(person),
    misbehave: (order) => orders.add(order),
    behave: () => orders.reset(),
  };
}

function routes(world: World, choose: Choose): readonly Route[] {
  const { paths } = world.flavour;
  return [
    ['GET', paths.authorize, 'authorize', (received) => authorize(received, world, choose)],
    ['POST', paths.authorize, 'authorize', (received) => authorize(received, world, choose)],
    ['POST', paths.token, 'token', (received) => token(received, world)],
    ['GET', paths.userData, 'user-data', (received) => userData(received, world)],
  ];
}
