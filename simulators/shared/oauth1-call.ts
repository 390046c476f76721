/**
 * Checks a signature as RFC 5849 §3.4 says, on its own: byte by byte, from the request as it came.
 *
 * Shares no line with the program under test, and is itself tested against another library's requests.
 */

import { verify } from 'node:crypto';
import { baseString, hmacSignature } from './oauth1-signing.ts';
import type { ReceivedAt } from './received.ts';

export type Place = 'header' | 'query';

export type Signing =
  | { readonly method: 'HMAC-SHA1'; readonly secret: string }
  /** The public key as PEM. */
  | { readonly method: 'RSA-SHA1'; readonly publicKey: string };

export interface SignedCall {
  /** Protocol parameters by name, each there once. */
  readonly oauth: ReadonlyMap<string, string>;
  /** The pairs that are signed, decoded. */
  readonly signed: readonly (readonly [string, string])[];
  readonly place: Place;
}

/** The call, or in words what is wrong with how it is written. */
export function readCall({ headers, query }: Pick<ReceivedAt<string>, 'headers' | 'query'>): SignedCall | string {
  const inQuery = [...new URLSearchParams(query)];
  const header = headers.authorization;
  const inHeader = header === undefined ? [] : readHeader(header);
  if (inHeader === null) return 'the Authorization header is not a list of name="value"';
  const signed = [...inQuery, ...inHeader].filter(([name]) => name !== 'oauth_signature' && name !== 'realm');
  const isProtocol = ([name]: readonly [string, string]) => name.startsWith('oauth_');
  const place = inHeader.length > 0 ? 'header' : 'query';
  if (place === 'header' && inQuery.some(isProtocol)) return 'protocol parameters stand in two places';
  const protocol = [...inQuery, ...inHeader].filter(isProtocol);
  const oauth = new Map(protocol);
  if (oauth.size !== protocol.length) return 'a protocol parameter was sent twice';
  return { oauth, signed, place };
}

function readHeader(header: string): readonly (readonly [string, string])[] | null {
  const list = /^OAuth (?<list>.+)$/.exec(header)?.groups?.list;
  if (list === undefined) return null;
  const pairs = list.split(/,\s*/).map((text) => /^([^=]+)="([^"]*)"$/.exec(text));
  if (pairs.includes(null)) return null;
  return pairs.flatMap((pair) => (pair === null ? [] : [[decode(pair[1] ?? ''), decode(pair[2] ?? '')] as const]));
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}

/** @param address scheme, host and path, as the client addressed them; @param tokenSecret empty before there is one */
export function isSigned(
  { oauth, signed }: SignedCall,
  { method, address }: { readonly method: string; readonly address: string },
  signing: Signing,
  tokenSecret: string,
): boolean {
  const base = baseString(method, address, signed);
  const signature = oauth.get('oauth_signature') ?? '';
  if (signing.method === 'RSA-SHA1') {
    return verify('sha1', Buffer.from(base), signing.publicKey, Buffer.from(signature, 'base64'));
  }
  return hmacSignature('sha1', base, signing.secret, tokenSecret) === signature;
}
