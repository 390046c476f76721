import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAuthorizationHeader, writeAuthorizationHeader } from './authorization-header.ts';
import { signatureBaseString } from './base-string.ts';
import { inAuthorizationHeader, inQuery, signedParameters } from './client-request.ts';
import { MalformedRequest, type Parameter } from './encoding.ts';
import { isSignedWith, isTimely, type ReceivedRequest, readSignedRequest } from './server-request.ts';
import { sign } from './signature.ts';

const url = new URL('https://up.test/api?x=1&x=%C3%B1%20%2B');
const key = { method: 'HMAC-SHA1', clientSecret: 'secret', tokenSecret: 'token secret' } as const;
const parameters = signedParameters(
  { method: 'POST', url, oauthParameters: [['oauth_verifier', "it's (one)"]] },
  { consumerKey: 'key', key, token: 'a/token+=' },
  { timestamp: 1_700_000_000, nonce: 'nonce' },
);
const inHeader: ReceivedRequest = { method: 'POST', url, ...inAuthorizationHeader(parameters), form: null };

test('RFC 5849 §3.5: a request that we sign verifies from header, query and form', () => {
  const places: readonly ReceivedRequest[] = [
    inHeader,
    { ...inHeader, authorization: null, url: inQuery(url, parameters) },
    { ...inHeader, authorization: null, form: inQuery(new URL('https://x.test'), parameters).search.slice(1) },
  ];
  for (const place of places) {
    const request = readSignedRequest(place);
    assert.ok(isSignedWith(request, key));
    assert.equal(request.oauth.get('oauth_verifier'), "it's (one)");
    assert.deepEqual(request.query, [
      ['x', '1'],
      ['x', 'ñ +'],
    ]);
    assert.deepEqual(request.form, []);
  }
});

test('B-33: whatever is changed on the way breaks the signature', () => {
  const change = (from: string, to: string) => ({ authorization: (inHeader.authorization ?? '').replace(from, to) });
  const changes: { readonly [what: string]: Partial<ReceivedRequest> } = {
    method: { method: 'GET' },
    host: { url: new URL('https://up2.test/api?x=1&x=%C3%B1%20%2B') },
    scheme: { url: new URL('http://up.test/api?x=1&x=%C3%B1%20%2B') },
    path: { url: new URL('https://up.test/api/?x=1&x=%C3%B1%20%2B') },
    'a query value': { url: new URL('https://up.test/api?x=2&x=%C3%B1%20%2B') },
    'a parameter more': { url: new URL(`${url}&admin=`) },
    'a duplicate less': { url: new URL('https://up.test/api?x=1') },
    'a form': { form: 'x=1' },
    token: change('a%2Ftoken', 'b%2Ftoken'),
    nonce: change('"nonce"', '"nonce2"'),
    timestamp: change('1700000000', '1700000001'),
    verifier: change('one', 'two'),
    signature: change('oauth_signature="', 'oauth_signature="x'),
  };
  for (const [what, changed] of Object.entries(changes)) {
    assert.equal(isSignedWith(readSignedRequest({ ...inHeader, ...changed }), key), false, what);
  }
  assert.equal(isSignedWith(readSignedRequest(inHeader), { ...key, clientSecret: 'other' }), false);
  assert.equal(isSignedWith(readSignedRequest(inHeader), { ...key, tokenSecret: '' }), false);
});

test('the method is the key’s: a request cannot choose a weaker one', () => {
  for (const method of ['PLAINTEXT', 'hmac-sha1', 'HMAC-SHA256', 'none']) {
    const authorization = (inHeader.authorization ?? '').replace('"HMAC-SHA1"', `"${method}"`);
    assert.equal(isSignedWith(readSignedRequest({ ...inHeader, authorization }), key), false, method);
  }
  const plaintext =
    'OAuth oauth_consumer_key="key", oauth_token="a%2Ftoken%2B%3D", oauth_signature_method="PLAINTEXT", oauth_timestamp="1", oauth_nonce="n", oauth_signature="secret%26token%2520secret"';
  assert.equal(isSignedWith(readSignedRequest({ ...inHeader, authorization: plaintext }), key), false);
});

