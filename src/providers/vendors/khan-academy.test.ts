import assert from 'node:assert/strict';
import { test } from 'node:test';
import { consumerKey, consumerSecret, practice, redirectUri, refusedAs } from '../oauth1.fixture.ts';
import { vendors } from '../registry.ts';
import { createRedirectProvider } from '../testing.ts';

test('facts §9.6: the browser takes the signed first step, and this server asks for nothing before', async () => {
  const { start, sent, simulator, permit } = practice('khan-academy');
  const begun = await start();
  assert.equal(sent.length, 0);
  assert.deepEqual(begun.remembered, {});
  assert.equal(begun.redirect.pathname, '/practice/api/auth/request_token');
  const names = [...begun.redirect.searchParams.keys()].toSorted();
  assert.deepEqual(names, [
    'oauth_callback',
    'oauth_consumer_key',
    'oauth_nonce',
    'oauth_signature',
    'oauth_signature_method',
    'oauth_timestamp',
    'oauth_version',
  ]);
  await permit(begun);
  assert.deepEqual(simulator.complaints, []);
});

test('facts §9.6: a first step whose callback was changed on the way is refused by its signature', async () => {
  const { start, simulator } = practice('khan-academy');
  const { redirect } = await start();
  redirect.searchParams.set('oauth_callback', `${redirectUri}&state=attacker`);
  assert.equal((await simulator.app.fetch(new Request(redirect))).status, 400);
  assert.deepEqual(simulator.complaints, ['authorize: the signature is wrong']);
});

test('facts §9.6: the calls of this server are signed in the query, without a header', async () => {
  const { signIn, sent } = practice('khan-academy');
  await signIn();
  assert.deepEqual(
    sent.map(({ method, url }) => `${method} ${url.pathname}`),
    ['GET /practice/api/auth/access_token', 'GET /practice/api/v1/user'],
  );
  for (const { url, headers } of sent) {
    assert.ok(url.searchParams.get('oauth_signature'));
    assert.equal(headers.authorization, undefined);
  }
});

test('a person is their user_id; the address is never verified, and children have none', async () => {
  const { signIn } = practice('khan-academy');
  const { profile } = await signIn();
  assert.equal(profile.subject, 'http://googleid.khanacademy.org/1500000000000000001');
  assert.deepEqual(profile.emails, [{ address: 'xochitl.nava@example.com', verified: false }]);
  assert.deepEqual((await signIn('vecina')).profile.emails, []);
});

for (const name of ['oauth_token', 'oauth_token_secret'] as const) {
  test(`B-32: a callback without ${name} is refused before anything is asked`, async () => {
    const { signIn, order, asked } = practice('khan-academy');
    order('authorize', { kind: 'parameter', name, value: null });
    await assert.rejects(signIn(), refusedAs('callback_malformed'));
    assert.equal(asked('token-credentials'), 0);
  });
}

test('B-32: an unknown token is refused by the provider', async () => {
  const { signIn, order } = practice('khan-academy');
  order('authorize', { kind: 'parameter', name: 'oauth_token', value: 'unknown' });
  await assert.rejects(signIn(), refusedAs('provider_rejected_code'));
});

for (const base_url of [
  'https://www.khanacademy.org',
  'https://khanacademy.org/',
  'https://WWW.KhanAcademy.ORG./x',
  'https://api.khanacademy.org:8443',
]) {
  test(`retired: ${base_url} is refused, because nobody answers there any more`, () => {
    const settings = { base_url, consumer_key: consumerKey, consumer_secret: consumerSecret };
    assert.throws(
      () => createRedirectProvider(vendors, { slug: 'k', vendor: 'khan-academy', settings }),
      /ended its API in 2020/,
    );
  });
}

for (const [what, changes, fault] of [
  ['no host', { base_url: undefined }, /base_url/],
  ['plain HTTP', { base_url: 'http://khan.test' }, /https/],
  ['a query', { base_url: 'https://khan.test/?a=b' }, /must not have a query/],
  ['trust in addresses', { trust_verified_email: true }, /trust_verified_email/],
] as const) {
  test(`settings: ${what} is a fault`, () => {
    const settings = { base_url: 'https://khan.test', consumer_key: 'k', consumer_secret: 's', ...changes };
    assert.throws(() => createRedirectProvider(vendors, { slug: 'k', vendor: 'khan-academy', settings }), fault);
  });
}
