/**
 * Reads what a provider answered to a request for credentials of OAuth 1.0a: a form with a token and its secret.
 *
 * Implements RFC 5849 §2.1 and §2.3. Nothing that the provider sent becomes part of a message. The label of the content
 * is not read: X calls its forms HTML.
 */

import { type ErrorCode, SignInError } from '../errors.ts';
import type { OutboundResponse } from '../http.ts';
import { MalformedRequest, type Parameter, parseForm } from '../oauth1/encoding.ts';

export type CredentialsRequest = 'temporary credentials request' | 'token credentials request';

export interface TokenAndSecret {
  readonly token: string;
  readonly tokenSecret: string;
}

export interface Credentials extends TokenAndSecret {
  /** All that was answered, each known to be there once. */
  readonly parameters: ReadonlyMap<string, string>;
}

/** @throws SignInError provider_rejected_client, provider_rejected_code, provider_unreachable, provider_answer_invalid */
export function readCredentials({ status, body }: OutboundResponse, request: CredentialsRequest): Credentials {
  if (status < 200 || status >= 300) {
    throw new SignInError(meaningOf(status, request), `The ${request} was answered with status ${status}`);
  }
  const parameters = readForm(body, request);
  const [token, tokenSecret] = [parameters.get('oauth_token') ?? '', parameters.get('oauth_token_secret') ?? ''];
  if (!isToken(token) || !isSecret(tokenSecret)) throw invalid(request, 'without a usable token and secret');
  return { token, tokenSecret, parameters };
}

/** The first request shows the client alone; the second one brings what the person's browser carried. */
function meaningOf(status: number, request: CredentialsRequest): ErrorCode {
  if (status >= 500 || status === 429) return 'provider_unreachable';
  // RFC 5849 §3.2. A redirect is never followed: it could carry a signed request to another host (K-02).
  if (![400, 401, 403].includes(status)) return 'provider_answer_invalid';
  return request === 'temporary credentials request' ? 'provider_rejected_client' : 'provider_rejected_code';
}

function readForm(body: string, request: CredentialsRequest): ReadonlyMap<string, string> {
  const pairs = parse(body.trim(), request);
  const parameters = new Map(pairs);
  // Two tokens in one answer: whoever took the other one would sign somebody else in (K-07).
  if (parameters.size !== pairs.length) throw invalid(request, 'with one name twice');
  return parameters;
}

function parse(form: string, request: CredentialsRequest): readonly Parameter[] {
  try {
    return parseForm(form);
  } catch (error) {
    if (error instanceof MalformedRequest) throw invalid(request, 'with something else than a form');
    throw error;
  }
}

/** Visible ASCII: a token becomes part of an address and of a header. */
export function isToken(text: string): boolean {
  return /^[\x21-\x7e]{1,4096}$/.test(text);
}

/** Any text that can be keyed with; a provider that gives none leaves it empty (RFC 5849 §3.4.2). */
export function isSecret(text: string): boolean {
  return text.length <= 4096 && text.isWellFormed();
}

function invalid(request: CredentialsRequest, what: string): SignInError {
  return new SignInError('provider_answer_invalid', `The ${request} was answered ${what}`);
}
