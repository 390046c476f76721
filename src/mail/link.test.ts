import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { path } from '../pages/href.ts';
import { mailLink } from './link.ts';

const publicUrl = new URL('https://entrar.example.mx');

test('F-08: a link stands on the public address, and on nothing else', () => {
  assert.equal(
    mailLink(publicUrl, path('/sign-in/code?token=abc')),
    'https://entrar.example.mx/sign-in/code?token=abc',
  );
  assert.equal(mailLink(new URL('http://localhost:4400'), path('/account')), 'http://localhost:4400/account');
});

test('F-18: any token of ours makes a link of at most 200 characters that mail programs hand on whole', () => {
  const token = fc
    .uint8Array({ minLength: 16, maxLength: 64 })
    .map((bytes) => Buffer.from(bytes).toString('base64url'));
  fc.assert(
    fc.property(token, (value) => {
      const link = mailLink(publicUrl, path(`/sign-in/code?token=${value}`));
      assert.ok(link.length <= 200);
      assert.match(link, /^https:\/\/entrar\.example\.mx\/[\w/?=-]+[\w-]$/);
    }),
  );
});

test('F-18: what a mail program would cut or change is a fault of ours', () => {
  for (const unfit of [
    '/x.',
    '/x?token=',
    '/x?a=b>',
    '/x?a=%20b',
    '/x?a=b,c',
    "/x?a='b'",
    '/x(y)',
    `/${'a'.repeat(200)}`,
  ]) {
    assert.throws(() => mailLink(publicUrl, unfit as ReturnType<typeof path>), TypeError, unfit);
  }
});
