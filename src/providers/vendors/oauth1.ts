/**
 * Any OAuth 1.0a product, as an operator describes it in the configuration file.
 *
 * Always with temporary credentials that this server fetches and remembers: a product that hands them over through the
 * browser needs code of its own, where the reason can be looked at.
 */

import { mapClaims } from '../claim-mapping.ts';
import { createOAuth1Provider } from '../oauth1.ts';
import type { ClientSigning, OAuth1Definition } from '../oauth1-definition.ts';
import type { Advice } from '../oauth2-definition.ts';
import { standardErrors } from '../upstream-answer.ts';
import { inAllLanguages, type Vendor } from '../vendor.ts';
import { required } from './common-settings.ts';
import { type OAuth1Settings, oauth1Settings, readPrivateKey } from './oauth1-settings.ts';

export const oauth1: Vendor<typeof oauth1Settings> = {
  vendor: 'oauth1',
  settings: oauth1Settings,
  secretSettings: ['consumer_secret', 'private_key'],
  name: inAllLanguages('OAuth 1.0a'),
  hint: () => null,
  create: (slug, settings) => createOAuth1Provider(define(slug, settings)),
};

function define(slug: string, settings: OAuth1Settings): OAuth1Definition {
  const mapped = mapClaims(settings.mapping, settings.role_mapping);
  return {
    slug,
    redirectUri: settings.redirect_uri ?? null,
    issuer: settings.issuer ?? new URL(settings.authorization_endpoint).origin,
    permission: {
      kind: 'three_legged',
      temporaryCredentials: new URL(settings.temporary_credentials_endpoint),
      authorization: new URL(settings.authorization_endpoint),
    },
    tokenCredentials: new URL(settings.token_credentials_endpoint),
    userData: new URL(settings.user_data_endpoint),
    client: { consumerKey: settings.consumer_key, signing: signingOf(settings) },
    parametersIn: settings.parameters_in,
    credentialsMethod: settings.credentials_method,
    userDataPath: settings.user_data_path,
    subjectMembers: settings.subject_members,
    tokenSubject: null,
    errors: standardErrors,
    trustsVerifiedEmail: settings.trust_verified_email,
    map: mapped,
    advice,
  };
}

function signingOf({
  signature_method: method,
  consumer_secret: secret,
  private_key: pem,
}: OAuth1Settings): ClientSigning {
  if (method === 'HMAC-SHA1') return { method, secret: required(secret) };
  const privateKey = readPrivateKey(required(pem));
  if (privateKey === null) throw new TypeError('Settings that did not pass their schema');
  return { method, privateKey };
}

const advice: Advice = {
  unreachable: 'See that this server can reach the endpoints over https.',
  rejectedClient:
    'Compare consumer_key, its secret or private key, and signature_method with the registration, the callback address letter by letter, and the clock of this machine with the right time.',
  invalidAnswer:
    'The address answers, but not as OAuth 1.0a says. Compare the endpoints, credentials_method, user_data_path and subject_members with the documentation of the product.',
};
