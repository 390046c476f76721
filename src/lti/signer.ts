/**
 * Signs what platforms are told by us, with the key that signs at that moment and is found at our key set (lti.md §3.10).
 */
import { type CryptoKey, importJWK, type JWK, type JWTPayload, SignJWT } from 'jose';
import type { KeySource } from '../oidc/key-source.ts';
import type { DatedKey } from '../oidc/keys.ts';

export type SignForPlatform = (claims: JWTPayload) => Promise<string>;

export function createLtiSigner(keys: KeySource): SignForPlatform {
  const imported = new WeakMap<DatedKey, Promise<CryptoKey | Uint8Array>>();

  return async (claims) => {
    const signing = (await keys.current()).find(({ state, algorithm }) => state === 'signing' && algorithm === 'RS256');
    if (signing === undefined) throw new Error('there is no key for LTI');
    const key = imported.get(signing) ?? importJWK(signing.jwk as unknown as JWK, 'RS256');
    imported.set(signing, key);
    // D2L and Blackboard find the key by its name alone (lti.md §3.10).
    return new SignJWT(claims).setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: signing.kid }).sign(await key);
  };
}
