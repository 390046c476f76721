/**
 * The providers that speak OAuth 2, Llave MX among them, as the contract must know them.
 */
import {
  createLlaveMxSimulator,
  createOAuth2Simulator,
  type OAuth2Flavour,
  type OAuth2FlavourName,
  type OAuth2Person,
  oauth2PracticePeople,
  plainOAuth2Flavour,
} from '../../simulators/index.ts';
import type { JsonObject } from '../../src/model.ts';
import { type Fixture, notApplicable } from './provider-fixture.ts';

const clientId = 'llavero';
const clientSecret = 'practice-oauth2-client-secret-0123456789';
const credentials = { client_id: clientId, client_secret: clientSecret };

const common = {
  calls: {
    first: notApplicable('the browser is sent away without a call'),
    token: { endpoint: 'token', answer: 'json' },
    keys: notApplicable('OAuth 2 signs nothing'),
    userData: { endpoint: 'user-data', answer: 'json' },
  },
  callback: {
    grant: 'code',
    denial: 'error',
    errorCodes: true,
    issuer: true,
    announcesIssuer: notApplicable('there is no metadata that could announce it'),
  },
  token: { member: 'access_token', typeMember: 'token_type' },
  pkce: true,
  bindsGrant: 'provider_rejected_code',
  idToken: notApplicable('OAuth 2 has no ID token'),
  nonce: notApplicable('OAuth 2 has no ID token'),
  subjectStandsAlone: true,
  ownerInUserData: notApplicable('the token names nobody: user data is the only word'),
  secrets: [clientSecret],
} as const satisfies Partial<Fixture>;

// --------------------------------------------------------------------------------------------------- Llave MX

const registered = {
  apps: { mode: 'apps', clientId: '202508101834311980' },
  web: {
    mode: 'web',
    clientId: '202508101834311981',
    clientSecret,
    webService: { user: 'practice-web-service', password: 'practice-web-service-password' },
  },
} as const;

const webSettings = {
  client_secret: clientSecret,
  web_service_user: registered.web.webService.user,
  web_service_password: registered.web.webService.password,
};

function llaveMx(mode: 'apps' | 'web', deviations: Partial<Fixture>): Fixture {
  return {
    ...common,
    name: `llave-mx (${mode})`,
    vendor: 'llave-mx',
    settings: (origin) => ({
      environment: 'custom',
      authorization_host: origin,
      api_host: origin,
      mode,
      client_id: registered[mode].clientId,
      trust_verified_email: true,
      ...(mode === 'web' ? webSettings : {}),
    }),
    mount({ environment, redirectUri }) {
      const application = { ...registered[mode], name: 'Llavero', redirectUris: [redirectUri] };
      const { app, requests, complaints, behave } = createLlaveMxSimulator({
        environment,
        applications: [application],
      });
      return { app, requests, complaints, behave, openId: null };
    },
    people: {
      ordinary: { slug: 'nacional', emails: [{ address: 'citlali.robledo@example.com', verified: true }] },
      unverified: { slug: 'correo-sin-verificar', emails: [{ address: 'iker.saldana@example.com', verified: false }] },
      withoutEmail: { slug: 'cuenta-basica', emails: [] },
      refuses: 'rechaza',
    },
    token: { member: 'accessToken', typeMember: 'tokenType' },
    subject: { from: 'user data', place: { within: [], members: ['idUsuario', 'id'] } },
    emailFlag: { from: 'user data', place: { within: [], members: ['correoVerificado'] } },
    ...deviations,
  };
}

const withoutPkce = (why: string) => ({
  pkce: notApplicable(why),
  bindsGrant: notApplicable(`${why}: state, the browser binding and client authentication hold off a foreign code`),
});

// --------------------------------------------------------------------------------------------------- the others

interface Product {
  readonly name: string;
  readonly vendor: string;
  readonly flavour: OAuth2FlavourName | OAuth2Flavour;
  readonly settings: (origin: string) => JsonObject;
  readonly people: Fixture['people'];
  /** Beside the practice people of the flavour. */
  readonly morePeople?: readonly OAuth2Person[];
  readonly subject: Fixture['subject'];
  readonly emailFlag: Fixture['emailFlag'];
}

function product({ flavour, morePeople = [], ...rest }: Product, deviations: Partial<Fixture> = {}): Fixture {
  return {
    ...common,
    ...rest,
    mount({ environment, redirectUri }) {
      const client = { kind: 'confidential', clientId, clientSecret, name: 'Llavero' } as const;
      const simulator = createOAuth2Simulator({
        environment,
        flavour,
        prefix: '',
        clients: [{ ...client, redirectUris: [redirectUri] }],
      });
      for (const person of morePeople) simulator.addPerson(person);
      const { app, requests, complaints, behave } = simulator;
      return { app, requests, complaints, behave, openId: null };
    },
    ...deviations,
  };
}

/** Somebody of the flavour with other user data, under another slug. */
function variant(flavour: OAuth2FlavourName, slug: string, change: (userData: JsonObject) => JsonObject): OAuth2Person {
  const [person] = oauth2PracticePeople[flavour];
  if (person?.answer !== 'consents') throw new TypeError(`nobody of ${flavour} consents`);
  return { ...person, slug, userData: change(person.userData) };
}

