import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OidcMisbehaviour, OidcOrder } from '../../simulators/index.ts';
import type { ErrorCode } from '../errors.ts';
import { clientSecret, nonce, practice, redirectUri, refusedAs } from './oidc.fixture.ts';

const plain = (changes: object = {}) => practice('oidc', 'plain', changes);

// ------------------------------------------------------------------------------------------------ what is right

for (const changes of [
  {},
  { client_authentication: 'client_secret_post' },
  { client_authentication: 'none', client_secret: undefined },
]) {
  test(`a person signs in with ${JSON.stringify(changes)}, and the provider has nothing to complain about`, async () => {
    const { simulator, signIn } = plain(changes);
    const { profile, upstream } = await signIn();
    assert.deepEqual(simulator.complaints, []);
    assert.equal(profile.subject, '110000000000000000001');
    assert.equal(profile.issuer, simulator.issuer);
    assert.deepEqual(profile.name, {
      full: 'Ana Lucía Márquez Solís',
      given: 'Ana Lucía',
      firstSurname: 'Márquez Solís',
      secondSurname: null,
    });
    assert.deepEqual(profile.emails, [{ address: 'ana.marquez@example.com', verified: false }]);
    assert.equal(profile.locale, 'es-MX');
    assert.equal(upstream, null, 'no token is kept');
    assert.equal(JSON.stringify(profile).includes(clientSecret), false);
  });
}

test('B-25: state, nonce, PKCE by S256 and the exact redirect address are in every request, and nothing personal', async () => {
  const { simulator, visit } = plain();
  await visit('correo-verificado');
  const sent = new URLSearchParams(simulator.requests.find(({ endpoint }) => endpoint === 'authorize')?.query);
  assert.deepEqual([...sent.keys()].sort(), [
    'client_id',
    'code_challenge',
    'code_challenge_method',
    'nonce',
    'redirect_uri',
    'response_type',
    'scope',
    'state',
    'ui_locales',
  ]);
  assert.equal(sent.get('code_challenge_method'), 'S256');
  assert.equal(sent.get('nonce'), nonce);
  assert.equal(sent.get('redirect_uri'), redirectUri);
  assert.equal(sent.get('scope'), 'openid profile email');
});

test('endpoints of an operator take the place of discovery, and every check stays', async () => {
  const base = 'http://localhost:4401/up';
  const { signIn, asked, order } = plain({
    authorization_endpoint: `${base}/authorize?nonce=mine&code_challenge_method=plain`,
    token_endpoint: `${base}/token`,
    jwks_uri: `${base}/jwks`,
    userinfo_endpoint: `${base}/userinfo`,
  });
  assert.equal((await signIn()).profile.subject, '110000000000000000001');
  assert.equal(asked('discovery'), 0);
  order('token', { kind: 'id-token-claim', name: 'nonce', json: '"mine"' });
  await assert.rejects(signIn(), refusedAs('provider_answer_invalid', /nonce/));
});

test('A-20 acr and amr of a provider that is not trusted for them are not passed on; its auth_time is', async () => {
  const { signIn, order } = plain();
  order('token', { kind: 'id-token-claim', name: 'acr', json: '"mfa"' });
  const { assurance } = (await signIn()).profile;
  assert.deepEqual(assurance, { acr: null, amr: [], authTime: Date.UTC(2026, 0, 15, 12) });
});

test('acr, amr and auth_time of the ID token are passed on as they are, and never from userinfo', async () => {
  const { signIn, order } = plain({ trust_assurance: true });
  order('token', { kind: 'id-token-claim', name: 'acr', json: '"urn:low"' });
  order('userinfo', { kind: 'member', name: 'amr', json: '["mfa"]' });
  const { assurance } = (await signIn()).profile;
  assert.deepEqual(assurance, { acr: 'urn:low', amr: [], authTime: Date.UTC(2026, 0, 15, 12) });
});

test('userinfo is not asked when the operator does not want it', async () => {
  const { signIn, asked } = plain({ userinfo: false });
  assert.deepEqual((await signIn()).profile.emails, []);
  assert.equal(asked('userinfo'), 0);
});

