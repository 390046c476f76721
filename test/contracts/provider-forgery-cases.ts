/**
 * Forged ID tokens, foreign keys and foreign metadata: OpenID Connect Core §3.1.3.7, RFC 8725, Discovery §4.3.
 *
 * For every provider that has ID tokens, whatever its vendor says about itself.
 */
import assert from 'node:assert/strict';
import type { OidcMisbehaviour } from '../../simulators/index.ts';
import type { ErrorCode } from '../../src/errors.ts';
import type { Case } from './provider-case.ts';
import { member } from './provider-spoils.ts';
import { callOf, type World } from './provider-world.ts';

type Signer = Extract<OidcMisbehaviour, { kind: 'id-token-signed-by' }>['signer'];
type KeySet = Extract<OidcMisbehaviour, { kind: 'keys' }>['set'];
type Forgery = Exclude<OidcMisbehaviour, { kind: 'keys' }>;

const refusal: ErrorCode = 'provider_answer_invalid';

function ofIdToken(what: string, how: (seconds: number) => Forgery, needs: Case['needs'] = () => []): Case {
  return {
    name: `${what}: refused`,
    needs: (fixture) => [fixture.idToken, ...needs(fixture)],
    run: async (world) => {
      order(world, { endpoint: 'token', how: how(Math.floor(world.rig.clock.environment.now() / 1000)) });
      await world.refuses(refusal);
    },
  };
}

type Order = Parameters<NonNullable<World['standIn']['openId']>['misbehave']>[0];
/** An order without its times. */
type Wish = { readonly endpoint: Order['endpoint']; readonly how: OidcMisbehaviour };

function order({ standIn }: World, wish: Wish): void {
  assert.ok(standIn.openId, 'only one protocol has ID tokens');
  standIn.openId.misbehave({ ...wish, times: 'until-reset' } as Order);
}

const claim = (name: string, json: string | null) => (): Forgery => ({ kind: 'id-token-claim', name, json });
const header = (name: string, json: string | null) => (): Forgery => ({ kind: 'id-token-header', name, json });

const signers: readonly (readonly [what: string, signer: Signer])[] = [
  ['B-02 alg none', 'alg-none'],
  ['B-02 alg None', 'alg-None'],
  ['B-02 alg nOnE', 'alg-nOnE'],
  ['B-02 alg none with a signature', 'alg-none-with-signature'],
  ['B-02 no signature', 'nobody'],
  ['B-02 the signature of another token', 'another-token'],
  ['B-03 HMAC with the public key as PEM', 'hmac-of-public-pem'],
  ['B-03 HMAC with the public key as JWK', 'hmac-of-jwk'],
  ['B-03 HMAC with the client secret', 'hmac-of-client-secret'],
  ['B-06 a key in the header', 'attacker-in-jwk'],
  ['B-06 the address of a key in the header', 'attacker-in-jku'],
  ['B-06 a key that is not published', 'unpublished-key'],
  ['B-02 an algorithm that is not announced', 'elliptic'],
];

const signatures = signers.map(([what, signer]) =>
  ofIdToken(`an ID token signed by ${what}`, () => ({ kind: 'id-token-signed-by', signer })),
);

const claims: readonly Case[] = [
  ofIdToken('B-07 an ID token of another issuer', claim('iss', '"https://evil.test"')),
  ofIdToken('B-07 an ID token of no issuer', claim('iss', null)),
  ofIdToken('B-08 an ID token for another client', claim('aud', '"otro"')),
  ofIdToken('B-08 an ID token for nobody', claim('aud', '[]')),
  ofIdToken('B-08 an ID token without an audience', claim('aud', null)),
  ofIdToken('B-08 an ID token for another authorized party', claim('azp', '"otro"')),
  ofIdToken('B-09 an ID token that has expired', (now) => ({
    kind: 'id-token-claim',
    name: 'exp',
    json: `${now - 120}`,
  })),
  ofIdToken('B-09 an ID token that never expires', claim('exp', null)),
  ofIdToken('B-09 an ID token whose end is a text', claim('exp', '"1999999999"')),
  ofIdToken('B-09 an ID token that is not valid yet', (now) => ({
    kind: 'id-token-claim',
    name: 'nbf',
    json: `${now + 120}`,
  })),
  ofIdToken('B-09 an ID token from the future', (now) => ({
    kind: 'id-token-claim',
    name: 'iat',
    json: `${now + 3600}`,
  })),
  ofIdToken('B-09 an ID token of no time', claim('iat', null)),
  ofIdToken('B-10 an ID token with the nonce of another attempt', claim('nonce', '"otro"')),
  ofIdToken('B-10 an ID token with a list of nonces', claim('nonce', '["nonce-of-the-engine"]')),
  ofIdToken('B-10 an ID token without a nonce', claim('nonce', null), ({ nonce }) => [nonce]),
  ofIdToken('B-17 an ID token of another access token', claim('at_hash', '"77QmUPtjPfzWtF2AnpK9RQ"')),
  ofIdToken('K-07 an ID token with two subjects', () => ({
    kind: 'id-token-claim-twice',
    name: 'sub',
    json: '"otro"',
  })),
  ofIdToken('Core §2 an ID token whose subject is a number', claim('sub', '7')),
];

