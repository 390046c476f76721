/**
 * Looks at an OpenID provider's configuration from outside, without a person: metadata, keys, page, client.
 *
 * Never signs anybody in and never shows what the provider sent.
 */

import { SignInError } from '../errors.ts';
import { checkOAuth2, explain } from './oauth2-check.ts';
import { type OidcParty, redeemCode } from './oidc-calls.ts';
import type { OidcDefinition } from './oidc-definition.ts';
import type { Metadata } from './oidc-metadata.ts';
import type { Finding, ProviderContext, StartRequest } from './provider.ts';
import { randomText } from './random-text.ts';

/** What the engine lends to a check. */
export interface CheckedOidc {
  readonly definition: OidcDefinition;
  partyIn(context: ProviderContext): Promise<OidcParty>;
  authorizationAddress(definition: OidcDefinition, metadata: Metadata, request: StartRequest): URL;
}

/** Never throws for what the provider does: that is what the findings say. */
export async function checkOidc(
  { definition, partyIn, authorizationAddress }: CheckedOidc,
  redirectUri: string,
  context: ProviderContext,
): Promise<readonly Finding[]> {
  const { advice } = definition;
  const party = await partyIn(context).catch((error: unknown) => explain(error, advice));
  // Without the addresses there is nothing further to look at.
  if (typeof party === 'string') return [{ subject: 'metadata', verdict: 'bad', detail: party }];
  const { metadata } = party;
  const nonce = randomText(context);
  return [
    { subject: 'metadata', verdict: 'good', detail: `The issuer is ${definition.issuer}, as configured.` },
    await checkKeys(party, context),
    ...(await checkOAuth2(
      {
        advice,
        authorizationAddress: (request) =>
          authorizationAddress(definition, metadata, { ...request, nonce, locale: 'en', loginHint: null }),
        redeem: ({ code, redirectUri: redirect, codeVerifier }) => {
          const parameters = new Map([
            ['code', code],
            ['iss', definition.issuer],
          ]);
          return redeemCode(party, { parameters, redirectUri: redirect, codeVerifier, nonce }, context);
        },
      },
      redirectUri,
      context,
    )),
  ];
}

async function checkKeys({ definition, keys }: OidcParty, context: ProviderContext): Promise<Finding> {
  const subject = 'keys';
  try {
    const { length } = await keys.renew(context);
    if (length > 0)
      return { subject, verdict: 'good', detail: `${length} of the published keys can verify ID tokens.` };
    return { subject, verdict: 'bad', detail: 'None of the published keys can verify an ID token.' };
  } catch (error) {
    if (!(error instanceof SignInError)) throw error;
    return { subject, verdict: 'bad', detail: explain(error, definition.advice) };
  }
}
