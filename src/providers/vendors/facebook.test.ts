import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import type { ErrorCode } from '../../errors.ts';
import { startRequest, worldThatAnswers } from '../oauth2.fixture.ts';
import { vendors } from '../registry.ts';
import { createRedirectProvider } from '../testing.ts';
import { facebook } from './facebook.ts';
import { practice, practiceAddress, practiceClient, refusedAs } from './oauth2-practice.fixture.ts';

const settings = {
  client_id: practiceClient.clientId,
  client_secret: practiceClient.clientSecret,
  practice_issuer: practiceAddress,
};
const app = (changes: object = {}) =>
  practice({ flavour: 'facebook', vendor: 'facebook', settings: { ...settings, ...changes } });

test('facts §9.2: the addresses carry the version, and scopes are joined with commas', async () => {
  const { practice_issuer: _, ...real } = settings;
  const document = { slug: 'fb', vendor: 'facebook', settings: { ...real, graph_version: 'v25.0' } };
  const { redirect } = await createRedirectProvider(vendors, document).start(startRequest, worldThatAnswers([]));
  assert.equal(redirect.origin + redirect.pathname, 'https://www.facebook.com/v25.0/dialog/oauth');
  assert.equal(redirect.searchParams.get('scope'), 'public_profile,email');
});

for (const version of ['25.0', 'v25', 'v0.1', 'v25.0/../x', 'latest', '']) {
  test(`graph_version ${JSON.stringify(version)} is refused`, () =>
    assert.equal(facebook.settings.safeParse({ ...settings, graph_version: version }).success, false));
}

test('user data is asked for by name, with proof of the secret, and the secret itself goes nowhere else', async () => {
  const { simulator, signIn } = app();
  await signIn('con-correo');
  const [, redeemed, asked] = simulator.requests;
  const query = new URLSearchParams(asked?.query);
  const token = asked?.headers.authorization?.replace('Bearer ', '') ?? '';
  const proof = createHmac('sha256', practiceClient.clientSecret).update(token).digest('hex');
  assert.deepEqual(
    [...query],
    [
      ['fields', 'id,name,first_name,last_name,email'],
      ['appsecret_proof', proof],
    ],
  );
  assert.equal(redeemed?.query, '');
  assert.equal(JSON.stringify(asked).includes('practice secret'), false);
});

test('a person with an e-mail address is read whole, and the address is not verified', async () => {
  const { profile } = await app().signIn('con-correo');
  assert.equal(profile.subject, '10220000000000001');
  assert.deepEqual(profile.emails, [{ address: 'teresa.luna@example.com', verified: false }]);
  assert.deepEqual(profile.name, {
    full: 'Teresa Luna Vega',
    given: 'Teresa',
    firstSurname: 'Luna Vega',
    secondSurname: null,
  });
});

test('nobody can be told to trust Facebook for an address', () =>
  assert.equal(facebook.settings.safeParse({ ...settings, trust_verified_email: true }).success, false));

test('facts §9.2: no e-mail address is a normal case', async () => {
  assert.deepEqual((await app().signIn('sin-correo')).profile.emails, []);
});

const graphError = (code: number) =>
  JSON.stringify({ error: { message: 'practice secret', type: 'OAuthException', code, fbtrace_id: 'A' } });
const refusals: readonly [number, ErrorCode][] = [
  [1, 'provider_rejected_client'],
  [4, 'provider_unreachable'],
  [100, 'provider_rejected_code'],
  [101, 'provider_rejected_client'],
  [190, 'provider_rejected_token'],
  [191, 'provider_rejected_client'],
  [77777, 'provider_answer_invalid'],
];
for (const [number, code] of refusals) {
  for (const status of [200, 400]) {
    test(`the Graph error ${number} with status ${status} is ${code}`, async () => {
      const { simulator, signIn } = app();
      const how = { kind: 'status-with-json', status, json: graphError(number) } as const;
      simulator.misbehave({ endpoint: 'token', how, times: 1 });
      await assert.rejects(signIn('con-correo'), refusedAs(code));
    });
  }
}

for (const json of ['null', 'false']) {
  test(`facts §9.2: user data that is ${json} signs nobody in`, async () => {
    const { simulator, signIn } = app();
    simulator.misbehave({ endpoint: 'user-data', how: { kind: 'json-replaced', json }, times: 1 });
    await assert.rejects(signIn('con-correo'), refusedAs('provider_answer_invalid'));
  });
}

const callbacks: readonly { readonly [name: string]: string }[] = [
  { error: 'access_denied', error_code: '200', error_reason: 'user_denied', error_description: 'practice secret' },
  { error_code: '1349048', error_message: 'practice secret' },
];
for (const parameters of callbacks) {
  test(`facts §9.2: the callback ${Object.keys(parameters)} is provider_denied`, () =>
    assert.rejects(app().finish(new Map(Object.entries(parameters))), refusedAs('provider_denied')));
}
