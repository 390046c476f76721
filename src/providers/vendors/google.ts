/**
 * Google accounts: personal ones, and those of schools with Google Workspace.
 *
 * Implements facts/social-auth §9.1. An e-mail address never says who somebody is here: Workspace addresses are handed
 * on to other people.
 */

import { z } from 'zod';
import { SignInError } from '../../errors.ts';
import { memberOf, textOf } from '../../json.ts';
import type { JsonObject } from '../../model.ts';
import { createOidcProvider } from '../oidc.ts';
import { type OidcDefinition, standardNameClaims } from '../oidc-definition.ts';
import { inAllLanguages, type Vendor } from '../vendor.ts';
import { clientId, practiceIssuer, redirectUri, secret } from './common-settings.ts';
import { advice, domainOf } from './oidc.ts';

const settings = z.strictObject({
  client_id: clientId.describe('The client id, as the Google Cloud console shows it.'),
  client_secret: secret.describe('The client secret.'),
  hosted_domain: z
    .string()
    .regex(/^(?:[a-z0-9-]+\.)+[a-z0-9-]+$/, 'must be a domain in lower case')
    .optional()
    .describe('Only accounts of this Google Workspace domain may come in.'),
  trust_verified_email: z
    .boolean()
    .default(false)
    .describe('Whether Google counts as proof of an e-mail address that it is the authority for.'),
  redirect_uri: redirectUri,
  practice_issuer: practiceIssuer,
});
type Settings = z.output<typeof settings>;

export const google: Vendor<typeof settings> = {
  vendor: 'google',
  settings,
  secretSettings: ['client_secret'],
  name: inAllLanguages('Google'),
  hint: ({ hosted_domain: domain }) =>
    domain === undefined
      ? { 'es-MX': 'Con tu cuenta de Google', en: 'With your Google account' }
      : { 'es-MX': `Con tu cuenta @${domain}`, en: `With your @${domain} account` },
  create: (slug, written) => createOidcProvider(define(slug, written)),
};

function define(slug: string, settings: Settings): OidcDefinition {
  const { hosted_domain: domain, client_id: id, client_secret: clientSecret } = settings;
  const issuer = settings.practice_issuer ?? 'https://accounts.google.com';
  return {
    slug,
    redirectUri: settings.redirect_uri ?? null,
    issuer,
    // §9.1: the one issuer is also written without its scheme, in tokens of its older clients.
    issuerSpellings: [issuer.replace(/^https?:\/\//, '')],
    metadata: { kind: 'discovery' },
    client: { kind: 'confidential', id, secret: clientSecret, authentication: 'client_secret_post', nonce: 'returned' },
    scopes: ['email', 'profile'],
    // `hd` only chooses which accounts the page offers; `admit` is what holds it.
    authorizationParameters: domain === undefined ? {} : { hd: domain },
    // The ID token holds all that userinfo would say.
    userinfo: false,
    nameClaims: standardNameClaims,
    trustsVerifiedEmail: (address, claims) => settings.trust_verified_email && isAuthorityFor(address, claims),
    trustsAssurance: false,
    admit: (claims) => {
      if (domain !== undefined && hostedDomainOf(claims) !== domain) {
        throw new SignInError('sign_in_refused_by_rule', 'The Google account is not of the hosted domain');
      }
    },
    advice,
  };
}

/**
 * §9.1: Google runs gmail.com, and the mail of a Workspace domain whose member signs in. Any other address it checked
 * once, long ago, and somebody else may read it now.
 */
function isAuthorityFor(address: string, claims: JsonObject): boolean {
  const domain = domainOf(address);
  return domain === 'gmail.com' || domain === hostedDomainOf(claims);
}

function hostedDomainOf(claims: JsonObject): string | null {
  return textOf(memberOf(claims, 'hd'))?.toLowerCase() ?? null;
}
