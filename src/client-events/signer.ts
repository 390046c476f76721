/**
 * Signs what clients are told, with the key that signs ID tokens for them at that moment.
 *
 * Follows the configuration, as the published keys of this process do: nothing is signed with a key that is not to be
 * found under `jwks_uri` yet.
 */
import { type CryptoKey, importJWK, type JWK, SignJWT } from 'jose';
import type { ConfigurationSnapshot, ConfigurationSource } from '../configuration/snapshot.ts';
import type { Environment } from '../model.ts';
import { loadSigningKeys } from '../oidc/keys.ts';
import type { SigningAlgorithm, SigningKeys } from '../store/signing-keys.ts';
import type { UnsignedToken } from './tokens.ts';

export type Sign = (token: UnsignedToken, algorithm: SigningAlgorithm) => Promise<string>;

interface UsableKey {
  readonly kid: string;
  readonly key: CryptoKey | Uint8Array;
}
type UsableKeys = ReadonlyMap<SigningAlgorithm, UsableKey>;

export function createSigner(configuration: ConfigurationSource, stored: SigningKeys, environment: Environment): Sign {
  let loaded: { readonly from: ConfigurationSnapshot; readonly keys: Promise<UsableKeys> } | null = null;

  async function currentKeys(): Promise<UsableKeys> {
    const from = await configuration.current();
    if (loaded?.from !== from) loaded = { from, keys: load(stored, environment) };
    try {
      return await loaded.keys;
    } catch (error) {
      // The database was away: asked again the next time.
      loaded = null;
      throw error;
    }
  }

  return async ({ type, claims }, algorithm) => {
    const found = (await currentKeys()).get(algorithm);
    if (found === undefined) throw new Error(`there is no key for ${algorithm}`);
    return new SignJWT(claims).setProtectedHeader({ alg: algorithm, typ: type, kid: found.kid }).sign(found.key);
  };
}

/** The newest of each algorithm that may sign. */
async function load(stored: SigningKeys, environment: Environment): Promise<UsableKeys> {
  const keys = new Map<SigningAlgorithm, UsableKey>();
  for (const { algorithm, kid, jwk, retiredAt } of await loadSigningKeys(stored, environment)) {
    if (retiredAt !== null || keys.has(algorithm)) continue;
    keys.set(algorithm, { kid, key: await importJWK(jwk as unknown as JWK, algorithm) });
  }
  return keys;
}