// ------------------------------------------------------------------------------------------------ attacks, by case

type How = OidcMisbehaviour;
type Attack = readonly [
  caseId: string,
  endpoint: OidcOrder['endpoint'],
  how: How,
  code?: ErrorCode | 'accepted',
  detail?: RegExp,
];

const signedBy = (signer: Extract<How, { kind: 'id-token-signed-by' }>['signer']): How => ({
  kind: 'id-token-signed-by',
  signer,
});
const claim = (name: string, json: string | null): How => ({ kind: 'id-token-claim', name, json });
const header = (name: string, json: string | null): How => ({ kind: 'id-token-header', name, json });
const member = (name: string, json: string | null): How => ({ kind: 'member', name, json });
const keys = (set: Extract<How, { kind: 'keys' }>['set']): How => ({ kind: 'keys', set });
const callback = (name: string, value: string | null): How => ({ kind: 'callback-parameter', name, value });

const now = Date.UTC(2026, 0, 15, 12) / 1000;
const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
const foreign = 'https://other.test';

const attacks: readonly Attack[] = [
  ['B-02', 'token', signedBy('alg-none')],
  ['B-02', 'token', signedBy('alg-None')],
  ['B-02', 'token', signedBy('alg-nOnE')],
  ['B-02', 'token', signedBy('alg-none-with-signature'), 'provider_answer_invalid', /algorithm/],
  ['B-02', 'token', signedBy('nobody')],
  ['B-02', 'token', signedBy('another-token'), 'provider_answer_invalid', /SIGNATURE/],
  ['B-03', 'token', signedBy('hmac-of-public-pem'), 'provider_answer_invalid', /algorithm/],
  ['B-03', 'token', signedBy('hmac-of-jwk'), 'provider_answer_invalid', /algorithm/],
  ['B-03', 'token', signedBy('hmac-of-client-secret'), 'provider_answer_invalid', /algorithm/],
  [
    'B-05',
    'token',
    { kind: 'id-token-header', name: 'crit', json: '["exp2"]' },
    'provider_answer_invalid',
    /extension/,
  ],
  ['B-05', 'token', header('crit', '[]'), 'provider_answer_invalid', /extension/],
  ['B-05', 'token', header('b64', 'false'), 'provider_answer_invalid', /extension/],
  ['B-06', 'token', signedBy('attacker-in-jwk')],
  ['B-06', 'token', signedBy('attacker-in-jku'), 'provider_answer_invalid', /not publish/],
  ['B-06', 'token', signedBy('unpublished-key'), 'provider_answer_invalid', /not publish/],
  ['B-06: a header nobody reads', 'token', header('x5u', '"https://evil.test/"'), 'accepted'],
  ['B-07', 'token', claim('iss', '"http://localhost:4401/up/"'), 'provider_answer_invalid', /iss/],
  ['B-07', 'token', claim('iss', '"http://LOCALHOST:4401/up"'), 'provider_answer_invalid', /iss/],
  ['B-07', 'token', claim('iss', '"localhost:4401/up"'), 'provider_answer_invalid', /iss/],
  ['B-07', 'token', claim('iss', null)],
  ['B-07', 'discovery', member('issuer', '"http://localhost:4401/up/"'), 'provider_answer_invalid', /another issuer/],
  ['B-07', 'discovery', member('issuer', '"http://LOCALHOST:4401/up"'), 'provider_answer_invalid', /another issuer/],
  ['B-07', 'discovery', member('issuer', '"https://localhost:4401/up"'), 'provider_answer_invalid', /another issuer/],
  ['B-07', 'discovery', member('issuer', null)],
  ['B-07', 'discovery', member('authorization_endpoint', '"javascript:alert(1)"')],
  ['B-07', 'discovery', member('jwks_uri', null)],
  ['B-07', 'discovery', member('id_token_signing_alg_values_supported', '["none","HS256"]')],
  ['B-07', 'discovery', member('authorization_response_iss_parameter_supported', '"false"')],
  // Tenants under one roof: metadata that stands for all of them is nobody's, and one tenant speaks for no other.
  ['B-27', 'discovery', member('issuer', '"http://localhost:4401/{tenantid}"'), 'provider_answer_invalid', /another/],
  ['B-27', 'token', claim('iss', '"http://localhost:4401/{tenantid}"'), 'provider_answer_invalid', /iss/],
  ['B-27', 'token', claim('iss', '"http://localhost:4401/another-tenant"'), 'provider_answer_invalid', /iss/],
  ['B-08', 'token', claim('aud', '"other"'), 'provider_answer_invalid', /aud/],
  ['B-08', 'token', claim('aud', '["client:1","other"]'), 'provider_answer_invalid', /aud/],
  ['B-08', 'token', claim('aud', '["client:1"]'), 'accepted'],
  ['B-08', 'token', claim('azp', '"other"'), 'provider_answer_invalid', /authorized party/],
  ['B-08', 'token', claim('azp', '"client:1"'), 'accepted'],
  ['B-08', 'token', claim('azp', 'null')],
  ['B-08', 'token', claim('aud', '[]'), 'provider_answer_invalid', /aud/],
  ['B-08', 'token', claim('aud', '"client:1 "')],
  ['B-08', 'token', claim('aud', '{"0":"client:1"}')],
  ['B-08', 'token', claim('aud', null)],
  ['B-09', 'token', claim('exp', `${now - 59}`), 'accepted'],
  ['B-09', 'token', claim('exp', `${now - 61}`), 'provider_answer_invalid', /EXPIRED \(exp\)/],
  ['B-09', 'token', claim('nbf', `${now + 59}`), 'accepted'],
  ['B-09', 'token', claim('nbf', `${now + 61}`), 'provider_answer_invalid', /nbf/],
  ['B-09', 'token', claim('iat', `${now + 59}`), 'accepted'],
  ['B-09', 'token', claim('iat', `${now + 61}`), 'provider_answer_invalid', /future/],
  ['B-09', 'token', claim('iat', `"${now}"`)],
  ['B-09', 'token', claim('iat', null), 'provider_answer_invalid', /iat/],
  ['B-09', 'token', claim('exp', '"1999999999"'), 'provider_answer_invalid', /exp/],
  ['B-09', 'token', claim('exp', '1e400')],
  ['B-09', 'token', claim('exp', 'null')],
  ['B-09', 'token', claim('exp', null), 'provider_answer_invalid', /exp/],
  ['B-10', 'token', claim('nonce', null), 'provider_answer_invalid'],
  ['B-10', 'token', claim('nonce', '"NONCE-OF-THE-ENGINE"'), 'provider_answer_invalid', /nonce/],
  ['B-10', 'token', claim('nonce', `["${nonce}"]`), 'provider_answer_invalid', /nonce/],
  ['B-14', 'userinfo', member('sub', '"110000000000000000002"'), 'provider_answer_invalid', /userinfo/],
  ['B-14', 'userinfo', member('sub', null), 'provider_answer_invalid', /userinfo/],
  ['B-14', 'userinfo', { kind: 'html', status: 200 }],
  ['B-14', 'userinfo', { kind: 'redirect', location: 'https://evil.test/' }],
  ['B-17', 'token', claim('at_hash', '"77QmUPtjPfzWtF2AnpK9RQ"'), 'provider_answer_invalid', /access token/],
  ['B-17', 'token', claim('at_hash', null), 'accepted'],
  ['B-18', 'token', member('token_type', '"mac"')],
  ['B-18', 'token', member('token_type', '"bearer"'), 'accepted'],
  ['B-18', 'token', member('id_token', null), 'provider_answer_invalid', /missing/],
  ['B-18', 'token', { kind: 'other-content-type', contentType: 'text/html' }],
  ['B-18', 'token', { kind: 'error', status: 200, error: 'invalid_grant' }, 'provider_rejected_code'],
  ['B-18', 'token', { kind: 'error', status: 200, error: 'x' }],
  ['B-18', 'token', { kind: 'error', status: 401, error: 'invalid_client' }, 'provider_rejected_client'],
  ['B-18', 'token', member('expires_in', '"3600"'), 'accepted'],
  ['B-18', 'token', member('access_token', '""')],
  ['B-18', 'token', member('access_token', JSON.stringify('x'.repeat(65_536)))],
  ['B-18', 'token', member('access_token', '"a\\r\\nx: y"')],
  ['B-20', 'authorize', { kind: 'denies', error: 'access_denied' }, 'provider_denied'],
  ['B-20', 'authorize', { kind: 'denies', error: 'temporarily_unavailable' }, 'provider_unreachable'],
  ['B-21', 'authorize', callback('iss', foreign), 'issuer_mismatch'],
  ['B-21', 'authorize', callback('iss', 'http://localhost:4401/up/'), 'issuer_mismatch'],
  ['B-21', 'authorize', callback('iss', ''), 'issuer_mismatch'],
  ['B-21', 'authorize', callback('iss', null), 'issuer_mismatch'],
  ['B-22', 'authorize', callback('code', ''), 'callback_malformed'],
  ['B-22', 'authorize', callback('code', null), 'callback_malformed'],
  ['B-22', 'authorize', callback('code', 'x'.repeat(100_000)), 'callback_malformed'],
  ['B-22', 'authorize', callback('error', 'access_denied'), 'provider_denied'],
  ['B-22', 'authorize', callback('id_token', 'a.b.c')],
  ['B-22', 'authorize', callback('response', 'a.b.c')],
  ['B-24 (a)', 'jwks', keys('for-encryption'), 'provider_answer_invalid', /not publish/],
  ['B-24 (a)', 'jwks', keys('not-to-verify'), 'provider_answer_invalid', /not publish/],
  ['B-24 (b)', 'jwks', keys('symmetric'), 'provider_answer_invalid', /not publish/],
  ['B-24 (d)', 'jwks', keys('even-exponent'), 'provider_answer_invalid', /not publish/],
  ['B-24 (e)', 'jwks', keys('duplicate-kid'), 'provider_answer_invalid', /several/],
  ['B-24 (f)', 'jwks', keys('elliptic-under-same-kid'), 'provider_answer_invalid', /not publish/],
  ['B-24 (f)', 'jwks', keys('other-algorithm'), 'provider_answer_invalid', /not publish/],
  ['B-24 (g)', 'jwks', keys('one-hundred-and-one'), 'provider_answer_invalid', /more than 100/],
  ['B-24 (g)', 'jwks', keys('five-thousand'), 'provider_answer_too_large'],
  ['B-24 (h)', 'jwks', keys('missing'), 'provider_answer_invalid', /list/],
  ['B-24 (h)', 'jwks', keys('null'), 'provider_answer_invalid', /list/],
  ['B-24 (i)', 'jwks', keys('malformed-among-good'), 'accepted'],
  ['B-24 (j)', 'jwks', keys('private-members'), 'accepted'],
  ['B-35', 'token', { kind: 'id-token', text: 'a.b.c.d.e' }],
  ['B-35', 'token', { kind: 'id-token', text: `${'a'.repeat(500_000)}.b.c` }, 'provider_answer_invalid', /too long/],
  ['B-35', 'token', { kind: 'id-token', text: 'e30.e30.§' }],
  ['B-35', 'token', { kind: 'id-token-payload', json: '"text"' }],
  ['B-35', 'token', { kind: 'id-token-payload', json: '[]' }],
  ['B-35', 'token', { kind: 'id-token-payload', json: 'null' }],
  ['B-35', 'token', { kind: 'id-token-payload', json: `{"sub":"a","x":${deep}}` }],
  ['K-07', 'token', { kind: 'id-token-claim-twice', name: 'sub', json: '"victim"' }],
  ['K-07', 'token', { kind: 'id-token-claim-twice', name: 'nonce', json: `"${nonce}"` }],
  ['kid', 'token', header('kid', '7'), 'provider_answer_invalid', /no text/],
  ['kid', 'token', header('kid', '"__proto__"'), 'provider_answer_invalid', /not publish/],
  ['the one key is named by nobody', 'token', header('kid', null), 'accepted'],
  ['DESIGN §6.1', 'token', claim('sub', null), 'subject_unusable'],
  ['DESIGN §6.1', 'token', claim('sub', 'null'), 'subject_unusable'],
  ['DESIGN §6.1', 'token', claim('sub', '""'), 'subject_unusable'],
  ['DESIGN §6.1', 'token', claim('sub', '"null"'), 'subject_unusable'],
  ['DESIGN §6.1', 'token', claim('sub', '{}'), 'subject_unusable'],
  ['DESIGN §6.1', 'token', claim('sub', '["a"]'), 'subject_unusable'],
  ['a number is no subject (Core §2)', 'token', claim('sub', '7')],
];

