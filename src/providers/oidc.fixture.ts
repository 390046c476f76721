/**
 * An OpenID provider of ours beside a stand-in of its own, for tests: the whole of start → person → finish.
 *
 * Used by tests only. The only network is a call of the stand-in; the clock moves when told to.
 */

import assert from 'node:assert/strict';
import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import {
  createKeyPool,
  createOidcSimulator,
  type FlavourName,
  type OidcMisbehaviour,
  type OidcOrder,
  type OidcSimulator,
} from '../../simulators/index.ts';
import { type ErrorCode, SignInError } from '../errors.ts';
import type { Outbound } from '../http.ts';
import type { Finish, ProviderContext, RedirectProvider } from './provider.ts';
import { vendors } from './registry.ts';
import { createRedirectProvider } from './testing.ts';

export const redirectUri = 'https://broker.test/callback/up?keep=1';
export const clientId = 'client:1';
export const clientSecret = 'secret: %+ñ';
export const nonce = 'nonce-of-the-engine';
export const codeVerifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
const codeChallenge = createHash('sha256').update(codeVerifier).digest('base64url');
const state = 'a state/with+odd=characters&';

/** Shared, because an RSA key takes longer to make than all else that a test does. */
const keyPool = createKeyPool();

type Interference = (...call: Parameters<Outbound>) => ReturnType<Outbound> | null;

export interface Practice {
  readonly simulator: OidcSimulator;
  readonly provider: RedirectProvider;
  readonly context: ProviderContext;
  /** Moves the clock, in milliseconds. */
  pass(milliseconds: number): void;
  /** What happens to outbound calls from now on; null lets one, or all, through. */
  interfere(answer: Interference | null): void;
  /** Follows the redirect, picks the person, and comes back with the callback's parameters. */
  visit(person: string): Promise<URLSearchParams>;
  finish(parameters: URLSearchParams): Promise<Finish>;
  signIn(person?: string): Promise<Finish>;
  /** Misbehaves at one endpoint until reset. */
  order(endpoint: OidcOrder['endpoint'], how: OidcMisbehaviour): void;
  /** How often an endpoint was asked. */
  asked(endpoint: OidcOrder['endpoint']): number;
}

/** What one vendor is given in its settings, beside the credentials. */
const settingsOf: { readonly [vendor: string]: (issuer: string) => object } = {
  oidc: (issuer) => ({ issuer, client_secret: clientSecret }),
  google: (issuer) => ({ practice_issuer: issuer, client_secret: clientSecret }),
  linkedin: (issuer) => ({ practice_issuer: issuer, client_secret: clientSecret }),
  mit: (issuer) => ({ protocol: 'oidc', issuer, client_secret: clientSecret }),
};

export function practice(vendor: string, flavour: FlavourName, changes: object = {}): Practice {
  let now = Date.UTC(2026, 0, 15, 12);
  let byte = 0;
  let interference: Interference | null = null;
  const environment = {
    now: () => now,
    randomBytes: (count: number) => Uint8Array.from({ length: count }, () => (byte += 7)),
  };
  const client = { clientId, name: 'Cursos', redirectUris: [redirectUri] };
  const isPublic = 'client_authentication' in changes && changes.client_authentication === 'none';
  const simulator = createOidcSimulator({
    environment,
    flavour,
    origin: 'http://localhost:4401',
    prefix: '/up',
    clients: [isPublic ? { ...client, kind: 'public' } : { ...client, kind: 'confidential', clientSecret }],
    keyPool,
  });
  const outbound: Outbound = (request) => interference?.(request) ?? callInProcess(simulator, request);
  const context: ProviderContext = { ...environment, outbound };
  const settings = { client_id: clientId, ...settingsOf[vendor]?.(simulator.issuer), ...changes };
  const provider = createRedirectProvider(vendors, { slug: 'up', vendor, settings });

  const made: Practice = {
    simulator,
    provider,
    context,
    pass(milliseconds) {
      now += milliseconds;
    },
    interfere(answer) {
      interference = answer;
    },
    async visit(person) {
      const request = { redirectUri, state, codeChallenge, nonce, locale: 'es-MX', loginHint: null } as const;
      const { redirect } = await provider.start(request, context);
      const body = new URLSearchParams({ person });
      const answer = await simulator.app.fetch(new Request(redirect, { method: 'POST', body }));
      const location = answer.headers.get('location');
      assert.ok(location, `no redirect: ${simulator.complaints.join('; ')}`);
      assert.equal(new URL(location).searchParams.get('state'), state);
      return new URL(location).searchParams;
    },
    finish: async (parameters) =>
      provider.finish({ parameters: new Map(parameters), redirectUri, codeVerifier, nonce, remembered: {} }, context),
    signIn: async (person = 'correo-verificado') => made.finish(await made.visit(person)),
    order: (endpoint, how) => simulator.misbehave({ endpoint, how, times: 'until-reset' } as OidcOrder),
    asked: (endpoint) => simulator.requests.filter((request) => request.endpoint === endpoint).length,
  };
  return made;
}

/** With the limits that the real way out has: a mebibyte, UTF-8. */
async function callInProcess(simulator: OidcSimulator, request: Parameters<Outbound>[0]): ReturnType<Outbound> {
  const { method, url, headers, body } = request;
  const answer = await simulator.app.fetch(new Request(url, { method, headers: { ...headers }, body }));
  const bytes = Buffer.from(await answer.arrayBuffer());
  if (bytes.length > 1024 * 1024) throw new SignInError('provider_answer_too_large', url.host);
  if (!isUtf8(bytes)) throw new SignInError('provider_answer_invalid', url.host);
  return { status: answer.status, headers: Object.fromEntries(answer.headers), body: bytes.toString('utf8') };
}

export const refusedAs =
  (code: ErrorCode, detail: RegExp = /./) =>
  (error: unknown) => {
    assert.ok(error instanceof SignInError, error instanceof Error ? error.stack : String(error));
    assert.equal(error.code, code, error.detail);
    assert.match(error.detail, detail);
    return true;
  };

/** An outage of the provider. */
export const outage: Outbound = async () => {
  throw new SignInError('provider_unreachable', 'the provider is down');
};
