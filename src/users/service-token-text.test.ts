/**
 * The form of a service token: what a scanner for leaked secrets is told to look for, and what is refused without asking the database.
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { isServiceTokenText, newServiceTokenText } from './service-token-text.ts';

const environment = { randomBytes: (bytes: number) => randomBytes(bytes) };

test('a token has its prefix, 256 bits and a checksum, fits where 128 characters do, and goes anywhere unquoted', () => {
  const texts = Array.from({ length: 200 }, () => newServiceTokenText(environment));
  for (const text of texts) {
    assert.match(text, /^llv_[0-9A-Za-z]{49}$/);
    assert.ok(isServiceTokenText(text));
  }
  assert.equal(new Set(texts).size, 200);
});

test('all 256 bits are in it: the least and the greatest differ from all others, at full length', () => {
  const of = (byte: number) => newServiceTokenText({ randomBytes: (bytes) => new Uint8Array(bytes).fill(byte) });
  assert.match(of(0), /^llv_0{43}/);
  assert.equal(of(255).length, of(0).length);
  const lowest = new Uint8Array(32);
  lowest[31] = 1;
  assert.notEqual(newServiceTokenText({ randomBytes: () => lowest }).slice(0, 47), of(0).slice(0, 47));
});

test('a token with any one character changed is none', () => {
  const place = fc.nat({ max: 52 });
  const other = fc.constantFrom(...'0123456789ABCDEFabcdefXYZxyz_-. ');
  fc.assert(
    fc.property(place, other, (at, character) => {
      const text = newServiceTokenText(environment);
      const changed = text.slice(0, at) + character + text.slice(at + 1);
      assert.equal(isServiceTokenText(changed), changed === text);
    }),
    { numRuns: 500 },
  );
});

test('what an authorization server of the library gives out is none', () => {
  for (let time = 0; time < 100; time += 1) {
    assert.equal(isServiceTokenText(randomBytes(32).toString('base64url')), false);
  }
});
