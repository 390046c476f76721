/**
 * The providers that speak OAuth 1.0a, as the contract must know them.
 */
import { createOAuth1Simulator, type OAuth1FlavourName } from '../../simulators/index.ts';
import type { JsonObject } from '../../src/model.ts';
import { type Fixture, notApplicable } from './provider-fixture.ts';

const consumerKey = 'llavero';
const consumerSecret = 'practice-oauth1-consumer-secret-0123456789';
const credentials = { consumer_key: consumerKey, consumer_secret: consumerSecret };
const address = 'xochitl.nava@example.com';

interface Product extends Partial<Omit<Fixture, 'subject' | 'emailFlag'>> {
  readonly name: string;
  readonly vendor: string;
  readonly flavour: OAuth1FlavourName;
  readonly settings: (origin: string) => JsonObject;
  /** Whether the operator may trust it for an address, and does. */
  readonly trusted: boolean;
  readonly subject: Fixture['subject'];
  readonly emailFlag: Fixture['emailFlag'];
}

function product({ flavour, trusted, ...rest }: Product): Fixture {
  return {
    secrets: [consumerSecret],
    mount({ environment, origin, redirectUri }) {
      const client = { consumerKey, name: 'Llavero', callbacks: [redirectUri] };
      const { app, requests, complaints, behave } = createOAuth1Simulator({
        environment,
        flavour,
        origin,
        prefix: '',
        clients: [{ ...client, signing: { method: 'HMAC-SHA1', secret: consumerSecret } }],
      });
      return { app, requests, complaints, behave, openId: null };
    },
    people: {
      ordinary: { slug: 'con-correo', emails: [{ address, verified: trusted }] },
      unverified: notApplicable('the practice people have confirmed addresses or none'),
      withoutEmail: { slug: 'vecina', emails: [] },
      refuses: 'rechaza',
    },
    calls: {
      first: { endpoint: 'temporary-credentials', answer: 'form' },
      token: { endpoint: 'token-credentials', answer: 'form' },
      keys: notApplicable('OAuth 1.0a signs requests, not answers'),
      userData: { endpoint: 'user-data', answer: 'json' },
    },
    callback: {
      grant: 'oauth_verifier',
      denial: 'oauth_problem',
      errorCodes: notApplicable('callbacks of OAuth 1.0a have no error codes'),
      issuer: notApplicable('callbacks of OAuth 1.0a name no issuer'),
      announcesIssuer: notApplicable('callbacks of OAuth 1.0a name no issuer'),
    },
    token: { member: 'oauth_token', typeMember: notApplicable('tokens of OAuth 1.0a have no type') },
    pkce: notApplicable('OAuth 1.0a has no PKCE: a verifier is worth nothing without the secret of its token'),
    bindsGrant: 'callback_malformed',
    idToken: notApplicable('OAuth 1.0a has no ID token'),
    nonce: notApplicable('OAuth 1.0a has no ID token'),
    subjectStandsAlone: true,
    ownerInUserData: notApplicable('the token names nobody: user data is the only word'),
    ...rest,
  };
}

const plainCalls = (origin: string): JsonObject => ({
  temporary_credentials_endpoint: `${origin}/oauth/initiate`,
  authorization_endpoint: `${origin}/oauth/authorize`,
  token_credentials_endpoint: `${origin}/oauth/token`,
  user_data_endpoint: `${origin}/oauth/me`,
});

export const oauth1Fixtures: readonly Fixture[] = [
  product({
    name: 'oauth1',
    vendor: 'oauth1',
    flavour: 'plain',
    trusted: true,
    settings: (origin) => ({
      ...plainCalls(origin),
      ...credentials,
      user_data_path: ['person'],
      subject_members: ['id'],
      mapping: { email: 'email', email_verified: 'email_verified', full_name: 'name' },
      trust_verified_email: true,
    }),
    subject: { from: 'user data', place: { within: ['person'], members: ['id'] } },
    emailFlag: { from: 'user data', place: { within: ['person'], members: ['email_verified'] } },
  }),
  product({
    name: 'x-oauth1',
    vendor: 'x-oauth1',
    flavour: 'x',
    trusted: true,
    settings: (origin) => ({ practice_issuer: origin, trust_verified_email: true, ...credentials }),
    subject: { from: 'user data', place: { within: [], members: ['id_str'] } },
    subjectStandsAlone: notApplicable('the token names the same person'),
    ownerInUserData: { within: [], members: ['id_str'] },
    emailFlag: notApplicable('an address of X is its own flag: only confirmed ones are sent'),
  }),
  product({
    name: 'khan-academy',
    vendor: 'khan-academy',
    flavour: 'khan',
    trusted: false,
    settings: (origin) => ({ base_url: origin, ...credentials }),
    calls: {
      first: notApplicable('the browser takes the first step itself'),
      token: { endpoint: 'token-credentials', answer: 'form' },
      keys: notApplicable('OAuth 1.0a signs requests, not answers'),
      userData: { endpoint: 'user-data', answer: 'json' },
    },
    bindsGrant: notApplicable(
      'the secret comes with the token in the callback: state and the browser binding hold off a foreign one',
    ),
    subject: { from: 'user data', place: { within: [], members: ['user_id'] } },
    emailFlag: notApplicable('it had no flag, and no setting trusts it'),
  }),
];
