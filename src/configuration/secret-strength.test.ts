import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { secretFault } from './secret-strength.ts';

test('N-04 samples, placeholders and repetitions are refused however long they are', () => {
  const bad = [
    'changeme'.repeat(8),
    'ChangeMe-'.repeat(6),
    'change_me_please_change_me_please!',
    'secret'.repeat(10),
    'password1password1password1password1',
    'a'.repeat(64),
    '0123456789'.repeat(5),
    'your-secret-here-your-secret-here',
  ];
  for (const secret of bad) assert.match(secretFault(secret, 16) ?? '', /well-known sample/, secret);
});

test('N-04 a secret counts for the bytes it can hold: 63 hexadecimal digits are fewer than 32 bytes', () => {
  const hexadecimal = randomBytes(32).toString('hex');
  assert.equal(secretFault(hexadecimal, 32), null);
  assert.match(secretFault(hexadecimal.slice(1), 32) ?? '', /too short/);
});

test('what openssl and the program itself make is accepted', () => {
  for (const encoding of ['hex', 'base64', 'base64url'] as const) {
    assert.equal(secretFault(randomBytes(32).toString(encoding), 32), null);
  }
});

test('white space at an end is refused: it is lost in one file and kept in the next', () => {
  assert.match(secretFault(`${randomBytes(32).toString('hex')}\n`, 32) ?? '', /white space/);
});

test('the fault never repeats the secret', () => {
  assert.ok(!secretFault('hunter2', 32)?.includes('hunter2'));
});
