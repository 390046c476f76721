/**
 * The OAuth 2 engine: one authorization code flow (RFC 6749 §4.1) for every product that a definition describes.
 *
 * Implements DESIGN §5 and the cases B-16, B-18, B-20, B-22 and B-25. The vendor's mapping never sees the subject: the
 * engine takes it from the user data. A token leaves this file only as the upstream session that ends the session at
 * the provider.
 */

import type { UpstreamSession } from '../model.ts';
import { readCallback } from './oauth2-callback.ts';
import { type AccessToken, callAdditional, endUpstreamSession, fetchUserData, redeemCode } from './oauth2-calls.ts';
import { adviceFor, checkOAuth2 } from './oauth2-check.ts';
import { checkDefinition, type OAuth2Definition, usesPkce } from './oauth2-definition.ts';
import { makeProfile, readSubject } from './profile.ts';
import type { Finish, FinishRequest, ProviderContext, RedirectProvider, StartRequest } from './provider.ts';
import { firstMember } from './upstream-answer.ts';
import { withoutSubject } from './user-data.ts';

/** @throws ConfigurationError when the definition contradicts itself */
export function createOAuth2Provider(definition: OAuth2Definition): RedirectProvider {
  checkDefinition(definition);
  const { slug, redirectUri } = definition;
  const { endSession } = definition.endpoints;
  return {
    kind: 'redirect',
    slug,
    redirectUri,
    start: async (request) => ({ redirect: authorizationAddress(definition, request), remembered: {} }),
    finish: (request, context) => finish(definition, request, context),
    endSession:
      endSession === null ? null : (session, context) => endUpstreamSession(definition, endSession, session, context),
    check: (redirectUri, context) =>
      checkOAuth2(
        {
          advice: definition.advice,
          authorizationAddress: (request) => authorizationAddress(definition, request),
          redeem: (grant) => redeemCode(definition, grant, context),
        },
        redirectUri,
        context,
      ),
    advise: (code) => adviceFor(code, definition.advice),
  };
}

/** RFC 6749 §4.1.1. The protections are set last, so that nothing in a configured address can stand in for them. */
function authorizationAddress(
  definition: OAuth2Definition,
  request: Omit<StartRequest, 'locale' | 'nonce' | 'loginHint'>,
): URL {
  const { client, dialect, scopes } = definition;
  const address = new URL(definition.endpoints.authorization);
  const parameters = address.searchParams;
  parameters.set('response_type', 'code');
  parameters.set('client_id', client.id);
  for (const name of redirectParameters[dialect.redirect_parameter]) parameters.set(name, request.redirectUri);
  if (dialect.scope !== 'omitted' && scopes.length > 0) {
    parameters.set('scope', scopes.join(dialect.scope === 'space_separated' ? ' ' : ','));
  }
  parameters.set('state', request.state);
  if (usesPkce(client)) {
    parameters.set('code_challenge', request.codeChallenge);
    parameters.set('code_challenge_method', 'S256');
  }
  return address;
}

const redirectParameters = {
  redirect_uri: ['redirect_uri'],
  redirect_url: ['redirect_url'],
  both: ['redirect_uri', 'redirect_url'],
} as const;

async function finish(definition: OAuth2Definition, request: FinishRequest, context: ProviderContext): Promise<Finish> {
  const code = readCallback(request.parameters, { issuer: definition.issuer, announcesIssuer: false });
  const token = await redeemCode(definition, { ...request, code }, context);
  const userData = await fetchUserData(definition, token.accessToken, context);
  const { subject_members: subjectMembers } = definition.dialect;
  const sentSubject = firstMember(userData, subjectMembers);
  // Before any further call: nobody's roles are asked for by an unusable subject.
  const subject = readSubject(sentSubject);
  const additional = await callAdditional(definition, token.accessToken, sentSubject ?? subject, context);
  const { user, derived } = definition.map(withoutSubject(userData, subjectMembers), additional);
  const profile = makeProfile({
    ...user,
    provider: definition.slug,
    issuer: definition.issuer,
    subject,
    trustsVerifiedEmail: () => definition.trustsVerifiedEmail,
    verifier: definition.slug,
    raw: { sent: userData, derived },
  });
  return { profile, upstream: upstreamSession(definition, token) };
}

/** What is kept of a token: only what ends the session there, and nothing where no session can be ended. */
function upstreamSession(definition: OAuth2Definition, token: AccessToken): UpstreamSession | null {
  if (definition.endpoints.endSession === null) return null;
  return { provider: definition.slug, accessToken: token.accessToken, expiresAt: token.expiresAt };
}
