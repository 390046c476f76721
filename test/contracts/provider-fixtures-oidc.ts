/**
 * The providers that speak OpenID Connect, as the contract must know them.
 */
import { createKeyPool, createOidcSimulator, type FlavourName } from '../../simulators/index.ts';
import type { JsonObject } from '../../src/model.ts';
import { type Fixture, notApplicable } from './provider-fixture.ts';

const clientId = 'llavero';
const clientSecret = 'practice-openid-client-secret-0123456789';
const credentials = { client_id: clientId, client_secret: clientSecret };

/** Shared, because an RSA key takes longer to make than all else that a case does. */
const keyPool = createKeyPool();

interface Deviations extends Partial<Omit<Fixture, 'vendor' | 'name'>> {
  readonly name: string;
  readonly vendor: string;
  readonly settings: (origin: string) => JsonObject;
}

function openId(flavour: FlavourName, deviations: Deviations): Fixture {
  return {
    secrets: [clientSecret],
    mount({ environment, origin, redirectUri }) {
      const client = { clientId, clientSecret, name: 'Llavero', redirectUris: [redirectUri] };
      const simulator = createOidcSimulator({
        environment,
        flavour,
        origin,
        prefix: '',
        clients: [{ kind: 'confidential', ...client }],
        keyPool,
      });
      const { app, requests, complaints, behave } = simulator;
      return { app, requests, complaints, behave, openId: simulator };
    },
    people: peopleTrusted(true),
    calls: {
      first: { endpoint: 'discovery', answer: 'json' },
      token: { endpoint: 'token', answer: 'json' },
      keys: { endpoint: 'jwks', answer: 'json' },
      userData: { endpoint: 'userinfo', answer: 'json' },
    },
    callback: { grant: 'code', denial: 'error', errorCodes: true, issuer: true, announcesIssuer: true },
    token: { member: 'access_token', typeMember: 'token_type' },
    pkce: true,
    bindsGrant: 'provider_rejected_code',
    idToken: true,
    nonce: true,
    subject: { from: 'ID token' },
    subjectStandsAlone: notApplicable('userinfo must name the same person'),
    ownerInUserData: { within: [], members: ['sub'] },
    emailFlag: { from: 'user data', place: { within: [], members: ['email_verified'] } },
    ...deviations,
  };
}

function peopleTrusted(verified: boolean): Fixture['people'] {
  return {
    ordinary: { slug: 'correo-verificado', emails: [{ address: 'ana.marquez@example.com', verified }] },
    unverified: { slug: 'correo-sin-verificar', emails: [{ address: 'bruno.ek@example.com', verified: false }] },
    withoutEmail: { slug: 'sin-correo', emails: [] },
    refuses: 'rechaza',
  };
}

const callback = { grant: 'code', denial: 'error', errorCodes: true, issuer: true } as const;

export const openIdFixtures: readonly Fixture[] = [
  openId('plain', {
    name: 'oidc',
    vendor: 'oidc',
    settings: (origin) => ({ issuer: origin, ...credentials, trust_verified_email: true }),
  }),
  openId('google', {
    name: 'google',
    vendor: 'google',
    settings: (origin) => ({ practice_issuer: origin, ...credentials, trust_verified_email: true }),
    people: {
      ...peopleTrusted(false),
      // Google is the authority for gmail.com and for the domain of an organisation, and for no other address.
      ordinary: { slug: 'universidad', emails: [{ address: 'daniela.ortega@universidad.example', verified: true }] },
    },
    calls: {
      first: { endpoint: 'discovery', answer: 'json' },
      token: { endpoint: 'token', answer: 'json' },
      keys: { endpoint: 'jwks', answer: 'json' },
      userData: notApplicable('the ID token holds everything; userinfo is not asked'),
    },
    callback: { ...callback, announcesIssuer: notApplicable('Google does not name its issuer in callbacks') },
    subjectStandsAlone: true,
    ownerInUserData: notApplicable('userinfo is not asked'),
    emailFlag: { from: 'ID token', claim: 'email_verified' },
  }),
  openId('linkedin', {
    name: 'linkedin',
    vendor: 'linkedin',
    settings: (origin) => ({ practice_issuer: `${origin}/oauth`, ...credentials }),
    people: peopleTrusted(false),
    callback: { ...callback, announcesIssuer: notApplicable('LinkedIn does not name its issuer in callbacks') },
    nonce: notApplicable('LinkedIn never returns a nonce; PKCE and client authentication bind the code'),
    emailFlag: notApplicable('no setting lets anybody trust LinkedIn for an address'),
  }),
  openId('keycloak', {
    name: 'mit (oidc)',
    vendor: 'mit',
    settings: (origin) => ({
      protocol: 'oidc',
      issuer: `${origin}/realms/practica`,
      ...credentials,
      trust_verified_email: true,
    }),
  }),
];
