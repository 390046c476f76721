/**
 * The ways in which a stand-in can be told to misbehave, as a closed list, and the orders that are in force.
 *
 * An order names an endpoint, and only what makes sense there can be written down. `kind` is what a test's name says.
 */

import { z } from 'zod';

const plain = <Kind extends string>(kind: Kind) => z.strictObject({ kind: z.literal(kind) });

/** What can happen to any answer on its way. */
export const onTheWay = [
  z.strictObject({ kind: z.literal('html-from-load-balancer'), status: z.union([z.literal(200), z.literal(502)]) }),
  plain('status-500'),
  plain('status-411'),
  /** Any status with any text, labelled JSON. */
  z.strictObject({ kind: z.literal('status-with-json'), status: z.int().min(200).max(599), json: z.string() }),
  /** `no-headers` and `no-body` never answer until aborted; `byte-at-a-time` sends white space for ever. */
  z.strictObject({ kind: z.literal('slow'), how: z.enum(['no-headers', 'no-body', 'byte-at-a-time']) }),
  /** The true answer, followed by 3 MB of white space: right in every way but its size. */
  plain('huge'),
  plain('empty-body'),
  plain('not-json'),
  z.strictObject({ kind: z.literal('redirect'), location: z.string() }),
  z.strictObject({ kind: z.literal('other-content-type'), contentType: z.string() }),
] as const;

export const ofJson = [
  /** An error as the older generation sends it. */
  z.strictObject({ kind: z.literal('error-inside-200'), error: z.string() }),
  z.strictObject({ kind: z.literal('error-with-status'), status: z.int().min(400).max(599), error: z.string() }),
  /** The first member a second time with another value (of the token answer `accessToken`, of the user data the subject). */
  plain('duplicate-members'),
  /** The true answer with one more member: 100,000 arrays in each other. */
  plain('deeply-nested'),
  /** Any text in place of the answer; it need not be JSON. */
  z.strictObject({ kind: z.literal('json-replaced'), json: z.string() }),
] as const;

export const ofUserData = [
  /** The subject as this raw JSON text: `null`, `""`, `"null"`, `9007199254740993`, `{}`, `1e999`. */
  z.strictObject({ kind: z.literal('subject'), json: z.string() }),
  plain('subject-missing'),
] as const;

/** These change the way back to the application, and wait until there is one. */
const ofAuthorization = [
  plain('wrong-state'),
  plain('no-state'),
  plain('state-twice'),
  plain('code-twice'),
  plain('denies'),
] as const;

const authorizeMisbehaviour = z.discriminatedUnion('kind', [...onTheWay, ...ofAuthorization]);
const apiMisbehaviour = z.discriminatedUnion('kind', [...onTheWay, ...ofJson]);
const userDataMisbehaviour = z.discriminatedUnion('kind', [...onTheWay, ...ofJson, ...ofUserData]);

/** For how many answers the order holds. */
export const times = z.union([z.int().min(1).max(1_000), z.literal('until-reset')]);

/** What `POST …/misbehave` and tests may write. @param api the endpoints beside authorization and user data */
export function orderSchemaFor<const Api extends readonly [string, ...string[]]>(api: Api) {
  return z.discriminatedUnion('endpoint', [
    z.strictObject({ endpoint: z.literal('authorize'), how: authorizeMisbehaviour, times }),
    z.strictObject({ endpoint: z.enum(api), how: apiMisbehaviour, times }),
    z.strictObject({ endpoint: z.literal('user-data'), how: userDataMisbehaviour, times }),
  ]);
}

export type Misbehaviour = z.infer<typeof authorizeMisbehaviour | typeof apiMisbehaviour | typeof userDataMisbehaviour>;

/** What every order has, whichever endpoints its stand-in knows, and whatever more it can do wrong. */
export interface AnyOrder {
  readonly endpoint: string;
  readonly how: { readonly kind: string };
  readonly times: z.infer<typeof times>;
}

interface Standing<Order> {
  readonly order: Order;
  left: number;
}

/** More orders at once than this are a mistake of the test. */
const mostOrders = 100;

/** The orders in force, first come first served for each endpoint. */
export class Orders<Order extends AnyOrder> {
  #standing: Standing<Order>[] = [];

  /** @throws RangeError beyond 100 orders at once. */
  add(order: Order): void {
    if (this.#standing.length >= mostOrders) throw new RangeError(`There are already ${mostOrders} orders.`);
    this.#standing.push({ order, left: order.times === 'until-reset' ? Number.POSITIVE_INFINITY : order.times });
  }

  reset(): void {
    this.#standing = [];
  }

  /** What to do to this answer, or null. Counts only where `applies`: an order is not used up by an answer it cannot change. */
  take<How extends Order['how']>(endpoint: string, applies: (how: Order['how']) => how is How): How | null;
  take(endpoint: string, applies: (how: Order['how']) => boolean): Order['how'] | null;
  take(endpoint: string, applies: (how: Order['how']) => boolean): Order['how'] | null {
    const found = this.#standing.find(({ order }) => order.endpoint === endpoint && applies(order.how));
    if (found === undefined) return null;
    found.left -= 1;
    if (found.left === 0) this.#standing = this.#standing.filter((standing) => standing !== found);
    return found.order.how;
  }
}
