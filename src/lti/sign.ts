/**
 * Signs what we say to campus LMSs, with the key that does so at that moment and is to be found at our key set (lti.md §3.10).
 */
import { type CryptoKey, importJWK, type JWK, SignJWT } from 'jose';
import type { JsonObject } from '../model.ts';
import type { KeySource } from '../oidc/key-source.ts';
import type { DatedKey } from '../oidc/keys.ts';

export type SignForCampus = (claims: JsonObject) => Promise<string>;

export function createSignForCampus(keys: KeySource): SignForCampus {
  const imported = new WeakMap<DatedKey, Promise<CryptoKey | Uint8Array>>();
  return async (claims) => {
    const signing = (await keys.current()).find(({ state }) => state === 'signing');
    if (signing === undefined) throw new Error('there is no key for campus LMSs');
    const { algorithm: alg, kid, jwk } = signing;
    const key = imported.get(signing) ?? importJWK(jwk as unknown as JWK, alg);
    imported.set(signing, key);
    // D2L and Blackboard look the key up by `kid`.
    return new SignJWT(claims).setProtectedHeader({ alg, kid, typ: 'JWT' }).sign(await key);
  };
}
