/**
 * Any OAuth 2 product, as an operator describes it in the configuration file.
 *
 * PKCE is always sent: there is no way to write here that a product does not know it. One that refuses the parameters
 * needs code of its own, where the reason can be looked at.
 */

import { mapClaims } from '../claim-mapping.ts';
import { createOAuth2Provider } from '../oauth2.ts';
import type { Advice, OAuth2Client, OAuth2Definition } from '../oauth2-definition.ts';
import { inAllLanguages, type Vendor } from '../vendor.ts';
import { type OAuth2Settings, oauth2Settings } from './oauth2-settings.ts';

export const oauth2: Vendor<typeof oauth2Settings> = {
  vendor: 'oauth2',
  settings: oauth2Settings,
  secretSettings: ['client_secret', 'web_service_password'],
  name: inAllLanguages('OAuth 2'),
  hint: () => null,
  create: (slug, settings) => createOAuth2Provider(define(slug, settings)),
};

function define(slug: string, settings: OAuth2Settings): OAuth2Definition {
  const { end_session_endpoint: endSession } = settings;
  return {
    slug,
    redirectUri: settings.redirect_uri ?? null,
    issuer: settings.issuer ?? new URL(settings.authorization_endpoint).origin,
    endpoints: {
      authorization: new URL(settings.authorization_endpoint),
      token: new URL(settings.token_endpoint),
      userData: new URL(settings.user_data_endpoint),
      endSession: endSession === undefined ? null : new URL(endSession),
    },
    dialect: settings.dialect,
    client: clientOf(settings),
    webService: webServiceOf(settings),
    scopes: settings.scopes,
    trustsVerifiedEmail: settings.trust_verified_email,
    additionalCalls: [],
    map: mapClaims(settings.mapping, settings.role_mapping),
    advice,
  };
}

function clientOf({ client_id: id, client_secret: secret }: OAuth2Settings): OAuth2Client {
  return secret === undefined ? { kind: 'public', id } : { kind: 'confidential', id, secret, pkce: 'S256' };
}

function webServiceOf(settings: OAuth2Settings): OAuth2Definition['webService'] {
  const { web_service_user: user, web_service_password: password } = settings;
  return user === undefined || password === undefined ? null : { user, password };
}

const advice: Advice = {
  unreachable: 'See that this server can reach the three endpoints over https.',
  rejectedClient:
    'Compare client_id, client_secret and dialect.client_authentication with the registration, and the redirect address letter by letter.',
  invalidAnswer:
    'The address answers, but not as the dialect says. Compare the endpoints, token_request_body, user_data_path and subject_members with the documentation of the product.',
};
