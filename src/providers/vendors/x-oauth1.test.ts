import assert from 'node:assert/strict';
import { test } from 'node:test';
import { consumerKey, consumerSecret, practice, refusedAs } from '../oauth1.fixture.ts';
import { vendors } from '../registry.ts';
import { createRedirectProvider } from '../testing.ts';

test('facts §9.3: who it is stands in id_str, never in the number id', async () => {
  const { signIn, order } = practice('x-oauth1');
  assert.equal((await signIn()).profile.subject, '1500000000000000001');
  const json = '{"id":1500000000000000001,"name":"Xóchitl"}';
  order('user-data', { kind: 'json-replaced', json });
  await assert.rejects(signIn(), refusedAs('subject_unusable'));
});

test('facts §9.3: the token and the user data must be of one person', async () => {
  for (const value of ['1500000000000000002', null]) {
    const { signIn, order } = practice('x-oauth1');
    order('token-credentials', { kind: 'parameter', name: 'user_id', value });
    await assert.rejects(signIn(), refusedAs('provider_answer_invalid', /not about the person/));
  }
});

test('facts §9.3: an address that is there was confirmed, and counts only where the operator trusts X', async () => {
  const emails = async (changes: object, person?: string) =>
    (await practice('x-oauth1', changes).signIn(person)).profile.emails;
  const address = 'xochitl.nava@example.com';
  assert.deepEqual(await emails({}), [{ address, verified: false }]);
  assert.deepEqual(await emails({ trust_verified_email: true }), [{ address, verified: true }]);
  assert.deepEqual(await emails({ trust_verified_email: true }, 'vecina'), [], 'null is no address');
  assert.deepEqual(await emails({ request_email: false, trust_verified_email: true }), [], 'it is not asked for');
});

for (const status of [402, 403, 429]) {
  test(`facts §9.3 §9.4: user data that is answered with ${status} says nothing about the person`, async () => {
    const { signIn, order } = practice('x-oauth1');
    order('user-data', {
      kind: 'status-with-json',
      status,
      json: '{"errors":[{"code":453,"message":"Error de práctica"}]}',
    });
    await assert.rejects(signIn(), refusedAs('provider_unreachable'));
  });
}

test('a token that X no longer takes is refused as that', async () => {
  const { signIn, order } = practice('x-oauth1');
  order('user-data', {
    kind: 'status-with-json',
    status: 401,
    json: '{"errors":[{"code":89,"message":"Error de práctica"}]}',
  });
  await assert.rejects(signIn(), refusedAs('provider_rejected_token'));
});

test('without a stand-in everything goes to api.x.com', async () => {
  const settings = { consumer_key: consumerKey, consumer_secret: consumerSecret };
  const provider = createRedirectProvider(vendors, { slug: 'x', vendor: 'x-oauth1', settings });
  const { context, sent, interfere } = practice('x-oauth1');
  interfere(async () => ({ status: 401, headers: {}, body: '' }));
  const request = {
    redirectUri: 'https://b.test/cb',
    state: 's',
    codeChallenge: 'c',
    nonce: 'n',
    locale: 'en',
    loginHint: null,
  } as const;
  await assert.rejects(provider.start(request, context), refusedAs('provider_rejected_client'));
  assert.deepEqual(
    sent.map(({ method, url }) => `${method} ${url.href}`),
    ['POST https://api.x.com/oauth/request_token'],
  );
});

for (const [what, changes, fault] of [
  [
    'a stand-in elsewhere',
    { practice_issuer: 'https://evil.test' },
    /practice_issuer: must be an http address on this/,
  ],
  ['no secret', { consumer_secret: undefined }, /consumer_secret/],
  ['a misspelt setting', { trust_email: true }, /trust_email/],
] as const) {
  test(`settings: ${what} is a fault`, () => {
    const settings = { consumer_key: consumerKey, consumer_secret: consumerSecret, ...changes };
    assert.throws(() => createRedirectProvider(vendors, { slug: 'x', vendor: 'x-oauth1', settings }), fault);
  });
}
