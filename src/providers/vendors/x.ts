/**
 * X, formerly Twitter, by OAuth 2.
 *
 * Implements facts/social-auth §9.4. A code lives 30 seconds there, so it is redeemed before anything else is done.
 */

import { z } from 'zod';
import { dialectSchema } from '../dialect.ts';
import { createOAuth2Provider } from '../oauth2.ts';
import type { Advice, OAuth2Client, OAuth2Definition } from '../oauth2-definition.ts';
import { inAllLanguages, type Vendor } from '../vendor.ts';
import { clientId, secret } from './common-settings.ts';
import { mapXUser } from './x-person.ts';
import { xHint, xSettings } from './x-settings.ts';

const settings = z.strictObject({
  client_id: clientId.describe('The OAuth 2.0 client ID, which is not the API key.'),
  client_secret: secret.optional().describe('Its secret. None for an app of the type "Native App" or "Single page".'),
  ...xSettings,
});
type Settings = z.output<typeof settings>;

export const x: Vendor<typeof settings> = {
  vendor: 'x',
  settings,
  secretSettings: ['client_secret'],
  name: inAllLanguages('X'),
  hint: () => xHint,
  create: (slug, written) => createOAuth2Provider(define(slug, written)),
};

function define(slug: string, settings: Settings): OAuth2Definition {
  const practice = settings.practice_issuer?.replace(/\/$/, '');
  const page = practice ?? 'https://x.com';
  const api = practice ?? 'https://api.x.com';
  return {
    slug,
    redirectUri: settings.redirect_uri ?? null,
    issuer: page,
    endpoints: {
      authorization: new URL(`${page}/i/oauth2/authorize`),
      token: new URL(`${api}/2/oauth2/token`),
      userData: new URL(`${api}/2/users/me${settings.request_email ? '?user.fields=confirmed_email' : ''}`),
      endSession: null,
    },
    dialect: dialectSchema.parse({
      client_authentication: settings.client_secret === undefined ? 'none' : 'client_secret_basic',
      user_data_path: ['data'],
      // Text: as a number it would lose its last digits.
      subject_members: ['id'],
      longest_token_life: 7200,
      // The code of the standard for a bad request is what X says of a code that is late, used or of another verifier.
      error_meanings: { invalid_request: 'rejected_code' },
      // Reads are paid for. An empty balance says nothing about the person who signs in.
      unavailable_statuses: [402, 403],
    }),
    client: clientOf(settings),
    webService: null,
    // Both of the first two, or `users/me` refuses.
    scopes: ['users.read', 'tweet.read', ...(settings.request_email ? ['users.email'] : [])],
    trustsVerifiedEmail: settings.trust_verified_email,
    additionalCalls: [],
    map: mapXUser('confirmed_email'),
    advice,
  };
}

function clientOf({ client_id: id, client_secret: secret }: Settings): OAuth2Client {
  return secret === undefined ? { kind: 'public', id } : { kind: 'confidential', id, secret, pkce: 'S256' };
}

const advice: Advice = {
  unreachable: 'See that this server can reach api.x.com over https, and that the account of the app has credit left.',
  rejectedClient:
    'Compare client_id and client_secret with the OAuth 2.0 keys of the app, the type of the app with whether it has a secret, and the callback address letter by letter.',
  invalidAnswer:
    'See that the app has access to version 2 of the API, and request_email only where the app may ask for it.',
};
