/**
 * The keys that sign: made once, rotated in an order in which no client ever meets a signature that it cannot check.
 */
import assert from 'node:assert/strict';
import { createPrivateKey, createPublicKey, type JsonWebKey, sign, verify } from 'node:crypto';
import { test } from 'node:test';
import { forEachStore, forEachStoreAndInterleaved, NOW } from '../../test/store-fixture.ts';
import type { SigningKey } from '../store/signing-keys.ts';
import { keySet, loadSigningKeys, RETIRED_KEY_LIFE, rotateKey } from './keys.ts';

const namesOf = (keys: readonly SigningKey[]) => keys.map(({ kid }) => kid).sort();

forEachStore('the first start makes one key for each algorithm, later starts find them', async ({ store, clock }) => {
  const first = await loadSigningKeys(store.signingKeys, clock);
  assert.deepEqual(namesOf(first), ['es256-1', 'rs256-1']);
  clock.advance(1000);
  assert.deepEqual(await loadSigningKeys(store.signingKeys, clock), first);
});

forEachStoreAndInterleaved('processes that start at the same moment use the same keys', async ({ store, clock }) => {
  const loaded = await Promise.all(Array.from({ length: 4 }, () => loadSigningKeys(store.signingKeys, clock)));
  for (const keys of loaded) assert.deepEqual(keys, loaded[0]);
});

forEachStore('each key signs with its own algorithm, and its public part checks it', async ({ store, clock }) => {
  for (const { jwk, algorithm } of await loadSigningKeys(store.signingKeys, clock)) {
    const key = createPrivateKey({ key: jwk as JsonWebKey, format: 'jwk' });
    assert.equal(key.asymmetricKeyType, algorithm === 'RS256' ? 'rsa' : 'ec');
    assert.ok(algorithm !== 'RS256' || key.asymmetricKeyDetails?.modulusLength === 2048);
    assert.ok(algorithm !== 'ES256' || key.asymmetricKeyDetails?.namedCurve === 'prime256v1');
    const text = Buffer.from('text');
    assert.ok(verify('sha256', text, createPublicKey(key), sign('sha256', text, key)));
  }
});

forEachStore(
  'a rotation makes a new key of that algorithm, and lets the old one only verify',
  async ({ store, clock }) => {
    await loadSigningKeys(store.signingKeys, clock);
    clock.advance(1000);
    const fresh = await rotateKey(store.signingKeys, 'RS256', clock);
    assert.equal(fresh.kid, 'rs256-2');
    const keys = await loadSigningKeys(store.signingKeys, clock);
    assert.deepEqual(
      keys.map(({ kid, retiredAt }) => [kid, retiredAt]),
      [
        ['rs256-2', null],
        ['es256-1', null],
        ['rs256-1', clock.now()],
      ],
    );
  },
);

forEachStore('no kid is given twice, however often keys are rotated', async ({ store, clock }) => {
  await loadSigningKeys(store.signingKeys, clock);
  for (let time = 0; time < 3; time++) {
    clock.advance(2 * RETIRED_KEY_LIFE);
    await rotateKey(store.signingKeys, 'ES256', clock);
  }
  const keys = await loadSigningKeys(store.signingKeys, clock);
  assert.deepEqual(namesOf(keys), ['es256-1', 'es256-2', 'es256-3', 'es256-4', 'rs256-1']);
});

const key = (kid: string, retiredAt: number | null): SigningKey => ({
  ...{ kid, algorithm: 'RS256', jwk: { kty: 'RSA', n: kid }, createdAt: NOW, retiredAt },
});
const published = (keys: readonly SigningKey[], now: number) => keySet(keys, now).keys.map(({ kid }) => kid);

test('keys that may sign come first, in their order; the library signs with the first that fits', () => {
  const keys = [key('retired-1', NOW - 1), key('new', null), key('retired-2', NOW - 2), key('old', null)];
  assert.deepEqual(published(keys, NOW), ['new', 'old', 'retired-1', 'retired-2']);
});

test('a retired key is published until the last millisecond of its time', () => {
  const keys = [key('new', null), key('retired', NOW)];
  assert.deepEqual(published(keys, NOW + RETIRED_KEY_LIFE - 1), ['new', 'retired']);
  assert.deepEqual(published(keys, NOW + RETIRED_KEY_LIFE), ['new']);
});

test('each key says its name, its algorithm and that it signs', () => {
  assert.deepEqual(keySet([key('k', null)], NOW), {
    keys: [{ kty: 'RSA', n: 'k', kid: 'k', alg: 'RS256', use: 'sig' }],
  });
});
