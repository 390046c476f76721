/**
 * The keys with which an OpenID provider signs, and which of them may verify a given token.
 *
 * Implements RFC 7517, OpenID Connect Core §10.1 and B-24. Keys come from the configured provider only, never from a
 * token (B-06). What cannot be a strong public signing key is left out of the set, so that it verifies nothing.
 */

import type { JWK } from 'jose';
import { z } from 'zod';
import { SignInError } from '../errors.ts';
import { isList } from '../json.ts';
import { type Kept, keep } from './oidc-kept.ts';
import type { Metadata, SigningAlgorithm } from './oidc-metadata.ts';
import type { ProviderContext } from './provider.ts';
import { readAnswer, standardErrors } from './upstream-answer.ts';

/** A public key that may verify. */
export interface VerificationKey {
  readonly kid: string | undefined;
  /** The one algorithm that the provider allows it for; undefined where the kind of key decides. */
  readonly alg: string | undefined;
  /** Public members only: what else was published, even a private part (B-24 j), is not kept. */
  readonly jwk: JWK;
}

/** What a token says about its key. */
export interface KeyHint {
  readonly alg: SigningAlgorithm;
  readonly kid: string | undefined;
}

const mostKeys = 100;
const hour = 3_600_000;

/**
 * An hour, so that a key that was withdrawn is not believed for longer. During an outage a day, because a provider whose
 * key set is down can still sign people in.
 */
const lifetimes = { fresh: hour, usable: 24 * hour, pause: 30_000 };

type WhereKeysAre = Pick<Metadata, 'jwks_uri'>;

export function createKeys(metadata: Pick<Kept<WhereKeysAre>, 'get'>): Kept<readonly VerificationKey[]> {
  return keep(async (context) => fetchKeys(await metadata.get(context), context), lifetimes);
}

/** The same of an address that an operator wrote. Strangers can ask for unknown keys: at most once a minute is one looked for. */
export function createKeysAt(jwksUri: string): Kept<readonly VerificationKey[]> {
  return keep((context) => fetchKeys({ jwks_uri: jwksUri }, context), { ...lifetimes, pause: 60_000 });
}

async function fetchKeys(metadata: WhereKeysAre, { outbound }: ProviderContext): Promise<readonly VerificationKey[]> {
  const headers = { accept: 'application/json, application/jwk-set+json' };
  const response = await outbound({ method: 'GET', url: new URL(metadata.jwks_uri), headers, body: null });
  const { keys } = readAnswer(response, 'key set request', standardErrors);
  if (!isList(keys)) throw invalid('holds no list of keys');
  if (keys.length > mostKeys) throw invalid(`holds more than ${mostKeys} keys`);
  return keys.flatMap((key) => {
    const parsed = keySchema.safeParse(key);
    // B-24 (i): one that cannot be read takes nothing away from the others.
    return parsed.success ? [parsed.data] : [];
  });
}

/** RFC 7517 §4.2, §4.3: a key for something else does not sign. */
const common = {
  kid: z.string().optional(),
  alg: z.string().optional(),
  use: z.literal('sig').optional(),
  key_ops: z
    .array(z.string())
    .refine((operations) => operations.includes('verify'))
    .optional(),
};
/** 32 bytes: a coordinate of P-256, a point of Ed25519. */
const bytes32 = z.string().regex(/^[A-Za-z0-9_-]{43}$/);

/** `oct` is not among them: a shared secret in a public document is none (B-24 b). */
const keySchema = z
  .discriminatedUnion('kty', [
    z.object({ ...common, kty: z.literal('RSA'), n: z.string().refine(isModulus), e: z.string().refine(isExponent) }),
    z.object({ ...common, kty: z.literal('EC'), crv: z.literal('P-256'), x: bytes32, y: bytes32 }),
    z.object({ ...common, kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: bytes32 }),
  ])
  .transform(({ kid, alg, use: _use, key_ops: _keyOps, ...jwk }): VerificationKey => ({ kid, alg, jwk }));

/** RFC 7518 §3.3: 2048 bits or more. The upper limit keeps one verification from taking a second. */
function isModulus(text: string): boolean {
  const bytes = Buffer.from(text, 'base64url');
  const start = bytes.findIndex((byte) => byte !== 0);
  const length = start === -1 ? 0 : bytes.length - start;
  return length >= 256 && length <= 1024 && /^[A-Za-z0-9_-]+$/.test(text);
}

/** B-24 (d): with an exponent of 1 anybody can write a signature. An even one is no exponent. */
function isExponent(text: string): boolean {
  if (!/^[A-Za-z0-9_-]{2,6}$/.test(text)) return false;
  const exponent = Buffer.from(text, 'base64url').reduce((value, byte) => value * 256 + byte, 0);
  return exponent >= 3 && exponent % 2 === 1;
}

const keyTypes: { readonly [algorithm in SigningAlgorithm]: string } = {
  RS256: 'RSA',
  PS256: 'RSA',
  ES256: 'EC',
  EdDSA: 'OKP',
};

/**
 * The key for a token; null when there is none.
 * @throws SignInError provider_answer_invalid when several fit: without a `kid` of its own none is the provider's word
 *   (Core §10.1, B-24 e)
 */
export function selectKey(keys: readonly VerificationKey[], { alg, kid }: KeyHint): VerificationKey | null {
  // B-24 (f): the kind of key must be the algorithm's own, or one kind could pass for another.
  const candidates = keys.filter(
    (key) =>
      key.jwk.kty === keyTypes[alg] &&
      (key.alg === undefined || key.alg === alg) &&
      (kid === undefined || key.kid === kid),
  );
  if (candidates.length > 1) throw invalid('has several keys that fit the ID token');
  return candidates[0] ?? null;
}

function invalid(fault: string): SignInError {
  return new SignInError('provider_answer_invalid', `The key set ${fault}`);
}