for (const [caseId, endpoint, how, code = 'provider_answer_invalid', detail] of attacks) {
  const what = JSON.stringify(how).slice(0, 90);
  test(`${caseId}: ${what} at ${endpoint} is ${code}`, async () => {
    const { signIn, order, asked } = plain();
    order(endpoint, how);
    if (code === 'accepted') {
      assert.equal((await signIn()).profile.subject, '110000000000000000001');
      return;
    }
    await assert.rejects(signIn(), refusedAs(code, detail));
    if (endpoint === 'authorize') assert.equal(asked('token'), 0, 'no code is spent on a callback that is not right');
  });
}

for (const signer of ['weak-rsa', 'exponent-one'] as const) {
  test(`B-24 (c, d): a signature by ${signer} does not verify, although the key is published`, async () => {
    const { signIn, order } = plain();
    order('jwks', keys(signer));
    order('token', signedBy(signer));
    await assert.rejects(signIn(), refusedAs('provider_answer_invalid', /not publish/));
  });
}

test('B-24 (e): without kid, one key verifies and two are refused', async () => {
  for (const [set, accepted] of [
    ['without-kids', true],
    ['two-without-kids', false],
  ] as const) {
    const { signIn, order } = plain();
    order('jwks', keys(set));
    order('token', header('kid', null));
    if (accepted) assert.equal((await signIn()).profile.subject, '110000000000000000001');
    else await assert.rejects(signIn(), refusedAs('provider_answer_invalid', /several/));
  }
});

