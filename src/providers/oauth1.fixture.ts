/**
 * An OAuth 1.0a provider of ours beside a stand-in of its own, for tests: the whole of start → person → finish.
 *
 * Used by tests only. The only network is a call of the stand-in; the clock moves when told to.
 */

import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync } from 'node:crypto';
import {
  createOAuth1Simulator,
  type OAuth1FlavourName,
  type OAuth1Misbehaviour,
  type OAuth1Order,
} from '../../simulators/index.ts';
import { type ErrorCode, SignInError } from '../errors.ts';
import type { Outbound, OutboundRequest } from '../http.ts';
import type { JsonObject } from '../model.ts';
import type { Finish, ProviderContext, Start } from './provider.ts';
import { vendors } from './registry.ts';
import { createRedirectProvider } from './testing.ts';

export const redirectUri = 'https://broker.test/callback/practice?keep=1';
export const state = 'a state/with+odd=characters&';
export const base = 'http://localhost:4401/practice';
export const consumerKey = 'key:1+/=';
export const consumerSecret = 'practice secret: %+ñ&';

const rsa = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});
export const privateKeyPem = rsa.privateKey;

/** What each vendor is given in its settings, beside the key. */
export const settingsOf = {
  oauth1: {
    temporary_credentials_endpoint: `${base}/oauth/initiate`,
    authorization_endpoint: `${base}/oauth/authorize?theme=a`,
    token_credentials_endpoint: `${base}/oauth/token`,
    user_data_endpoint: `${base}/oauth/me?verbose=a%20b&verbose=%C3%B1`,
    user_data_path: ['person'],
    subject_members: ['id'],
    mapping: { email: 'email', email_verified: 'email_verified', full_name: 'name' },
    consumer_secret: consumerSecret,
  },
  'x-oauth1': { practice_issuer: base, consumer_secret: consumerSecret },
  'khan-academy': { base_url: base, consumer_secret: consumerSecret },
} as const;
export type OAuth1Vendor = keyof typeof settingsOf;

const flavourOf: { readonly [vendor in OAuth1Vendor]: OAuth1FlavourName } = {
  oauth1: 'plain',
  'x-oauth1': 'x',
  'khan-academy': 'khan',
};

export function practice(vendor: OAuth1Vendor, changes: object = {}, flavour = flavourOf[vendor]) {
  let now = Date.UTC(2026, 0, 15, 12);
  let serial = 0;
  let answer: Outbound | null = null;
  const environment = {
    now: () => now,
    // Held still, and yet never the same: the stand-in remembers nonces.
    randomBytes: (count: number) => createHash('sha256').update(`${serial++}`).digest().subarray(0, count),
  };
  const byRsa = 'signature_method' in changes && changes.signature_method === 'RSA-SHA1';
  const simulator = createOAuth1Simulator({
    environment,
    flavour,
    origin: new URL(base).origin,
    prefix: new URL(base).pathname,
    clients: [
      {
        consumerKey,
        name: 'Cursos',
        callbacks: [redirectUri],
        signing: byRsa
          ? { method: 'RSA-SHA1', publicKey: rsa.publicKey }
          : { method: 'HMAC-SHA1', secret: consumerSecret },
      },
    ],
  });
  const sent: OutboundRequest[] = [];
  const outbound: Outbound = async (request) => {
    sent.push(request);
    if (answer !== null) return answer(request);
    const { method, url, headers, body } = request;
    const response = await simulator.app.fetch(new Request(url, { method, headers: { ...headers }, body }));
    const text = await response.text();
    if (text.length > 1024 * 1024) throw new SignInError('provider_answer_too_large', url.host);
    return { status: response.status, headers: Object.fromEntries(response.headers), body: text };
  };
  const context: ProviderContext = { ...environment, outbound };
  const settings = { consumer_key: consumerKey, ...settingsOf[vendor], ...changes };
  const provider = createRedirectProvider(vendors, { slug: 'practice', vendor, settings });

  const made = {
    simulator,
    provider,
    context,
    sent,
    start: () =>
      provider.start({ redirectUri, state, codeChallenge: 'c', nonce: 'n', locale: 'es-MX', loginHint: null }, context),
    /** Follows the redirect, picks the person, and comes back with the callback's parameters. */
    async permit({ redirect }: Start, person = 'con-correo'): Promise<URLSearchParams> {
      const page = await simulator.app.fetch(new Request(redirect));
      const action = /action="([^"]+)"/.exec(await page.text())?.[1]?.replaceAll('&amp;', '&');
      assert.ok(action, `no page: ${simulator.complaints.join('; ')}`);
      const choice = { method: 'POST', body: new URLSearchParams({ person }) };
      const answered = await simulator.app.fetch(new Request(new URL(action, redirect), choice));
      const location = new URL(answered.headers.get('location') ?? '');
      assert.equal(location.href.split('?')[0], redirectUri.split('?')[0]);
      assert.equal(location.searchParams.get('state'), state);
      return location.searchParams;
    },
    finish: async (parameters: URLSearchParams, remembered: JsonObject): Promise<Finish> =>
      provider.finish(
        { parameters: new Map(parameters), redirectUri, codeVerifier: 'v', nonce: 'n', remembered },
        context,
      ),
    async signIn(person?: string): Promise<Finish> {
      const start = await made.start();
      return made.finish(await made.permit(start, person), start.remembered);
    },
    /** Misbehaves at one endpoint until reset. */
    order: (endpoint: OAuth1Order['endpoint'], how: OAuth1Misbehaviour) =>
      simulator.misbehave({ endpoint, how, times: 'until-reset' } as OAuth1Order),
    asked: (endpoint: OAuth1Order['endpoint']) =>
      simulator.requests.filter((request) => request.endpoint === endpoint).length,
    pass(milliseconds: number) {
      now += milliseconds;
    },
    /** What happens to outbound calls from now on; null lets them through. */
    interfere(instead: Outbound | null) {
      answer = instead;
    },
  };
  return made;
}

/** Passes for a `SignInError` of this code that holds neither a secret nor a token. */
export const refusedAs =
  (code: ErrorCode, detail: RegExp = /./) =>
  (error: unknown) => {
    assert.ok(error instanceof SignInError, error instanceof Error ? error.stack : String(error));
    assert.equal(error.code, code, error.detail);
    assert.match(error.detail, detail);
    assert.doesNotMatch(error.message, /practice secret|oauth_\w+=|Error de práctica/);
    return true;
  };
