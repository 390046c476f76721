import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ErrorCode, SignInError } from '../errors.ts';
import type { OutboundResponse } from '../http.ts';
import {
  consumerSecret,
  type OAuth1Vendor,
  practice,
  privateKeyPem,
  redirectUri,
  refusedAs,
  state,
} from './oauth1.fixture.ts';

const everyVendor: readonly OAuth1Vendor[] = ['oauth1', 'x-oauth1', 'khan-academy'];
const threeLegged: readonly OAuth1Vendor[] = ['oauth1', 'x-oauth1'];

for (const vendor of everyVendor) {
  test(`${vendor}: a person signs in, and the stand-in has nothing to complain of`, async () => {
    const { signIn, simulator } = practice(vendor);
    const { profile, upstream } = await signIn();
    assert.deepEqual(simulator.complaints, []);
    assert.match(profile.subject, /1500000000000000001$/);
    assert.equal(profile.name.full, 'Xóchitl Nava Ruiz');
    assert.equal(upstream, null, 'no token is kept');
  });

  test(`${vendor}: a person whose name is full of signs signs in too`, async () => {
    assert.equal((await practice(vendor).signIn('con-signos')).profile.name.full, "Zoë O'Neil (profa.) 100% +1");
  });

  test(`${vendor}: two people who differ only beyond 2^53 are two`, async () => {
    const { signIn } = practice(vendor);
    const subjects = [(await signIn('con-correo')).profile.subject, (await signIn('vecina')).profile.subject];
    assert.notEqual(subjects[0], subjects[1]);
  });

  test(`${vendor}: our state travels in the callback, signed, and the callback stays as registered`, async () => {
    const { start, permit } = practice(vendor);
    const parameters = await permit(await start());
    assert.deepEqual([parameters.get('keep'), parameters.get('state')], ['1', state]);
  });

  test(`B-32 ${vendor}: a person who says no is told so, and nothing more is asked`, async () => {
    const { signIn, asked } = practice(vendor);
    await assert.rejects(signIn('rechaza'), refusedAs('provider_denied'));
    assert.equal(asked('token-credentials'), 0);
  });

  test(`B-32 ${vendor}: a callback without a verifier is refused before anything is asked`, async () => {
    for (const value of [null, '', ' ', 'a b', 'ñ', 'x'.repeat(5000)]) {
      const { signIn, order, asked } = practice(vendor);
      order('authorize', { kind: 'parameter', name: 'oauth_verifier', value });
      await assert.rejects(signIn(), refusedAs('callback_malformed'));
      assert.equal(asked('token-credentials'), 0);
    }
  });

  test(`B-32 ${vendor}: a wrong verifier is refused by the provider, and the token is spent`, async () => {
    const { start, permit, finish, asked } = practice(vendor);
    const begun = await start();
    const parameters = await permit(begun);
    const right = parameters.get('oauth_verifier') ?? '';
    parameters.set('oauth_verifier', 'guessed');
    await assert.rejects(finish(parameters, begun.remembered), refusedAs('provider_rejected_code'));
    parameters.set('oauth_verifier', right);
    await assert.rejects(finish(parameters, begun.remembered), refusedAs('provider_rejected_code'));
    assert.equal(asked('token-credentials'), 2, 'each of them asked once');
    assert.equal(asked('user-data'), 0);
  });

  test(`B-32 ${vendor}: a token that was used before signs nobody in`, async () => {
    const { start, permit, finish } = practice(vendor);
    const begun = await start();
    const parameters = await permit(begun);
    await finish(parameters, begun.remembered);
    await assert.rejects(finish(parameters, begun.remembered), refusedAs('provider_rejected_code'));
  });

  test(`RFC 5849 §3.3 ${vendor}: every request has a nonce of its own, and the time`, async () => {
    const { signIn, sent } = practice(vendor);
    await signIn();
    await signIn();
    const texts = sent.map(({ url, headers }) => `${url.search}${headers.authorization ?? ''}`);
    const nonces = texts.map((text) => /oauth_nonce="?([0-9a-f]{32})\b/.exec(text)?.[1]);
    assert.ok(nonces.length >= 4 && !nonces.includes(undefined));
    assert.equal(new Set(nonces).size, nonces.length);
    for (const text of texts) assert.match(text, /oauth_timestamp="?1768478400\b/);
  });

  test(`${vendor}: no secret is in any address of ours`, async () => {
    const { start, permit, finish, sent } = practice(vendor);
    const begun = await start();
    const parameters = await permit(begun);
    await finish(parameters, begun.remembered);
    const temporarySecret = begun.remembered.tokenSecret ?? parameters.get('oauth_token_secret');
    assert.equal(typeof temporarySecret, 'string');
    const addresses = [begun.redirect, ...sent.map(({ url }) => url)];
    for (const address of addresses) {
      assert.doesNotMatch(address.href, /secret/);
      const values = [...address.searchParams.values()];
      assert.ok(!values.includes(String(temporarySecret)) && !values.includes(consumerSecret));
    }
  });
}

for (const vendor of threeLegged) {
  test(`B-32 ${vendor}: a token that was issued to somebody else's attempt signs nobody in`, async () => {
    const { start, permit, finish, asked } = practice(vendor);
    const victims = await start();
    const attackers = await permit(await start(), 'vecina');
    await assert.rejects(finish(attackers, victims.remembered), refusedAs('callback_malformed', /another token/));
    assert.equal(asked('token-credentials'), 0, 'nothing is asked of the provider');
  });

  test(`B-32 ${vendor}: an unknown token, or none, signs nobody in`, async () => {
    for (const value of ['unknown', null, '']) {
      const { signIn, order, asked } = practice(vendor);
      order('authorize', { kind: 'parameter', name: 'oauth_token', value });
      await assert.rejects(signIn(), refusedAs('callback_malformed'));
      assert.equal(asked('token-credentials'), 0);
    }
  });

  test(`B-32 ${vendor}: a secret in the callback is not looked at`, async () => {
    const { start, permit, finish } = practice(vendor);
    const begun = await start();
    const parameters = await permit(begun);
    parameters.set('oauth_token_secret', 'chosen by somebody else');
    assert.ok((await finish(parameters, begun.remembered)).profile);
    await assert.rejects(finish(parameters, {}), refusedAs('callback_malformed'));
  });

  for (const value of [null, 'false', 'True', '']) {
    test(`B-32 ${vendor}: oauth_callback_confirmed ${JSON.stringify(value)} is refused: that is not OAuth 1.0a`, async () => {
      const { start, order } = practice(vendor);
      order('temporary-credentials', { kind: 'parameter', name: 'oauth_callback_confirmed', value });
      await assert.rejects(start(), refusedAs('provider_answer_invalid', /not OAuth 1\.0a/));
    });
  }

  test(`${vendor}: the browser carries the token alone, and the secret is remembered`, async () => {
    const { redirect, remembered } = await practice(vendor).start();
    const names = [...redirect.searchParams.keys()].filter((name) => name !== 'theme');
    assert.deepEqual(names, ['oauth_token']);
    assert.equal(redirect.searchParams.get('oauth_token'), remembered.token);
  });
}

const answers: readonly (readonly [
  what: string,
  answer: Partial<OutboundResponse>,
  ofTemporary: ErrorCode,
  ofToken: ErrorCode,
])[] = [
  ['400', { status: 400 }, 'provider_rejected_client', 'provider_rejected_code'],
  ['401', { status: 401, body: 'Failed to validate' }, 'provider_rejected_client', 'provider_rejected_code'],
  ['403 and XML', { status: 403, body: '<?xml version="1.0"?>' }, 'provider_rejected_client', 'provider_rejected_code'],
  ['429', { status: 429 }, 'provider_unreachable', 'provider_unreachable'],
  ['503 and HTML', { status: 503, body: '<html>' }, 'provider_unreachable', 'provider_unreachable'],
  ['a redirect (K-02)', { status: 302, headers: { location: 'https://evil.test' } }, ...invalid()],
  ['404', { status: 404 }, ...invalid()],
  ['HTML', { body: '<!DOCTYPE html><title>oauth_token=a&oauth_token_secret=b</title>' }, ...invalid()],
  ['JSON', { body: '{"oauth_token":"a","oauth_token_secret":"b"}' }, ...invalid()],
  ['nothing', { body: '' }, ...invalid()],
  ['no token', { body: 'oauth_token=&oauth_token_secret=b&oauth_callback_confirmed=true' }, ...invalid()],
  [
    'a token of two lines',
    { body: 'oauth_token=a%0D%0Ab&oauth_token_secret=b&oauth_callback_confirmed=true' },
    ...invalid(),
  ],
  [
    'two tokens (K-07)',
    { body: 'oauth_token=a&oauth_token=b&oauth_token_secret=b&oauth_callback_confirmed=true' },
    ...invalid(),
  ],
  ['a broken form', { body: 'oauth_token=%R&oauth_token_secret=b&oauth_callback_confirmed=true' }, ...invalid()],
];

function invalid(): readonly [ErrorCode, ErrorCode] {
  return ['provider_answer_invalid', 'provider_answer_invalid'];
}

for (const [what, answer, ofTemporary, ofToken] of answers) {
  const outbound = async () => ({ status: 200, headers: {}, body: '', ...answer });
  test(`RFC 5849 §2.1 §2.3: credentials that are answered with ${what} sign nobody in`, async () => {
    const { start, permit, finish, interfere } = practice('oauth1');
    const begun = await start();
    const parameters = await permit(begun);
    interfere(outbound);
    await assert.rejects(start(), refusedAs(ofTemporary));
    await assert.rejects(finish(parameters, begun.remembered), refusedAs(ofToken));
  });
}

test('an outage is passed on as what it is, at the start and at the end', async () => {
  const { start, permit, finish, interfere } = practice('oauth1');
  const begun = await start();
  const parameters = await permit(begun);
  for (const code of ['provider_timeout', 'provider_unreachable', 'provider_answer_too_large'] as const) {
    interfere(async () => {
      throw new SignInError(code, 'up.test');
    });
    await assert.rejects(start(), refusedAs(code));
    await assert.rejects(finish(parameters, begun.remembered), refusedAs(code));
  }
});

for (const [what, how, code] of [
  ['401', { kind: 'error-with-status', status: 401, error: 'invalid_token' }, 'provider_rejected_token'],
  ['500', { kind: 'status-500' }, 'provider_unreachable'],
  ['200 and a refusal', { kind: 'error-inside-200', error: 'server_error' }, 'provider_unreachable'],
  ['200 and HTML', { kind: 'html-from-load-balancer', status: 200 }, 'provider_answer_invalid'],
  ['one name twice', { kind: 'duplicate-members' }, 'provider_answer_invalid'],
  ['3 MB', { kind: 'huge' }, 'provider_answer_too_large'],
  ['somebody missing', { kind: 'json-replaced', json: '{"person":null}' }, 'provider_answer_invalid'],
  ['no subject', { kind: 'subject-missing' }, 'subject_unusable'],
  ['the subject "null"', { kind: 'subject', json: '"null"' }, 'subject_unusable'],
] as const) {
  test(`user data that is answered with ${what} signs nobody in`, async () => {
    const { signIn, order } = practice('oauth1');
    order('user-data', how);
    await assert.rejects(signIn(), refusedAs(code));
  });
}

test('§3.4.3: a client that signs with RSA signs people in, and sends no secret', async () => {
  const changes = { signature_method: 'RSA-SHA1', consumer_secret: undefined, private_key: privateKeyPem };
  const { signIn, simulator, sent } = practice('oauth1', changes);
  await signIn();
  assert.deepEqual(simulator.complaints, []);
  for (const { headers } of sent) assert.match(headers.authorization ?? '', /oauth_signature_method="RSA-SHA1"/);
});

test('a clock that is more than five minutes off is a client that the provider rejects', async () => {
  const { provider, context, simulator } = practice('oauth1');
  const late = { ...context, now: () => context.now() - 301_000 };
  const request = { redirectUri, state, codeChallenge: 'c', nonce: 'n', locale: 'en', loginHint: null } as const;
  await assert.rejects(provider.start(request, late), refusedAs('provider_rejected_client'));
  assert.match(simulator.complaints.join(), /five minutes off/);
});

for (const vendor of everyVendor) {
  test(`check ${vendor}: all is well, a wrong secret, and an outage`, async () => {
    const good = practice(vendor);
    const findings = await good.provider.check(redirectUri, good.context);
    assert.ok(findings.length > 0);
    assert.deepEqual(new Set(findings.map(({ verdict }) => verdict)), new Set(['good']));
    assert.deepEqual(good.simulator.complaints, []);

    const wrong = practice(vendor, { consumer_secret: 'another secret' });
    const bad = (await wrong.provider.check(redirectUri, wrong.context)).filter(({ verdict }) => verdict === 'bad');
    assert.match(bad[0]?.detail ?? '', /Compare consumer_key/);
    assert.doesNotMatch(JSON.stringify(bad), /another secret/);

    const down = practice(vendor);
    down.interfere(async () => {
      throw new SignInError('provider_unreachable', 'localhost: ECONNREFUSED');
    });
    assert.match(
      (await down.provider.check(redirectUri, down.context))[0]?.detail ?? '',
      /See that this server can reach/,
    );
  });
}

const options = {
  signature_method: ['HMAC-SHA1', 'RSA-SHA1'],
  parameters_in: ['authorization_header', 'query'],
  trust_verified_email: [true, false],
  redirect_uri: [undefined, 'https://broker.test/elsewhere'],
} as const;

test('no combination of settings signs less, trusts a foreign token, or does without verifier and confirmation', async () => {
  const combinations = Object.entries(options).reduce<readonly object[]>(
    (made, [name, values]) => made.flatMap((one) => values.map((value) => ({ ...one, [name]: value }))),
    [{}],
  );
  assert.equal(combinations.length, 16);
  for (const combination of combinations) {
    const byRsa = 'signature_method' in combination && combination.signature_method === 'RSA-SHA1';
    const key = byRsa ? { consumer_secret: undefined, private_key: privateKeyPem } : {};
    const { start, permit, finish, order, simulator, signIn } = practice('oauth1', { ...combination, ...key });
    await signIn();
    assert.deepEqual(simulator.complaints, [], JSON.stringify(combination));
    const begun = await start();
    await assert.rejects(finish(await permit(await start()), begun.remembered), refusedAs('callback_malformed'));
    const bare = await permit(begun);
    bare.delete('oauth_verifier');
    await assert.rejects(finish(bare, begun.remembered), refusedAs('callback_malformed'));
    order('temporary-credentials', { kind: 'parameter', name: 'oauth_callback_confirmed', value: null });
    await assert.rejects(start(), refusedAs('provider_answer_invalid'));
  }
});
