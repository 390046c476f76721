import assert from 'node:assert/strict';
import { test } from 'node:test';
import { campus, createFixture } from './fixture.ts';
import { scopes } from './tool.ts';

type Answer = { readonly [name: string]: unknown };

const toolConfiguration = {
  domain: 'tool.test',
  target_link_uri: 'https://tool.test/lti/1.3/launch',
  claims: ['sub', 'iss', 'name', 'email'],
  messages: [{ type: 'LtiResourceLinkRequest' }],
};

const registration = (changes: Answer = {}) =>
  JSON.stringify({
    application_type: 'web',
    response_types: ['id_token'],
    grant_types: ['implicit', 'client_credentials'],
    initiate_login_uri: 'https://tool.test/lti/1.3/login',
    redirect_uris: ['https://tool.test/lti/1.3/launch'],
    client_name: 'Llavero',
    jwks_uri: 'https://tool.test/lti/1.3/jwks',
    token_endpoint_auth_method: 'private_key_jwt',
    scope: `${scopes.score} ${scopes.memberships}`,
    'https://purl.imsglobal.org/spec/lti-tool-configuration': toolConfiguration,
    ...changes,
  });

test('§3.13 a tool registers itself with a token that is good once', async () => {
  const { fetch, simulator } = createFixture();
  const headers = { authorization: `Bearer ${simulator.registrationToken()}`, 'content-type': 'application/json' };
  const configuration = (await (await fetch('/.well-known/openid-configuration', { headers })).json()) as Answer;
  assert.equal(configuration.issuer, simulator.platform.issuer);
  const path = String(configuration.registration_endpoint).slice(campus.length);
  const answer = await fetch(path, { method: 'POST', headers, body: registration() });
  const registered = (await answer.json()) as Answer;
  assert.equal(answer.status, 201);
  assert.equal(registered.scope, `${scopes.score} ${scopes.memberships}`);
  const settings = registered['https://purl.imsglobal.org/spec/lti-tool-configuration'] as Answer;
  assert.equal(typeof settings.deployment_id, 'string');
  assert.deepEqual(simulator.complaints, []);
  assert.equal((await fetch(path, { method: 'POST', headers, body: registration() })).status, 401);
});

test('a registration without its token or with wrong members is refused, and the token is not used up', async () => {
  const { fetch, simulator } = createFixture();
  const path = '/lti/registrations';
  assert.equal((await fetch('/.well-known/openid-configuration')).status, 401);
  const json = { 'content-type': 'application/json' };
  assert.equal((await fetch(path, { method: 'POST', headers: json, body: registration() })).status, 401);
  const headers = { ...json, authorization: `Bearer ${simulator.registrationToken()}` };
  for (const changes of [
    { redirect_uris: [] },
    { token_endpoint_auth_method: 'client_secret_basic' },
    { response_types: ['code'] },
    { grant_types: ['implicit'] },
    { jwks_uri: undefined },
    { 'https://purl.imsglobal.org/spec/lti-tool-configuration': { ...toolConfiguration, domain: 'otro.test' } },
  ]) {
    const answer = await fetch(path, { method: 'POST', headers, body: registration(changes) });
    assert.equal(answer.status, 400, JSON.stringify(changes));
  }
  assert.equal((await fetch(path, { method: 'POST', headers, body: registration() })).status, 201);
});
