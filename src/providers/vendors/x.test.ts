import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startRequest, worldThatAnswers } from '../oauth2.fixture.ts';
import { vendors } from '../registry.ts';
import { createRedirectProvider } from '../testing.ts';
import { practice, practiceAddress, practiceClient, refusedAs } from './oauth2-practice.fixture.ts';

const settings = {
  client_id: practiceClient.clientId,
  client_secret: practiceClient.clientSecret,
  practice_issuer: practiceAddress,
};
const app = (changes: object = {}) => practice({ flavour: 'x', vendor: 'x', settings: { ...settings, ...changes } });

async function startOf(changes: object): Promise<URL> {
  const { practice_issuer: _, ...real } = settings;
  const document = { slug: 'x', vendor: 'x', settings: { ...real, ...changes } };
  return (await createRedirectProvider(vendors, document).start(startRequest, worldThatAnswers([]))).redirect;
}

test('facts §9.4: the address, the scopes, and PKCE as RFC 7636 writes it', async () => {
  const address = await startOf({});
  assert.equal(address.origin + address.pathname, 'https://x.com/i/oauth2/authorize');
  assert.equal(address.searchParams.get('scope'), 'users.read tweet.read users.email');
  assert.equal(address.searchParams.get('code_challenge_method'), 'S256');
});

test('without request_email neither the scope nor the field is asked for', async () => {
  assert.equal((await startOf({ request_email: false })).searchParams.get('scope'), 'users.read tweet.read');
  const { simulator, signIn } = app({ request_email: false });
  assert.deepEqual((await signIn('con-correo')).profile.emails, []);
  assert.equal(simulator.requests[2]?.query, '');
});

test('a client with a secret sends it by Basic alone; one without sends its id', async () => {
  const confidential = app();
  await confidential.signIn('con-correo');
  const [, redeemed] = confidential.simulator.requests;
  assert.match(redeemed?.headers.authorization ?? '', /^Basic /);
  assert.equal(new URLSearchParams(redeemed?.body).has('client_secret'), false);

  const { client_secret: _, ...written } = settings;
  const open = practice({ flavour: 'x', vendor: 'x', settings: written, isPublic: true });
  await open.signIn('con-correo');
  const body = new URLSearchParams(open.simulator.requests[1]?.body);
  assert.equal(open.simulator.requests[1]?.headers.authorization, undefined);
  assert.equal(body.get('client_id'), practiceClient.clientId);
  assert.ok(body.has('code_verifier'));
});

test('facts §9.4: the id is text of 19 digits, and the name is not taken apart', async () => {
  const { profile } = await app().signIn('con-correo');
  assert.equal(profile.subject, '1879123456789012345');
  assert.deepEqual(profile.name, { full: 'Paloma ✨', given: null, firstSurname: null, secondSurname: null });
});

test('an address that X sends was confirmed, and counts where the operator says so', async () => {
  const address = 'paloma@example.com';
  assert.deepEqual((await app().signIn('con-correo')).profile.emails, [{ address, verified: false }]);
  const trusting = { trust_verified_email: true };
  assert.deepEqual((await app(trusting).signIn('con-correo')).profile.emails, [{ address, verified: true }]);
  assert.deepEqual((await app(trusting).signIn('sin-correo')).profile.emails, []);
});

test('facts §9.4: the exchange is the first thing that is done: a code of 30 seconds is redeemed in its last', async () => {
  const { simulator, visit, finish, pass } = app();
  const code = await visit('con-correo');
  pass(30_000);
  await finish(code);
  assert.deepEqual(
    simulator.requests.map(({ endpoint }) => endpoint),
    ['authorize', 'token', 'user-data'],
  );
});

test('a code of 30 seconds and one millisecond is provider_rejected_code, although X calls it invalid_request', async () => {
  const { visit, finish, pass } = app();
  const code = await visit('con-correo');
  pass(30_001);
  await assert.rejects(finish(code), refusedAs('provider_rejected_code'));
});

for (const status of [402, 403, 429]) {
  test(`facts §9.4: ${status} at user data is an empty balance, and not the person's fault`, async () => {
    const { simulator, signIn } = app();
    const how = { kind: 'status-with-json', status, json: '{"title":"CreditsDepleted"}' } as const;
    simulator.misbehave({ endpoint: 'user-data', how, times: 1 });
    await assert.rejects(signIn('con-correo'), refusedAs('provider_unreachable'));
  });
}

for (const json of ['{"errors":[{"title":"Not Found Error"}]}', '{"data":null}', '{"data":[]}', '{"id":"1"}']) {
  test(`user data that is not under data signs nobody in: ${json}`, async () => {
    const { simulator, signIn } = app();
    simulator.misbehave({ endpoint: 'user-data', how: { kind: 'json-replaced', json }, times: 1 });
    await assert.rejects(signIn('con-correo'), refusedAs('provider_answer_invalid'));
  });
}
