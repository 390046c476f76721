/**
 * The ways in which the stand-in can be told to misbehave, as a closed list, and the orders that are in force.
 *
 * An order names an endpoint, and only what makes sense there can be written down. A `json` is raw text, because an
 * object in memory can hold neither a member twice nor a number beyond a double; null takes the member away.
 */

import { z } from 'zod';
import { keySets } from '../shared/key-set.ts';
import { signers } from '../shared/signed-token.ts';
import type { Endpoint } from './received.ts';

const plain = <Kind extends string>(kind: Kind) => z.strictObject({ kind: z.literal(kind) });
const member = <Kind extends string>(kind: Kind) =>
  z.strictObject({ kind: z.literal(kind), name: z.string(), json: z.string().nullable() });

/** What can happen to any answer on its way. */
const onTheWay = [
  z.strictObject({ kind: z.literal('html'), status: z.union([z.literal(200), z.literal(502)]) }),
  plain('status-500'),
  /** Never answers until the client goes away. */
  plain('silent'),
  /** The true answer, followed by 3 MB of white space: right in every way but its size. */
  plain('huge'),
  plain('empty-body'),
  plain('not-json'),
  plain('not-utf8'),
  z.strictObject({ kind: z.literal('redirect'), location: z.string() }),
  z.strictObject({ kind: z.literal('other-content-type'), contentType: z.string() }),
  z.strictObject({ kind: z.literal('error'), status: z.int().min(200).max(599), error: z.string() }),
  /** The first member a second time. */
  plain('duplicate-members'),
  plain('deeply-nested'),
  z.strictObject({ kind: z.literal('json-replaced'), json: z.string() }),
  member('member'),
] as const;

const ofIdToken = [
  member('id-token-claim'),
  member('id-token-header'),
  /** The claim a second time, with this value. */
  z.strictObject({ kind: z.literal('id-token-claim-twice'), name: z.string(), json: z.string() }),
  /** Signed truly, whatever it is. */
  z.strictObject({ kind: z.literal('id-token-payload'), json: z.string() }),
  z.strictObject({ kind: z.literal('id-token-signed-by'), signer: z.enum(signers) }),
  z.strictObject({ kind: z.literal('id-token'), text: z.string() }),
] as const;

/** These change the way back to the client, and wait until there is one. */
const ofCallback = [
  z.strictObject({ kind: z.literal('callback-parameter'), name: z.string(), value: z.string().nullable() }),
  z.strictObject({ kind: z.literal('callback-parameter-twice'), name: z.string(), value: z.string() }),
  z.strictObject({ kind: z.literal('denies'), error: z.string() }),
] as const;

/** For how many answers the order holds. */
const times = z.union([z.int().min(1).max(1_000), z.literal('until-reset')]);

export const orderSchema = z.discriminatedUnion('endpoint', [
  z.strictObject({
    endpoint: z.enum(['discovery', 'userinfo']),
    how: z.discriminatedUnion('kind', [...onTheWay]),
    times,
  }),
  z.strictObject({
    endpoint: z.literal('jwks'),
    how: z.discriminatedUnion('kind', [...onTheWay, z.strictObject({ kind: z.literal('keys'), set: z.enum(keySets) })]),
    times,
  }),
  z.strictObject({ endpoint: z.literal('authorize'), how: z.discriminatedUnion('kind', [...ofCallback]), times }),
  z.strictObject({
    endpoint: z.literal('token'),
    how: z.discriminatedUnion('kind', [...onTheWay, ...ofIdToken]),
    times,
  }),
]);

export type Order = z.infer<typeof orderSchema>;
export type Misbehaviour = Order['how'];
export type IdTokenMisbehaviour = z.infer<(typeof ofIdToken)[number]>;
export type OnTheWay = z.infer<(typeof onTheWay)[number]>;
export type CallbackMisbehaviour = z.infer<(typeof ofCallback)[number]>;

const idTokenKinds: readonly string[] = ofIdToken.map((schema) => schema.shape.kind.value);
export const concernsIdToken = (how: Misbehaviour): how is IdTokenMisbehaviour => idTokenKinds.includes(how.kind);
const callbackKinds: readonly string[] = ofCallback.map((schema) => schema.shape.kind.value);
export const concernsCallback = (how: Misbehaviour): how is CallbackMisbehaviour => callbackKinds.includes(how.kind);
export const concernsKeys = (how: Misbehaviour): how is Extract<Misbehaviour, { kind: 'keys' }> => how.kind === 'keys';
export const concernsTheWay = (how: Misbehaviour): how is OnTheWay =>
  !concernsIdToken(how) && !concernsCallback(how) && !concernsKeys(how);

interface Standing {
  readonly order: Order;
  left: number;
}

/** More orders at once than this are a mistake of the test. */
const mostOrders = 100;

/** The orders in force, first come first served for each endpoint. */
export class Orders {
  #standing: Standing[] = [];

  /** @throws RangeError beyond 100 orders at once. */
  add(order: Order): void {
    if (this.#standing.length >= mostOrders) throw new RangeError(`There are already ${mostOrders} orders.`);
    this.#standing.push({ order, left: order.times === 'until-reset' ? Number.POSITIVE_INFINITY : order.times });
  }

  reset(): void {
    this.#standing = [];
  }

  /** What to do now, or null. An order is not used up by an answer that it cannot change. */
  take<How extends Misbehaviour>(endpoint: Endpoint, applies: (how: Misbehaviour) => how is How): How | null {
    for (const standing of this.#standing) {
      const { how, endpoint: ordered } = standing.order;
      if (ordered !== endpoint || !applies(how)) continue;
      standing.left -= 1;
      if (standing.left === 0) this.#standing = this.#standing.filter((other) => other !== standing);
      return how;
    }
    return null;
  }
}
