/**
 * A correct client in small pieces, so that each test can leave out or spoil exactly one of them.
 *
 * For the tests beside this file only. Its clock moves when told to and its chance is a counter.
 */

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { NativeApplication, WebApplication } from './application.ts';
import { practicePeople } from './people.ts';
import type { Person } from './person.ts';
import { createLlaveMxSimulator, type LlaveMxSimulator, type LlaveMxSimulatorOptions } from './simulator.ts';

export const native: NativeApplication = {
  mode: 'apps',
  clientId: '202508101834311980',
  name: 'Practice course',
  redirectUris: ['https://broker.example/callback/llave-mx', 'https://broker.example/old?next=%20x'],
};

export const web: WebApplication = {
  mode: 'web',
  clientId: '202508101834311981',
  name: 'Practice campus',
  redirectUris: ['https://campus.example/auth/complete/llavemx/'],
  clientSecret: 'client-secret',
  webService: { user: 'ws-user', password: 'ws:password' },
};

/** Another web application with credentials of its own. */
export const otherWeb: WebApplication = {
  ...web,
  clientId: '202508101834311982',
  webService: { user: 'other-user', password: 'other-password' },
};

export const verifier = 'practice-verifier-practice-verifier-practice-verifier';
export const challenge = createHash('sha256').update(verifier).digest('base64url');
export const host = 'https://llave.example';

type Fields = { readonly [name: string]: string | null };

export interface Fixture {
  readonly simulator: LlaveMxSimulator;
  /** Moves the clock, in milliseconds. */
  pass(milliseconds: number): void;
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** GET of the authorization address; null leaves a parameter out. */
  authorize(changes?: Fields, application?: NativeApplication | WebApplication): Promise<Response>;
  /** A code for the practice person of that slug. */
  code(slug: string, application?: NativeApplication | WebApplication): Promise<string>;
  /** POST to the token endpoint of the application's mode; null leaves a member out. */
  token(code: string, changes?: Fields, application?: NativeApplication | WebApplication): Promise<Response>;
  /** An access token for the practice person of that slug. */
  accessToken(slug: string, application?: NativeApplication | WebApplication): Promise<string>;
}

export function createFixture(options: Partial<LlaveMxSimulatorOptions> = {}): Fixture {
  let now = 1_760_000_000_000;
  let byte = 0;
  let chosen: Person | null = null;
  const environment = {
    now: () => now,
    randomBytes: (bytes: number) => new Uint8Array(bytes).map(() => byte++),
  };
  const applications = [native, web, otherWeb];
  const simulator = createLlaveMxSimulator({ environment, applications, choose: () => chosen, ...options });
  const fetch = async (path: string, init?: RequestInit) => simulator.app.fetch(new Request(host + path, init));

  const fixture: Fixture = {
    simulator,
    pass: (milliseconds) => {
      now += milliseconds;
    },
    fetch,
    authorize: (changes = {}, application = native) =>
      fetch(`/oauth.xhtml?${new URLSearchParams(merge(authorizationRequest(application), changes))}`),
    async code(slug, application = native) {
      chosen = practicePeople.find((person) => person.slug === slug) ?? null;
      const answer = await fixture.authorize({}, application);
      chosen = null;
      const code = locationOf(answer).searchParams.get('code');
      assert.ok(code);
      return code;
    },
    token: (code, changes = {}, application = native) =>
      fetch(`${prefix(application)}/obtenerToken`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', ...basic(application) },
        body: JSON.stringify(merge(tokenRequest(application, code), changes)),
      }),
    async accessToken(slug, application = native) {
      const answer = await fixture.token(await fixture.code(slug, application), {}, application);
      const { accessToken } = (await answer.json()) as { accessToken: string };
      assert.equal(typeof accessToken, 'string');
      return accessToken;
    },
  };
  return fixture;
}

export function prefix(application: NativeApplication | WebApplication): string {
  return application.mode === 'web' ? '/ws/rest/oauth' : '/ws/rest/apps/oauth';
}

/** The Authorization header of the web-service user; nothing in apps mode. */
export function basic(application: NativeApplication | WebApplication): { [name: string]: string } {
  if (application.mode === 'apps') return {};
  const { user, password } = application.webService;
  return { Authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` };
}

export function locationOf(answer: Response): URL {
  assert.equal(answer.status, 302);
  return new URL(answer.headers.get('Location') ?? '');
}

function authorizationRequest(application: NativeApplication | WebApplication): Fields {
  const redirect = application.redirectUris[0] ?? '';
  const common = { client_id: application.clientId, redirect_url: redirect, redirect_uri: redirect, state: 'state' };
  return application.mode === 'web' ? common : { ...common, code_challenge: challenge, code_challenge_method: 'S256' };
}

function tokenRequest(application: NativeApplication | WebApplication, code: string): Fields {
  const common = {
    grantType: 'authorization_code',
    code,
    redirectUri: application.redirectUris[0] ?? '',
    clientId: application.clientId,
  };
  return application.mode === 'web'
    ? { ...common, clientSecret: application.clientSecret }
    : { ...common, codeVerifier: verifier };
}

function merge(fields: Fields, changes: Fields): { [name: string]: string } {
  const merged = Object.entries({ ...fields, ...changes });
  return Object.fromEntries(merged.filter((entry): entry is [string, string] => entry[1] !== null));
}
