/**
 * Published key sets (RFC 7517) that a client must be careful with, by name.
 */

import type { Json, JsonObject } from '../../src/model.ts';
import { type KeyRing, privateJwk, publicJwk } from './keys.ts';

export const keySets = [
  'for-encryption',
  'not-to-verify',
  'symmetric',
  'weak-rsa',
  'exponent-one',
  'even-exponent',
  'duplicate-kid',
  'elliptic-under-same-kid',
  'other-algorithm',
  'one-hundred-and-one',
  'five-thousand',
  'missing',
  'null',
  'malformed-among-good',
  'private-members',
  'without-kids',
  'two-without-kids',
] as const;
export type KeySet = (typeof keySets)[number];

export function spoiledKeySet(set: KeySet, keys: KeyRing): Json {
  const { kid } = keys.current;
  const good = publicJwk(keys.current);
  const { kid: _kid, ...nameless } = good;
  const { use: _use, ...unbound } = good;
  const other = publicJwk(keys.pool.rsa(1_001));
  switch (set) {
    case 'for-encryption':
      return { keys: [{ ...good, use: 'enc' }] };
    case 'not-to-verify':
      return { keys: [{ ...unbound, key_ops: ['encrypt'] }] };
    case 'symmetric':
      return { keys: [{ kty: 'oct', kid, alg: 'HS256', k: Buffer.from('secret').toString('base64url') }] };
    case 'weak-rsa':
      return { keys: [good, publicJwk(keys.pool.weakRsa())] };
    case 'exponent-one':
      return { keys: [good, { ...good, kid: 'uno', e: 'AQ' }] };
    case 'even-exponent':
      return { keys: [{ ...good, e: 'AQAC' }] };
    case 'duplicate-kid':
      return { keys: [good, { ...other, kid }] };
    case 'elliptic-under-same-kid':
      return { keys: [{ ...publicJwk(keys.pool.elliptic()), kid }] };
    case 'other-algorithm':
      return { keys: [{ ...good, alg: 'PS256' }] };
    case 'one-hundred-and-one':
      return { keys: [good, ...many(100, other)] };
    case 'five-thousand':
      return { keys: [good, ...many(5_000, other)] };
    case 'missing':
      return {};
    case 'null':
      return { keys: null };
    case 'malformed-among-good':
      return { keys: [null, 'text', { kty: 7 }, { kty: 'RSA', kid: 'rota', n: 'AQ', e: '!' }, good] };
    case 'private-members':
      return { keys: [privateJwk(keys.current)] };
    case 'without-kids':
      return { keys: [nameless] };
    case 'two-without-kids': {
      const { kid: _other, ...otherNameless } = other;
      return { keys: [nameless, otherNameless] };
    }
  }
}

const many = (count: number, key: JsonObject): readonly JsonObject[] =>
  Array.from({ length: count }, (_, index) => ({ ...key, kid: `otra-${index}` }));
