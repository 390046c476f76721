/**
 * The signature base string: what a signature of OAuth 1.0a is made over.
 *
 * Implements RFC 5849 §3.4.1, in its order. Knows no secret and no transport.
 */

import { MalformedRequest, type Parameter, percentEncode } from './encoding.ts';

export interface RequestToSign {
  readonly method: 'GET' | 'POST';
  /** As the client addressed it. A server behind a proxy builds it from its configured origin, not from headers. */
  readonly url: URL;
  /** Those of query, form body and Authorization header together; never `oauth_signature` or `realm`. */
  readonly parameters: readonly Parameter[];
}

/** RFC 5849 §3.4.1.1. @throws MalformedRequest when the address is none that HTTP could ask */
export function signatureBaseString({ method, url, parameters }: RequestToSign): string {
  return [method, percentEncode(baseStringUri(url)), percentEncode(normalisedParameters(parameters))].join('&');
}

/**
 * RFC 5849 §3.4.1.2: scheme and host in lower case, port 80 of http and 443 of https left out, no query, no fragment.
 *
 * `URL` does all of it, writes an empty path as `/` and a space in it as `%20`. A slash at the end counts.
 * @throws MalformedRequest
 */
export function baseStringUri(url: URL): string {
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new MalformedRequest('The address is not of HTTP');
  if (url.port === '0') throw new MalformedRequest('The address has no usable port');
  return `${url.protocol}//${url.host}${url.pathname}`;
}

/**
 * RFC 5849 §3.4.1.3.2: encoded first, then sorted by name and then by value, byte by byte.
 *
 * Sorting the joined pairs would put `a1=` before `a=`; sorting before encoding would misplace every letter beyond
 * ASCII; sorting by a locale would do both. Duplicates stay.
 */
export function normalisedParameters(parameters: readonly Parameter[]): string {
  return parameters
    .map(([name, value]) => [percentEncode(name), percentEncode(value)] as const)
    .toSorted(([nameA, valueA], [nameB, valueB]) => compare(nameA, nameB) || compare(valueA, valueB))
    .map((pair) => pair.join('='))
    .join('&');
}

/** What is encoded is ASCII, where code units are bytes. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
