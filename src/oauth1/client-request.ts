/**
 * Signs a request as a client: protocol parameters, signature, and where both are put.
 *
 * Implements RFC 5849 §3.1, §3.5.1 and §3.5.3. Time and nonce are arguments. A form body is not offered: the requests
 * of this program have none, and one that is neither signed nor refused could be changed on the way.
 */

import { writeAuthorizationHeader } from './authorization-header.ts';
import { signatureBaseString } from './base-string.ts';
import { type Parameter, parseForm, writeForm } from './encoding.ts';
import { type SigningKey, sign } from './signature.ts';

export interface ClientRequest {
  readonly method: 'GET' | 'POST';
  /** Its query is signed too. */
  readonly url: URL;
  /** Further protocol parameters of this request, such as `oauth_callback`. */
  readonly oauthParameters: readonly Parameter[];
}

export interface ClientCredentials {
  /** The client identifier, `oauth_consumer_key` on the wire. */
  readonly consumerKey: string;
  readonly key: SigningKey;
  /** Null before there is one. */
  readonly token: string | null;
}

export interface Freshness {
  /** Seconds since the epoch. */
  readonly timestamp: number;
  /** ASCII, never used before with this timestamp. */
  readonly nonce: string;
}

/** All protocol parameters of the request, `oauth_signature` last. @throws MalformedRequest when its query cannot be read */
export function signedParameters(
  { method, url, oauthParameters }: ClientRequest,
  { consumerKey, key, token }: ClientCredentials,
  { timestamp, nonce }: Freshness,
): readonly Parameter[] {
  const oauth: readonly Parameter[] = [
    ['oauth_consumer_key', consumerKey],
    ...(token === null ? [] : [['oauth_token', token] as const]),
    ['oauth_signature_method', key.method],
    ['oauth_timestamp', String(timestamp)],
    ['oauth_nonce', nonce],
    ['oauth_version', '1.0'],
    ...oauthParameters,
  ];
  const parameters = [...parseForm(url.search.slice(1)), ...oauth];
  return [...oauth, ['oauth_signature', sign(signatureBaseString({ method, url, parameters }), key)]];
}

/** RFC 5849 §3.5.1: the place that every product must understand. */
export function inAuthorizationHeader(parameters: readonly Parameter[]): { readonly authorization: string } {
  return { authorization: writeAuthorizationHeader(parameters) };
}

/** RFC 5849 §3.5.3. Logs of servers keep addresses: no secret may ever be among the parameters. */
export function inQuery(url: URL, parameters: readonly Parameter[]): URL {
  const signed = new URL(url);
  signed.search = [url.search.slice(1), writeForm(parameters)].filter((part) => part !== '').join('&');
  return signed;
}
