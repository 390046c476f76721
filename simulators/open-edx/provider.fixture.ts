/**
 * A provider for tests of the relying party: it signs whatever the test wants, with keys that are made once.
 */

import { createHash, type KeyObject, sign } from 'node:crypto';
import { createKeyPool } from '../shared/keys.ts';
import { createFixture, origin, record } from './fixture.ts';
import type { BackendName, ProviderRecordInput } from './records.ts';
import type { OpenEdxSimulatorOptions } from './simulator.ts';

export const issuer = 'https://broker.test';
const pool = createKeyPool();
type Claims = { readonly [claim: string]: unknown };

export const oidcRecord: ProviderRecordInput = {
  ...record,
  backend_name: 'oidc',
  slug: 'oidc',
  other_settings: { OIDC_ENDPOINT: issuer },
};

export const identityServerRecord: ProviderRecordInput = {
  ...record,
  backend_name: 'identityServer3',
  slug: 'identityServer3',
  other_settings: {
    auth_url: `${issuer}/authorize`,
    token_url: `${issuer}/token`,
    user_info_url: `${issuer}/userinfo`,
    redirect_url: `${origin}/auth/complete/identityServer3/`,
    username_claim_key: 'preferred_username',
  },
};

export const person = {
  sub: 'subject-1',
  preferred_username: 'ana.ruiz',
  email: 'ana@uni.test',
  name: 'Ana Ruiz',
  given_name: 'Ana',
  family_name: 'Ruiz',
};

/** What a test changes of the next ID token. */
export interface Spoiled {
  readonly claims: Claims;
  readonly header: Claims;
  /** The key that signs; the one that is published unless told. */
  readonly key: number;
}

export function createRelyingParty(given: Partial<OpenEdxSimulatorOptions> = {}) {
  const fixture = createFixture({ providers: [record, oidcRecord, identityServerRecord], ...given });
  const { answers } = fixture;
  let now = Date.UTC(2026, 7, 20, 12) / 1_000;
  const publish = (numbers: readonly number[]) =>
    answers.set('/jwks', { keys: numbers.map((number) => published(pool.rsa(number))) });
  answers.set('/.well-known/openid-configuration', {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    userinfo_endpoint: `${issuer}/userinfo`,
    jwks_uri: `${issuer}/jwks`,
  });
  answers.set('/userinfo', person);
  publish([0]);

  const answerWith = (nonce: string, spoiled: Partial<Spoiled>) => {
    const key = pool.rsa(spoiled.key ?? 0);
    const claims = {
      iss: issuer,
      sub: person.sub,
      aud: 'lms',
      exp: now + 3600,
      iat: now,
      nonce,
      at_hash: createHash('sha256').update('broker-token').digest().subarray(0, 16).toString('base64url'),
      ...spoiled.claims,
    };
    const idToken = signed({ alg: 'RS256', kid: key.kid, ...spoiled.header }, claims, key.privateKey);
    answers.set('/token', { access_token: 'broker-token', token_type: 'Bearer', id_token: idToken });
  };

  return {
    ...fixture,
    publish,
    pass(milliseconds: number) {
      fixture.pass(milliseconds);
      now += milliseconds / 1_000;
    },
    /** From the button to the answer of `/auth/complete/`, with the browser that went there. */
    async arrive(backend: BackendName, spoiled: Partial<Spoiled> = {}, visit = fixture.browser()) {
      const departure = await visit(`/auth/login/${backend}/?auth_entry=login&next=/courses`);
      const parameters = new URL(departure.headers.get('location') ?? '').searchParams;
      answerWith(parameters.get('nonce') ?? '', spoiled);
      const back = new URLSearchParams({ code: 'code', state: parameters.get('state') ?? '' });
      return { visit, parameters, answer: await visit(`/auth/complete/${backend}/?${back}`) };
    },
  };
}

export type RelyingParty = ReturnType<typeof createRelyingParty>;

function published({ kid, publicKey }: { readonly kid: string; readonly publicKey: KeyObject }) {
  return { ...publicKey.export({ format: 'jwk' }), kid, use: 'sig' };
}

function signed(header: Claims, claims: Claims, key: KeyObject): string {
  const encode = (value: Claims) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${encode(header)}.${encode(claims)}`;
  return `${text}.${sign('sha256', Buffer.from(text), key).toString('base64url')}`;
}
