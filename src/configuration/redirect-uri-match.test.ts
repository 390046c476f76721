/**
 * The rule of Django OAuth Toolkit, as far as it is safe: an address may be longer in its query, and in nothing else.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseRedirectUri } from './redirect-uri.ts';
import { extendsRedirectUri } from './redirect-uri-match.ts';

const PLACE = 'https://lms.example/auth/complete/ol-oauth2/';
const WITH_QUERY = `${PLACE}?tenant=uni&lang=es`;

for (const [registered, received] of [
  [PLACE, PLACE],
  [PLACE, `${PLACE}?redirect_state=a1B2`],
  [PLACE, `${PLACE}?redirect_state=`],
  [PLACE, `${PLACE}?redirect_state=https%3A%2F%2Fevil.example%2F`],
  [PLACE, `${PLACE}?a=1&b=2&redirect_state=x+y`],
  [WITH_QUERY, `${WITH_QUERY}&redirect_state=x`],
  [WITH_QUERY, `${PLACE}?redirect_state=x&lang=es&tenant=uni`],
] as const) {
  test(`open-edx.md §1: ${received} is ${registered}`, () => assert.ok(extendsRedirectUri(registered, received)));
}

const refused: readonly [why: string, received: string, registered?: string][] = [
  ['another host', 'https://evil.example/auth/complete/ol-oauth2/?redirect_state=x'],
  ['a host that begins alike', 'https://lms.example.evil.example/auth/complete/ol-oauth2/?redirect_state=x'],
  ['another scheme', 'http://lms.example/auth/complete/ol-oauth2/?redirect_state=x'],
  ['another port', 'https://lms.example:8443/auth/complete/ol-oauth2/?redirect_state=x'],
  ['the default port', 'https://lms.example:443/auth/complete/ol-oauth2/?redirect_state=x'],
  ['the host in capitals', 'https://LMS.example/auth/complete/ol-oauth2/?redirect_state=x'],
  ['the host with a dot', 'https://lms.example./auth/complete/ol-oauth2/?redirect_state=x'],
  ['a user name', 'https://lms.example@evil.example/auth/complete/ol-oauth2/?redirect_state=x'],
  ['a user name before it', 'https://u:p@lms.example/auth/complete/ol-oauth2/?redirect_state=x'],
  ['the path in capitals', 'https://lms.example/auth/complete/OL-oauth2/?redirect_state=x'],
  ['a path without its slash', 'https://lms.example/auth/complete/ol-oauth2?redirect_state=x'],
  ['a longer path', `${PLACE}more?redirect_state=x`],
  ['a doubled slash', `${PLACE}/?redirect_state=x`],
  ['dot segments', `${PLACE}../ol-oauth2/?redirect_state=x`],
  ['dot segments that leave', `${PLACE}../../../evil?redirect_state=x`],
  ['encoded dot segments', `${PLACE}%2e%2e/ol-oauth2/?redirect_state=x`],
  ['an encoded slash', 'https://lms.example/auth/complete%2Fol-oauth2/?redirect_state=x'],
  ['an encoded question mark', `${PLACE}%3Fredirect_state=x`],
  ['a backslash', `${PLACE.replace('/auth', '\\auth')}?redirect_state=x`],
  ['a parameter of the path', `${PLACE};x=1?redirect_state=x`],
  ['a fragment', `${PLACE}?redirect_state=x#y`],
  ['an empty fragment', `${PLACE}?redirect_state=x#`],
  ['an encoded fragment in a name', `${PLACE}?%23=x`],
  ['a name that comes twice', `${PLACE}?redirect_state=x&redirect_state=y`],
  ['a name that comes twice, encoded', `${PLACE}?redirect_state=x&redirect%5Fstate=y`],
  ['an encoded name', `${PLACE}?redirect%5Fstate=y`],
  ['a code', `${PLACE}?redirect_state=x&code=stolen`],
  ['a state', `${PLACE}?state=x`],
  ['an encoded code', `${PLACE}?c%6Fde=stolen`],
  ['an error', `${PLACE}?error=access_denied`],
  ['an issuer', `${PLACE}?iss=https%3A%2F%2Fevil.example`],
  ['a code behind a semicolon', `${PLACE}?redirect_state=x;code=stolen`],
  ['a second question mark', `${PLACE}?redirect_state=x?code=y`],
  ['a name without a value', `${PLACE}?redirect_state`],
  ['an empty query', `${PLACE}?`],
  ['an empty pair', `${PLACE}?redirect_state=x&`],
  ['a list in brackets', `${PLACE}?code[]=x`],
  ['white space', `${PLACE}?redirect_state=x y`],
  ['a line feed', `${PLACE}?redirect_state=x\r\nLocation: https://evil.example`],
  ['half an escape', `${PLACE}?redirect_state=%2`],
  ['a registered value overridden', `${PLACE}?tenant=evil&lang=es`, WITH_QUERY],
  ['a registered value overridden beside', `${WITH_QUERY}&tenant=evil`, WITH_QUERY],
  ['a registered value overridden before', `${PLACE}?tenant=evil&tenant=uni&lang=es`, WITH_QUERY],
  ['a registered value in other capitals', `${PLACE}?tenant=UNI&lang=es`, WITH_QUERY],
  ['a registered value that is missing', `${PLACE}?tenant=uni&redirect_state=x`, WITH_QUERY],
  ['a registered pair once more', `${WITH_QUERY}&lang=es`, WITH_QUERY],
  ['a length that nobody needs', `${PLACE}?redirect_state=${'x'.repeat(2000)}`],
];
for (const [why, received, registered = PLACE] of refused) {
  test(`A-38 ${why} is another address`, () => assert.ok(!extendsRedirectUri(registered, received)));
}

test('A-38 whatever is accepted leads to the registered scheme, host, port and path, with the registered query in it', () => {
  const piece = fc.constantFrom(
    ...'?&=#;/\\.:@%+ab',
    '%26',
    '%3D',
    '%23',
    '../',
    'code',
    'tenant',
    'uni',
    '&x=1',
    '\n',
  );
  const tail = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''));
  fc.assert(
    fc.property(fc.constantFrom(PLACE, WITH_QUERY, 'https://lms.example'), tail, (registered, more) => {
      const received = registered + more;
      if (!extendsRedirectUri(registered, received)) return;
      const [is, was] = [new URL(received), new URL(registered)];
      assert.deepEqual([is.origin, is.pathname, is.hash, is.username], [was.origin, was.pathname, '', '']);
      for (const [name, value] of was.searchParams) assert.deepEqual(is.searchParams.getAll(name), [value]);
      assert.equal(is.searchParams.get('code'), null);
      assert.ok(parseRedirectUri(received).accepted);
    }),
    { numRuns: 3000 },
  );
});
