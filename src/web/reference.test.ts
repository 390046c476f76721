import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import test from 'node:test';
import { newReference } from './reference.ts';

test('a reference can be read out: two groups of four, without letters that look or sound like another', () => {
  const environment = { now: () => 0, randomBytes: (bytes: number) => randomBytes(bytes) };
  const made = Array.from({ length: 1000 }, () => newReference(environment));
  for (const reference of made) assert.match(reference, /^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/);
  assert.equal(new Set(made).size, made.length);
});
