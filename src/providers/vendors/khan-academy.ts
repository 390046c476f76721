/**
 * Khan Academy's sign-in of old, which ended in 2020: an example of an OAuth 1.0a that deviates, and for hosts that still
 * speak it.
 *
 * Implements facts/social-auth §9.6. The browser takes the first step itself, and the provider puts the temporary secret
 * into the callback address. That cannot be helped here; nothing of ours ever writes it into an address or a log, and
 * it is worth nothing without the consumer secret.
 */

import { z } from 'zod';
import { memberOf } from '../../json.ts';
import type { JsonObject } from '../../model.ts';
import { nameOf, nothingMapped } from '../claim-mapping.ts';
import { createOAuth1Provider } from '../oauth1.ts';
import type { OAuth1Definition } from '../oauth1-definition.ts';
import type { Advice, Mapped } from '../oauth2-definition.ts';
import { standardErrors } from '../upstream-answer.ts';
import { inAllLanguages, type Vendor } from '../vendor.ts';
import { address, redirectUri } from './common-settings.ts';
import { consumerKey, consumerSecret } from './oauth1-settings.ts';

const settings = z.strictObject({
  base_url: address
    .refine((text) => !text.includes('?'), 'must not have a query')
    .refine((text) => !isRetired(text), 'must be another host: Khan Academy ended its API in 2020')
    .describe(
      'The address of a host that still speaks it, or of a stand-in. Never khanacademy.org, where it has ended.',
    ),
  consumer_key: consumerKey,
  consumer_secret: consumerSecret,
  redirect_uri: redirectUri,
});
type Settings = z.output<typeof settings>;

export const khanAcademy: Vendor<typeof settings> = {
  vendor: 'khan-academy',
  settings,
  secretSettings: ['consumer_secret'],
  name: inAllLanguages('Khan Academy'),
  hint: () => ({ 'es-MX': 'Con tu cuenta de Khan Academy', en: 'With your Khan Academy account' }),
  create: (slug, written) => createOAuth1Provider(define(slug, written)),
};

function define(slug: string, settings: Settings): OAuth1Definition {
  const base = settings.base_url.replace(/\/$/, '');
  return {
    slug,
    redirectUri: settings.redirect_uri ?? null,
    issuer: base,
    permission: { kind: 'merged_first_step', temporaryCredentials: new URL(`${base}/api/auth/request_token`) },
    tokenCredentials: new URL(`${base}/api/auth/access_token`),
    userData: new URL(`${base}/api/v1/user`),
    client: {
      consumerKey: settings.consumer_key,
      signing: { method: 'HMAC-SHA1', secret: settings.consumer_secret },
    },
    parametersIn: 'query',
    credentialsMethod: 'GET',
    userDataPath: [],
    subjectMembers: ['user_id'],
    tokenSubject: null,
    errors: standardErrors,
    // It had no flag for a verified address, so there is no setting that trusts one.
    trustsVerifiedEmail: false,
    map: mapKhanUser,
    advice,
  };
}

/** Children's accounts have no address; the nickname is all that is known of a name. */
function mapKhanUser(userData: JsonObject): Mapped {
  return {
    user: {
      ...nothingMapped,
      emails: [{ address: nameOf(memberOf(userData, 'email')), claimedVerified: undefined }],
      name: { ...nothingMapped.name, full: nameOf(memberOf(userData, 'nickname')) },
    },
    derived: {},
  };
}

function isRetired(text: string): boolean {
  return /(?:^|\.)khanacademy\.org\.?$/.test(URL.parse(text)?.hostname ?? '');
}

const advice: Advice = {
  unreachable: 'See that this server can reach base_url over https.',
  rejectedClient: 'Compare consumer_key and consumer_secret with the registration, and the clocks of both machines.',
  invalidAnswer: 'See that the host under base_url still speaks the sign-in that ended in 2020.',
};
