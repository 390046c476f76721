/**
 * The strict Llave MX stand-in: both of its hosts in one handler from Request to Response.
 *
 * It refuses what the real one refuses, and writes down in words what the client did wrong. Time and chance are
 * arguments; memory is bounded. Not a security boundary: it believes whoever picks a person.
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
import { type Application, register } from './application.ts';
import { authorize, type Choose } from './authorize.ts';
import { logOut } from './log-out.ts';
import { type Order, orderSchema } from './misbehaviour.ts';
import { obtainToken } from './obtain-token.ts';
import { registrationPage } from './page.ts';
import { practicePeople } from './people.ts';
import type { Person } from './person.ts';
import type { Endpoint, Received } from './received.ts';
import { roles, userData } from './user-data.ts';
import { World } from './world.ts';

export interface LlaveMxSimulatorOptions {
  readonly environment: Environment;
  readonly applications: readonly Application[];
  /** Who is listed on the page; by default the seven practice people. */
  readonly people?: readonly Person[];
  /** Chooses in place of the person, for programs without eyes; by default nobody does and the page is shown. */
  readonly choose?: Choose;
  /** How many requests are kept for assertions: 1,000 by default; 0 under load. */
  readonly recordedRequests?: number;
  /** Whether `POST /practica/misbehave` exists. By default it does not: whoever reaches it can break the stand-in. */
  readonly controls?: boolean;
  /** Waits between the bytes of a slow answer, in milliseconds; by default a timer that keeps no process alive. */
  readonly pause?: Surroundings['pause'];
}

export interface LlaveMxSimulator {
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
  /** Forgets `requests` and `complaints`; codes, tokens and sessions stay. */
  forget(): void;
}

type Handler = (received: Received) => Response;
type Route = readonly [method: 'GET' | 'POST', path: string, endpoint: Endpoint, handler: Handler];

/** Where the user data says who somebody is, in both generations. */
const subjectPlace = { within: [], members: ['idUsuario', 'id'] } as const;

const largestBody = 64 * 1024;

/** @throws TypeError when an application is malformed; RangeError when a person is. */
export function createLlaveMxSimulator(options: LlaveMxSimulatorOptions): LlaveMxSimulator {
  const world = new World(options.environment, register(options.applications), options.recordedRequests ?? 1_000);
  for (const person of options.people ?? practicePeople) world.addPerson(person);
  const orders = new Orders<Order>();
  const pause = options.pause ?? ((milliseconds) => wait(milliseconds, undefined, { ref: false }));

  const app = new Hono();
  app.use(bodyLimit({ maxSize: largestBody, onError: () => frontHtml(413, 'Payload Too Large') }));
  if (options.controls === true) app.route('/practica', controlRoutes(orderSchema, orders));
  app.get('/RegistroCiudadano.xhtml', () => registrationPage());
  for (const [method, path, endpoint, handler] of routes(world, options.choose ?? (() => null))) {
    app.on(method, path, async ({ req: { raw: request } }) => {
      const received = receive(request, await request.text(), endpoint, options.environment.now());
      world.requests.push(received);
      const answer = handler(received);
      const how = orders.take(endpoint, (candidate) => appliesTo(candidate, answer));
      return how === null ? answer : spoil(how, answer, { signal: request.signal, pause, subject: subjectPlace });
    });
  }
  app.notFound(({ req: { raw: request } }) => refusePath(request, world));

  return {
    app,
    requests: world.requests.items,
    complaints: world.complaints.items,
    addPerson: (person) => world.addPerson(person),
    misbehave: (order) => orders.add(order),
    behave: () => orders.reset(),
    forget: () => {
      world.requests.clear();
      world.complaints.clear();
    },
  };
}

/** Facts of Llave MX, section 1. Log-out of the native mode is under `auth`, not `oauth`: the one path out of line. */
function routes(world: World, choose: Choose): readonly Route[] {
  const web = '/ws/rest/oauth';
  const apps = '/ws/rest/apps/oauth';
  return [
    ['GET', '/oauth.xhtml', 'authorize', (received) => authorize(received, world, choose)],
    ['POST', '/oauth.xhtml', 'authorize', (received) => authorize(received, world, choose)],
    ['POST', `${web}/obtenerToken`, 'token', (received) => obtainToken('web', received, world)],
    ['POST', `${apps}/obtenerToken`, 'token', (received) => obtainToken('apps', received, world)],
    ['GET', `${web}/datosUsuario`, 'user-data', (received) => userData('web', received, world)],
    ['GET', `${apps}/datosUsuario`, 'user-data', (received) => userData('apps', received, world)],
    ['POST', `${web}/getRolesUsuarioLogueado`, 'roles', (received) => roles('web', received, world)],
    ['POST', `${apps}/getRolesUsuarioLogueado`, 'roles', (received) => roles('apps', received, world)],
    ['POST', `${web}/cerrarSesion`, 'logout', (received) => logOut('web', received, world)],
    ['POST', '/ws/rest/apps/auth/cerrarSesion', 'logout', (received) => logOut('apps', received, world)],
  ];
}

/** A wrong path or method of the API is the client's fault; a browser asking for an icon is nobody's. */
function refusePath(request: Request, world: World): Response {
  const { pathname } = new URL(request.url);
  if (pathname.endsWith('/cerrarSesion')) {
    world.complain(
      'logout',
      'log-out is a POST to /ws/rest/oauth/ in web mode and to /ws/rest/apps/auth/ in apps mode',
    );
  } else if (pathname.startsWith('/ws/')) {
    world.complain('other', 'there is no such path, or not with this method');
  }
  return frontHtml(404, 'Not Found');
}
