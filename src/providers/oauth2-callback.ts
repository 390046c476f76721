/**
 * Reads the callback of an OAuth 2 authorization page: a code, or a refusal.
 *
 * Implements RFC 6749 §4.1.2, the cases B-20 and B-22. `state` was checked before this is reached. Anybody can write a
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

/**
 * The authorization code.
 * @throws SignInError provider_denied, provider_unreachable, provider_rejected_client, callback_malformed, issuer_mismatch
 */
export function readCallback(parameters: ReadonlyMap<string, string>, issuer: string): string {
  // RFC 9207 §2.4: this product does not announce `iss`, but a foreign one means that two providers were mixed up.
  const sentIssuer = parameters.get('iss');
  if (sentIssuer !== undefined && sentIssuer !== issuer) {
    throw new SignInError('issuer_mismatch', 'The callback names another issuer');
  }
  const error = parameters.get('error');
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
