/**
 * How products differ that all speak OpenID Connect: a page of facts each (facts of social sign-in §9.1, §9.5; MIT §12).
 *
 * Only what a client can see. Nothing here imitates a product's looks.
 */

import type { Json, JsonObject } from '../../src/model.ts';
import type { Authentication } from '../shared/client-authentication.ts';

export interface Flavour {
  /** The name on the practice page. */
  readonly product: string;
  /** Between the prefix of the stand-in and the end of the issuer. */
  readonly issuerPath: string;
  readonly paths: {
    readonly authorize: string;
    readonly token: string;
    readonly userinfo: string;
    readonly jwks: string;
  };
  readonly authentication: readonly Authentication[];
  /** RFC 9207: whether callbacks name the issuer, and the metadata says so. */
  readonly announcesIssuer: boolean;
  readonly nonce: 'returned' | 'never-returned';
  /** Claims of the ID token beside the protocol's own. */
  readonly idTokenClaims: (claims: JsonObject, clientId: string) => JsonObject;
  readonly userinfoClaims: (claims: JsonObject) => JsonObject;
}

export type FlavourName = 'plain' | 'google' | 'linkedin' | 'keycloak';

const withoutHostedDomain = ({ hd: _hd, ...claims }: JsonObject): JsonObject => claims;

/** The same locale as an object, as LinkedIn writes it. */
const asObject = (locale: Json): Json => {
  const [language = '', country = ''] = String(locale).split('-');
  return { language, country };
};

const linkedinClaims = ({ locale, preferred_username: _name, ...claims }: JsonObject): JsonObject => ({
  ...withoutHostedDomain(claims),
  ...(locale === undefined ? {} : { locale: asObject(locale) }),
});

export const flavours: { readonly [name in FlavourName]: Flavour } = {
  /** The least that the specification asks for: the ID token says who, userinfo says the rest. */
  plain: {
    product: 'un proveedor OpenID',
    issuerPath: '',
    paths: { authorize: '/authorize', token: '/token', userinfo: '/userinfo', jwks: '/jwks' },
    authentication: ['client_secret_basic', 'client_secret_post', 'none'],
    announcesIssuer: true,
    nonce: 'returned',
    idTokenClaims: ({ sub = null }) => ({ sub }),
    userinfoClaims: withoutHostedDomain,
  },
  google: {
    product: 'Google',
    issuerPath: '',
    paths: { authorize: '/o/oauth2/v2/auth', token: '/token', userinfo: '/v1/userinfo', jwks: '/oauth2/v3/certs' },
    authentication: ['client_secret_post', 'client_secret_basic'],
    announcesIssuer: false,
    nonce: 'returned',
    idTokenClaims: ({ preferred_username: _name, locale: _locale, ...claims }, clientId) => ({
      ...claims,
      azp: clientId,
    }),
    userinfoClaims: ({ preferred_username: _name, locale: _locale, ...claims }) => claims,
  },
  linkedin: {
    product: 'LinkedIn',
    issuerPath: '/oauth',
    paths: {
      authorize: '/oauth/v2/authorization',
      token: '/oauth/v2/accessToken',
      userinfo: '/v2/userinfo',
      jwks: '/oauth/openid/jwks',
    },
    authentication: ['client_secret_post'],
    announcesIssuer: false,
    nonce: 'never-returned',
    idTokenClaims: (claims) => {
      const { email_verified: verified, ...rest } = linkedinClaims(claims);
      return { ...rest, ...(verified === undefined ? {} : { email_verified: String(verified) }) };
    },
    userinfoClaims: linkedinClaims,
  },
  keycloak: {
    product: 'MIT Open Learning (Keycloak)',
    issuerPath: '/realms/practica',
    paths: {
      authorize: '/realms/practica/protocol/openid-connect/auth',
      token: '/realms/practica/protocol/openid-connect/token',
      userinfo: '/realms/practica/protocol/openid-connect/userinfo',
      jwks: '/realms/practica/protocol/openid-connect/certs',
    },
    authentication: ['client_secret_basic', 'client_secret_post'],
    announcesIssuer: true,
    nonce: 'returned',
    idTokenClaims: (claims, clientId) => ({
      ...withoutHostedDomain(claims),
      azp: clientId,
      typ: 'ID',
      acr: '1',
      sid: 'practica',
    }),
    userinfoClaims: withoutHostedDomain,
  },
};
