/**
 * Signs what clients are told, with the key that signs ID tokens for them at that moment.
 *
 * Follows the keys as those do that this process publishes: nothing is signed with one that is not to be found under `jwks_uri`
 * yet.
 */
import { type CryptoKey, importJWK, type JWK, SignJWT } from 'jose';
import type { Environment } from '../model.ts';
import { createKeySource } from '../oidc/key-source.ts';
import type { DatedKey } from '../oidc/keys.ts';
import type { SigningAlgorithm, SigningKeys } from '../store/signing-keys.ts';
import type { UnsignedToken } from './tokens.ts';

export type Sign = (token: UnsignedToken, algorithm: SigningAlgorithm) => Promise<string>;

interface UsableKey {
  readonly kid: string;
  readonly key: CryptoKey | Uint8Array;
}

export function createSigner(stored: SigningKeys, environment: Environment): Sign {
  const source = createKeySource(stored, environment);
  const usable = new WeakMap<DatedKey, Promise<UsableKey>>();

  return async ({ type, claims }, algorithm) => {
    const signing = (await source.current()).find((key) => key.algorithm === algorithm && key.state === 'signing');
    if (signing === undefined) throw new Error(`there is no key for ${algorithm}`);
    const imported = usable.get(signing) ?? importKey(signing);
    usable.set(signing, imported);
    const { kid, key } = await imported;
    return new SignJWT(claims).setProtectedHeader({ alg: algorithm, typ: type, kid }).sign(key);
  };
}

async function importKey({ kid, jwk, algorithm }: DatedKey): Promise<UsableKey> {
  return { kid, key: await importJWK(jwk as unknown as JWK, algorithm) };
}
