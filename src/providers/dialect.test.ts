import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { anyDialect } from './dialect.fixture.ts';
import { type Dialect, dialectSchema, writeTokenRequest } from './dialect.ts';
import { definitionWith, finishRequest, startRequest, worldThatAnswers } from './oauth2.fixture.ts';
import { createOAuth2Provider } from './oauth2.ts';
import type { OAuth2Client } from './oauth2-definition.ts';

/** The client that an operator's file can describe: PKCE always, whatever the authentication. */
function clientFor(dialect: Dialect): OAuth2Client {
  if (dialect.client_authentication === 'none') return { kind: 'public', id: 'client' };
  return { kind: 'confidential', id: 'client', secret: 'secret', pkce: 'S256' };
}

const definitionFor = (dialect: Dialect) =>
  definitionWith({
    dialect,
    client: clientFor(dialect),
    webService: dialect.web_service_authentication === 'basic' ? { user: 'ws', password: 'pw' } : null,
  });

test('DESIGN §5: no combination of options loses state or PKCE from the authorization request', async () => {
  await fc.assert(
    fc.asyncProperty(anyDialect, async (dialect) => {
      const { redirect } = await createOAuth2Provider(definitionFor(dialect)).start(startRequest, worldThatAnswers([]));
      const sent = redirect.searchParams;
      assert.deepEqual(sent.getAll('state'), [startRequest.state]);
      assert.deepEqual(sent.getAll('code_challenge'), [startRequest.codeChallenge]);
      assert.deepEqual(sent.getAll('code_challenge_method'), ['S256']);
      assert.deepEqual(sent.getAll('response_type'), ['code']);
    }),
  );
});

test('DESIGN §5: no combination of options loses the code verifier from the token request', async () => {
  await fc.assert(
    fc.asyncProperty(anyDialect, async (dialect) => {
      const world = worldThatAnswers([]);
      await assert.rejects(createOAuth2Provider(definitionFor(dialect)).finish(finishRequest, world));
      const body = world.requests[0]?.body ?? '';
      const sent =
        dialect.token_request_body === 'json'
          ? new Map<string, string>(Object.entries(JSON.parse(body)))
          : new Map(new URLSearchParams(body));
      const member = dialect.token_request_names === 'camel_case' ? 'codeVerifier' : 'code_verifier';
      assert.equal(sent.get(member), finishRequest.codeVerifier);
    }),
  );
});

test('DESIGN §5: no combination of options lets a refusal inside status 200 pass', async () => {
  await fc.assert(
    fc.asyncProperty(anyDialect, async (dialect) => {
      const token = Object.fromEntries(dialect.access_token_members.map((member) => [member, 'token']));
      const world = worldThatAnswers([{ ...token, error: 'invalid_grant' }]);
      await assert.rejects(createOAuth2Provider(definitionFor(dialect)).finish(finishRequest, world));
      assert.equal(world.requests.length, 1, 'user data was asked for with the token of a refusal');
    }),
  );
});

for (const option of ['pkce', 'state', 'code_challenge_method', 'check_errors', 'verify', 'subject_member']) {
  test(`there is no option "${option}"`, () => {
    assert.equal(dialectSchema.safeParse({ subject_members: ['sub'], [option]: false }).success, false);
  });
}

test('the subject has no default: guessing it would mix people up', () => {
  assert.equal(dialectSchema.safeParse({}).success, false);
});

for (const header of ['Authorization', 'cookie', 'Host', 'content-length', 'Transfer-Encoding', 'a b', 'x:\r\ny', '']) {
  test(`the token cannot be put into the header ${JSON.stringify(header)}`, () => {
    const written = { subject_members: ['sub'], access_token_in: { header } };
    assert.equal(dialectSchema.safeParse(written).success, false);
  });
}

test('two credentials cannot share the Authorization header', () => {
  const web = { subject_members: ['sub'], web_service_authentication: 'basic' };
  assert.equal(dialectSchema.safeParse(web).success, false);
  const post = { ...web, client_authentication: 'client_secret_post' };
  assert.equal(dialectSchema.safeParse(post).success, false, 'the bearer token uses it too');
  assert.equal(dialectSchema.safeParse({ ...post, access_token_in: { header: 'accessToken' } }).success, true);
});

const members = {
  grantType: 'authorization_code',
  code: 'a+b &c',
  redirectUri: 'https://b.test/cb?x=1',
  clientId: 'id',
  clientSecret: null,
  codeVerifier: 'v',
};

test('RFC 6749 §4.1.3: by default the token request is a form with the standard names', () => {
  const { contentType, body } = writeTokenRequest(dialectSchema.parse({ subject_members: ['sub'] }), members);
  assert.equal(contentType, 'application/x-www-form-urlencoded');
  assert.deepEqual(Object.fromEntries(new URLSearchParams(body)), {
    grant_type: 'authorization_code',
    code: 'a+b &c',
    redirect_uri: 'https://b.test/cb?x=1',
    client_id: 'id',
    code_verifier: 'v',
  });
});

test('a JSON token request with camel case names holds exactly what facts/llave-mx §4 shows', () => {
  const written = { subject_members: ['id'], token_request_body: 'json', token_request_names: 'camel_case' };
  const { contentType, body } = writeTokenRequest(dialectSchema.parse(written), members);
  assert.equal(contentType, 'application/json');
  assert.deepEqual(JSON.parse(body), {
    grantType: 'authorization_code',
    code: 'a+b &c',
    redirectUri: 'https://b.test/cb?x=1',
    clientId: 'id',
    codeVerifier: 'v',
  });
});
