import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { plainOAuth2Flavour } from '../../../simulators/index.ts';
import { anyDialect } from '../dialect.fixture.ts';
import type { Dialect } from '../dialect.ts';
import { finishRequest, startRequest, worldThatAnswers } from '../oauth2.fixture.ts';
import { vendors } from '../registry.ts';
import { createRedirectProvider } from '../testing.ts';
import { practice, practiceAddress, practiceClient } from './oauth2-practice.fixture.ts';
import { oauth2Settings } from './oauth2-settings.ts';

const common = {
  authorization_endpoint: 'https://up.test/authorize',
  token_endpoint: 'https://up.test/token',
  user_data_endpoint: 'https://up.test/me',
  client_id: 'client',
};
const dialect = { subject_members: ['id'] };
const plain = { ...common, client_secret: 's', dialect };

/** The names of the settings at fault. */
const faultsOf = (written: object) =>
  oauth2Settings
    .safeParse(written)
    .error?.issues.flatMap((issue) => (issue.code === 'unrecognized_keys' ? issue.keys : [issue.path.join('.')])) ?? [];

// ------------------------------------------------------------------------------------- no protection can be switched off

/** What an operator would write for such a dialect. */
const settingsFor = (written: Dialect) => ({
  ...common,
  ...(written.client_authentication === 'none' ? {} : { client_secret: 'secret' }),
  ...(written.web_service_authentication === 'none' ? {} : { web_service_user: 'u', web_service_password: 'p' }),
  dialect: written,
});
const providerFor = (written: Dialect) =>
  createRedirectProvider(vendors, { slug: 'up', vendor: 'oauth2', settings: settingsFor(written) });

test('DESIGN §5: no settings lose state or PKCE from the authorization request', async () => {
  await fc.assert(
    fc.asyncProperty(anyDialect, async (written) => {
      const { redirect } = await providerFor(written).start(startRequest, worldThatAnswers([]));
      assert.deepEqual(redirect.searchParams.getAll('state'), [startRequest.state]);
      assert.deepEqual(redirect.searchParams.getAll('code_challenge'), [startRequest.codeChallenge]);
      assert.deepEqual(redirect.searchParams.getAll('code_challenge_method'), ['S256']);
      assert.equal(redirect.searchParams.has('client_secret'), false);
    }),
  );
});

test('DESIGN §5: no settings lose the code verifier, or take a refusal inside status 200 for an answer', async () => {
  await fc.assert(
    fc.asyncProperty(anyDialect, async (written) => {
      const token = Object.fromEntries(written.access_token_members.map((member) => [member, 'token']));
      const world = worldThatAnswers([{ ...token, error: 'invalid_grant' }]);
      await assert.rejects(providerFor(written).finish(finishRequest, world));
      assert.equal(world.requests.length, 1);
      assert.ok(world.requests[0]?.body?.includes(finishRequest.codeVerifier));
    }),
  );
});

for (const endpoint of ['authorization_endpoint', 'token_endpoint', 'user_data_endpoint'] as const) {
  for (const odd of [
    'http://up.test/x',
    'https://u:p@up.test/',
    'https://up.test/#x',
    'javascript:alert(1)',
    '/x',
    7,
  ]) {
    test(`${endpoint} cannot be ${odd}`, () => assert.deepEqual(faultsOf({ ...plain, [endpoint]: odd }), [endpoint]));
  }
}

test('B-25: an address that holds state or PKCE of its own does not stand in for them', async () => {
  const authorization = 'https://up.test/authorize?state=s&code_challenge=c&code_challenge_method=plain&tenant=a';
  const settings = { ...plain, authorization_endpoint: authorization };
  const provider = createRedirectProvider(vendors, { slug: 'up', vendor: 'oauth2', settings });
  const { searchParams } = (await provider.start(startRequest, worldThatAnswers([]))).redirect;
  assert.deepEqual(searchParams.getAll('state'), [startRequest.state]);
  assert.deepEqual(searchParams.getAll('code_challenge_method'), ['S256']);
  assert.equal(searchParams.get('tenant'), 'a');
});

