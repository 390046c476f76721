import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BoundedList, BoundedMap } from './bounded.ts';

test('a full map forgets its oldest entry and nothing else', () => {
  const map = new BoundedMap<number>(2);
  map.set('a', 1);
  map.set('b', 2);
  map.set('c', 3);
  assert.deepEqual([map.size, map.get('a'), map.get('b'), map.get('c')], [2, null, 2, 3]);
});

test('a full list forgets its oldest item, and a list of none keeps none', () => {
  const two = new BoundedList<string>(2);
  const none = new BoundedList<string>(0);
  for (const item of ['a', 'b', 'c']) {
    two.push(item);
    none.push(item);
  }
  assert.deepEqual([two.items, none.items], [['b', 'c'], []]);
});
