import assert from 'node:assert/strict';
import { test } from 'node:test';
import { publicJwk } from '../shared/keys.ts';
import { type Changes, createFixture, keyPool, tool13 } from './fixture.ts';
import { scopes } from './tool.ts';

type Fixture = ReturnType<typeof createFixture>;
type Answer = { readonly [name: string]: unknown };

const refused = async (fixture: Fixture, changes: Changes) => {
  const answer = await fixture.token(changes);
  return [answer.status, ((await answer.json()) as Answer).error, fixture.simulator.complaints.at(-1)];
};

test('§3.12 a tool gets a service token by private_key_jwt, for what it may have and no more', async () => {
  const fixture = createFixture('plain', { tools: [{ ...tool13, scopes: [scopes.score] }] });
  const answer = (await (await fixture.token()).json()) as Answer;
  assert.deepEqual([answer.token_type, answer.expires_in, answer.scope], ['Bearer', 3600, scopes.score]);
  const none = await refused(fixture, { scope: scopes.memberships });
  assert.deepEqual(none.slice(0, 2), [400, 'invalid_scope']);
});

test('§4 the token type of Open edX is in lower case, and D2L has an audience of its own', async () => {
  const answer = (await (await createFixture('open-edx').token()).json()) as Answer;
  assert.equal(answer.token_type, 'bearer');
  const d2l = createFixture('d2l');
  assert.equal((await d2l.token()).status, 200);
  const wrong = await d2l.assertion({ aud: d2l.simulator.platform.token_endpoint });
  assert.equal((await d2l.token({ client_assertion: wrong })).status, 401);
});

const form: readonly (readonly [complaint: string, changes: Changes, error: string])[] = [
  ['grant_type is not "client_credentials"', { grant_type: 'password' }, 'unsupported_grant_type'],
  ['client_assertion_type is not the one of private_key_jwt', { client_assertion_type: null }, 'invalid_request'],
  ['the assertion is of no tool that is installed', { client_assertion: 'a.b.c' }, 'invalid_client'],
  ['a scope is not known here', { scope: 'openid' }, 'invalid_scope'],
];

for (const [complaint, changes, error] of form) {
  test(`a token request is refused: ${complaint}`, async () => {
    const [, code, said] = await refused(createFixture(), changes);
    assert.deepEqual([code, said], [error, `token: ${complaint}`]);
  });
}

const later = (fixture: Fixture, seconds: number) => fixture.seconds() + seconds;

const assertions: readonly (readonly [complaint: string, make: (fixture: Fixture) => Promise<string>])[] = [
  ['aud is not the one that is expected here', (fixture) => fixture.assertion({ aud: 'https://otro.example' })],
  ['sub of the assertion is not the client id', (fixture) => fixture.assertion({ sub: 'otro' })],
  ['the token has expired, or does not say when it does', (fixture) => fixture.assertion({ exp: later(fixture, -61) })],
  [
    'the token is of the future, or does not say of when it is',
    (fixture) => fixture.assertion({ iat: later(fixture, 61) }),
  ],
  ['the token lives for more than an hour', (fixture) => fixture.assertion({ exp: later(fixture, 3_700) })],
  [
    'no key, or more than one, of that name is in the key set of the tool',
    (fixture) => fixture.sign({ iss: tool13.clientId }, { kid: 'otra' }),
  ],
  [
    'the signature of the token is wrong',
    async (fixture) => {
      const [head, , signature] = (await fixture.assertion()).split('.');
      const body = Buffer.from(JSON.stringify({ iss: tool13.clientId, sub: 'x' })).toString('base64url');
      return [head, body, signature].join('.');
    },
  ],
  [
    'the token is not signed by RS256',
    async (fixture) => {
      const [, body] = (await fixture.assertion()).split('.');
      return `${Buffer.from('{"alg":"none","kid":"a"}').toString('base64url')}.${body}.`;
    },
  ],
];

for (const [complaint, make] of assertions) {
  test(`an assertion is refused: ${complaint}`, async () => {
    const fixture = createFixture();
    const [status, code, said] = await refused(fixture, { client_assertion: await make(fixture) });
    assert.deepEqual([status, code, said], [401, 'invalid_client', `token: ${complaint}`]);
  });
}

test('an assertion is good once', async () => {
  const fixture = createFixture();
  const client_assertion = await fixture.assertion();
  assert.equal((await fixture.token({ client_assertion })).status, 200);
  assert.equal((await fixture.token({ client_assertion })).status, 401);
});

test('a tool that changed its keys is known by the new one at once, and one with a private key in its set by none', async () => {
  let keys: readonly object[] = [];
  const fixture = createFixture('plain', { fetch: async () => Response.json({ keys }) });
  assert.equal((await fixture.token()).status, 401);
  keys = [publicJwk(keyPool.rsa(2_000))];
  assert.equal((await fixture.token()).status, 200);
  keys = [{ ...publicJwk(keyPool.rsa(2_000)), d: 'x' }];
  assert.equal((await fixture.token()).status, 401);
});

test('services misbehave as they are told to', async () => {
  const fixture = createFixture();
  const { simulator, fetch } = fixture;
  simulator.misbehave({ endpoint: 'token', how: { kind: 'status-500' }, times: 1 });
  assert.equal((await fixture.token()).status, 500);
  simulator.misbehave({ endpoint: 'jwks', how: { kind: 'keys', set: 'missing' }, times: 1 });
  assert.deepEqual(await (await fetch('/lti/jwks')).json(), {});
  simulator.misbehave({ endpoint: 'jwks', how: { kind: 'huge' }, times: 1 });
  assert.ok((await (await fetch('/lti/jwks')).text()).length > 3_000_000);
  simulator.behave();
  assert.equal((await fixture.token()).status, 200);
});