const switches = ['pkce', 'state', 'nonce', 'verify', 'check_errors', 'code_challenge_method', 'insecure'];
for (const name of switches) {
  test(`there is no setting "${name}", beside the dialect, in it or in the mapping`, () => {
    assert.deepEqual(faultsOf({ ...plain, [name]: false }), [name]);
    assert.deepEqual(faultsOf({ ...plain, dialect: { ...dialect, [name]: false } }), [name]);
    assert.deepEqual(faultsOf({ ...plain, mapping: { [name]: false } }), [name]);
  });
}

// ---------------------------------------------------------------------------------------------------- what is refused

const refused: readonly [string, string, object][] = [
  ['a dialect without the subject', 'dialect.subject_members', { ...plain, dialect: {} }],
  ['no dialect', 'dialect', { ...common, client_secret: 's' }],
  ['no secret', 'client_secret', { ...common, dialect }],
  [
    'a secret of a public client',
    'client_secret',
    { ...plain, dialect: { ...dialect, client_authentication: 'none' } },
  ],
  ['a web-service user that nobody asks for', 'web_service_user', { ...plain, web_service_user: 'u' }],
  ['trust in a flag that is nowhere', 'trust_verified_email', { ...plain, trust_verified_email: true }],
  ['a scope of two words', 'scopes.0', { ...plain, scopes: ['a b'] }],
  ['a client id that YAML read as a number', 'client_id', { ...plain, client_id: 7 }],
];
for (const [what, name, written] of refused) {
  test(`${what} is refused at ${name}`, () => assert.deepEqual(faultsOf(written), [name]));
}

test('nothing is trusted, asked for or mapped by default', () => {
  const settings = oauth2Settings.parse(plain);
  assert.deepEqual([settings.trust_verified_email, settings.scopes, settings.role_mapping], [false, [], {}]);
  assert.deepEqual(new Set(Object.values(settings.mapping)), new Set([null, 'none']));
});

// ------------------------------------------------------------------------------------------------------ what is read

const mapped = {
  ...plain,
  authorization_endpoint: `${practiceAddress}/authorize`,
  token_endpoint: `${practiceAddress}/token`,
  user_data_endpoint: `${practiceAddress}/userinfo`,
  client_id: practiceClient.clientId,
  client_secret: practiceClient.clientSecret,
  mapping: { email: 'email', email_verified: 'email_verified', full_name: 'name', roles: 'groups' },
  role_mapping: { docentes: 'Docente' },
};

test('what the mapping names is read, and nothing else', async () => {
  const { profile } = await practice({ flavour: 'plain', vendor: 'oauth2', settings: mapped }).signIn(
    'correo-verificado',
  );
  assert.deepEqual(profile.emails, [{ address: 'ofelia.campos@example.com', verified: false }]);
  assert.equal(profile.name.full, 'Ofelia Campos');
  assert.equal(profile.name.given, null);
  assert.deepEqual(profile.roles, [{ id: 'docentes', name: 'Docente' }]);
  assert.equal(profile.issuer, 'http://localhost:4401');
});

test('B-16: an e-mail is verified only when the operator trusts the provider for it', async () => {
  const settings = { ...mapped, trust_verified_email: true };
  const { profile } = await practice({ flavour: 'plain', vendor: 'oauth2', settings }).signIn('correo-verificado');
  assert.equal(profile.emails[0]?.verified, true);
});

test('a product with every deviation at once signs people in', async () => {
  const flavour = {
    ...plainOAuth2Flavour,
    scopes: { separator: ',', needed: ['read', 'mail'] },
    tokenRequest: 'json',
    authentication: ['client_secret_post'],
    tokenMembers: { token: 'token', type: 'kind', expiry: 'ttl' },
    tokenIn: [{ header: 'x-api-token' }],
    subject: { within: ['data', 'user'], members: ['id'] },
    userData: ({ userData }) => ({ data: { user: userData } }),
  } as const satisfies typeof plainOAuth2Flavour;
  const written = {
    scope: 'comma_separated',
    token_request_body: 'json',
    client_authentication: 'client_secret_post',
    access_token_members: ['token'],
    token_type_members: ['kind'],
    expiry_members: ['ttl'],
    access_token_in: { header: 'x-api-token' },
    user_data_path: ['data', 'user'],
    subject_members: ['id'],
  };
  const settings = { ...mapped, scopes: ['read', 'mail'], dialect: written };
  const { simulator, signIn } = practice({ flavour, vendor: 'oauth2', settings });
  assert.equal((await signIn('correo-verificado')).profile.subject, '7');
  assert.deepEqual(simulator.complaints, []);
});
