/**
 * What the broker says about itself (OpenID Connect Discovery 1.0 §3, RFC 8414), and the keys it publishes.
 */
import assert from 'node:assert/strict';
import { decodeProtectedHeader } from 'jose';
import { rotateKey, SETTLING } from '../../src/oidc/keys.ts';
import { BROKER, type Rig } from '../rig.ts';
import { appBrowser, authorizeAs, codeIn, openidClient, redeem, withClients } from './relying-party.ts';

const DISCOVERY = `${BROKER}/.well-known/openid-configuration`;

async function json(rig: Rig, url: string, headers: Record<string, string> = {}): Promise<Record<string, unknown>> {
  const response = await rig.broker(new Request(url, { headers }));
  assert.equal(response.status, 200);
  assert.match(response.headers.get('content-type') ?? '', /^application\/json|jwk-set\+json/);
  return (await response.json()) as Record<string, unknown>;
}

withClients('discovery names the endpoints that are promised, all below the issuer', async (rig) => {
  const found = await json(rig, DISCOVERY);
  const promised = {
    issuer: BROKER,
    authorization_endpoint: `${BROKER}/oauth2/authorize`,
    token_endpoint: `${BROKER}/oauth2/token`,
    userinfo_endpoint: `${BROKER}/oauth2/userinfo`,
    jwks_uri: `${BROKER}/oauth2/jwks`,
    end_session_endpoint: `${BROKER}/oauth2/logout`,
  };
  for (const [name, value] of Object.entries(promised)) assert.equal(found[name], value, name);
  const addresses = Object.entries(found).filter(([name]) => /_endpoint$|_uri$|^issuer$/.test(name));
  for (const [name, value] of addresses) assert.equal(new URL(String(value)).origin, BROKER, name);
});

withClients('A-42 discovery offers S256 only, code only, and no signature that proves nothing', async (rig) => {
  const found = await json(rig, DISCOVERY);
  assert.deepEqual(found.code_challenge_methods_supported, ['S256']);
  assert.deepEqual(found.response_types_supported, ['code']);
  assert.deepEqual(found.grant_types_supported, ['authorization_code']);
  assert.deepEqual((found.id_token_signing_alg_values_supported as string[]).sort(), ['ES256', 'RS256']);
  assert.deepEqual(found.token_endpoint_auth_methods_supported, ['client_secret_basic', 'client_secret_post', 'none']);
  for (const [name, value] of Object.entries(found)) {
    if (!name.endsWith('_alg_values_supported')) continue;
    for (const algorithm of value as string[]) assert.doesNotMatch(algorithm, /^none$|^HS/, name);
  }
});

withClients('A-23 discovery says that authorization responses carry iss (RFC 9207 §3)', async (rig) => {
  assert.equal((await json(rig, DISCOVERY)).authorization_response_iss_parameter_supported, true);
});

withClients('A-30 discovery offers neither request objects nor registration in a request', async (rig) => {
  const found = await json(rig, DISCOVERY);
  assert.notEqual(found.request_parameter_supported, true);
  // The default of OpenID Connect Discovery §3 is true, so this one must be said.
  assert.equal(found.request_uri_parameter_supported, false);
  assert.equal(found.registration_endpoint, undefined);
});

withClients('I-12 discovery is the same whatever host a caller or a proxy claims', async (rig) => {
  const expected = await json(rig, DISCOVERY);
  const spoofed: Record<string, string>[] = [
    { 'x-forwarded-host': 'evil.test' },
    { 'x-forwarded-prefix': '//evil.test' },
    { 'x-forwarded-port': '1' },
    { forwarded: 'host=evil.test;proto=http' },
    { 'x-original-url': '/account', 'x-remote-user': 'admin' },
  ];
  for (const headers of spoofed) {
    // The test's own hop sends the host and the scheme of this address as Host and X-Forwarded-Proto.
    for (const origin of [BROKER, 'http://evil.test']) {
      const found = await json(rig, `${origin}/.well-known/openid-configuration`, headers);
      assert.deepEqual(found, expected, `${origin} ${JSON.stringify(headers)}`);
    }
  }
});

withClients('openid-client accepts the discovery document as it is', async (rig) => {
  const metadata = (await openidClient(rig, 'web')).serverMetadata();
  assert.equal(metadata.issuer, BROKER);
  assert.equal(metadata.supportsPKCE(), true);
});

withClients('A-42 published keys have no private part, and a retired one stays beside its successor', async (rig) => {
  const kids = async () => {
    const { keys } = (await json(rig, `${BROKER}/oauth2/jwks`)) as { keys: Record<string, unknown>[] };
    for (const key of keys) {
      for (const member of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k', 'oth']) assert.ok(!(member in key), member);
      assert.equal(key.use, 'sig');
    }
    return keys.map(({ kid }) => kid);
  };
  const signedWith = async () => {
    const answer = await authorizeAs(appBrowser(rig), 'web', 'nacional');
    return decodeProtectedHeader((await redeem(rig, 'web', codeIn(answer))).id_token).kid;
  };
  assert.deepEqual((await kids()).sort(), ['es256-1', 'rs256-1']);
  assert.equal(await signedWith(), 'rs256-1');
  const rotation = { algorithm: 'RS256', begin: 'at once', by: 'test', reason: 'test' } as const;
  await rotateKey(rig.open.store.signingKeys, rotation, rig.clock.environment);
  rig.clock.advance(SETTLING / 2);
  assert.deepEqual((await kids()).sort(), ['es256-1', 'rs256-1', 'rs256-2']);
  assert.equal(await signedWith(), 'rs256-1');
  rig.clock.advance(SETTLING);
  assert.deepEqual((await kids()).sort(), ['es256-1', 'rs256-1', 'rs256-2']);
  assert.equal(await signedWith(), 'rs256-2');
});
