/**
 * A correct tool in small pieces, so that each test can leave out or spoil exactly one of them; and the browser of somebody on the
 * campus, as far as requests go.
 *
 * For the tests beside this file only. The tool signs with `jose`, a library that shares no line with the campus. Its clock moves
 * when told to and its chance is a counter.
 */

import assert from 'node:assert/strict';
import { type JWTPayload, SignJWT } from 'jose';
import { createKeyPool, publicJwk } from '../shared/keys.ts';
import type { ProductName } from './product.ts';
import { createLtiSimulator, type LtiSimulatorOptions } from './simulator.ts';
import { allScopes, type Tool11, type Tool13 } from './tool.ts';

export const campus = 'https://campus.test/lms';
export const keyPool = createKeyPool();
const toolKey = keyPool.rsa(2_000);

export const tool13: Tool13 = {
  version: '1.3',
  slug: 'llavero',
  name: 'Llavero',
  launchAddress: 'https://tool.test/lti/1.3/launch?course=1',
  clientId: 'client-13',
  deploymentId: '1:a',
  loginAddress: 'https://tool.test/lti/1.3/login',
  redirectUris: ['https://tool.test/lti/1.3/launch'],
  keySetAddress: 'https://tool.test/lti/1.3/jwks',
  scopes: allScopes,
  legacy: { consumerKey: 'clave', secret: 'my-lti11-secret' },
};

export const tool11: Tool11 = {
  version: '1.1',
  slug: 'antigua',
  name: 'Llavero (1.1)',
  launchAddress: 'https://tool.test/lti/1.1/launch',
  consumerKey: 'campus-key',
  secret: 's3cr3t&/+ é',
  signatureMethod: 'HMAC-SHA1',
};

/** With null a field is left out. */
export type Changes = { readonly [name: string]: string | null };

function changed(fields: { readonly [name: string]: string }, changes: Changes): URLSearchParams {
  const all = Object.entries({ ...fields, ...changes });
  return new URLSearchParams(all.filter((entry): entry is [string, string] => entry[1] !== null));
}

const unescapes: { readonly [text: string]: string } = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
};
const unescaped = (text: string) => text.replaceAll(/&(amp|lt|gt|quot|#39);/g, (entity) => unescapes[entity] ?? entity);

export interface Form {
  readonly action: string;
  readonly fields: readonly (readonly [string, string])[];
  get(name: string): string;
}

/** The form of a page that goes on by itself. */
export async function formOf(answer: Response): Promise<Form> {
  const text = await answer.text();
  const action = /<form method="post" action="([^"]*)"[^>]*data-testid="launch-form"/.exec(text)?.[1];
  if (action === undefined) assert.fail(`${answer.status} without a form: ${text}`);
  const inputs = [...text.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)];
  const fields = inputs.map(([, name = '', value = '']) => [unescaped(name), unescaped(value)] as const);
  const get = (name: string) => fields.find(([each]) => each === name)?.[1] ?? '';
  return { action: unescaped(action), fields, get };
}

export function createFixture(product: ProductName = 'plain', options: Partial<LtiSimulatorOptions> = {}) {
  let now = 1_760_000_000_000;
  let byte = 0;
  let attempt = 0;
  const simulator = createLtiSimulator({
    environment: { now: () => now, randomBytes: (count) => new Uint8Array(count).map(() => byte++) },
    product,
    origin: 'https://campus.test',
    prefix: '/lms',
    fetch: async (address) => {
      assert.equal(address, tool13.keySetAddress);
      return Response.json({ keys: [publicJwk(toolKey)] });
    },
    tools: [tool13, tool11],
    keyPool,
    ...options,
  });
  const fetch = async (path: string, init?: RequestInit) => simulator.app.fetch(new Request(`${campus}${path}`, init));
  const seconds = () => Math.floor(now / 1000);
  const fixture = {
    simulator,
    fetch,
    seconds,
    pass(milliseconds: number) {
      now += milliseconds;
    },
    /** The cookie of somebody who is signed in. */
    async enter(person: string): Promise<{ readonly cookie: string }> {
      const answer = await fetch('/session', { method: 'POST', body: new URLSearchParams({ person }) });
      return { cookie: answer.headers.get('set-cookie')?.split(';')[0] ?? assert.fail() };
    },
    /** What arrives at the login address of the tool. */
    async initiation(answer: Response): Promise<URLSearchParams> {
      const location = answer.headers.get('location');
      if (location !== null) return new URL(location).searchParams;
      return new URLSearchParams((await formOf(answer)).fields.map(([name, value]): [string, string] => [name, value]));
    },
    async press(headers: { readonly cookie: string }, path = '/courses/mat-101/links/llavero-curso/launch') {
      return fixture.initiation(await fetch(path, { headers }));
    },
    /** The authentication request of a tool that was called with `hints`. */
    ask(hints: URLSearchParams, headers: { readonly cookie?: string }, changes: Changes = {}): Promise<Response> {
      attempt += 1;
      const query = changed(
        {
          scope: 'openid',
          response_type: 'id_token',
          response_mode: 'form_post',
          prompt: 'none',
          client_id: tool13.clientId,
          redirect_uri: tool13.redirectUris[0] ?? '',
          login_hint: hints.get('login_hint') ?? '',
          lti_message_hint: hints.get('lti_message_hint') ?? '',
          state: `state-${attempt}`,
          nonce: `nonce-${attempt}`,
        },
        changes,
      );
      return fetch(`/lti/authorize?${query}`, { headers });
    },
    /** A whole launch, as far as the form that is posted to the tool. */
    async launch(person: string, path?: string): Promise<Form> {
      const cookie = await fixture.enter(person);
      return formOf(await fixture.ask(await fixture.press(cookie, path), cookie));
    },
    sign(claims: JWTPayload, header: { readonly [name: string]: string } = {}): Promise<string> {
      return new SignJWT(claims)
        .setProtectedHeader({ alg: 'RS256', kid: toolKey.kid, ...header })
        .sign(toolKey.privateKey);
    },
    async assertion(changes: JWTPayload = {}): Promise<string> {
      attempt += 1;
      const issued = { iat: seconds(), exp: seconds() + 60, jti: `jti-${attempt}` };
      const { token_audience: aud } = simulator.platform;
      return fixture.sign({ iss: tool13.clientId, sub: tool13.clientId, aud, ...issued, ...changes });
    },
    async token(changes: Changes = {}): Promise<Response> {
      const body = changed(
        {
          grant_type: 'client_credentials',
          client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
          client_assertion: await fixture.assertion(),
          scope: allScopes.join(' '),
        },
        changes,
      );
      return fetch('/lti/token', { method: 'POST', body });
    },
    async bearer(scope = allScopes.join(' ')): Promise<{ readonly authorization: string }> {
      const answer = (await (await fixture.token({ scope })).json()) as { access_token?: string };
      return { authorization: `Bearer ${answer.access_token ?? assert.fail(simulator.complaints.join('; '))}` };
    },
  };
  return fixture;
}

/** The claims of a token, unchecked. */
export function claimsIn(token: string): { readonly [name: string]: unknown } {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
}
