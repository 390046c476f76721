/**
 * The OpenID Connect engine: one authorization code flow (Core §3.1) for every provider that a definition describes.
 *
 * Implements DESIGN §5, B-21 and B-25. PKCE, nonce and `state` are part of every request. The mapping never sees the
 * subject: the engine takes it from the signed ID token. No token leaves this file.
 */

import type { JsonObject } from '../model.ts';
import { readCallback } from './oauth2-callback.ts';
import { adviceFor } from './oauth2-check.ts';
import { fetchUserinfo, type OidcParty, redeemCode } from './oidc-calls.ts';
import { checkOidc } from './oidc-check.ts';
import type { OidcDefinition } from './oidc-definition.ts';
import { createKeys } from './oidc-keys.ts';
import { createMetadata, type Metadata } from './oidc-metadata.ts';
import { mapStandardClaims } from './oidc-person.ts';
import { makeProfile } from './profile.ts';
import type { Finish, FinishRequest, ProviderContext, RedirectProvider, StartRequest } from './provider.ts';

/** Metadata and keys are kept in the provider: make it once. @throws SignInError provider_answer_invalid for stated endpoints that are none */
export function createOidcProvider(definition: OidcDefinition): RedirectProvider {
  const { slug, redirectUri } = definition;
  const metadata = createMetadata(definition);
  const keys = createKeys(metadata);
  const partyIn = async (context: ProviderContext): Promise<OidcParty> => ({
    definition,
    metadata: await metadata.get(context),
    keys,
  });
  return {
    kind: 'redirect',
    slug,
    redirectUri,
    start: async (request, context) => ({
      redirect: authorizationAddress(definition, await metadata.get(context), request),
      remembered: {},
    }),
    finish: async (request, context) => finish(await partyIn(context), request, context),
    // RP-initiated log-out is a page for the person at the provider, not a call that this interface could make.
    endSession: null,
    check: (redirect, context) => checkOidc({ definition, partyIn, authorizationAddress }, redirect, context),
    advise: (code) => adviceFor(code, definition.advice),
  };
}

/** Core §3.1.2.1, RFC 7636 §4.3. The protections are set last, so that nothing configured can stand in for them. */
function authorizationAddress(definition: OidcDefinition, metadata: Metadata, request: StartRequest): URL {
  const address = new URL(metadata.authorization_endpoint);
  const parameters = address.searchParams;
  parameters.set('ui_locales', request.locale === 'es-MX' ? 'es-MX es' : 'en');
  if (request.loginHint !== null) parameters.set('login_hint', request.loginHint);
  for (const [name, value] of Object.entries(definition.authorizationParameters)) parameters.set(name, value);
  parameters.set('response_type', 'code');
  parameters.set('client_id', definition.client.id);
  parameters.set('redirect_uri', request.redirectUri);
  parameters.set('scope', [...new Set(['openid', ...definition.scopes])].join(' '));
  parameters.set('state', request.state);
  parameters.set('nonce', request.nonce);
  // B-25: also to a provider whose metadata does not mention it.
  parameters.set('code_challenge', request.codeChallenge);
  parameters.set('code_challenge_method', 'S256');
  return address;
}

async function finish(party: OidcParty, request: FinishRequest, context: ProviderContext): Promise<Finish> {
  const { definition, metadata } = party;
  // Before any call: a callback of another provider spends no code at this one (B-21).
  readCallback(request.parameters, {
    issuer: definition.issuer,
    announcesIssuer: metadata.authorization_response_iss_parameter_supported,
  });
  const tokens = await redeemCode(party, request, context);
  definition.admit(tokens.claims);
  const userinfo = await fetchUserinfo(party, tokens, context);
  const { sub: subject, ...idToken } = tokens.claims;
  const sources = { idToken, userinfo: userinfo === null ? null : withoutSubject(userinfo) };
  const profile = makeProfile({
    ...mapStandardClaims(sources, definition),
    provider: definition.slug,
    issuer: definition.issuer,
    subject,
    trustsVerifiedEmail: (address) => definition.trustsVerifiedEmail(address, idToken),
    verifier: definition.slug,
    raw: { sent: { id_token: tokens.claims, userinfo }, derived: {} },
  });
  return { profile, upstream: null };
}

function withoutSubject({ sub: _subject, ...claims }: JsonObject): JsonObject {
  return claims;
}