test('B-02: an algorithm that the provider does not announce is refused, however good its key', async () => {
  const { signIn, order } = plain();
  order('token', signedBy('elliptic'));
  await assert.rejects(signIn(), refusedAs('provider_answer_invalid', /algorithm/));
});

test('B-21: a foreign iss is refused also where the provider never announced it, and a missing one is not', async () => {
  const { signIn, order, simulator, asked } = practice('google', 'google');
  await signIn();
  order('authorize', callback('iss', foreign));
  const before = asked('token');
  await assert.rejects(signIn(), refusedAs('issuer_mismatch'));
  assert.equal(asked('token'), before);
  assert.deepEqual(simulator.complaints, []);
});

test('B-21: an error of another issuer is no refusal of this one', async () => {
  const { finish } = plain();
  const parameters = new URLSearchParams({ error: 'access_denied', iss: foreign });
  await assert.rejects(finish(parameters), refusedAs('issuer_mismatch'));
});

// ------------------------------------------------------------------------------------------------ answers on their way

const faults: readonly [How, ErrorCode][] = [
  [{ kind: 'html', status: 200 }, 'provider_answer_invalid'],
  [{ kind: 'html', status: 502 }, 'provider_unreachable'],
  [{ kind: 'huge' }, 'provider_answer_too_large'],
  [{ kind: 'empty-body' }, 'provider_answer_invalid'],
  [{ kind: 'not-json' }, 'provider_answer_invalid'],
  [{ kind: 'not-utf8' }, 'provider_answer_invalid'],
  [{ kind: 'redirect', location: 'https://evil.test/' }, 'provider_answer_invalid'],
  [{ kind: 'duplicate-members' }, 'provider_answer_invalid'],
  [{ kind: 'deeply-nested' }, 'provider_answer_invalid'],
  [{ kind: 'json-replaced', json: '[]' }, 'provider_answer_invalid'],
  [{ kind: 'error', status: 200, error: 'server_error' }, 'provider_unreachable'],
];
for (const endpoint of ['discovery', 'jwks', 'token', 'userinfo'] as const) {
  for (const [how, code] of faults) {
    test(`K-05, K-07: ${JSON.stringify(how)} at ${endpoint} is ${code}`, async () => {
      const { signIn, order } = plain();
      order(endpoint, how);
      await assert.rejects(signIn(), refusedAs(code));
    });
  }
}

