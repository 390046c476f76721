/**
 * Signatures over a base string: made and checked.
 *
 * Implements RFC 5849 §3.4.2 (HMAC-SHA1) and §3.4.3 (RSA-SHA1), and HMAC-SHA256, which later products add in the same
 * form. There is no PLAINTEXT (§3.4.4): its "signature" is the secret itself and covers no parameter. SHA-1 is what the
 * standard has; in an HMAC its broken collision resistance does not matter, and whoever can should choose HMAC-SHA256.
 */

import { createHmac, type KeyObject, sign as signBytes, timingSafeEqual, verify as verifyBytes } from 'node:crypto';
import { percentEncode } from './encoding.ts';

export type SignatureMethod = 'HMAC-SHA1' | 'HMAC-SHA256' | 'RSA-SHA1';

export interface SharedSecrets {
  readonly method: 'HMAC-SHA1' | 'HMAC-SHA256';
  readonly clientSecret: string;
  /** Empty before there is a token, and always in LTI 1.1. */
  readonly tokenSecret: string;
}

export type SigningKey = SharedSecrets | { readonly method: 'RSA-SHA1'; readonly privateKey: KeyObject };
export type VerificationKey = SharedSecrets | { readonly method: 'RSA-SHA1'; readonly publicKey: KeyObject };

/** The value of `oauth_signature`, not yet percent-encoded. */
export function sign(baseString: string, key: SigningKey): string {
  if (key.method !== 'RSA-SHA1') return hmac(baseString, key);
  // §3.4.3: RSASSA-PKCS1-v1_5, which is what Node takes for an RSA key.
  return signBytes('sha1', Buffer.from(baseString), key.privateKey).toString('base64');
}

/**
 * Whether `signature` (decoded once from the request) was made over the base string with this key. Never throws for
 * what a client sent. The method is the key's: one that a request names must be compared with it first.
 */
export function verifySignature(baseString: string, signature: string, key: VerificationKey): boolean {
  if (key.method !== 'RSA-SHA1') return equalInConstantTime(hmac(baseString, key), signature);
  const bytes = Buffer.from(signature, 'base64');
  // One signature, one spelling: the decoder would pass over foreign characters.
  if (bytes.toString('base64') !== signature) return false;
  return verifyBytes('sha1', Buffer.from(baseString), key.publicKey, bytes);
}

/** §3.4.2: the `&` stands even where the token has no secret. */
function hmac(baseString: string, { method, clientSecret, tokenSecret }: SharedSecrets): string {
  const key = `${percentEncode(clientSecret)}&${percentEncode(tokenSecret)}`;
  const hash = method === 'HMAC-SHA1' ? 'sha1' : 'sha256';
  return createHmac(hash, key).update(baseString).digest('base64');
}

/** The length of a right signature is no secret; where the first wrong character stands would be. */
function equalInConstantTime(expected: string, sent: string): boolean {
  const [a, b] = [Buffer.from(expected), Buffer.from(sent)];
  return a.length === b.length && timingSafeEqual(a, b);
}
