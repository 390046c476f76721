/**
 * H-03, C-08: how our cookies are written, and which ones are believed.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createCookies, readCookies } from './cookies.ts';

const secure = createCookies(new URL('https://broker.test'));
const insecure = createCookies(new URL('http://localhost:4400'));

test('H-03: over https a cookie is __Host-, HttpOnly, Lax, for the whole host and no other', () => {
  assert.equal(secure.set('session', 'v', null), '__Host-llavero-session=v; Path=/; HttpOnly; SameSite=Lax; Secure');
  assert.equal(
    secure.set('session', 'v', 60),
    '__Host-llavero-session=v; Max-Age=60; Path=/; HttpOnly; SameSite=Lax; Secure',
  );
});

test('H-03: no cookie of ours names a domain, over https or http', () => {
  for (const cookies of [secure, insecure]) {
    for (const field of [cookies.set('a', 'v', null), cookies.set('a', 'v', 1), cookies.clear('a')]) {
      assert.doesNotMatch(field, /domain/i);
    }
  }
});

test('over http, where browsers refuse the prefix, a cookie goes without it and without Secure', () => {
  assert.equal(insecure.set('session', 'v', null), 'llavero-session=v; Path=/; HttpOnly; SameSite=Lax');
});

test('clearing names the same cookie with the same attributes, so that a browser finds it', () => {
  for (const cookies of [secure, insecure]) {
    assert.equal(cookies.clear('session'), cookies.set('session', '', 0));
  }
});

test('cookies are read by their whole name, with the value as it stands', () => {
  const cookies = readCookies('a=1; __Host-b=x=y==; c=; d="q"; e=%C3%A9');
  assert.deepEqual(
    [...cookies],
    [
      ['a', '1'],
      ['__Host-b', 'x=y=='],
      ['c', ''],
      ['d', '"q"'],
      ['e', '%C3%A9'],
    ],
  );
});

test('no field is no cookies', () => {
  for (const header of [null, '', ';', ' ; ;', 'no-equals-sign']) assert.equal(readCookies(header).size, 0);
});

test('C-08: a name that came twice is believed in neither order, also when both values are equal', () => {
  for (const header of ['s=GOOD; s=EVIL', 's=EVIL; s=GOOD', 's=GOOD; a=1; s=GOOD', 's=; s=GOOD', 's=1;s=2;s=3']) {
    assert.equal(readCookies(header).has('s'), false, header);
  }
  assert.equal(readCookies('s=1; a=2; s=3').get('a'), '2', 'the others are not to blame');
});

test('C-08: a cookie without the prefix, in another case or with spaces inside does not stand for ours', () => {
  const name = secure.name('session');
  for (const look of ['llavero-session', '__host-llavero-session', '__Host- llavero-session', '$Version']) {
    assert.equal(readCookies(`${look}=EVIL`).has(name), false, look);
  }
});

test('C-08: names that objects have by themselves are names like any other', () => {
  for (const name of ['__proto__', 'constructor', 'hasOwnProperty']) {
    assert.equal(readCookies('a=1').has(name), false);
    assert.equal(readCookies(`${name}=x`).get(name), 'x');
  }
});

test('L-06: no header can make it fail', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (header) => void readCookies(header)));
});

test('what was set is what is read back', () => {
  const token = fc.stringMatching(/^[\w-]{1,60}$/);
  fc.assert(
    fc.property(token, token, (shortName, value) => {
      const [pair = ''] = secure.set(shortName, value, null).split(';');
      assert.equal(readCookies(`other=1; ${pair}`).get(secure.name(shortName)), value);
    }),
  );
});
