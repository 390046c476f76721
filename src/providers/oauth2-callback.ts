/**
 * Reads the callback of an OAuth 2 authorization page: a code, or a refusal.
 *
 * Implements RFC 6749 §4.1.2, RFC 9207 §2.4, the cases B-20, B-21 and B-22. `state` was checked before this is reached. Anybody can write a
 * callback address, so nothing of it may reach a message except a code from the table below.
 */

import { type ErrorCode, SignInError } from '../errors.ts';

/** What an authorization page may say when it refuses (RFC 6749 §4.1.2.1). Every other code is the person's refusal. */
const callbackErrors = new Map<string, ErrorCode>([
  ['server_error', 'provider_unreachable'],
  ['temporarily_unavailable', 'provider_unreachable'],
  ['invalid_request', 'provider_rejected_client'],
  ['invalid_client', 'provider_rejected_client'],
  ['invalid_scope', 'provider_rejected_client'],
  ['unauthorized_client', 'provider_rejected_client'],
  ['unsupported_response_type', 'provider_rejected_client'],
  ['redirect_uri_mismatch', 'provider_rejected_client'],
]);

/** Whose callback it must be. */
export interface ExpectedIssuer {
  readonly issuer: string;
  /** Whether the provider said that its callbacks always name it: then one that does not is not its own (RFC 9207 §2.4). */
  readonly announcesIssuer: boolean;
}

/**
 * The authorization code.
 * @throws SignInError provider_denied, provider_unreachable, provider_rejected_client, callback_malformed, issuer_mismatch
 */
export function readCallback(
  parameters: ReadonlyMap<string, string>,
  { issuer, announcesIssuer }: ExpectedIssuer,
): string {
  // RFC 9207 §2.4: a foreign issuer means that two providers were mixed up, also at one that never announced `iss`.
  // Looked at first: an error response of another provider says nothing about this one (B-21).
  const sentIssuer = parameters.get('iss');
  if (sentIssuer === undefined ? announcesIssuer : sentIssuer !== issuer) {
    throw new SignInError('issuer_mismatch', 'The callback does not name the issuer of this provider');
  }
  // Facebook's dialog names some refusals by number, as `error_code` alone (facts/social-auth §9.2).
  const error = parameters.get('error') ?? parameters.get('error_code');
  if (error !== undefined) {
    const meaning = callbackErrors.get(error);
    if (meaning !== undefined) throw new SignInError(meaning, `The authorization page refused: ${error}`);
    throw new SignInError('provider_denied', 'The authorization page came back without permission');
  }
  // RFC 6749 appendix A.11 gives the characters. Products send codes of over 500 characters; 4 KiB is plenty (B-22).
  const code = parameters.get('code') ?? '';
  if (!/^[\x20-\x7e]{1,4096}$/.test(code)) {
    throw new SignInError('callback_malformed', 'The callback holds no usable code');
  }
  return code;
}