test('no refusal repeats anything that the provider sent', async () => {
  const { signIn, order } = plain();
  order('token', claim('iss', '"https://canary.test"'));
  await assert.rejects(signIn(), (error) => {
    assert.ok(error instanceof Error);
    assert.doesNotMatch(JSON.stringify([error.message, error.stack]), /canary|110000000000000000001|ana\.marquez/);
    assert.equal(error.cause, undefined);
    return true;
  });
});

test('a code is used once, with its own verifier, and never a second time by us', async () => {
  const { visit, finish, asked } = plain();
  const parameters = await visit('correo-verificado');
  await finish(parameters);
  assert.equal(asked('token'), 1);
  await assert.rejects(finish(parameters), refusedAs('provider_rejected_code'));
  assert.equal(asked('token'), 2);
});

// ------------------------------------------------------------------------------------------------ e-mail

for (const [sent, verified] of [
  ['true', true],
  ['"true"', false],
  ['"True"', false],
  ['1', false],
  ['"1"', false],
  ['"false"', false],
  ['[]', false],
  ['{}', false],
  ['null', false],
  [null, false],
] as const) {
  test(`B-16: email_verified ${sent} of a trusted provider verifies ${verified ? 'the address' : 'nothing'}`, async () => {
    const { signIn, order } = plain({ trust_verified_email: true });
    order('userinfo', member('email_verified', sent));
    assert.deepEqual((await signIn()).profile.emails, [{ address: 'ana.marquez@example.com', verified }]);
  });
}

