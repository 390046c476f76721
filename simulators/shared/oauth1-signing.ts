/**
 * What OAuth 1.0a signs and how (RFC 5849 §3.4), byte by byte, for stand-ins that sign and those that check.
 *
 * Shares no line with the program under test, and is itself tested against another library.
 */

import { createHmac } from 'node:crypto';

/** Decoded, in any order; a name may be there twice. */
export type Pairs = readonly (readonly [name: string, value: string])[];

/** §3.4.1. @param address scheme, host and path, as §3.4.1.2 writes them */
export function baseString(method: string, address: string, pairs: Pairs): string {
  return [method, address, normalised(pairs)].map(escaped).join('&');
}

/** §3.4.2. @param tokenSecret empty where there is none; its `&` stays */
export function hmacSignature(hash: 'sha1' | 'sha256', base: string, secret: string, tokenSecret: string): string {
  return createHmac(hash, `${escaped(secret)}&${escaped(tokenSecret)}`)
    .update(base)
    .digest('base64');
}

function normalised(pairs: Pairs): string {
  const encoded = pairs.map(([name, value]) => [Buffer.from(escaped(name)), Buffer.from(escaped(value))] as const);
  encoded.sort(([nameA, valueA], [nameB, valueB]) => Buffer.compare(nameA, nameB) || Buffer.compare(valueA, valueB));
  return encoded.map(([name, value]) => `${name}=${value}`).join('&');
}

const unreserved = Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~');

/** §3.6 */
export function escaped(text: string): string {
  return [...Buffer.from(text)]
    .map((byte) =>
      unreserved.includes(byte) ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
    )
    .join('');
}
