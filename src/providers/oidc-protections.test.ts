/** No definition can switch a protection off: every option that the engine offers is tried with values that might. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FlavourName, OidcMisbehaviour } from '../../simulators/index.ts';
import { practice, refusedAs } from './oidc.fixture.ts';
import { vendors } from './registry.ts';

const base = 'http://localhost:4401/up';
const stated = {
  authorization_endpoint: `${base}/authorize?state=mine&nonce=mine&code_challenge=mine&code_challenge_method=plain&response_type=token`,
  token_endpoint: `${base}/token`,
  jwks_uri: `${base}/jwks`,
};

/** For each setting of each vendor over this engine, the changes that come nearest to taking something away. */
const attempts: { readonly [vendor: string]: { readonly [setting: string]: readonly object[] } } = {
  oidc: {
    issuer: [],
    client_id: [],
    client_secret: [],
    client_authentication: [
      { client_authentication: 'none', client_secret: undefined },
      { client_authentication: 'client_secret_post' },
    ],
    scopes: [{ scopes: [] }, { scopes: ['profile', 'nonce=', 'offline_access'] }],
    authorization_endpoint: [stated],
    token_endpoint: [{ ...stated, userinfo_endpoint: `${base}/userinfo` }],
    jwks_uri: [stated],
    userinfo_endpoint: [{ ...stated, userinfo_endpoint: `${base}/userinfo` }],
    userinfo: [{ userinfo: false }, { userinfo: true }],
    name_claims: [{ name_claims: { full: 'nonce', given: 'iss', first_surname: 'aud', second_surname: 'exp' } }],
    trust_verified_email: [{ trust_verified_email: true }],
    trusted_email_domains: [{ trust_verified_email: true, trusted_email_domains: ['example.com'] }],
    trust_assurance: [{ trust_assurance: true }],
    redirect_uri: [{ redirect_uri: 'https://broker.test/old?state=mine' }],
  },
  google: {
    client_id: [],
    client_secret: [],
    hosted_domain: [{ hosted_domain: 'universidad.example' }],
    trust_verified_email: [{ trust_verified_email: true }],
    redirect_uri: [{ redirect_uri: 'https://broker.test/old' }],
    practice_issuer: [{}],
  },
  linkedin: {
    client_id: [],
    client_secret: [],
    redirect_uri: [{ redirect_uri: 'https://broker.test/old' }],
    practice_issuer: [{}],
  },
};

const flavourOf: { readonly [vendor: string]: FlavourName } = { oidc: 'plain', google: 'google', linkedin: 'linkedin' };

const forgeries: readonly OidcMisbehaviour[] = [
  { kind: 'id-token-signed-by', signer: 'alg-none' },
  { kind: 'id-token-signed-by', signer: 'hmac-of-client-secret' },
  { kind: 'id-token-signed-by', signer: 'unpublished-key' },
  { kind: 'id-token-claim', name: 'iss', json: '"https://other.test"' },
  { kind: 'id-token-claim', name: 'aud', json: '"other"' },
  { kind: 'id-token-claim', name: 'nonce', json: '"of another attempt"' },
  { kind: 'id-token-claim', name: 'exp', json: '1' },
  { kind: 'member', name: 'id_token', json: null },
];

for (const [vendor, settings] of Object.entries(attempts)) {
  test(`every setting of ${vendor} is tried`, () => {
    const schema = vendors.find((candidate) => candidate.vendor === vendor)?.settings;
    assert.deepEqual(Object.keys(settings).sort(), Object.keys(schema?.shape ?? {}).sort());
  });

  for (const [setting, changes] of Object.entries(settings)) {
    for (const change of changes) {
      test(`${vendor}: ${setting} takes no protection away: ${JSON.stringify(change).slice(0, 60)}`, async () => {
        const person = vendor === 'google' ? 'universidad' : 'correo-verificado';
        const { simulator, signIn, order } = practice(vendor, flavourOf[vendor] ?? 'plain', change);
        await signIn(person);
        assert.deepEqual(simulator.complaints, []);
        const sent = new URLSearchParams(simulator.requests.find(({ endpoint }) => endpoint === 'authorize')?.query);
        for (const name of ['state', 'nonce', 'code_challenge', 'code_challenge_method', 'response_type']) {
          assert.equal(sent.getAll(name).length, 1, name);
        }
        assert.deepEqual([sent.get('code_challenge_method'), sent.get('response_type')], ['S256', 'code']);
        assert.ok(sent.get('scope')?.split(' ').includes('openid'));
        for (const how of forgeries) {
          simulator.behave();
          order('token', how);
          await assert.rejects(signIn(person), refusedAs('provider_answer_invalid'), JSON.stringify(how));
        }
      });
    }
  }
}
