/**
 * The keys that sign for clients: made once, kept sealed, published without their private parts.
 *
 * RS256 is there because Open edX insists on it; ES256 for clients that choose it costs a tenth of the time.
 */
import { generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';
import type { JWK } from 'oidc-provider';
import type { Environment, JsonObject, Milliseconds } from '../model.ts';
import type { SigningAlgorithm, SigningKey, SigningKeys } from '../store/signing-keys.ts';

const signingAlgorithms: readonly SigningAlgorithm[] = ['RS256', 'ES256'];

/** A retired key stays published until no token that it signed can still be in use. */
export const RETIRED_KEY_LIFE: Milliseconds = 24 * 60 * 60_000;

const generate = promisify(generateKeyPair);

/** The keys to sign and publish with, newest first; makes the missing ones. Safe in several processes at once. */
export async function loadSigningKeys(store: SigningKeys, environment: Environment): Promise<SigningKey[]> {
  const existing = await store.all();
  const missing = signingAlgorithms.filter(
    (algorithm) => !existing.some((key) => key.algorithm === algorithm && key.retiredAt === null),
  );
  if (missing.length === 0) return existing;
  for (const algorithm of missing) await store.insertFirst(await makeKey(algorithm, existing, environment.now()));
  return store.all();
}

/** Makes a new key for `algorithm` and lets the others only verify from now on. */
export async function rotateKey(
  store: SigningKeys,
  algorithm: SigningAlgorithm,
  environment: Environment,
): Promise<SigningKey> {
  const key = await makeKey(algorithm, await store.all(), environment.now());
  await store.insert(key);
  await store.retireOthers(key, environment.now());
  return key;
}

/** RFC 7517: what oidc-provider is given. Those that may sign come first, for it signs with the first that fits. */
export function keySet(keys: readonly SigningKey[], now: Milliseconds): { keys: JWK[] } {
  const published = keys.filter((key) => key.retiredAt === null || now - key.retiredAt < RETIRED_KEY_LIFE);
  const ordered = [...published].sort((a, b) => Number(a.retiredAt !== null) - Number(b.retiredAt !== null));
  return {
    keys: ordered.map(({ kid, algorithm, jwk }) => ({ ...jwk, kid, alg: algorithm, use: 'sig' }) as unknown as JWK),
  };
}

async function makeKey(
  algorithm: SigningAlgorithm,
  existing: readonly SigningKey[],
  now: Milliseconds,
): Promise<SigningKey> {
  const { privateKey } =
    algorithm === 'RS256'
      ? await generate('rsa', { modulusLength: 2048 })
      : await generate('ec', { namedCurve: 'P-256' });
  // Rows are never deleted, so a number is never given twice; of two processes that make the same one, one loses.
  const number = existing.filter((key) => key.algorithm === algorithm).length + 1;
  const jwk = privateKey.export({ format: 'jwk' }) as JsonObject;
  return { kid: `${algorithm.toLowerCase()}-${number}`, algorithm, jwk, createdAt: now, retiredAt: null };
}
