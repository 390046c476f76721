/**
 * Clients for tests of the OpenID provider: a confidential one, others for each rule, and browsers that know their pages.
 *
 * Requests for attacks are written by hand, because a client library refuses to send most of them.
 */
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import * as openid from 'openid-client';
import { type Page, TestBrowser } from '../browser.ts';
import { BROKER, LLAVE_MX, type Rig, type RigOptions, withOneRig, forEachRig as withRigs } from '../rig.ts';

export const APP = 'https://app.test';
export const OTHER_APP = 'https://other-app.test';
export const EVIL = 'https://evil.test';

export const AUTHORIZE = `${BROKER}/oauth2/authorize`;
export const TOKEN = `${BROKER}/oauth2/token`;
export const USERINFO = `${BROKER}/oauth2/userinfo`;
export const LOG_OUT = `${BROKER}/oauth2/logout`;

/** RFC 7636: a verifier of the right length, and its challenge. */
export const VERIFIER = 'practice-code-verifier-of-sufficient-length-0123456789';
export const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url');

interface ClientFacts {
  readonly redirectUri: string;
  readonly secret: string | null;
  readonly method: 'client_secret_basic' | 'client_secret_post' | 'none';
}

/** One client for each rule that differs by client. */
export const clients = {
  /** The usual one: confidential, trusted by the operator. */
  web: confidential(`${APP}/cb`, 'client_secret_basic'),
  /** Another one, that chose ES256 and sends its secret in the body. */
  other: confidential(`${OTHER_APP}/cb`, 'client_secret_post'),
  /** Not trusted: the person is asked. */
  asking: confidential(`${APP}/asking/cb`, 'client_secret_basic'),
  /** Nothing was released to it. */
  bare: confidential(`${APP}/bare/cb`, 'client_secret_basic'),
  /** It may have the CURP. */
  ministry: confidential(`${APP}/ministry/cb`, 'client_secret_basic'),
  /** A page in a browser: no secret. */
  public: { redirectUri: `${APP}/public/cb`, secret: null, method: 'none' },
  /** Has a provider of its own. */
  direct: confidential(`${APP}/direct/cb`, 'client_secret_basic'),
  /** Goes on with refresh tokens. */
  keeper: confidential(`${APP}/keeper/cb`, 'client_secret_basic'),
  /** Likewise, but the person is asked. */
  asker: confidential(`${APP}/asker/cb`, 'client_secret_basic'),
  /** Knows people by a sub of its own, and by what it is told as their name. */
  apart: confidential(`${APP}/apart/cb`, 'client_secret_basic'),
  /** A resource server: asks about the tokens of another. */
  resource: confidential(`${APP}/resource/cb`, 'client_secret_basic'),
  /** Makes its requests behind the browser's back only. */
  pushing: confidential(`${APP}/pushing/cb`, 'client_secret_basic'),
  /** An app on the person's own telephone. */
  native: { redirectUri: 'com.example.app:/cb', secret: null, method: 'none' },
} as const satisfies { readonly [clientId: string]: ClientFacts };

export type ClientId = keyof typeof clients;

function confidential(redirectUri: string, method: 'client_secret_basic' | 'client_secret_post'): ClientFacts {
  return { redirectUri, method, secret: `practice secret of ${redirectUri}` };
}

const everything =
  'preferred_username, name, given_name, family_name, email, email_verified, birthdate, locale, phone_number';
const released: { readonly [clientId in ClientId]: string } = {
  web: everything,
  other: 'name',
  asking: everything,
  bare: '',
  ministry: `${everything}, gender, address, curp, identity_verified, identity_verified_by`,
  public: everything,
  direct: everything,
  keeper: everything,
  asker: everything,
  apart: `${everything}, email_verified_by, email_verified_at`,
  resource: '',
  pushing: everything,
  native: everything,
};

