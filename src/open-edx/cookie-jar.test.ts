/**
 * The cookies of a walk go where a browser would send them, and nowhere else.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createCookieJar } from './cookie-jar.ts';

const lms = new URL('https://lms.example/auth/login/oidc/');
let now = 1_000_000;
const jarWith = (...lines: string[]) => {
  const jar = createCookieJar(() => now);
  jar.keep(lms, lines);
  return jar;
};
const header = (url: string, ...lines: string[]) => jarWith(...lines).headerFor(new URL(url));

for (const [what, url, line, expected] of [
  ['goes back to its host', 'https://lms.example/x', 'a=1; Path=/; HttpOnly', 'a=1'],
  ['keeps what stands behind another equals sign', 'https://lms.example/', 'a=b=c', 'a=b=c'],
  ['goes to no other host', 'https://evil.example/', 'a=1', null],
  ['goes to no part of its host without a domain', 'https://apps.lms.example/', 'a=1', null],
  ['goes to parts of its host with one', 'https://apps.lms.example/', 'a=1; Domain=.lms.example', 'a=1'],
  ['goes to no host that only ends so', 'https://evil-lms.example/', 'a=1; Domain=lms.example', null],
  ['for another domain is not kept', 'https://evil.example/', 'a=1; Domain=evil.example', null],
  ['that is Secure never leaves by http', 'http://lms.example/', 'a=1; Secure', null],
  ['that is Secure leaves by https', 'https://lms.example/', 'a=1; Secure', 'a=1'],
  ['that has expired is not kept', 'https://lms.example/', 'a=1; Max-Age=0', null],
  ['without a name is not kept', 'https://lms.example/', '=1', null],
  ['that is huge is not kept', 'https://lms.example/', `a=${'x'.repeat(5000)}`, null],
] as const) {
  test(`a cookie ${what}`, () => assert.equal(header(url, line), expected));
}

test('a cookie is replaced, ends with its time, and is taken away by one that has ended', () => {
  const jar = jarWith('a=1; Max-Age=10', 'b=2');
  assert.equal(jar.headerFor(lms), 'a=1; b=2');
  jar.keep(lms, ['b=3', 'c=4; Expires=Thu, 01 Jan 1970 00:00:00 GMT']);
  assert.equal(jar.headerFor(lms), 'a=1; b=3');
  now += 10_000;
  assert.equal(jar.headerFor(lms), 'b=3');
  jar.keep(lms, ['b=; Max-Age=0']);
  assert.equal(jar.headerFor(lms), null);
});

test('K-05 however many an answer sets, few are kept', () => {
  const jar = jarWith(...Array.from({ length: 1000 }, (_, index) => `n${index}=1`));
  assert.equal(jar.headerFor(lms)?.split('; ').length, 50);
});
