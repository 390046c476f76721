/**
 * Browsers that are known: each for one account, and nothing that anybody can make up (G-10).
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { stoppedClock, TEST_SECRET } from '../../test/store-fixture.ts';
import { createVault } from '../crypto.ts';
import { knownDevice, readKnownDevice } from './known-device.ts';

const clock = stoppedClock();
const vault = createVault(TEST_SECRET, clock);

test('what a browser keeps is read as its own id, for the account that it signed in to', () => {
  const kept = knownDevice(vault, 'ana', clock);
  const [id] = kept.split('.');
  assert.equal(readKnownDevice(vault, 'ana', kept), id);
  assert.equal(readKnownDevice(vault, 'beto', kept), null, 'it says nothing for another account');
  assert.notEqual(knownDevice(vault, 'ana', clock), kept, 'each browser is one of its own');
});

test('a deployment with another secret knows none of them', () => {
  const other = createVault(`${TEST_SECRET}-other`, clock);
  assert.equal(readKnownDevice(other, 'ana', knownDevice(vault, 'ana', clock)), null);
});

test('nothing that was made up, cut, lengthened or put together is known', () => {
  const kept = knownDevice(vault, 'ana', clock);
  const [id, proof] = kept.split('.');
  const foreign = knownDevice(vault, 'ana', clock).split('.')[1];
  const changed = [
    null,
    '',
    '.',
    id ?? '',
    `${id}.`,
    `.${proof}`,
    `${id}.${foreign}`,
    `${kept}.x`,
    `${kept}x`,
    kept.slice(0, -1),
  ];
  for (const shown of changed) assert.equal(readKnownDevice(vault, 'ana', shown), null, String(shown));
  fc.assert(fc.property(fc.string(), (shown) => readKnownDevice(vault, 'ana', shown) === null));
});
