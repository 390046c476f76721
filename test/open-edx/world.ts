/**
 * The broker, a strict practice LMS, and connectors between them, in one process: for tests of the LMS as a service.
 *
 * Each `connector()` is what another process would have. Waiting moves the clock. A call can be lost, and a process can die at it.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  createOpenEdxSimulator,
  type OpenEdxProviderRecord,
  type OpenEdxSimulator,
  type OpenEdxSimulatorOptions,
} from '../../simulators/index.ts';
import { type Connectors, openConnectors } from '../../src/connectors.ts';
import { SignInError } from '../../src/errors.ts';
import { createLog } from '../../src/events/log.ts';
import type { OutboundRequest, VisitedResponse } from '../../src/http.ts';
import type { Connector } from '../../src/open-edx/connector.ts';
import type { Learner } from '../../src/store/open-edx-learners.ts';
import { type DatabaseKind, databaseKinds } from '../databases.ts';
import { BROKER, type Rig, withRig } from '../rig.ts';
import { createNewcomer, profileWith, type TestStore, unverifiedEmail, verifiedEmail } from '../store-fixture.ts';

export const LMS = 'https://lms.test';
export const CLIENT_SECRET = 'practice-lms-client-secret-0123456789';
export const API_SECRET = 'practice-api-secret-0123456789';
export const WORKER_TOKEN = 'practice-worker-token-0123456789';
export const RUN = 'course-v1:Jacaranda+MAT101+2026';

export interface WorldOptions {
  readonly backend: 'oidc' | 'identityServer3';
  readonly lms: Partial<OpenEdxSimulatorOptions>;
  readonly record: Partial<OpenEdxProviderRecord>;
  /** Lines of the LMS's client and of the section `open_edx`, in YAML without indentation, instead of the usual ones of that name. */
  readonly client: { readonly [member: string]: string };
  readonly openEdx: { readonly [member: string]: string };
}

const usual: WorldOptions = { backend: 'identityServer3', lms: {}, record: {}, client: {}, openEdx: {} };

export interface World {
  readonly rig: Rig;
  readonly lms: OpenEdxSimulator;
  /** Another one each time: another process. */
  connector(): Promise<Connector>;
  /** Somebody with a verified address. */
  learner(name: string, parts?: { readonly verified?: boolean; readonly provider?: string }): Promise<string>;
  stored(userId: string): Promise<Learner>;
  /** What is done with each call to the LMS before it is made; it may throw, or never end. */
  onCall(hook: ((request: OutboundRequest) => Promise<void> | void) | null): void;
  /** The same once the answer is there and before anybody has it. */
  onAnswer(hook: ((request: OutboundRequest) => Promise<void> | void) | null): void;
  /** What the broker answered to the LMS: path, status and body of each. */
  readonly told: readonly { readonly path: string; readonly status: number; readonly body: string }[];
  /** Paths of the calls to the LMS, since the last time this was asked. */
  calls(): string[];
}

export function forEachWorld(
  promise: string,
  body: (world: World) => Promise<void>,
  options: Partial<WorldOptions> = {},
  kinds: readonly DatabaseKind[] = databaseKinds,
): void {
  for (const kind of kinds) test(`${promise} [${kind}]`, () => withWorld(kind, options, body));
}

/** For promises in which the database has no part. */
export function withOneWorld(
  promise: string,
  body: (world: World) => Promise<void>,
  options: Partial<WorldOptions> = {},
): void {
  forEachWorld(promise, body, options, ['SQLite in memory']);
}

async function withWorld(kind: DatabaseKind, given: Partial<WorldOptions>, body: (world: World) => Promise<void>) {
  const options = { ...usual, ...given };
  await withRig(kind, { moreClients: configuration(options) }, (rig) => body(makeWorld(rig, options)));
}

