/**
 * The strict OpenID provider stand-in, in several flavours: one handler from Request to Response.
 *
 * It refuses careless clients and writes down in words what they did wrong. All its routes lie under one prefix, so that
 * several fit behind one port. Time and chance are arguments; memory is bounded. Not a security boundary: it believes
 * whoever picks a person.
 */

import { Hono } from 'hono';
import type { Environment, JsonObject } from '../../src/model.ts';
import { type Client, register } from '../shared/client.ts';
import { createKeyPool, type KeyPool, KeyRing } from '../shared/keys.ts';
import { authorize, type Choose } from './authorize.ts';
import { type FlavourName, flavours } from './flavour.ts';
import { keySet } from './key-set.ts';
import { concernsTheWay, type Order, orderSchema } from './misbehaviour.ts';
import { oidcPracticePeople } from './people.ts';
import type { Person } from './person.ts';
import { type Endpoint, type Received, receive } from './received.ts';
import { spoil } from './spoil.ts';
import { token } from './token.ts';
import { userinfo } from './userinfo.ts';
import { World } from './world.ts';

export interface OidcSimulatorOptions {
  readonly environment: Environment;
  readonly flavour: FlavourName;
  /** Where it is reached, such as `http://localhost:4401`. */
  readonly origin: string;
  /** Before every path, such as `/google`; empty for an origin of its own. */
  readonly prefix: string;
  readonly clients: readonly Client[];
  /** Who is listed on the page; by default the practice people. */
  readonly people?: readonly Person[];
  /** Chooses in place of the person, for programs without eyes; by default nobody does and the page is shown. */
  readonly choose?: Choose;
  /** Where the keys come from; by default they are this stand-in's alone. */
  readonly keyPool?: KeyPool;
  /** How many requests are kept for assertions: 1,000 by default; 0 under load. */
  readonly recordedRequests?: number;
  /** Whether `POST <prefix>/practica/misbehave` exists. By default it does not: whoever reaches it can break the stand-in. */
  readonly controls?: boolean;
}

export interface OidcSimulator {
  readonly app: Hono;
  /** What the operator writes as `issuer`. */
  readonly issuer: string;
  /** What arrived, oldest first; the same array each time. */
  readonly requests: readonly Received[];
  /** What clients did wrong, in words; empty after a flow that was right. */
  readonly complaints: readonly string[];
  /** @throws RangeError for a malformed slug or beyond 1,000 people. */
  addPerson(person: Person): void;
  /** Signs with a new key from now on. `withdraw` takes the older ones out of the published set. */
  rotateKeys(options: { readonly withdraw: boolean }): void;
  /** @throws RangeError beyond 100 orders at once. */
  misbehave(order: Order): void;
  /** Ends all misbehaviour. */
  behave(): void;
}

type Handler = (received: Received) => Response;
type Route = readonly [method: 'GET' | 'POST', path: string, endpoint: Endpoint, handler: Handler];

/** @throws TypeError when a client is malformed; RangeError when a person is. */
export function createOidcSimulator(options: OidcSimulatorOptions): OidcSimulator {
  const world = new World({
    environment: options.environment,
    flavour: flavours[options.flavour],
    base: `${options.origin}${options.prefix}`,
    clients: register(options.clients),
    keys: new KeyRing(options.keyPool ?? createKeyPool()),
    recordedRequests: options.recordedRequests ?? 1_000,
  });
  for (const person of options.people ?? oidcPracticePeople) world.addPerson(person);

  const app = new Hono();
  for (const [method, path, endpoint, handler] of routes(world, options.choose ?? (() => null))) {
    app.on(method, `${options.prefix}${path}`, async ({ req: { raw: request } }) => {
      const received = await receive(request, endpoint);
      world.requests.push(received);
      const answer = handler(received);
      const how = world.orders.take(endpoint, concernsTheWay);
      return how === null ? answer : spoil(how, answer, request.signal);
    });
  }
  if (options.controls === true) addControls(app, options.prefix, world);

  return {
    app,
    issuer: world.issuer,
    requests: world.requests.items,
    complaints: world.complaints.items,
    addPerson: (person) => world.addPerson(person),
    rotateKeys: ({ withdraw }) => world.keys.rotate(withdraw),
    misbehave: (order) => world.orders.add(order),
    behave: () => world.orders.reset(),
  };
}

function routes(world: World, choose: Choose): readonly Route[] {
  const { paths, issuerPath } = world.flavour;
  return [
    ['GET', `${issuerPath}/.well-known/openid-configuration`, 'discovery', () => Response.json(metadata(world))],
    ['GET', paths.jwks, 'jwks', () => Response.json(keySet(world))],
    ['GET', paths.authorize, 'authorize', (received) => authorize(received, world, choose)],
    ['POST', paths.authorize, 'authorize', (received) => authorize(received, world, choose)],
    ['POST', paths.token, 'token', (received) => token(received, world)],
    ['GET', paths.userinfo, 'userinfo', (received) => userinfo(received, world)],
  ];
}

/** OpenID Connect Discovery §3 */
function metadata({ issuer, base, flavour }: World): JsonObject {
  return {
    issuer,
    authorization_endpoint: `${base}${flavour.paths.authorize}`,
    token_endpoint: `${base}${flavour.paths.token}`,
    userinfo_endpoint: `${base}${flavour.paths.userinfo}`,
    jwks_uri: `${base}${flavour.paths.jwks}`,
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    token_endpoint_auth_methods_supported: [...flavour.authentication],
    ...(flavour.announcesIssuer ? { authorization_response_iss_parameter_supported: true } : {}),
  };
}

/** Misbehaviour on request over HTTP, for demonstrations. */
function addControls(app: Hono, prefix: string, { orders }: World): void {
  app.post(`${prefix}/practica/misbehave`, async (context) => {
    // A page of another site can post text, but not JSON without asking first (CORS), and nobody answers that here.
    if (context.req.header('content-type')?.split(';', 1)[0] !== 'application/json') {
      return context.json({ error: 'The order must be application/json.' }, 415);
    }
    const parsed = orderSchema.safeParse(await context.req.json().catch(() => null));
    if (!parsed.success) return context.json({ error: 'This is not an order.', issues: parsed.error.issues }, 400);
    orders.add(parsed.data);
    return context.body(null, 204);
  });
  app.delete(`${prefix}/practica/misbehave`, (context) => {
    orders.reset();
    return context.body(null, 204);
  });
}
