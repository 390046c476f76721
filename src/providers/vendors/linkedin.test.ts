import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nonce, practice, refusedAs } from '../oidc.fixture.ts';

const linkedin = () => practice('linkedin', 'linkedin');

test('a person signs in although no nonce comes back, and PKCE binds the code', async () => {
  const { signIn, simulator } = linkedin();
  const { profile } = await signIn();
  assert.deepEqual(simulator.complaints, []);
  assert.equal(profile.subject, '110000000000000000001');
  assert.equal(profile.locale, 'es-MX', 'the locale is an object here');
  const token = simulator.requests.find(({ endpoint }) => endpoint === 'token');
  const body = new URLSearchParams(token?.body);
  assert.ok(body.get('code_verifier'));
  assert.ok(body.get('client_secret'), 'facts §9.5: only client_secret_post');
  assert.equal(token?.headers.authorization, undefined);
});

test('B-10: a nonce that comes back all the same must be the one that was sent', async () => {
  const { signIn, order, simulator } = linkedin();
  order('token', { kind: 'id-token-claim', name: 'nonce', json: JSON.stringify(nonce) });
  await signIn();
  for (const json of ['"of another attempt"', '""', 'null', `["${nonce}"]`]) {
    simulator.behave();
    order('token', { kind: 'id-token-claim', name: 'nonce', json });
    await assert.rejects(signIn(), refusedAs('provider_answer_invalid'), json);
  }
});

test('B-10: what is tolerated of LinkedIn is tolerated of nobody else', async () => {
  for (const [vendor, flavour] of [
    ['oidc', 'plain'],
    ['google', 'google'],
    ['mit', 'keycloak'],
  ] as const) {
    const { signIn, order } = practice(vendor, flavour);
    order('token', { kind: 'id-token-claim', name: 'nonce', json: null });
    await assert.rejects(signIn(), refusedAs('provider_answer_invalid'), vendor);
  }
});

test('a code that was injected into another attempt is refused by its verifier', async () => {
  const { visit, provider, context } = linkedin();
  const parameters = new Map(await visit('correo-verificado'));
  const request = { parameters, redirectUri: 'https://broker.test/callback/up?keep=1', nonce, remembered: {} };
  await assert.rejects(
    provider.finish({ ...request, codeVerifier: 'x'.repeat(43) }, context),
    refusedAs('provider_rejected_code'),
  );
});

test('B-16: its flag verifies nothing, be it a boolean or text', async () => {
  const { signIn, order } = linkedin();
  assert.deepEqual((await signIn()).profile.emails, [{ address: 'ana.marquez@example.com', verified: false }]);
  order('userinfo', { kind: 'member', name: 'email_verified', json: '"true"' });
  assert.equal((await signIn()).profile.emails[0]?.verified, false);
});

test('facts §9.5: the issuer of the practice is the only one there', async () => {
  const { signIn, order } = linkedin();
  order('token', { kind: 'id-token-claim', name: 'iss', json: '"https://www.linkedin.com"' });
  await assert.rejects(signIn(), refusedAs('provider_answer_invalid', /iss/));
});

test('check names PKCE when LinkedIn refuses the client', async () => {
  const { provider, context, order } = linkedin();
  order('token', { kind: 'error', status: 401, error: 'invalid_client' });
  const finding = (await provider.check('https://broker.test/callback/up?keep=1', context)).at(-1);
  assert.equal(finding?.verdict, 'bad');
  assert.match(finding?.detail ?? '', /PKCE/);
});
