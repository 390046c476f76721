/**
 * The OAuth 1.0a engine: one redirection-based flow (RFC 5849 §2) for every product that a definition describes.
 *
 * Implements DESIGN §5 and the cases B-32 and B-33. The protocol has no `state`: ours travels in the callback address,
 * which the signature covers. No token is kept after the sign-in: products never let them expire.
 */

import { SignInError } from '../errors.ts';
import { readGrant, remember } from './oauth1-callback.ts';
import {
  fetchUserData,
  requestTemporaryCredentials,
  requestTokenCredentials,
  signedFirstStep,
} from './oauth1-calls.ts';
import { checkOAuth1 } from './oauth1-check.ts';
import type { OAuth1Definition } from './oauth1-definition.ts';
import { adviceFor } from './oauth2-check.ts';
import { makeProfile, readSubject } from './profile.ts';
import type { Finish, FinishRequest, ProviderContext, RedirectProvider, Start, StartRequest } from './provider.ts';
import { firstMember } from './upstream-answer.ts';
import { withoutSubject } from './user-data.ts';

export function createOAuth1Provider(definition: OAuth1Definition): RedirectProvider {
  const { slug, redirectUri } = definition;
  return {
    kind: 'redirect',
    slug,
    redirectUri,
    start: (request, context) => start(definition, request, context),
    finish: (request, context) => finish(definition, request, context),
    endSession: null,
    check: (redirectUri, context) =>
      checkOAuth1(definition, (request) => start(definition, request, context), redirectUri, context),
    advise: (code) => adviceFor(code, definition.advice),
  };
}

async function start(
  definition: OAuth1Definition,
  { redirectUri, state }: Pick<StartRequest, 'redirectUri' | 'state'>,
  context: ProviderContext,
): Promise<Start> {
  const { permission } = definition;
  const callback = callbackWithState(redirectUri, state);
  if (permission.kind === 'merged_first_step') {
    return { redirect: signedFirstStep(definition, callback, context), remembered: remember(null) };
  }
  const credentials = await requestTemporaryCredentials(definition, callback, context);
  const redirect = new URL(permission.authorization);
  redirect.searchParams.set('oauth_token', credentials.token);
  return { redirect, remembered: remember(credentials) };
}

/** The address is extended as text: rebuilding it through a parser could change what was registered. */
function callbackWithState(redirectUri: string, state: string): string {
  return `${redirectUri}${redirectUri.includes('?') ? '&' : '?'}state=${encodeURIComponent(state)}`;
}

async function finish(
  definition: OAuth1Definition,
  { parameters, remembered }: FinishRequest,
  context: ProviderContext,
): Promise<Finish> {
  const grant = readGrant(definition.permission, parameters, remembered);
  const token = await requestTokenCredentials(definition, grant, context);
  const userData = await fetchUserData(definition, token, context);
  const subject = readSubject(firstMember(userData, definition.subjectMembers));
  requireSamePerson(definition.tokenSubject, token.parameters, subject);
  const { user, derived } = definition.map(withoutSubject(userData, definition.subjectMembers));
  const profile = makeProfile({
    ...user,
    provider: definition.slug,
    issuer: definition.issuer,
    subject,
    trustsVerifiedEmail: () => definition.trustsVerifiedEmail,
    verifier: definition.slug,
    raw: { sent: userData, derived },
  });
  return { profile, upstream: null };
}

/** As with an ID token and userinfo (B-14): user data about somebody else than the token's owner is no answer. */
function requireSamePerson(
  tokenSubject: string | null,
  parameters: ReadonlyMap<string, string>,
  subject: string,
): void {
  if (tokenSubject === null || parameters.get(tokenSubject) === subject) return;
  throw new SignInError('provider_answer_invalid', 'The user data is not about the person that the token is of');
}
