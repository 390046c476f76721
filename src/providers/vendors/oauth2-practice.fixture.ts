/**
 * A provider beside a stand-in of its own, and the few things that a browser does between the two.
 *
 * Used by tests only. The only network is a call of the stand-in; the clock moves when told to.
 */

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createOAuth2Simulator, type OAuth2Flavour, type OAuth2FlavourName } from '../../../simulators/index.ts';
import { type ErrorCode, SignInError } from '../../errors.ts';
import type { Outbound } from '../../http.ts';
import type { ProviderContext } from '../provider.ts';
import { vendors } from '../registry.ts';
import { createRedirectProvider } from '../testing.ts';

export const practiceAddress = 'http://localhost:4401/practice';
export const redirectUri = 'https://broker.test/callback/practice?keep=1';
export const practiceClient = { clientId: 'practice-client', clientSecret: 'practice secret: %+ñ' } as const;

const codeVerifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
const codeChallenge = createHash('sha256').update(codeVerifier).digest('base64url');
const state = 'a state/with+odd=characters&';

export interface PracticeOptions {
  readonly flavour: OAuth2FlavourName | OAuth2Flavour;
  readonly vendor: string;
  readonly settings: object;
  /** Whether the client was registered without a secret. */
  readonly isPublic?: boolean;
}

export function practice({ flavour, vendor, settings, isPublic = false }: PracticeOptions) {
  let now = Date.UTC(2026, 0, 15, 12);
  let byte = 0;
  const environment = {
    now: () => now,
    randomBytes: (count: number) => Uint8Array.from({ length: count }, () => (byte += 7)),
  };
  const registered = { name: 'Cursos', redirectUris: [redirectUri] };
  const simulator = createOAuth2Simulator({
    environment,
    flavour,
    prefix: '/practice',
    clients: [
      isPublic
        ? { ...registered, kind: 'public', clientId: practiceClient.clientId }
        : { ...registered, kind: 'confidential', ...practiceClient },
    ],
  });
  const outbound: Outbound = async ({ method, url, headers, body }) => {
    const answer = await simulator.app.fetch(new Request(url, { method, headers: { ...headers }, body }));
    const text = await answer.text();
    if (text.length > 1024 * 1024) throw new SignInError('provider_answer_too_large', url.host);
    return { status: answer.status, headers: Object.fromEntries(answer.headers), body: text };
  };
  const context: ProviderContext = { ...environment, outbound };
  const provider = createRedirectProvider(vendors, { slug: 'practice', vendor, settings });

  /** Follows the redirect, picks the person, and comes back with the callback's parameters. */
  async function visit(person: string): Promise<ReadonlyMap<string, string>> {
    const request = { redirectUri, state, codeChallenge, nonce: 'n', locale: 'es-MX', loginHint: null } as const;
    const { redirect } = await provider.start(request, context);
    const choice = new Request(redirect, { method: 'POST', body: new URLSearchParams({ person }) });
    const answer = await simulator.app.fetch(choice);
    const parameters = new URL(answer.headers.get('location') ?? '').searchParams;
    assert.equal(parameters.get('state'), state);
    return new Map(parameters);
  }
  const finish = (parameters: ReadonlyMap<string, string>, verifier = codeVerifier) =>
    provider.finish({ parameters, redirectUri, codeVerifier: verifier, nonce: 'n', remembered: {} }, context);
  return {
    simulator,
    provider,
    context,
    visit,
    finish,
    signIn: async (person: string) => finish(await visit(person)),
    pass: (milliseconds: number) => {
      now += milliseconds;
    },
  };
}

/** Passes for a `SignInError` of this code that holds neither a secret nor a token. */
export const refusedAs = (code: ErrorCode) => (error: unknown) => {
  assert.ok(error instanceof SignInError, String(error));
  assert.equal(error.code, code, error.detail);
  assert.doesNotMatch(error.message, /practice secret|access_token=|Error de práctica/);
  return true;
};
