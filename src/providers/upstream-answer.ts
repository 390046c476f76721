/**
 * Reads what an OAuth 2 provider's API answered: either a JSON object that is no refusal, or a `SignInError`.
 *
 * Implements RFC 6749 §5.2, RFC 6750 §3.1, B-18 and facts/llave-mx §4 (refusals inside status 200). Nothing that the
 * provider sent becomes part of a message, except an error code that is written down here or in the dialect.
 */

import { type ErrorCode, SignInError } from '../errors.ts';
import type { OutboundResponse } from '../http.ts';
import { isObject, memberOf, parseUpstreamJson } from '../json.ts';
import type { Json, JsonObject } from '../model.ts';
import type { Dialect } from './dialect.ts';

/** All that reading needs to know of a dialect. */
export type ErrorReading = Pick<Dialect, 'error_members' | 'error_meanings' | 'unavailable_statuses'>;

/** A product that refuses as RFC 6749 §5.2 says. */
export const standardErrors: ErrorReading = { error_members: [], error_meanings: {}, unavailable_statuses: [] };

/** Which call was answered; a status without an error code means something else in each. */
export type Call =
  | 'token request'
  | 'user data request'
  | 'additional request'
  | 'end of session'
  | 'discovery request'
  | 'key set request';

/** The codes that may be repeated in a message, and what each means here. */
const refusalCodes = new Map<string, ErrorCode>([
  ['invalid_grant', 'provider_rejected_code'],
  ['invalid_client', 'provider_rejected_client'],
  ['unauthorized_client', 'provider_rejected_client'],
  ['redirect_uri_mismatch', 'provider_rejected_client'],
  ['unsupported_grant_type', 'provider_rejected_client'],
  ['invalid_scope', 'provider_rejected_client'],
  ['invalid_request', 'provider_rejected_client'],
  ['invalid_token', 'provider_rejected_token'],
  ['insufficient_scope', 'provider_rejected_token'],
  ['server_error', 'provider_unreachable'],
  ['temporarily_unavailable', 'provider_unreachable'],
]);

/**
 * The object that the provider answered with.
 * @throws SignInError provider_rejected_code, provider_rejected_client, provider_rejected_token, provider_unreachable,
 *   provider_answer_invalid
 */
export function readAnswer(response: OutboundResponse, call: Call, dialect: ErrorReading): JsonObject {
  refuseForeignAnswers(response, call);
  if (response.body.trim() === '') throw invalid(call, `was answered with status ${response.status} and no body`);
  const answer = parseUpstreamJson(response.body);
  refuseErrorMembers(answer, call, dialect);
  refuseStatus(response.status, call, dialect);
  return answer;
}

/**
 * Like `readAnswer`, for calls that some versions answer with a bare list. An object comes back either way, a list as
 * its only member `list`, because only objects can be read with every check on.
 */
export function readObjectOrList(response: OutboundResponse, call: Call, dialect: ErrorReading): JsonObject {
  if (!/^\s*\[/.test(response.body)) return readAnswer(response, call, dialect);
  refuseForeignAnswers(response, call);
  refuseStatus(response.status, call, dialect);
  const wrapped = parseUpstreamJson(`{"list":${response.body}}`);
  // Text that closes the list and goes on would have added members.
  if (Object.keys(wrapped).length !== 1) throw invalid(call, 'was answered with something else than one list');
  return wrapped;
}

/** Like `readAnswer`, for calls whose answer says nothing: an empty body is as good, and JSON is not demanded. */
export function readAcknowledgement(response: OutboundResponse, call: Call, dialect: ErrorReading): void {
  refuseForeignAnswers(response, call);
  if (/^\s*\{/.test(response.body)) refuseErrorMembers(parseUpstreamJson(response.body), call, dialect);
  refuseStatus(response.status, call, dialect);
}

/** The first of the named members that is present and not null; undefined when there is none. */
export function firstMember(object: JsonObject, names: readonly string[]): Json | undefined {
  const isPresent = (value: Json | undefined) => value !== undefined && value !== null;
  return names.map((name) => memberOf(object, name)).find(isPresent);
}

/** Answers of something else than the API: a redirect to a log-in page, a load balancer's page. */
function refuseForeignAnswers(response: OutboundResponse, call: Call): void {
  // A server that is down says so with whatever page stands before it; people are told to try later.
  if (response.status >= 500 && !/^\s*\{/.test(response.body)) {
    throw new SignInError('provider_unreachable', `The ${call} was answered with status ${response.status}`);
  }
  // K-02: a redirect is never followed; it could carry a token to another host.
  if (response.status >= 300 && response.status < 400) throw invalid(call, 'was answered with a redirect');
  const type = response.headers['content-type'] ?? '';
  // B-18: also when the page happens to hold JSON. Other wrong labels of JSON are common and harmless.
  if (/^\s*(?:text\/html|application\/xhtml\+xml)\b/i.test(type) || /^\s*</.test(response.body)) {
    throw invalid(call, `was answered with status ${response.status} and an HTML page`);
  }
}

/** Looked for whatever the status is, and in every dialect: a refusal with status 200 must never pass for an answer. */
function refuseErrorMembers(answer: JsonObject, call: Call, dialect: ErrorReading): void {
  const sent = firstMember(answer, ['error', ...dialect.error_members]);
  if (sent === undefined || sent === false || sent === '') return;
  const code = errorCodeOf(sent);
  const meaning = code === null ? undefined : meaningOfCode(code, dialect);
  if (meaning === undefined) throw invalid(call, 'was refused with an error code that is not known here');
  throw new SignInError(meaning, `The ${call} was refused: ${code}`);
}

/** A code as text, also where it is a number, and where it is a member of an object as in the Graph API. */
function errorCodeOf(sent: Json): string | null {
  const code = isObject(sent) ? memberOf(sent, 'code') : sent;
  return typeof code === 'string' || typeof code === 'number' ? String(code) : null;
}

/** The product's own meaning comes first: some use a code of the standard for something else. */
function meaningOfCode(code: string, { error_meanings: meanings }: ErrorReading): ErrorCode | undefined {
  const own = Object.hasOwn(meanings, code) ? meanings[code] : undefined;
  return own === undefined ? refusalCodes.get(code) : `provider_${own}`;
}

function refuseStatus(status: number, call: Call, dialect: ErrorReading): void {
  if (status >= 200 && status < 300) return;
  throw new SignInError(meaningOfStatus(status, call, dialect), `The ${call} was answered with status ${status}`);
}

function meaningOfStatus(status: number, call: Call, { unavailable_statuses: unavailable }: ErrorReading): ErrorCode {
  if (status >= 500 || status === 429 || unavailable.includes(status)) return 'provider_unreachable';
  if (status !== 401 && status !== 403) return 'provider_answer_invalid';
  return call === 'token request' ? 'provider_rejected_client' : 'provider_rejected_token';
}

function invalid(call: Call, what: string): SignInError {
  return new SignInError('provider_answer_invalid', `The ${call} ${what}`);
}
