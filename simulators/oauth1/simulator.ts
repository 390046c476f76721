/**
 * The strict stand-in of products that speak OAuth 1.0a, in several flavours: one handler from Request to Response.
 *
 * It verifies every signature, timestamp, nonce and verifier, and writes down in words what applications did wrong. All
 * its routes lie under one prefix. Time and chance are arguments; memory is bounded. Not a security boundary: it believes
 * whoever picks a person.
 */

import { setTimeout as wait } from 'node:timers/promises';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { Environment } from '../../src/model.ts';
import { frontHtml } from '../shared/answers.ts';
import { controlRoutes } from '../shared/controls.ts';
import { Orders } from '../shared/misbehaviour.ts';
import { receive } from '../shared/received.ts';
import { appliesTo, type Surroundings, spoil } from '../shared/spoil.ts';
import { authorize, type Choose, firstStepOfBrowser } from './authorize.ts';
import { type Client, register } from './client.ts';
import { temporaryCredentials, tokenCredentials, userData } from './credentials.ts';
import { type FlavourName, flavours } from './flavour.ts';
import { concernsParameters, hasParameters, type Order, orderSchema, spoilParameters } from './misbehaviour.ts';
import { oauth1PracticePeople } from './people.ts';
import type { Person } from './person.ts';
import { type Endpoint, type Received, World } from './world.ts';

export interface OAuth1SimulatorOptions {
  readonly environment: Environment;
  readonly flavour: FlavourName;
  /** Where it is reached, such as `http://localhost:4401`: the address is signed, and headers cannot be trusted with it. */
  readonly origin: string;
  /** Before every path, such as `/x`; empty for an origin of its own. */
  readonly prefix: string;
  readonly clients: readonly Client[];
  /** Who is listed on the page; by default the practice people. */
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

export interface OAuth1Simulator {
  readonly app: Hono;
  /** What arrived, oldest first; the same array each time. */
  readonly requests: readonly Received[];
  /** What applications did wrong, in words; empty after a flow that was right. */
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
export function createOAuth1Simulator(options: OAuth1SimulatorOptions): OAuth1Simulator {
  const { environment, prefix, origin } = options;
  const flavour = flavours[options.flavour];
  const clients = register(options.clients);
  const recordedRequests = options.recordedRequests ?? 1_000;
  const world = new World({ environment, flavour, origin, clients, recordedRequests });
  for (const person of options.people ?? oauth1PracticePeople) world.addPerson(person);
  const orders = new Orders<Order>();
  const pause = options.pause ?? ((milliseconds) => wait(milliseconds, undefined, { ref: false }));

  const app = new Hono();
  app.use(`${prefix}/*`, bodyLimit({ maxSize: largestBody, onError: () => frontHtml(413, 'Payload Too Large') }));
  if (options.controls === true) app.route(`${prefix}/practica`, controlRoutes(orderSchema, orders));
  for (const [method, path, endpoint, handler] of routes(world, prefix, options.choose ?? (() => null))) {
    app.on(method, `${prefix}${path}`, async ({ req: { raw: request } }) => {
      const received = receive(request, await request.text(), endpoint, environment.now());
      world.requests.push(received);
      const answer = handler(received);
      const how = orders.take(endpoint, (candidate) =>
        concernsParameters(candidate) ? hasParameters(answer, flavour.formType) : appliesTo(candidate, answer),
      );
      if (how === null) return answer;
      if (concernsParameters(how)) return spoilParameters(how, answer);
      return spoil(how, answer, { signal: request.signal, pause, subject: flavour.subject });
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

function routes(world: World, prefix: string, choose: Choose): readonly Route[] {
  const { paths, firstStep, credentialsMethod } = world.flavour;
  const authorizePath = `${prefix}${paths.authorize}`;
  const first: Route =
    firstStep === 'browser'
      ? [
          'GET',
          paths.temporaryCredentials,
          'authorize',
          (received) => firstStepOfBrowser(received, world, authorizePath),
        ]
      : [
          credentialsMethod,
          paths.temporaryCredentials,
          'temporary-credentials',
          (received) => temporaryCredentials(received, world),
        ];
  return [
    first,
    ['GET', paths.authorize, 'authorize', (received) => authorize(received, world, choose)],
    ['POST', paths.authorize, 'authorize', (received) => authorize(received, world, choose)],
    [credentialsMethod, paths.tokenCredentials, 'token-credentials', (received) => tokenCredentials(received, world)],
    ['GET', paths.userData, 'user-data', (received) => userData(received, world)],
  ];
}