const subjectAt = (member: string, within: readonly string[] = []): Fixture['subject'] => ({
  from: 'user data',
  place: { within, members: [member] },
});

const noFlag = (why: string) => notApplicable(why);
const plainAddress = { address: 'ofelia.campos@example.com' };
const wordpressAddress = { address: 'maria.cruz@example.com' };

const mitFlavour: OAuth2Flavour = {
  ...plainOAuth2Flavour,
  product: 'MITx Online',
  paths: { authorize: '/oauth2/authorize/', token: '/oauth2/token/', userData: '/api/users/me' },
  scopes: { separator: ' ', needed: ['user:read'] },
  authentication: ['client_secret_post'],
};

const wordpress = {
  vendor: 'wordpress',
  people: {
    ordinary: { slug: 'autora', emails: [{ ...wordpressAddress, verified: false }] },
    unverified: { slug: 'administradora', emails: [{ address: 'ixchel.pech@example.com', verified: false }] },
    withoutEmail: { slug: 'sin-correo', emails: [] },
    refuses: 'rechaza',
  },
  morePeople: [
    variant('wordpress', 'sin-correo', ({ user_email: _email, ...userData }) => ({ ...userData, ID: '77' })),
  ],
  subject: subjectAt('ID'),
  emailFlag: noFlag('WordPress has no flag: the whole site is trusted or not'),
} as const;

export const oauth2Fixtures: readonly Fixture[] = [
  llaveMx('apps', { secrets: ['no-secret-in-this-mode'] }),
  llaveMx('web', {
    ...withoutPkce('the web mode of Llave MX knows no PKCE'),
    secrets: [clientSecret, registered.web.webService.password],
  }),
  product({
    name: 'oauth2',
    vendor: 'oauth2',
    flavour: 'plain',
    settings: (origin) => ({
      authorization_endpoint: `${origin}/authorize`,
      token_endpoint: `${origin}/token`,
      user_data_endpoint: `${origin}/userinfo`,
      dialect: { subject_members: ['id'] },
      mapping: { email: 'email', email_verified: 'email_verified', full_name: 'name' },
      trust_verified_email: true,
      ...credentials,
    }),
    people: {
      ordinary: { slug: 'correo-verificado', emails: [{ ...plainAddress, verified: true }] },
      unverified: { slug: 'sin-verificar', emails: [{ ...plainAddress, verified: false }] },
      withoutEmail: { slug: 'solo-numero', emails: [] },
      refuses: 'rechaza',
    },
    morePeople: [variant('plain', 'sin-verificar', (userData) => ({ ...userData, id: 9, email_verified: false }))],
    subject: subjectAt('id'),
    emailFlag: { from: 'user data', place: { within: [], members: ['email_verified'] } },
  }),
  product({
    name: 'mit (oauth2)',
    vendor: 'mit',
    flavour: mitFlavour,
    settings: (origin) => ({ protocol: 'oauth2', base_url: origin, ...credentials }),
    people: {
      ordinary: { slug: 'correo-verificado', emails: [{ ...plainAddress, verified: false }] },
      unverified: notApplicable('no address of these applications is ever verified'),
      withoutEmail: { slug: 'solo-numero', emails: [] },
      refuses: 'rechaza',
    },
    subject: subjectAt('id'),
    emailFlag: noFlag('these applications have no flag, and no setting trusts them'),
  }),
  product({
    ...wordpress,
    name: 'wordpress',
    flavour: 'wordpress',
    settings: (origin) => ({ base_address: origin, ...credentials }),
  }),
  product(
    {
      ...wordpress,
      name: 'wordpress (old plugin)',
      flavour: 'wordpress-old',
      settings: (origin) => ({ base_address: origin, plugin_generation: 'old', ...credentials }),
    },
    withoutPkce('plugins of the old generation know no PKCE'),
  ),
  product({
    name: 'facebook',
    vendor: 'facebook',
    flavour: 'facebook',
    settings: (origin) => ({ practice_issuer: origin, ...credentials }),
    people: {
      ordinary: { slug: 'con-correo', emails: [{ address: 'teresa.luna@example.com', verified: false }] },
      unverified: notApplicable('no address of Facebook is ever verified'),
      withoutEmail: { slug: 'sin-correo', emails: [] },
      refuses: 'rechaza',
    },
    subject: subjectAt('id'),
    emailFlag: noFlag('its flag spoke of accounts and is gone; no setting trusts it'),
  }),
  product({
    name: 'x',
    vendor: 'x',
    flavour: 'x',
    settings: (origin) => ({ practice_issuer: origin, trust_verified_email: true, ...credentials }),
    people: {
      ordinary: { slug: 'con-correo', emails: [{ address: 'paloma@example.com', verified: true }] },
      unverified: notApplicable('X sends confirmed addresses only'),
      withoutEmail: { slug: 'sin-correo', emails: [] },
      refuses: 'rechaza',
    },
    subject: subjectAt('id', ['data']),
    emailFlag: noFlag('an address of X is its own flag: only confirmed ones are sent'),
  }),
];
