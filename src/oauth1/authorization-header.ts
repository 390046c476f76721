/**
 * The Authorization header of OAuth 1.0a: written and read.
 *
 * Implements RFC 5849 §3.5.1. `realm` is no parameter of the protocol: it is never signed (§3.4.1.3.1) and is left out
 * when reading.
 */

import { MalformedRequest, type Parameter, percentDecode, percentEncode } from './encoding.ts';

/** Without a realm: no product asks for one. */
export function writeAuthorizationHeader(parameters: readonly Parameter[]): string {
  return `OAuth ${parameters.map(([name, value]) => `${percentEncode(name)}="${percentEncode(value)}"`).join(', ')}`;
}

/** The scheme is read in any case. */
const scheme = /^OAuth(?:[ \t]+|$)/i;
/** A quoted value of §3.5.1 holds percent-encoded text alone, so no quote or backslash of RFC 9110 can be in it. */
const pair = /^([A-Za-z0-9\-._~%]+)="([A-Za-z0-9\-._~%]*)"$/;
const realm = /^realm="[^"\\]*"[ \t]*(?:,|$)/i;

/**
 * The decoded parameters in order; null when the header is of another scheme.
 * @throws MalformedRequest
 */
export function parseAuthorizationHeader(header: string): readonly Parameter[] | null {
  const opening = scheme.exec(header.trim());
  if (opening === null) return null;
  const rest = header.trim().slice(opening[0].length);
  // The realm stands first where there is one, and is free text: commas too.
  const list = rest.replace(realm, '').trim();
  if (list === '') return [];
  return list.split(',').map((text) => {
    const [, name, value] = pair.exec(text.trim()) ?? [];
    if (name === undefined || value === undefined) {
      throw new MalformedRequest('The Authorization header is not a list of name="value"');
    }
    return [percentDecode(name), percentDecode(value)];
  });
}
