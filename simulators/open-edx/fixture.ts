/**
 * A practice LMS for tests, with a provider that says what the test wants, and time that stands still.
 */

import assert from 'node:assert/strict';
import type { ApplicationInput, ProviderRecordInput } from './records.ts';
import { createOpenEdxSimulator, type OpenEdxSimulatorOptions } from './simulator.ts';

export const origin = 'https://lms.test';
export const worker = 'worker-token';
export const run = 'course-v1:Jacaranda+MAT101+2026';

export const connector: ApplicationInput = {
  name: 'connector',
  client_id: 'connector',
  client_secret: 'connector-secret',
  authorization_grant_type: 'authorization-code',
  redirect_uris: 'https://app.test/done https://app.test/other?a=1',
  skip_authorization: true,
  user: 'worker',
};

export const machine: ApplicationInput = {
  name: 'machine',
  client_id: 'machine',
  client_secret: 'machine-secret',
  authorization_grant_type: 'client-credentials',
  user: 'worker',
};

export const record: ProviderRecordInput = {
  backend_name: 'ol-oauth2',
  enabled: true,
  visible: true,
  name: 'Llavero',
  slug: 'ol-oauth2',
  skip_registration_form: true,
  skip_email_verification: true,
  key: 'lms',
  secret: 'lms-secret',
  other_settings: {
    AUTHORIZATION_URL: 'https://broker.test/authorize',
    ACCESS_TOKEN_URL: 'https://broker.test/token',
    API_ROOT: 'https://broker.test',
  },
};

type Fields = { readonly [name: string]: string };

export function createFixture(given: Partial<OpenEdxSimulatorOptions> = {}) {
  let now = Date.UTC(2026, 7, 20, 12);
  let byte = 0;
  /** What the provider answers, by the path that is asked. A status where it is a number. */
  const answers = new Map<string, object | number>([
    ['/api/users/me', { username: 'ana', email: 'ana@uni.test', name: 'Ana Ruiz' }],
  ]);
  const asked: { readonly path: string; readonly init: RequestInit }[] = [];
  const simulator = createOpenEdxSimulator({
    environment: { now: () => now, randomBytes: (bytes) => new Uint8Array(bytes).map(() => byte++) },
    origin,
    providers: [record],
    applications: [connector, machine],
    accounts: [
      { username: 'worker', email: 'worker@lms.test', is_staff: true },
      { username: 'luis', email: 'luis@uni.test', name: 'Luis Paz', password: 'caballo batería' },
    ],
    fetch: async (url, init) => {
      const { pathname } = new URL(url);
      asked.push({ path: pathname, init });
      const answer = answers.get(pathname) ?? assert.fail(`nobody answers ${url}`);
      return typeof answer === 'number' ? new Response('<h1>no</h1>', { status: answer }) : Response.json(answer);
    },
    ...given,
  });
  simulator.issueServiceToken({ username: 'worker', token: worker });
  const fetch = async (path: string, init: RequestInit = {}) =>
    simulator.app.fetch(new Request(new URL(path, origin), { redirect: 'manual', ...init }));

  return {
    simulator,
    answers,
    asked,
    fetch,
    pass(milliseconds: number) {
      now += milliseconds;
    },
    get: (path: string, token: string = worker) => fetch(path, { headers: { authorization: `Bearer ${token}` } }),
    post: (path: string, body: unknown, token: string = worker) =>
      fetch(path, {
        method: 'POST',
        body: JSON.stringify(body),
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      }),
    form: (path: string, fields: Fields, headers: Fields = {}) =>
      fetch(path, { method: 'POST', body: new URLSearchParams(fields), headers }),
    /** A right registration by a token of the provider. */
    register: (changes: { readonly [name: string]: string | null } = {}) => {
      const fields = {
        username: 'ana',
        email: 'ana@uni.test',
        name: 'Ana Ruiz',
        provider: 'ol-oauth2',
        access_token: 'broker-token',
        honor_code: 'True',
        ...changes,
      };
      const sent = Object.entries(fields).filter((entry): entry is [string, string] => entry[1] !== null);
      return fetch('/user_api/v1/account/registration/', { method: 'POST', body: new URLSearchParams(sent) });
    },
    /** A browser: keeps cookies but those it refuses, and stops at each redirect. */
    browser(refused: readonly string[] = []) {
      const jar = new Map<string, string>();
      return async (path: string, init: RequestInit = {}) => {
        const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
        const answer = await fetch(path, { ...init, headers: { cookie, ...init.headers } });
        for (const line of answer.headers.getSetCookie()) {
          const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
          if (/max-age=0(;|$)/i.test(line)) jar.delete(name);
          else if (!refused.includes(name)) jar.set(name, value);
        }
        return answer;
      };
    },
  };
}

export type Fixture = ReturnType<typeof createFixture>;

/** Status and error code, for refusals in JSON. */
export async function refusalOf(answer: Response): Promise<readonly [number, string]> {
  return [answer.status, ((await answer.json()) as { error_code?: string }).error_code ?? ''];
}
