/**
 * X, formerly Twitter, by OAuth 1.0a: for apps that have consumer keys and no OAuth 2.0 client.
 *
 * Implements facts/social-auth §9.3. Who somebody is stands in `id_str`: the number `id` is beyond 2^53, where two
 * people become one.
 */

import { z } from 'zod';
import { createOAuth1Provider } from '../oauth1.ts';
import type { OAuth1Definition } from '../oauth1-definition.ts';
import type { Advice } from '../oauth2-definition.ts';
import { standardErrors } from '../upstream-answer.ts';
import { inAllLanguages, type Vendor } from '../vendor.ts';
import { consumerKey, consumerSecret } from './oauth1-settings.ts';
import { mapXUser } from './x-person.ts';
import { xHint, xSettings } from './x-settings.ts';

const settings = z.strictObject({
  consumer_key: consumerKey,
  consumer_secret: consumerSecret,
  ...xSettings,
});
type Settings = z.output<typeof settings>;

export const xOAuth1: Vendor<typeof settings> = {
  vendor: 'x-oauth1',
  settings,
  secretSettings: ['consumer_secret'],
  name: inAllLanguages('X'),
  hint: () => xHint,
  create: (slug, written) => createOAuth1Provider(define(slug, written)),
};

function define(slug: string, settings: Settings): OAuth1Definition {
  const practice = settings.practice_issuer?.replace(/\/$/, '');
  const api = practice ?? 'https://api.x.com';
  const email = settings.request_email ? 'include_email=true&' : '';
  return {
    slug,
    redirectUri: settings.redirect_uri ?? null,
    issuer: practice ?? 'https://x.com',
    permission: {
      kind: 'three_legged',
      temporaryCredentials: new URL(`${api}/oauth/request_token`),
      authorization: new URL(`${api}/oauth/authenticate`),
    },
    tokenCredentials: new URL(`${api}/oauth/access_token`),
    userData: new URL(`${api}/1.1/account/verify_credentials.json?${email}include_entities=false&skip_status=true`),
    client: {
      consumerKey: settings.consumer_key,
      signing: { method: 'HMAC-SHA1', secret: settings.consumer_secret },
    },
    parametersIn: 'authorization_header',
    credentialsMethod: 'POST',
    userDataPath: [],
    subjectMembers: ['id_str'],
    tokenSubject: 'user_id',
    // Reads are paid for, and low levels of access may not read: that says nothing about the person who signs in.
    errors: { ...standardErrors, unavailable_statuses: [402, 403] },
    trustsVerifiedEmail: settings.trust_verified_email,
    map: mapXUser('email'),
    advice,
  };
}

const advice: Advice = {
  unreachable: 'See that this server can reach api.x.com over https, and that the account of the app has credit left.',
  rejectedClient:
    'Compare consumer_key and consumer_secret with the consumer keys of the app, the callback address letter by letter, and the clock of this machine with the right time. The app needs "Sign in with X".',
  invalidAnswer: 'See that the app may call account/verify_credentials of version 1.1 of the API.',
};
