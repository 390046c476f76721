/** The promises that keep the site's memory small and its states single-use. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ExpiringMap } from './expiring-map.ts';

const setUp = () => {
  const clock = { now: 0 };
  return { clock, map: new ExpiringMap<string>({ limit: 3, lifetime: 100, now: () => clock.now }) };
};

test('at the limit the oldest entry makes room, and only that one', () => {
  const { map } = setUp();
  for (const key of ['a', 'b', 'c', 'd']) map.set(key, key);
  assert.deepEqual(
    ['a', 'b', 'c', 'd'].map((key) => map.get(key)),
    [null, 'b', 'c', 'd'],
  );
});

test('an entry expires at the end of its lifetime, not before', () => {
  const { clock, map } = setUp();
  map.set('a', 'a');
  clock.now = 99;
  assert.equal(map.get('a'), 'a');
  clock.now = 100;
  assert.equal(map.get('a'), null);
});

test('take answers once, and never with an expired entry', () => {
  const { clock, map } = setUp();
  map.set('a', 'a');
  map.set('b', 'b');
  assert.equal(map.take('a'), 'a');
  assert.equal(map.take('a'), null);
  clock.now = 100;
  assert.equal(map.take('b'), null);
});