const shapes: readonly Case[] = [
  ofIdToken('B-05 an ID token that demands an extension', header('crit', '["exp2"]')),
  ofIdToken('B-05 an ID token that is not encoded', header('b64', 'false')),
  ofIdToken('an ID token whose key is named by a number', header('kid', '7')),
  ofIdToken('an ID token whose key has a name that nobody knows', header('kid', '"__proto__"')),
  ofIdToken('B-35 an ID token of five parts', () => ({ kind: 'id-token', text: 'a.b.c.d.e' })),
  ofIdToken('B-35 an ID token of 500 KB', () => ({ kind: 'id-token', text: `${'a'.repeat(500_000)}.b.c` })),
  ofIdToken('B-35 a signed text in place of claims', () => ({ kind: 'id-token-payload', json: '"text"' })),
  ofIdToken('B-18 a token answer without an ID token', () => ({ kind: 'member', name: 'id_token', json: null })),
];

const unusableSets: readonly (readonly [what: string, set: KeySet])[] = [
  ['B-24 (a) a key for encryption', 'for-encryption'],
  ['B-24 (a) a key that may not verify', 'not-to-verify'],
  ['B-24 (b) a shared secret', 'symmetric'],
  ['B-24 (d) a key with an even exponent', 'even-exponent'],
  ['B-24 (e) two keys with one name', 'duplicate-kid'],
  ['B-24 (f) a key for another algorithm', 'other-algorithm'],
  ['B-24 (f) a key of another kind under the same name', 'elliptic-under-same-kid'],
  ['B-24 (g) a hundred and one keys', 'one-hundred-and-one'],
  ['B-24 (h) no list of keys', 'missing'],
];

const keys: readonly Case[] = [
  ...unusableSets.map(
    ([what, set]): Case => ({
      name: `${what} in the key set: verifies nothing`,
      needs: ({ idToken }) => [idToken],
      run: async (world) => {
        order(world, { endpoint: 'jwks', how: { kind: 'keys', set } });
        await world.refuses(refusal);
      },
    }),
  ),
  ...(['weak-rsa', 'exponent-one'] as const).map(
    (signer): Case => ({
      name: `B-24 (c, d) a signature by a published key that anybody can forge (${signer}): refused`,
      needs: ({ idToken }) => [idToken],
      run: async (world) => {
        order(world, { endpoint: 'jwks', how: { kind: 'keys', set: signer } });
        order(world, { endpoint: 'token', how: { kind: 'id-token-signed-by', signer } });
        await world.refuses(refusal);
      },
    }),
  ),
];

const documents: readonly (readonly [what: string, name: string, json: string | null])[] = [
  ['names another issuer', 'issuer', '"https://evil.test"'],
  ['names no issuer', 'issuer', null],
  ['sends people to a script', 'authorization_endpoint', '"javascript:alert(1)"'],
  ['names no place for keys', 'jwks_uri', null],
  ['offers unsigned tokens and shared secrets only', 'id_token_signing_alg_values_supported', '["none","HS256"]'],
];

const metadata = documents.map(
  ([what, name, json]): Case => ({
    name: `B-07 metadata that ${what}: refused, and nobody is sent there`,
    needs: ({ idToken, calls }) => [idToken, calls.first],
    run: async (world) => {
      const call = callOf(world, 'first');
      world.spoil(call.endpoint, member(call, { within: [], members: [name] }, json));
      await world.refuses(refusal);
      assert.equal(world.asked('authorize'), 0);
    },
  }),
);

/** What OAuth 1.0a has in place of metadata: a first answer that must say which version it is. */
const confirmations: readonly Case[] = [null, '"false"', '""'].map((json) => ({
  name: `B-32 a first answer that does not confirm the callback (${json ?? 'missing'}): refused, and nobody is sent there`,
  needs: ({ calls, callback }) => [
    calls.first,
    callback.grant === 'oauth_verifier' ? true : { notApplicable: 'only OAuth 1.0a confirms callbacks' },
  ],
  run: async (world) => {
    const call = callOf(world, 'first');
    world.spoil(call.endpoint, member(call, { within: [], members: ['oauth_callback_confirmed'] }, json));
    await world.refuses(refusal);
    assert.equal(world.asked('authorize'), 0);
  },
}));

export const forgeryCases: readonly Case[] = [
  ...signatures,
  ...claims,
  ...shapes,
  ...keys,
  ...metadata,
  ...confirmations,
];