test('a request that names another method is refused even when it is signed with the right one', () => {
  const named: readonly Parameter[] = [
    ['oauth_consumer_key', 'key'],
    ['oauth_signature_method', 'HMAC-SHA256'],
    ['oauth_timestamp', '1700000000'],
    ['oauth_nonce', 'nonce'],
  ];
  const baseString = signatureBaseString({ method: 'GET', url: new URL('https://up.test/'), parameters: named });
  const authorization = writeAuthorizationHeader([...named, ['oauth_signature', sign(baseString, key)]]);
  const request = readSignedRequest({ method: 'GET', url: new URL('https://up.test/'), authorization, form: null });
  assert.equal(isSignedWith(request, key), false);
});

const header = inHeader.authorization ?? '';
const malformed: readonly (readonly [string, Partial<ReceivedRequest>])[] = [
  ['§3.1 a protocol parameter twice', { authorization: `${header}, oauth_nonce="nonce"` }],
  ['§3.1 protocol parameters in header and query', { url: new URL(`${url}&oauth_nonce=other`) }],
  ['§3.1 protocol parameters in header and form', { form: 'oauth_callback=about%3Ablank' }],
  ['§3.2 another version', { authorization: header.replace('"1.0"', '"2.0"') }],
  ['§3.3 a timestamp that is no number', { authorization: header.replace('"1700000000"', '"abc"') }],
  ['§3.3 a negative timestamp', { authorization: header.replace('"1700000000"', '"-1"') }],
  ['no nonce', { authorization: header.replace('"nonce"', '""') }],
  ['no signature', { authorization: header.replace('oauth_signature=', 'oauth_signed=') }],
  ['no Authorization header', { authorization: null }],
  ['another scheme', { authorization: 'Bearer token' }],
  ['a query that cannot be read', { url: new URL('https://up.test/api?x=%R') }],
  ['a form that cannot be read', { form: 'a b' }],
  ['a header that cannot be read', { authorization: `${header}, x` }],
];
for (const [what, changed] of malformed) {
  test(`RFC 5849: ${what} is malformed`, () =>
    assert.throws(() => readSignedRequest({ ...inHeader, ...changed }), MalformedRequest));
}

test('RFC 5849 §3.3: a request is timely within the window, on both sides', () => {
  const request = readSignedRequest(inHeader);
  const at = (offset: number) => isTimely(request, 1_700_000_000 + offset, 300);
  assert.deepEqual([-301, -300, 0, 300, 301].map(at), [false, true, true, true, false]);
});

test('RFC 5849 §3.5.1: the header of the standard is read, its realm left out', () => {
  assert.deepEqual(
    parseAuthorizationHeader('oauth realm="Example, of all",oauth_token="kkk9d7dh3k39sjv7" , a="%2B%25"'),
    [
      ['oauth_token', 'kkk9d7dh3k39sjv7'],
      ['a', '+%'],
    ],
  );
  assert.deepEqual(parseAuthorizationHeader('OAuth realm="Example"'), []);
  assert.deepEqual(parseAuthorizationHeader('OAuth'), []);
  assert.equal(parseAuthorizationHeader('OAuthentic a="b"'), null);
  for (const broken of ['OAuth a=b', 'OAuth a="b" c="d"', 'OAuth a="b",,c="d"', 'OAuth a="b\\"c"', 'OAuth a="%R"']) {
    assert.throws(() => parseAuthorizationHeader(broken), MalformedRequest, broken);
  }
});

test('RFC 5849 §3.5.1: what is written reads back', () => {
  const pairs = [
    ['oauth_callback', 'https://b.test/cb?a=1&b="2"'],
    ['oauth_ñ', ''],
  ] as const;
  assert.deepEqual(parseAuthorizationHeader(writeAuthorizationHeader(pairs)), pairs);
});
