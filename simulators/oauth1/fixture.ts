/**
 * A correct application in small pieces, so that each test can leave out or spoil exactly one of them.
 *
 * For the tests beside this file only. Its clock moves when told to and its chance is a counter. The one signature in it
 * was made by oauthlib.
 */

import assert from 'node:assert/strict';
import type { Choose } from './authorize.ts';
import { type FlavourName, flavours } from './flavour.ts';
import { createOAuth1Simulator } from './simulator.ts';

/** oauthlib's, for the parameters below at each flavour's address. */
const signatures: { readonly [flavour in 'plain' | 'x']: string } = {
  plain: 'cHjxh2B6OeYJYQRHaSYJPUb4tOM=',
  x: 'B5ZSz7M/GLSah949meWQ468aKBI=',
};

const parameters = {
  oauth_consumer_key: 'dpf43f3p2l4k3l03',
  oauth_signature_method: 'HMAC-SHA1',
  oauth_timestamp: '1700000000',
  oauth_nonce: 'wIjqoxSZeS',
  oauth_version: '1.0',
  oauth_callback: "https://broker.test/cb?state=it's (mine)",
};

export function createFixture(flavour: Extract<FlavourName, 'plain' | 'x'> = 'plain', choose: Choose = () => null) {
  let now = 1_700_000_000_000;
  let byte = 0;
  const credentials = { consumer_key: 'dpf43f3p2l4k3l03', consumer_secret: 'kd94hf93k423kf44' };
  const { paths } = flavours[flavour];
  const simulator = createOAuth1Simulator({
    environment: { now: () => now, randomBytes: (count) => new Uint8Array(count).map(() => byte++) },
    flavour,
    origin: 'https://up.test',
    prefix: '/p',
    choose,
    clients: [
      {
        consumerKey: credentials.consumer_key,
        name: 'Cursos',
        callbacks: ['https://broker.test/cb'],
        signing: { method: 'HMAC-SHA1', secret: credentials.consumer_secret },
      },
    ],
  });
  const fetch = async (path: string, init?: RequestInit) =>
    simulator.app.fetch(new Request(`https://up.test/p${path}`, init));
  const fixture = {
    simulator,
    fetch,
    paths,
    credentials,
    pass(milliseconds: number) {
      now += milliseconds;
    },
    /** The Authorization header of the first request, with changes that its signature does not cover. */
    header(changes: { readonly [name: string]: string } = {}): string {
      const sent = { ...parameters, oauth_signature: signatures[flavour], ...changes };
      const encode = (text: string) => encodeURIComponent(text).replaceAll("'", '%27');
      return `OAuth ${Object.entries(sent)
        .map(([name, value]) => `${name}="${encode(value)}"`)
        .join(', ')}`;
    },
    /** The first request. */
    ask: (authorization: string | null, query = '') =>
      fetch(`${paths.temporaryCredentials}${query}`, {
        method: 'POST',
        headers: authorization === null ? {} : { authorization },
      }),
    async temporary(): Promise<string> {
      const answer = new URLSearchParams(await (await fixture.ask(fixture.header())).text());
      return answer.get('oauth_token') ?? assert.fail(simulator.complaints.join('; '));
    },
    page: (token: string) => fetch(`${paths.authorize}?oauth_token=${encodeURIComponent(token)}`),
    async permit(token: string, person: string): Promise<URL> {
      const path = `${paths.authorize}?oauth_token=${encodeURIComponent(token)}`;
      const answer = await fetch(path, { method: 'POST', body: new URLSearchParams({ person }) });
      return new URL(answer.headers.get('location') ?? '');
    },
  };
  return fixture;
}
