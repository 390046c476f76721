import assert from 'node:assert/strict';
import { test } from 'node:test';
import { practice, refusedAs } from '../oidc.fixture.ts';
import { vendors } from '../registry.ts';
import { createRedirectProvider } from '../testing.ts';
import { google as vendor } from './google.ts';

const google = (changes: object = {}) => practice('google', 'google', changes);

test('a person signs in with what the ID token says, without a call to userinfo', async () => {
  const { signIn, simulator, asked } = google();
  const { profile } = await signIn();
  assert.deepEqual(simulator.complaints, []);
  assert.equal(profile.subject, '110000000000000000001');
  assert.equal(profile.name.given, 'Ana Lucía');
  assert.equal(asked('userinfo'), 0);
});

test('facts §9.1: the issuer without its scheme is the same issuer, and any other is not', async () => {
  const { signIn, order, simulator } = google();
  order('token', { kind: 'id-token-claim', name: 'iss', json: '"localhost:4401/up"' });
  assert.equal((await signIn()).profile.issuer, simulator.issuer, 'the profile names it in one way only');
  for (const other of ['localhost:4401/up/', 'accounts.google.com.evil.test', 'https://localhost:4401/up', '']) {
    simulator.behave();
    order('token', { kind: 'id-token-claim', name: 'iss', json: JSON.stringify(other) });
    await assert.rejects(signIn(), refusedAs('provider_answer_invalid', /iss/), other);
  }
});

/** The address and `hd` of somebody, and whether Google is the authority for it. */
const addresses: readonly [address: string, hostedDomain: string | null, authority: boolean][] = [
  ['alguien@gmail.com', null, true],
  ['Alguien@GMAIL.com', null, true],
  ['ana@universidad.example', 'universidad.example', true],
  ['ana@UNIVERSIDAD.example', 'Universidad.example', true],
  ['ana@example.com', null, false],
  ['ana@example.com', 'universidad.example', false],
  ['ana@correo.universidad.example', 'universidad.example', false],
  ['ana@gmail.com.evil.test', null, false],
  ['ana@notgmail.com', null, false],
];
for (const [email, hd, authority] of addresses) {
  const person = {
    slug: 'otra',
    name: 'Otra',
    special: { es: '', en: '' },
    answer: 'consents',
    claims: { sub: '1', email, email_verified: true, ...(hd === null ? {} : { hd }) },
  } as const;
  test(`DESIGN §6.2: ${email} of hd ${hd} is ${authority ? '' : 'not '}Google's to vouch for`, async () => {
    const { simulator, signIn } = google({ trust_verified_email: true });
    simulator.addPerson(person);
    assert.deepEqual((await signIn('otra')).profile.emails, [{ address: email, verified: authority }]);
  });
}

test('DESIGN §6.2: nothing is verified unless the operator says so, or while Google says it is not', async () => {
  assert.equal((await google().signIn('universidad')).profile.emails[0]?.verified, false);
  const { signIn, order } = google({ trust_verified_email: true });
  for (const json of ['false', '"true"', '1']) {
    order('token', { kind: 'id-token-claim', name: 'email_verified', json });
    assert.equal((await signIn('universidad')).profile.emails[0]?.verified, false, json);
  }
});

test('hosted_domain is sent as a hint and held by the signed claim', async () => {
  const { signIn, simulator, order } = google({ hosted_domain: 'universidad.example' });
  await signIn('universidad');
  const sent = new URLSearchParams(simulator.requests.find(({ endpoint }) => endpoint === 'authorize')?.query);
  assert.equal(sent.get('hd'), 'universidad.example');
  await assert.rejects(signIn('correo-verificado'), refusedAs('sign_in_refused_by_rule'));
  for (const json of ['"otra.example"', '["universidad.example"]', '"sub.universidad.example"', 'null']) {
    simulator.behave();
    order('token', { kind: 'id-token-claim', name: 'hd', json });
    await assert.rejects(signIn('universidad'), refusedAs('sign_in_refused_by_rule'), json);
  }
});

test('the line under the name says whose account is meant', () => {
  const hintOf = (more: object) => vendor.hint(vendor.settings.parse({ client_id: 'a', client_secret: 'b', ...more }));
  assert.deepEqual(hintOf({}), { 'es-MX': 'Con tu cuenta de Google', en: 'With your Google account' });
  assert.equal(hintOf({ hosted_domain: 'uni.mx' })?.['es-MX'], 'Con tu cuenta @uni.mx');
});

test('nobody else can be configured to be Google', () => {
  for (const practice_issuer of ['https://evil.test', 'http://evil.test', 'http://localhost.evil.test']) {
    const settings = { client_id: 'a', client_secret: 'b', practice_issuer };
    assert.throws(() => createRedirectProvider(vendors, { slug: 'g', vendor: 'google', settings }), /practice_issuer/);
  }
});
