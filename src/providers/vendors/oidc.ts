/**
 * Any OpenID provider, as an operator describes it.
 *
 * Its word about an e-mail address counts only where the operator says so, and only for the domains that they name.
 */

import type { Advice } from '../oauth2-definition.ts';
import { createOidcProvider } from '../oidc.ts';
import type { MetadataSource, OidcClient, OidcDefinition } from '../oidc-definition.ts';
import { inAllLanguages, type Vendor } from '../vendor.ts';
import { type OidcSettings, oidcSettings } from './oidc-settings.ts';

export const oidc: Vendor<typeof oidcSettings> = {
  vendor: 'oidc',
  settings: oidcSettings,
  secretSettings: ['client_secret'],
  name: inAllLanguages('OpenID Connect'),
  hint: () => null,
  create: (slug, settings) => createOidcProvider(define(slug, settings)),
};

function define(slug: string, settings: OidcSettings): OidcDefinition {
  const { full, given, first_surname: firstSurname, second_surname: secondSurname } = settings.name_claims;
  return {
    slug,
    redirectUri: settings.redirect_uri ?? null,
    issuer: settings.issuer,
    issuerSpellings: [],
    metadata: metadataOf(settings),
    client: clientOf(settings),
    scopes: settings.scopes,
    authorizationParameters: {},
    userinfo: settings.userinfo,
    nameClaims: { full, given, firstSurname, secondSurname },
    trustsVerifiedEmail: (address) => settings.trust_verified_email && isOfDomain(address, settings),
    trustsAssurance: settings.trust_assurance,
    admit: () => {},
    advice,
  };
}

function metadataOf(settings: OidcSettings): MetadataSource {
  const { authorization_endpoint: authorizationEndpoint, token_endpoint: tokenEndpoint, jwks_uri: jwksUri } = settings;
  if (authorizationEndpoint === undefined || tokenEndpoint === undefined || jwksUri === undefined) {
    return { kind: 'discovery' };
  }
  const userinfoEndpoint = settings.userinfo_endpoint ?? null;
  return { kind: 'stated', authorizationEndpoint, tokenEndpoint, jwksUri, userinfoEndpoint };
}

function clientOf({
  client_id: id,
  client_secret: secret,
  client_authentication: authentication,
}: OidcSettings): OidcClient {
  if (secret === undefined || authentication === 'none') return { kind: 'public', id };
  return { kind: 'confidential', id, secret, authentication, nonce: 'returned' };
}

function isOfDomain(address: string, { trusted_email_domains: domains }: OidcSettings): boolean {
  return domains === undefined || domains.includes(domainOf(address));
}

/** In lower case. Not a subdomain's parent: who runs `uni.mx` need not run `mail.uni.mx`. */
export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1).toLowerCase();
}

export const advice: Advice = {
  unreachable: 'See that this server can reach the provider over https, and that the issuer is spelled right.',
  rejectedClient:
    'Compare client_id, client_secret and client_authentication with the registration, and the redirect address letter by letter.',
  invalidAnswer:
    "Compare issuer with the member `issuer` of the provider's document, letter by letter: a slash at the end counts.",
};