function makeWorld(rig: Rig, { backend, lms: more, record }: WorldOptions): World {
  const { environment } = rig.clock;
  const told: { path: string; status: number; body: string }[] = [];
  const lms = createOpenEdxSimulator({
    environment,
    origin: LMS,
    async fetch(url, init) {
      const answer = await rig.broker(new Request(url, { ...init, redirect: 'manual' }));
      told.push({ path: new URL(url).pathname, status: answer.status, body: await answer.clone().text() });
      return answer;
    },
    accounts: [{ username: 'worker', email: 'worker@lms.test', password: 'practice-password', is_staff: true }],
    applications: [
      {
        ...{ name: 'Llavero', client_id: 'llavero', client_secret: API_SECRET, user: 'worker' },
        ...{ authorization_grant_type: 'authorization-code', skip_authorization: true },
        redirect_uris: `${BROKER}/open-edx/campus/complete`,
      },
    ],
    providers: [{ ...recordOf(backend), ...record }],
    ...more,
  });
  lms.issueServiceToken({ username: 'worker', token: WORKER_TOKEN });

  let before: Parameters<World['onCall']>[0] = null;
  let after: Parameters<World['onAnswer']>[0] = null;
  let paths: string[] = [];
  const call = async (request: OutboundRequest): Promise<VisitedResponse> => {
    const { method, url, headers, body } = request;
    const isLms = url.origin === LMS;
    if (isLms) {
      paths.push(url.pathname);
      await before?.(request);
    }
    const handler = isLms ? lms.app.fetch : rig.broker;
    try {
      const answer = await handler(new Request(url, { method, headers, body, redirect: 'manual' }));
      const text = await answer.text();
      if (isLms) await after?.(request);
      const fields = [...answer.headers].filter(([name]) => name !== 'set-cookie');
      return {
        status: answer.status,
        headers: Object.fromEntries(fields),
        body: text,
        setCookies: answer.headers.getSetCookie(),
      };
    } catch (error) {
      if (error instanceof TypeError) throw new SignInError('provider_unreachable', 'lost');
      throw error;
    }
  };
  const log = createLog({
    level: 'debug',
    environment,
    showPlaces: true,
    destination: { write: (line) => rig.logged.push(JSON.parse(line)) },
  });
  const connectors = (): Connectors =>
    openConnectors(rig.open, {
      ...{ environment, log, publicUrl: new URL(BROKER), calls: { outbound: call, visit: call } },
      delay: async (milliseconds) => rig.clock.advance(milliseconds),
    });

  return {
    rig,
    lms,
    told,
    connector: () => connectors().open(null),
    async learner(name, { verified = true, provider = 'campus' } = {}) {
      const address = `${name}@uni.mx`;
      const given = { store: rig.open.store, clock: environment } as Pick<TestStore, 'store' | 'clock'>;
      const names = { full: null, given: name, firstSurname: 'Ruiz', secondSurname: null };
      const profile = profileWith({ provider, subject: name, name: names });
      const { user } = await createNewcomer(given, {
        profile,
        emails: [verified ? verifiedEmail(address) : unverifiedEmail(address)],
      });
      return user.id;
    },
    async stored(userId) {
      const found = await rig.open.store.openEdxLearners.find('campus', userId);
      assert.ok(found);
      return found;
    },
    onCall(hook) {
      before = hook;
    },
    onAnswer(hook) {
      after = hook;
    },
    calls() {
      const made = paths;
      paths = [];
      return made;
    },
  };
}

export function recordOf(backend: WorldOptions['backend']): OpenEdxProviderRecord {
  const common = {
    ...{ backend_name: backend, enabled: true, visible: true, name: 'Llavero', slug: backend },
    ...{ skip_hinted_login_dialog: true, skip_registration_form: true, skip_email_verification: true },
    ...{ key: 'lms', secret: CLIENT_SECRET },
  };
  if (backend === 'oidc') return { ...common, other_settings: { OIDC_ENDPOINT: BROKER } };
  return {
    ...common,
    other_settings: {
      ...{ auth_url: `${BROKER}/oauth2/authorize`, token_url: `${BROKER}/oauth2/token` },
      ...{ user_info_url: `${BROKER}/oauth2/userinfo`, redirect_url: `${LMS}/auth/complete/identityServer3/` },
      ...{ SCOPE: ['profile', 'email'], username_claim_key: 'preferred_username' },
    },
  };
}

function configuration({ backend, client, openEdx }: WorldOptions): string {
  const clientMembers = {
    client_id: 'lms',
    client_name: 'Campus',
    client_secret: CLIENT_SECRET,
    token_endpoint_auth_method: backend === 'oidc' ? 'client_secret_basic' : 'client_secret_post',
    redirect_uris: `[${LMS}/auth/complete/${backend}/]`,
    skip_authorization: 'true',
    claims: '[preferred_username, name, given_name, family_name, email, email_verified]',
    ...client,
  };
  const platform = {
    slug: 'campus',
    base_url: LMS,
    backend,
    client: 'lms',
    api_client_id: 'llavero',
    api_client_secret: API_SECRET,
    service_worker: `{ username: worker, token: ${WORKER_TOKEN} }`,
    ...openEdx,
  };
  const item = (members: { readonly [member: string]: string }) =>
    Object.entries(members)
      .filter(([, value]) => value !== '')
      .map(([member, value], index) => `\n  ${index === 0 ? '- ' : '  '}${member}: ${value}`)
      .join('');
  return `${item(clientMembers)}\nopen_edx:${item(platform)}`;
}