/** What else is said of one. */
const moreMembers: { readonly [clientId in ClientId]?: readonly string[] } = {
  keeper: ['grant_types: [authorization_code, refresh_token, client_credentials]'],
  asker: ['grant_types: [authorization_code, refresh_token]'],
  apart: ['subject_type: pairwise', 'username_format: sub'],
  resource: ['may_introspect: [keeper]'],
  pushing: ['require_pushed_authorization_requests: true'],
  native: ['grant_types: [authorization_code, refresh_token]'],
};

/** Everybody is asked what these may have. */
const asked: readonly ClientId[] = ['asking', 'asker', 'native'];

/** Of the app on a telephone: RFC 8252 §7. */
const nativeAddresses = ['com.example.app:/cb', 'http://127.0.0.1/cb', 'http://[::1]/cb', 'http://localhost/cb'];

/** For the configuration file; without the clients that are `removed`. */
export function clientsInYaml(removed: readonly ClientId[] = []): string {
  const wanted = (Object.entries(clients) as [ClientId, ClientFacts][]).filter(([id]) => !removed.includes(id));
  return wanted
    .map(
      ([id, { redirectUri, secret, method }]) => `
  - client_id: ${id}
    client_name: Practice ${id}
    ${secret === null ? '' : `client_secret: "${secret}"`}
    token_endpoint_auth_method: ${method}
    redirect_uris: [${id === 'native' ? nativeAddresses.map((uri) => `"${uri}"`).join(', ') : redirectUri}]
    post_logout_redirect_uris: [${redirectUri}/signed-out]
    skip_authorization: ${!asked.includes(id)}
    id_token_signed_response_alg: ${id === 'other' ? 'ES256' : 'RS256'}
    default_provider: ${id === 'direct' ? 'llave-mx' : 'null'}
    claims: [${released[id]}]${(moreMembers[id] ?? []).map((line) => `\n    ${line}`).join('')}`,
    )
    .join('');
}

type Body = (rig: Rig) => Promise<void>;

/** On SQLite in memory: for promises in which the database has no part. */
export function withClients(promise: string, body: Body, options: Partial<RigOptions> = {}): void {
  withOneRig(promise, body, { moreClients: clientsInYaml(), ...options });
}

export function withClientsOnEachDatabase(promise: string, body: Body, kinds?: Parameters<typeof withRigs>[3]): void {
  withRigs(promise, body, { moreClients: clientsInYaml() }, kinds);
}

/** A browser for which the clients' pages exist: each shows nothing and keeps what it was called with. */
export function appBrowser(rig: Rig, language = 'en'): TestBrowser {
  const app = () => new Response('<title>the app</title>', { headers: { 'Content-Type': 'text/html' } });
  return new TestBrowser({
    origins: {
      [BROKER]: rig.broker,
      [LLAVE_MX]: (request) => rig.llaveMx.app.fetch(request),
      [APP]: app,
      [OTHER_APP]: app,
      [EVIL]: app,
    },
    now: rig.clock.environment.now,
    language,
  });
}

export type RequestParameters = Readonly<Record<string, string | null>>;

/** An authorization request of a client; a parameter that is null is left out. */
export function authorizationUrl(clientId: ClientId, changes: RequestParameters = {}): URL {
  const parameters: RequestParameters = {
    client_id: clientId,
    redirect_uri: clients[clientId].redirectUri,
    response_type: 'code',
    scope: 'openid',
    state: 'practice-state',
    nonce: 'practice-nonce',
    code_challenge: CHALLENGE,
    code_challenge_method: 'S256',
    ...changes,
  };
  const url = new URL(AUTHORIZE);
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== null) url.searchParams.append(name, value);
  }
  return url;
}

/** From the chooser to where the sign-in ends. */
export async function signInAs(browser: TestBrowser, chooser: Page, person: string): Promise<Page> {
  const people =
    chooser.find('provider-llave-mx') === null ? chooser : await browser.click(chooser, 'provider-llave-mx');
  return browser.submit(people, `person-${person}`);
}

