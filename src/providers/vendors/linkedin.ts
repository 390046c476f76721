/**
 * LinkedIn, by its product "Sign In with LinkedIn using OpenID Connect".
 *
 * Implements facts/social-auth §9.5. Its word about an e-mail address never counts: it says so itself that it does not
 * verify who its members are, and writes the flag now as a boolean, now as text.
 */

import { z } from 'zod';
import { createOidcProvider } from '../oidc.ts';
import { type OidcDefinition, standardNameClaims } from '../oidc-definition.ts';
import { inAllLanguages, type Vendor } from '../vendor.ts';
import { clientId, practiceIssuer, redirectUri, secret } from './common-settings.ts';
import { advice } from './oidc.ts';

const settings = z.strictObject({
  client_id: clientId.describe('The client id of the app.'),
  client_secret: secret.describe('The primary client secret of the app.'),
  redirect_uri: redirectUri,
  practice_issuer: practiceIssuer,
});

export const linkedin: Vendor<typeof settings> = {
  vendor: 'linkedin',
  settings,
  secretSettings: ['client_secret'],
  name: inAllLanguages('LinkedIn'),
  hint: () => ({ 'es-MX': 'Con tu cuenta de LinkedIn', en: 'With your LinkedIn account' }),
  create: (slug, written) => createOidcProvider(define(slug, written)),
};

function define(slug: string, settings: z.output<typeof linkedin.settings>): OidcDefinition {
  const { client_id: id, client_secret: clientSecret, practice_issuer: practice } = settings;
  return {
    slug,
    redirectUri: settings.redirect_uri ?? null,
    issuer: practice ?? 'https://www.linkedin.com/oauth',
    // Its issuer until 2024, still seen in tokens.
    issuerSpellings: practice === undefined ? ['https://www.linkedin.com'] : [],
    metadata: { kind: 'discovery' },
    client: {
      kind: 'confidential',
      id,
      secret: clientSecret,
      // Its document names no method; HTTP Basic fails.
      authentication: 'client_secret_post',
      // PKCE binds the code instead, so it has to be switched on for the app.
      nonce: 'never_returned_by_vendor',
    },
    scopes: ['profile', 'email'],
    authorizationParameters: {},
    userinfo: true,
    nameClaims: standardNameClaims,
    trustsVerifiedEmail: () => false,
    trustsAssurance: false,
    admit: () => {},
    advice: {
      ...advice,
      rejectedClient:
        'Compare client_id, client_secret and the redirect address with the app. LinkedIn also answers so while PKCE is ' +
        'not switched on for the app: ask its support for it.',
    },
  };
}
