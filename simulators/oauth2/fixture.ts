/**
 * A correct client in small pieces, so that each test can leave out or spoil exactly one of them.
 *
 * For the tests beside this file only. Its clock moves when told to and its chance is a counter.
 */

import assert from 'node:assert/strict';
import { createHash, createHmac } from 'node:crypto';
import type { Flavour } from './flavour.ts';
import { type FlavourName, flavours } from './flavours.ts';
import { oauth2PracticePeople } from './people.ts';
import { createOAuth2Simulator } from './simulator.ts';

export const redirectUri = 'https://broker.example/callback/practice?keep=1';
export const client = { clientId: 'client', clientSecret: 'client-secret' } as const;
const verifier = 'practice-verifier-practice-verifier-practice-verifier';
const host = 'https://practice.example';

type Fields = { readonly [name: string]: string | null };

/** What a client asks for beside what a product insists on. */
const alsoAskedFor: { readonly [flavour in FlavourName]?: string } = { facebook: 'email', x: 'users.email' };

/** How a right request looks, read from the flavour: so a product that is added is tried as it describes itself. */
function factsOf(name: FlavourName) {
  const { paths, scopes, authentication, tokenIn, ...flavour }: Flavour = flavours[name];
  const [place = 'bearer'] = tokenIn;
  const more = alsoAskedFor[name];
  return {
    ...flavour,
    paths: {
      authorize: versioned(paths.authorize),
      token: versioned(paths.token),
      userData: versioned(paths.userData),
    },
    scope: [...scopes.needed, ...(more === undefined ? [] : [more])].join(scopes.separator),
    basic: authentication[0] === 'client_secret_basic',
    tokenHeader: (token: string): Record<string, string> =>
      typeof place === 'string' ? { authorization: `Bearer ${token}` } : { [place.header]: token },
  };
}

/** Paths of one product say which version of its API they are. */
const versioned = (path: string) => path.replace(/:version\{[^/]*\}/, 'v26.0');

export function createFixture(name: FlavourName) {
  const facts = factsOf(name);
  const { paths, scope, basic } = facts;
  let now = 1_760_000_000_000;
  let byte = 0;
  const environment = {
    now: () => now,
    randomBytes: (bytes: number) => new Uint8Array(bytes).map(() => byte++),
  };
  const somebody = oauth2PracticePeople[name][0]?.slug ?? assert.fail('nobody to practise with');
  const registered = { kind: 'confidential', name: 'Cursos', redirectUris: [redirectUri] } as const;
  const simulator = createOAuth2Simulator({
    environment,
    flavour: name,
    prefix: '/p',
    clients: [
      { ...registered, ...client },
      { ...registered, clientId: 'other', clientSecret: 'other-secret' },
    ],
  });
  const fetch = async (path: string, init?: RequestInit) => simulator.app.fetch(new Request(`${host}/p${path}`, init));
  const pkce = facts.pkce === 'refused' ? { code_challenge: null, code_challenge_method: null } : {};

  const fixture = {
    simulator,
    fetch,
    paths,
    tokenHeader: facts.tokenHeader,
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
        code_verifier: facts.pkce === 'refused' ? null : verifier,
        ...secret,
        ...changes,
      };
      const json = facts.tokenRequest === 'json';
      return fetch(paths.token, {
        method: 'POST',
        body: json ? JSON.stringify(written(members)) : new URLSearchParams(written(members)),
        headers: { ...(basic ? { authorization } : {}), ...(json ? { 'content-type': 'application/json' } : {}) },
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
      const sent = written({ ...(facts.appSecretProof ? { appsecret_proof: proof } : {}), ...query });
      return fetch(`${paths.userData}?${new URLSearchParams(sent)}`, { headers: facts.tokenHeader(value) });
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
