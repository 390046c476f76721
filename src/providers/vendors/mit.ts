/**
 * MIT Open Learning: accounts of a Keycloak realm by OpenID Connect, or of MITx Online and xPRO by OAuth 2.
 *
 * Implements facts/mit-apps §2 and §12. The subject is the realm's `sub` or the application's `id`: user names there can
 * be changed, and so can never say who somebody is.
 */

import { dialectSchema } from '../dialect.ts';
import { createOAuth2Provider } from '../oauth2.ts';
import type { OAuth2Definition } from '../oauth2-definition.ts';
import { createOidcProvider } from '../oidc.ts';
import { type OidcDefinition, standardNameClaims } from '../oidc-definition.ts';
import { inAllLanguages, type Vendor } from '../vendor.ts';
import { required } from './common-settings.ts';
import { mapMitUser } from './mit-person.ts';
import { type MitSettings, mitSettings } from './mit-settings.ts';
import { advice } from './oidc.ts';

export const mit: Vendor<typeof mitSettings> = {
  vendor: 'mit',
  settings: mitSettings,
  secretSettings: ['client_secret'],
  name: inAllLanguages('MIT Open Learning'),
  hint: () => ({ 'es-MX': 'Con tu cuenta de MIT Open Learning', en: 'With your MIT Open Learning account' }),
  create: (slug, settings) =>
    settings.protocol === 'oidc'
      ? createOidcProvider(realm(slug, settings))
      : createOAuth2Provider(application(slug, settings)),
};

function realm(slug: string, settings: MitSettings): OidcDefinition {
  return {
    slug,
    redirectUri: settings.redirect_uri ?? null,
    issuer: required(settings.issuer),
    issuerSpellings: [],
    metadata: { kind: 'discovery' },
    client: {
      kind: 'confidential',
      id: settings.client_id,
      secret: settings.client_secret,
      authentication: 'client_secret_post',
      nonce: 'returned',
    },
    scopes: ['profile', 'email'],
    authorizationParameters: {},
    userinfo: true,
    nameClaims: standardNameClaims,
    trustsVerifiedEmail: () => settings.trust_verified_email,
    trustsAssurance: false,
    admit: () => {},
    advice,
  };
}

/** §2: the two applications differ in what they say beside, not in this. */
function application(slug: string, settings: MitSettings): OAuth2Definition {
  const baseUrl = required(settings.base_url);
  return {
    slug,
    redirectUri: settings.redirect_uri ?? null,
    issuer: new URL(baseUrl).origin,
    endpoints: {
      authorization: new URL('/oauth2/authorize/', baseUrl),
      token: new URL('/oauth2/token/', baseUrl),
      // Not `/api/v0/userinfo/`: it answers 409 to people who never went to a course.
      userData: new URL('/api/users/me', baseUrl),
      endSession: null,
    },
    dialect: dialectSchema.parse({ client_authentication: 'client_secret_post', subject_members: ['id'] }),
    client: { kind: 'confidential', id: settings.client_id, secret: settings.client_secret, pkce: 'S256' },
    webService: null,
    scopes: ['user:read'],
    trustsVerifiedEmail: false,
    additionalCalls: [],
    map: mapMitUser,
    advice: {
      ...advice,
      invalidAnswer: 'See that base_url is the address of MITx Online or xPRO itself, and not of the LMS behind it.',
    },
  };
}
