/**
 * Facebook, by the Graph API.
 *
 * Implements facts/social-auth §9.2. Many people have no e-mail address there, which is a normal case; no address of
 * Facebook is ever verified, because its flag spoke of accounts and is gone. An `id` is of this app alone.
 */

import { z } from 'zod';
import { memberOf } from '../../json.ts';
import type { JsonObject } from '../../model.ts';
import { nameOf, nothingMapped } from '../claim-mapping.ts';
import { dialectSchema } from '../dialect.ts';
import { createOAuth2Provider } from '../oauth2.ts';
import type { Advice, Mapped, OAuth2Definition } from '../oauth2-definition.ts';
import { inAllLanguages, type Vendor } from '../vendor.ts';
import { clientId, practiceIssuer, redirectUri, secret } from './common-settings.ts';

const settings = z.strictObject({
  client_id: clientId.describe('The app ID, in quotes.'),
  client_secret: secret.describe('The app secret.'),
  graph_version: z
    .string()
    .regex(/^v[1-9]\d{0,2}\.\d$/, 'must be a version such as v26.0')
    .default('v26.0')
    .describe('The version of the Graph API. Each works for about two years.'),
  redirect_uri: redirectUri,
  practice_issuer: practiceIssuer,
});

export const facebook: Vendor<typeof settings> = {
  vendor: 'facebook',
  settings,
  secretSettings: ['client_secret'],
  name: inAllLanguages('Facebook'),
  hint: () => ({ 'es-MX': 'Con tu cuenta de Facebook', en: 'With your Facebook account' }),
  create: (slug, written) => createOAuth2Provider(define(slug, written)),
};

const dialect = dialectSchema.parse({
  scope: 'comma_separated',
  client_authentication: 'client_secret_post',
  access_token_proof: 'appsecret_proof',
  subject_members: ['id'],
  // Refusals are objects with a number. 100 is any wrong parameter: at the token request that is the code, which was
  // used, is late or belongs to another redirect address.
  error_meanings: {
    '1': 'rejected_client',
    '2': 'unreachable',
    '4': 'unreachable',
    '17': 'unreachable',
    '100': 'rejected_code',
    '101': 'rejected_client',
    '102': 'rejected_token',
    '190': 'rejected_token',
    '191': 'rejected_client',
  },
});

function define(slug: string, settings: z.output<typeof facebook.settings>): OAuth2Definition {
  const { graph_version: version, practice_issuer: practice } = settings;
  const [dialog, graph] =
    practice === undefined
      ? ['https://www.facebook.com', 'https://graph.facebook.com']
      : [practice.replace(/\/$/, ''), practice.replace(/\/$/, '')];
  return {
    slug,
    redirectUri: settings.redirect_uri ?? null,
    issuer: dialog,
    endpoints: {
      authorization: new URL(`${dialog}/${version}/dialog/oauth`),
      token: new URL(`${graph}/${version}/oauth/access_token`),
      // Without `fields` only id and name come.
      userData: new URL(`${graph}/${version}/me?fields=id,name,first_name,last_name,email`),
      endSession: null,
    },
    dialect,
    client: { kind: 'confidential', id: settings.client_id, secret: settings.client_secret, pkce: 'S256' },
    webService: null,
    scopes: ['public_profile', 'email'],
    trustsVerifiedEmail: false,
    additionalCalls: [],
    map: mapFacebookUser,
    advice,
  };
}

function mapFacebookUser(userData: JsonObject): Mapped {
  const text = (name: string) => nameOf(memberOf(userData, name));
  return {
    user: {
      ...nothingMapped,
      emails: [{ address: text('email'), claimedVerified: undefined }],
      name: { full: text('name'), given: text('first_name'), firstSurname: text('last_name'), secondSurname: null },
    },
    derived: {},
  };
}

const advice: Advice = {
  unreachable: 'See that this server can reach graph.facebook.com over https.',
  rejectedClient:
    'Compare client_id and client_secret with the app, see that the redirect address is under "Valid OAuth Redirect URIs", and that the app is live.',
  invalidAnswer: 'See that graph_version is a version that still works.',
};