test('the flag of the ID token never vouches for the address of userinfo', async () => {
  const { signIn, order } = plain({ trust_verified_email: true });
  order('token', claim('email_verified', 'true'));
  order('userinfo', member('email_verified', null));
  assert.equal((await signIn()).profile.emails[0]?.verified, false);
});

// ------------------------------------------------------------------------------------------------ check

test('check finds a right registration good, and signs nobody in', async () => {
  const { provider, context, asked } = plain();
  const findings = await provider.check(redirectUri, context);
  assert.deepEqual(
    findings.map(({ subject, verdict }) => [subject, verdict]),
    [
      ['metadata', 'good'],
      ['keys', 'good'],
      ['authorization page', 'good'],
      ['token request', 'good'],
    ],
    JSON.stringify(findings),
  );
  assert.equal(asked('userinfo'), 0);
});

for (const [what, changes, subject, advice] of [
  ['a wrong secret', { client_secret: 'wrong-secret' }, 'token request', /client_secret/],
  ['an unknown client', { client_id: 'other' }, 'authorization page', /client_id/],
  ['a wrong issuer', { issuer: 'http://localhost:4401/up/' }, 'metadata', /letter by letter/],
] as const) {
  test(`check finds ${what} and says what to do, without a secret`, async () => {
    const { provider, context } = plain(changes);
    const finding = (await provider.check(redirectUri, context)).find(({ verdict }) => verdict === 'bad');
    assert.equal(finding?.subject, subject);
    assert.match(finding?.detail ?? '', advice);
    assert.doesNotMatch(JSON.stringify(finding), /wrong-secret/);
  });
}

test('check finds a provider without a usable key', async () => {
  const { provider, context, order } = plain();
  order('jwks', keys('symmetric'));
  const finding = (await provider.check(redirectUri, context)).find(({ subject }) => subject === 'keys');
  assert.equal(finding?.verdict, 'bad');
});
