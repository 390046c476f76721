/**
 * The published key set (RFC 7517): the true one, and on order those that a client must be careful with.
 */

import type { Json } from '../../src/model.ts';
import { spoiledKeySet } from '../shared/key-set.ts';
import { publicJwk } from '../shared/keys.ts';
import { concernsKeys } from './misbehaviour.ts';
import type { World } from './world.ts';

export function keySet(world: World): Json {
  const how = world.orders.take('jwks', concernsKeys);
  return how === null ? { keys: world.keys.published.map(publicJwk) } : spoiledKeySet(how.set, world.keys);
}
