import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../model.ts';
import { finishRequest, startRequest, type WrittenAnswer, worldThatAnswers } from '../oauth2.fixture.ts';
import { practice, refusedAs } from '../oidc.fixture.ts';
import { vendors } from '../registry.ts';
import { createRedirectProvider } from '../testing.ts';

// ------------------------------------------------------------------------------------------------ Keycloak

test('a person of the realm signs in by sub, whatever their user name', async () => {
  const { signIn, simulator } = practice('mit', 'keycloak', { trust_verified_email: true });
  const { profile } = await signIn();
  assert.deepEqual(simulator.complaints, []);
  assert.match(simulator.issuer, /\/realms\/practica$/);
  assert.equal(profile.subject, '110000000000000000001');
  assert.deepEqual(profile.emails, [{ address: 'ana.marquez@example.com', verified: true }]);
  // A realm's levels are its own names: no client could know what they mean (ADR 0017).
  assert.equal(profile.assurance.acr, null);
});

test('the realm announces its issuer, so a callback without one is refused', async () => {
  const { signIn, order } = practice('mit', 'keycloak');
  order('authorize', { kind: 'callback-parameter', name: 'iss', value: null });
  await assert.rejects(signIn(), refusedAs('issuer_mismatch'));
});

// ------------------------------------------------------------------------------------------------ MITx Online, xPRO

const settings = { protocol: 'oauth2', base_url: 'https://mitx.test', client_id: 'c', client_secret: 's' };
const provider = createRedirectProvider(vendors, { slug: 'mit', vendor: 'mit', settings });

const person: JsonObject = {
  id: 41,
  username: 'ana',
  name: 'Ana Márquez',
  email: 'ana@example.com',
  legal_address: { first_name: 'Ana', last_name: 'Márquez', country: 'US' },
  is_anonymous: false,
  is_staff: true,
  is_superuser: true,
};
const token = { access_token: 'token', token_type: 'Bearer' };

const signIn = (answers: readonly WrittenAnswer[]) => {
  const world = worldThatAnswers(answers);
  return { world, profile: provider.finish(finishRequest, world).then((finish) => finish.profile) };
};

test('facts §2: a person of the application signs in by id, with PKCE and the secret in the body', async () => {
  const { world, profile } = signIn([token, person]);
  const { subject, emails, name, roles, country } = await profile;
  assert.equal(subject, '41');
  assert.equal(country, 'US');
  assert.deepEqual(emails, [{ address: 'ana@example.com', verified: false }]);
  assert.deepEqual(name, { full: 'Ana Márquez', given: 'Ana', firstSurname: 'Márquez', secondSurname: null });
  assert.deepEqual(roles, [], 'staff there is nobody here');
  assert.deepEqual(
    world.requests.map(({ url }) => url.href),
    ['https://mitx.test/oauth2/token/', 'https://mitx.test/api/users/me'],
  );
  const body = new URLSearchParams(world.requests[0]?.body ?? '');
  assert.equal(body.get('client_secret'), 's');
  assert.equal(body.get('code_verifier'), finishRequest.codeVerifier);
  const { redirect } = await provider.start(startRequest, world);
  assert.equal(redirect.href.split('?')[0], 'https://mitx.test/oauth2/authorize/');
  assert.equal(redirect.searchParams.get('scope'), 'user:read');
  assert.equal(redirect.searchParams.get('code_challenge_method'), 'S256');
});

test('facts §2: the anonymous user of a rejected token signs nobody in, with an id or without', async () => {
  const nobody = { name: null, email: null, is_anonymous: true, username: null };
  await assert.rejects(signIn([token, { ...nobody, id: 1 }]).profile, refusedAs('provider_rejected_token'));
  await assert.rejects(signIn([token, { ...nobody, id: null }]).profile, refusedAs('subject_unusable'));
  await assert.rejects(signIn([token, nobody]).profile, refusedAs('subject_unusable'));
});

test('facts §2: a rename is no other person, and a person without user name is one', async () => {
  assert.equal((await signIn([token, { ...person, username: 'ana.m' }]).profile).subject, '41');
  assert.equal((await signIn([token, { ...person, username: null, legal_address: null }]).profile).subject, '41');
});

for (const [what, changes, fault] of [
  ['oauth2 without base_url', { base_url: undefined }, /base_url: is needed/],
  ['oauth2 with an issuer', { issuer: 'https://sso.test/realms/a' }, /issuer: is refused/],
  ['oidc without issuer', { protocol: 'oidc', base_url: undefined }, /issuer: is needed/],
  ['oidc with a base_url', { protocol: 'oidc', issuer: 'https://sso.test/realms/a' }, /base_url: is refused/],
  ['trust that can never be', { trust_verified_email: true }, /trust_verified_email: is refused/],
  ['a base_url with a path', { base_url: 'https://mitx.test/api' }, /without a path/],
  ['plain HTTP', { base_url: 'http://mitx.test' }, /https/],
] as const) {
  test(`settings: ${what} is a fault`, () => {
    const written = { ...settings, ...changes };
    assert.throws(() => createRedirectProvider(vendors, { slug: 'm', vendor: 'mit', settings: written }), fault);
  });
}
