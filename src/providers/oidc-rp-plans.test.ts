/**
 * B-01: the modules of the OpenID Foundation's plans for relying parties, Basic and Config, each under its own name: what
 * the module's provider does, and what we must make of it.
 *
 * A module asks for little; where we are stricter than it, the stricter thing is held elsewhere.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OidcMisbehaviour, OidcOrder } from '../../simulators/index.ts';
import type { ErrorCode } from '../errors.ts';
import { clientId, clientSecret, type Practice, practice, refusedAs } from './oidc.fixture.ts';

const SUBJECT = '110000000000000000001';
const plain = (changes: object = {}) => practice('oidc', 'plain', changes);
type Ordered = readonly [endpoint: OidcOrder['endpoint'], how: OidcMisbehaviour];

const claim = (name: string, json: string | null): Ordered => ['token', { kind: 'id-token-claim', name, json }];
const withoutKid: Ordered = ['token', { kind: 'id-token-header', name: 'kid', json: null }];

const refusals: readonly (readonly [module: string, orders: readonly Ordered[], code: ErrorCode])[] = [
  ['oidcc-client-test-invalid-iss', [claim('iss', '"https://other.test"')], 'provider_answer_invalid'],
  ['oidcc-client-test-missing-sub', [claim('sub', null)], 'subject_unusable'],
  ['oidcc-client-test-invalid-aud', [claim('aud', '"other"')], 'provider_answer_invalid'],
  ['oidcc-client-test-missing-iat', [claim('iat', null)], 'provider_answer_invalid'],
  [
    'oidcc-client-test-kid-absent-multiple-jwks',
    [withoutKid, ['jwks', { kind: 'keys', set: 'two-without-kids' }]],
    'provider_answer_invalid',
  ],
  [
    // The plan lets a client take it; whoever can change the answer on its way would be anybody then.
    'oidcc-client-test-idtoken-sig-none',
    [['token', { kind: 'id-token-signed-by', signer: 'alg-none' }]],
    'provider_answer_invalid',
  ],
  [
    'oidcc-client-test-invalid-sig-rs256',
    [['token', { kind: 'id-token-signed-by', signer: 'another-token' }]],
    'provider_answer_invalid',
  ],
  [
    'oidcc-client-test-userinfo-invalid-sub',
    [['userinfo', { kind: 'member', name: 'sub', json: '"110000000000000000002"' }]],
    'provider_answer_invalid',
  ],
  ['oidcc-client-test-nonce-invalid', [claim('nonce', '"another"')], 'provider_answer_invalid'],
  [
    'oidcc-client-test-discovery-issuer-mismatch',
    [['discovery', { kind: 'member', name: 'issuer', json: '"https://other.test"' }]],
    'provider_answer_invalid',
  ],
];

for (const [module, orders, code] of refusals) {
  test(`${module}: ${code}`, async () => {
    const { order, signIn } = plain();
    for (const one of orders) order(...one);
    await assert.rejects(signIn(), refusedAs(code));
  });
}

test('oidcc-client-test: the person signs in, and the provider has nothing to complain about', async () => {
  const { simulator, signIn } = plain();
  assert.equal((await signIn()).profile.subject, SUBJECT);
  assert.deepEqual(simulator.complaints, []);
});

test('oidcc-client-test-kid-absent-single-jwks: the one key that there is verifies', async () => {
  const { order, signIn } = plain();
  order('jwks', { kind: 'keys', set: 'without-kids' });
  order(...withoutKid);
  assert.equal((await signIn()).profile.subject, SUBJECT);
});

test('oidcc-client-test-idtoken-sig-rs256: a signature of RS256 is verified, not skipped', async () => {
  assert.equal((await plain().signIn()).profile.subject, SUBJECT);
  const forged = plain();
  forged.order('token', { kind: 'id-token-signed-by', signer: 'unpublished-key' });
  await assert.rejects(forged.signIn(), refusedAs('provider_answer_invalid'));
});

const sent = ({ simulator }: Practice, endpoint: OidcOrder['endpoint']) =>
  simulator.requests.find((request) => request.endpoint === endpoint) ?? assert.fail(`${endpoint} was not asked`);

test('oidcc-client-test-userinfo-bearer-header: the token goes in the header and nowhere else', async () => {
  const practised = plain();
  await practised.signIn();
  const { headers, query, body } = sent(practised, 'userinfo');
  assert.match(headers.authorization ?? '', /^Bearer \S+$/);
  assert.deepEqual([query, body], ['', '']);
});

test('oidcc-client-test-scope-userinfo-claims: what the scopes ask for arrives', async () => {
  const practised = plain({ scopes: ['email'] });
  const { profile } = await practised.signIn();
  assert.equal(new URLSearchParams(sent(practised, 'authorize').query).get('scope'), 'openid email');
  assert.deepEqual(
    profile.emails.map(({ address }) => address),
    ['ana.marquez@example.com'],
  );
});

test('oidcc-client-test-client-secret-basic: id and secret are form-encoded in the header (RFC 6749 §2.3.1)', async () => {
  const practised = plain({ client_authentication: 'client_secret_basic' });
  await practised.signIn();
  const { headers, body } = sent(practised, 'token');
  const [id = '', secret = ''] = Buffer.from((headers.authorization ?? '').replace('Basic ', ''), 'base64')
    .toString()
    .split(':');
  const decoded = new URLSearchParams(`id=${id}&secret=${secret}`);
  assert.deepEqual([decoded.get('id'), decoded.get('secret')], [clientId, clientSecret]);
  assert.equal(body.includes('client_secret'), false);
});

test('oidcc-client-test-discovery-openid-config: endpoints are those of the metadata', async () => {
  const { asked, signIn } = plain();
  await signIn();
  assert.deepEqual([asked('discovery'), asked('token'), asked('userinfo')], [1, 1, 1]);
});

test('oidcc-client-test-discovery-jwks-uri-keys: keys are fetched from where the metadata says', async () => {
  const { asked, signIn } = plain();
  await signIn();
  assert.equal(asked('jwks'), 1);
});

for (const withdraw of [false, true]) {
  test(`oidcc-client-test-signing-key-rotation: a new key is fetched at its first use, the old one ${withdraw ? 'withdrawn' : 'kept'}`, async () => {
    const { simulator, signIn, asked } = plain();
    await signIn();
    simulator.rotateKeys({ withdraw });
    await signIn();
    await signIn();
    assert.equal(asked('jwks'), 2);
  });
}

test('oidcc-client-test-signing-key-rotation-just-before-signing: a rotation between start and callback signs the person in', async () => {
  const { simulator, visit, finish, signIn } = plain();
  await signIn();
  const parameters = await visit('correo-verificado');
  simulator.rotateKeys({ withdraw: true });
  assert.equal((await finish(parameters)).profile.subject, SUBJECT);
});
