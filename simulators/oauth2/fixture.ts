/**
 * A correct client in small pieces, so that each test can leave out or spoil exactly one of them.
 *
 * For the tests beside this file only. Its clock moves when told to and its chance is a counter.
 */

import assert from 'node:assert/strict';
import { createHash, createHmac } from 'node:crypto';
import type { FlavourName } from './flavours.ts';
import { oauth2PracticePeople } from './people.ts';
import { createOAuth2Simulator } from './simulator.ts';

export const redirectUri = 'https://broker.example/callback/practice?keep=1';
export const client = { clientId: 'client', clientSecret: 'client-secret' } as const;
const verifier = 'practice-verifier-practice-verifier-practice-verifier';
const host = 'https://practice.example';

type Fields = { readonly [name: string]: string | null };

/** How a right request differs between the products. */
const facts = {
  plain: { authorize: '/authorize', token: '/token', userData: '/userinfo', scope: '', basic: true },
  wordpress: { authorize: '/oauth/authorize', token: '/oauth/token', userData: '/oauth/me', scope: '', basic: false },
  'wordpress-old': {
    authorize: '/oauth/authorize',
    token: '/oauth/token',
    userData: '/oauth/me',
    scope: '',
    basic: false,
  },
  facebook: {
    authorize: '/v26.0/dialog/oauth',
    token: '/v26.0/oauth/access_token',
    userData: '/v26.0/me',
    scope: 'public_profile,email',
    basic: false,
  },
  x: {
    authorize: '/i/oauth2/authorize',
    token: '/2/oauth2/token',
    userData: '/2/users/me',
    scope: 'users.read tweet.read users.email',
    basic: true,
  },
} as const satisfies { readonly [flavour in FlavourName]: object };

export function createFixture(flavour: FlavourName) {
  let now = 1_760_000_000_000;
  let byte = 0;
  const environment = {
    now: () => now,
    randomBytes: (bytes: number) => new Uint8Array(bytes).map(() => byte++),
  };
  const somebody = oauth2PracticePeople[flavour][0]?.slug ?? assert.fail('nobody to practise with');
  const registered = { kind: 'confidential', name: 'Cursos', redirectUris: [redirectUri] } as const;
  const simulator = createOAuth2Simulator({
    environment,
    flavour,
    prefix: '/p',
    clients: [
      { ...registered, ...client },
      { ...registered, clientId: 'other', clientSecret: 'other-secret' },
    ],
  });
  const { basic, scope, ...paths } = facts[flavour];
  const fetch = async (path: string, init?: RequestInit) => simulator.app.fetch(new Request(`${host}/p${path}`, init));
  const pkce = flavour === 'wordpress-old' ? { code_challenge: null, code_challenge_method: null } : {};

  const fixture = {
    simulator,
    fetch,
    paths,
    pass(milliseconds: number) {
      now += milliseconds;
    },
    /** The person's choice after a request for permission; null leaves a parameter out. */
    authorize(changes: Fields = {}, person: string = somebody): Promise<Response> {
      const query = new URLSearchParams(
        written({
          response_type: 'code',
          client_id: client.clientId,
          redirect_uri: redirectUri,
          scope,
          state: 'state',
          code_challenge: createHash('sha256').update(verifier).digest('base64url'),
          code_challenge_method: 'S256',
          ...pkce,
          ...changes,
        }),
      );
      return fetch(`${paths.authorize}?${query}`, { method: 'POST', body: new URLSearchParams({ person }) });
    },
    async code(): Promise<string> {
      return locationOf(await fixture.authorize()).searchParams.get('code') ?? assert.fail('no code');
    },
    token(code: string, changes: Fields = {}, init: RequestInit = {}): Promise<Response> {
      const secret = basic ? {} : { client_id: client.clientId, client_secret: client.clientSecret };
      const authorization = `Basic ${Buffer.from(`${client.clientId}:${client.clientSecret}`).toString('base64')}`;
      const members = {
        grant_type: 'authorization_code',
        code,
        redirect_uri: redirectUri,
        code_verifier: flavour === 'wordpress-old' ? null : verifier,
        ...secret,
        ...changes,
      };
      return fetch(paths.token, {
        method: 'POST',
        body: new URLSearchParams(written(members)),
        headers: basic ? { authorization } : {},
        ...init,
      });
    },
    async accessToken(): Promise<string> {
      const { access_token: value } = (await (await fixture.token(await fixture.code())).json()) as Record<
        string,
        string
      >;
      return value ?? assert.fail('no token');
    },
    /** A right request for user data; `query` is added to its address. */
    async userData(query: Fields = {}): Promise<Response> {
      const value = await fixture.accessToken();
      const proof = createHmac('sha256', client.clientSecret).update(value).digest('hex');
      const sent = written({ ...(flavour === 'facebook' ? { appsecret_proof: proof } : {}), ...query });
      return fetch(`${paths.userData}?${new URLSearchParams(sent)}`, { headers: { authorization: `Bearer ${value}` } });
    },
  };
  return fixture;
}

export function locationOf(answer: Response): URL {
  assert.equal(answer.status, 302);
  return new URL(answer.headers.get('Location') ?? '');
}

function written(fields: Fields): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).filter((entry): entry is [string, string] => entry[1] !== null));
}
