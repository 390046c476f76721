/**
 * Reads a signed request as a server, and says whether its signature and its time are right.
 *
 * Implements RFC 5849 §3.1 to §3.3 and the sources of §3.4.1.3.1. Pure: the memory of nonces is the caller's, and must be
 * written only after `isSignedWith` said yes, or strangers could fill it and burn other people's nonces.
 */

import { parseAuthorizationHeader } from './authorization-header.ts';
import { signatureBaseString } from './base-string.ts';
import { MalformedRequest, type Parameter, parseForm } from './encoding.ts';
import { type VerificationKey, verifySignature } from './signature.ts';

export interface ReceivedRequest {
  readonly method: 'GET' | 'POST';
  /** As the client addressed it; see `RequestToSign`. */
  readonly url: URL;
  /** Null when there is none. */
  readonly authorization: string | null;
  /** The body as it came, when it is `application/x-www-form-urlencoded`; null for every other body. */
  readonly form: string | null;
}

export interface SignedRequest {
  /** RFC 5849 §3.1, by name, each known to be there once. */
  readonly oauth: ReadonlyMap<string, string>;
  /** What is left of query and body, in order. Who reads identity from here must know which of the two it came in. */
  readonly query: readonly Parameter[];
  readonly form: readonly Parameter[];
  readonly signature: string;
  readonly baseString: string;
}

/** @throws MalformedRequest */
export function readSignedRequest({ method, url, authorization, form }: ReceivedRequest): SignedRequest {
  const sources = [
    authorization === null ? [] : (parseAuthorizationHeader(authorization) ?? []),
    form === null ? [] : parseForm(form),
    parseForm(url.search.slice(1)),
  ];
  const [, inForm = [], inQuery = []] = sources;
  const oauth = readProtocolParameters(sources);
  const signed = sources.flat().filter(([name]) => name !== 'oauth_signature');
  return {
    oauth,
    query: inQuery.filter(isNotProtocol),
    form: inForm.filter(isNotProtocol),
    signature: required(oauth, 'oauth_signature'),
    baseString: signatureBaseString({ method, url, parameters: signed }),
  };
}

const isProtocol = ([name]: Parameter) => name.startsWith('oauth_');
const isNotProtocol = (parameter: Parameter) => !isProtocol(parameter);

/** RFC 5849 §3.1 and §3.2: each once, all in one place, and none of those missing that make a signature mean something. */
function readProtocolParameters(sources: readonly (readonly Parameter[])[]): ReadonlyMap<string, string> {
  const used = sources.map((source) => source.filter(isProtocol)).filter((source) => source.length > 0);
  if (used.length > 1) throw new MalformedRequest('Protocol parameters stand in more than one place');
  const sent = used[0] ?? [];
  const oauth = new Map(sent);
  // Whoever took the first of two would read another request than whoever took the last.
  if (oauth.size !== sent.length) throw new MalformedRequest('A protocol parameter was sent twice');
  for (const name of ['oauth_consumer_key', 'oauth_signature_method', 'oauth_nonce']) required(oauth, name);
  if (!/^\d{1,12}$/.test(required(oauth, 'oauth_timestamp'))) throw new MalformedRequest('The timestamp is no number');
  const version = oauth.get('oauth_version');
  if (version !== undefined && version !== '1.0') throw new MalformedRequest('oauth_version is not 1.0');
  return oauth;
}

function required(oauth: ReadonlyMap<string, string>, name: string): string {
  const value = oauth.get(name);
  if (value === undefined || value === '') throw new MalformedRequest(`${name} is missing`);
  return value;
}

/** Whether the request names the key's method, exactly, and is signed with the key. Constant time. */
export function isSignedWith({ oauth, signature, baseString }: SignedRequest, key: VerificationKey): boolean {
  // Never the method that a request asks for: it could ask for a weaker one, or for the public key as a shared secret.
  return oauth.get('oauth_signature_method') === key.method && verifySignature(baseString, signature, key);
}

/**
 * RFC 5849 §3.3: whether the request was made at most `window` seconds ago, or ahead, for clocks that differ. The caller
 * remembers nonces for twice the window.
 * @param now seconds since the epoch
 */
export function isTimely({ oauth }: SignedRequest, now: number, window: number): boolean {
  return Math.abs(Number(oauth.get('oauth_timestamp')) - now) <= window;
}