/** A whole authorization: the answer that the client receives. */
export async function authorizeAs(
  browser: TestBrowser,
  clientId: ClientId,
  person: string,
  changes: RequestParameters = {},
): Promise<URL> {
  const page = await signInAs(browser, await browser.get(authorizationUrl(clientId, changes)), person);
  assert.equal(page.url.origin + page.url.pathname, clients[clientId].redirectUri, `${page.status} ${page.title}`);
  return page.url;
}

/** The code in an answer. @throws AssertionError when it is an error instead */
export function codeIn(answer: URL): string {
  const code = answer.searchParams.get('code');
  assert.ok(code, `no code: ${answer.search}`);
  return code;
}

/** A request to the token endpoint, authenticated as the client's method says. */
export function tokenRequest(clientId: ClientId, fields: RequestParameters): Request {
  const { secret, method } = clients[clientId];
  const body = new URLSearchParams();
  const inBody = method === 'client_secret_basic' ? {} : { client_id: clientId, client_secret: secret };
  for (const [name, value] of Object.entries({ ...inBody, ...fields })) {
    if (value !== null) body.append(name, value);
  }
  const headers = new Headers({ 'Content-Type': 'application/x-www-form-urlencoded', Accept: 'application/json' });
  if (method === 'client_secret_basic') {
    // RFC 6749 §2.3.1: both parts are form-encoded first.
    const encode = (text: string) => new URLSearchParams({ text }).toString().slice('text='.length);
    headers.set(
      'Authorization',
      `Basic ${Buffer.from(`${encode(clientId)}:${encode(secret ?? '')}`).toString('base64')}`,
    );
  }
  return new Request(TOKEN, { method: 'POST', headers, body });
}

/** Redeems a code, as the client that it was issued to unless `changes` say otherwise. */
export function redemption(clientId: ClientId, code: string, changes: RequestParameters = {}): Request {
  return tokenRequest(clientId, {
    grant_type: 'authorization_code',
    code,
    redirect_uri: clients[clientId].redirectUri,
    code_verifier: VERIFIER,
    ...changes,
  });
}

export interface Tokens {
  readonly access_token: string;
  readonly id_token: string;
  readonly token_type: string;
  readonly expires_in: number;
  /** There where the client goes on with refresh tokens. */
  readonly refresh_token?: string;
  readonly scope?: string;
}

export async function redeem(rig: Rig, clientId: ClientId, code: string): Promise<Tokens> {
  const response = await rig.broker(redemption(clientId, code));
  const body = await response.json();
  assert.equal(response.status, 200, JSON.stringify(body));
  return body as Tokens;
}

/** The OAuth error of an answer of the token or user info endpoint, with its status. */
export async function errorOf(response: Response): Promise<string> {
  const { error } = (await response.json()) as { error?: unknown };
  return `${response.status} ${error}`;
}

export function userInfo(rig: Rig, accessToken: string): Promise<Response> {
  return rig.broker(new Request(USERINFO, { headers: { Authorization: `Bearer ${accessToken}` } }));
}

/** The claims of a token whose signature is checked elsewhere. */
export function claimsIn(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
}

/** `openid-client`, a program that we did not write, set up as the client from what discovery says. */
export async function openidClient(rig: Rig, clientId: ClientId): Promise<openid.Configuration> {
  const { secret, method } = clients[clientId];
  const authentication = {
    client_secret_basic: () => openid.ClientSecretBasic(secret ?? ''),
    client_secret_post: () => openid.ClientSecretPost(secret ?? ''),
    none: () => openid.None(),
  }[method]();
  const id_token_signed_response_alg = clientId === 'other' ? 'ES256' : 'RS256';
  return openid.discovery(new URL(BROKER), clientId, { id_token_signed_response_alg }, authentication, {
    [openid.customFetch]: (url, options) => rig.broker(new Request(url, options as RequestInit)),
  });
}

export const random = () => randomBytes(16).toString('base64url');
