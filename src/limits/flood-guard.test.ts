import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFloodGuard, MOST_KEYS } from './flood-guard.ts';

const three = { limit: 3, windowMs: 1000 };

test('a flood is what comes after the limit, of each on its own', () => {
  const guard = createFloodGuard(three);
  assert.deepEqual(
    [1, 2, 3, 4, 5].map((now) => guard.admits('a', now)),
    [true, true, true, false, false],
  );
  assert.equal(guard.admits('b', 5), true);
});

test('when the window ends everybody is forgotten, and no earlier', () => {
  const guard = createFloodGuard(three);
  for (let index = 0; index < 3; index += 1) guard.admits('a', 500);
  assert.equal(guard.admits('a', 1499), false);
  assert.equal(guard.admits('a', 1500), true);
});

test('a clock that was set back keeps nobody out', () => {
  const guard = createFloodGuard(three);
  for (let index = 0; index < 4; index += 1) guard.admits('a', 1_000_000);
  assert.equal(guard.admits('a', 0), true);
});

test('G-13 ever new addresses do not fill the memory, nor shut others out', () => {
  const guard = createFloodGuard({ limit: 1, windowMs: 1000 });
  for (let index = 0; index <= MOST_KEYS; index += 1) assert.equal(guard.admits(`${index}`, 0), true);
  assert.equal(guard.admits(`${MOST_KEYS}`, 0), false, 'the newest is known');
  assert.equal(guard.admits('1', 0), false, 'and all others that there is room for');
  assert.equal(guard.admits('0', 0), true, 'the oldest was forgotten');
});
