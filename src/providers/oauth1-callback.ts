/**
 * Reads the callback of an OAuth 1.0a provider: a verifier for the token that this attempt asked for, or a refusal.
 *
 * Implements RFC 5849 §2.2 and the cases B-20 and B-32. `state` was checked before this is reached. Anybody can write a
 * callback address, so nothing of it may reach a message.
 */

import { SignInError } from '../errors.ts';
import { memberOf } from '../json.ts';
import type { JsonObject } from '../model.ts';
import { isSecret, isToken, type TokenAndSecret } from './oauth1-answer.ts';
import type { Grant } from './oauth1-calls.ts';
import type { Permission } from './oauth1-definition.ts';

/** What `start` wants back: temporary credentials where it got any. */
export function remember(credentials: TokenAndSecret | null): JsonObject {
  return credentials === null ? {} : { token: credentials.token, tokenSecret: credentials.tokenSecret };
}

/** @throws SignInError provider_denied, callback_malformed */
export function readGrant(
  permission: Permission,
  parameters: ReadonlyMap<string, string>,
  remembered: JsonObject,
): Grant {
  // X names the refused token in `denied`; `oauth_problem` is an older way of many to say why there is no permission.
  if (parameters.has('denied') || parameters.has('oauth_problem')) {
    throw new SignInError('provider_denied', 'The authorization page came back without permission');
  }
  const token = parameters.get('oauth_token') ?? '';
  const tokenSecret = secretOf(token, permission, parameters, remembered);
  const verifier = parameters.get('oauth_verifier') ?? '';
  // Without it anybody who saw the token could finish for the person who gave permission (advisory 2009.1).
  if (!isToken(token) || !isToken(verifier)) throw malformed('no usable token and verifier');
  return { token, tokenSecret, verifier };
}

function secretOf(
  token: string,
  permission: Permission,
  parameters: ReadonlyMap<string, string>,
  remembered: JsonObject,
): string {
  if (permission.kind === 'merged_first_step') {
    const sent = parameters.get('oauth_token_secret');
    if (sent === undefined || !isSecret(sent)) throw malformed('no usable token secret');
    return sent;
  }
  const secret = memberOf(remembered, 'tokenSecret');
  // Session fixation: a token that was issued to somebody else's attempt, and permitted by somebody else, must not sign
  // this browser in. It is compared before anything is asked of the provider.
  if (typeof secret !== 'string' || memberOf(remembered, 'token') !== token) {
    throw malformed('another token than this attempt asked for');
  }
  return secret;
}

function malformed(what: string): SignInError {
  return new SignInError('callback_malformed', `The callback holds ${what}`);
}
