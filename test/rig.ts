/**
 * The whole of it in one process: broker, practice Llave MX, course site, and browsers, with a clock that a test moves.
 *
 * Addresses are https as in production; nothing leaves the process but the broker's own socket on 127.0.0.1, which
 * oidc-provider needs. Everything random is random; nothing sleeps.
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { createCourseSite } from '../examples/course-site/course-site.ts';
import { createLlaveMxSimulator, type LlaveMxSimulator } from '../simulators/index.ts';
import { createApp } from '../src/app.ts';
import { openCampuses } from '../src/campuses.ts';
import { startClientEvents } from '../src/client-events/client-events.ts';
import { parseConfigurationFile } from '../src/configuration/file.ts';
import { applyChanges, planChanges } from '../src/configuration/plan.ts';
import { type Deletion, openDeletion } from '../src/deleting.ts';
import type { Delivery } from '../src/delivery/attempt.ts';
import type { Worker } from '../src/delivery/worker.ts';
import { createLog } from '../src/events/log.ts';
import type { Outbound } from '../src/http.ts';
import { openLaunchDoor } from '../src/launches.ts';
import type { SendScore } from '../src/lti/score.ts';
import { createSendScore } from '../src/lti/services/send-score.ts';
import { type MailService, startMail } from '../src/mail/mail.ts';
import type { MailTransport } from '../src/mail/transport.ts';
import { type Merging, openMerging } from '../src/merging.ts';
import type { Environment, JsonObject, MailMessage } from '../src/model.ts';
import { type OpenStore, prepareStore } from '../src/open-store.ts';
import { vendors } from '../src/providers/registry.ts';
import { startScores } from '../src/scores/scores.ts';
import { startServer } from '../src/server.ts';
import type { LaunchDoor } from '../src/sign-in/launch.ts';
import type { PipelineStep } from '../src/sign-in/pipeline.ts';
import { defaultSteps } from '../src/sign-in/steps.ts';
import { sql } from '../src/store/database.ts';
import { type DisconnectStep, defaultDisconnectSteps } from '../src/users/disconnect.ts';
import { createTrustedProxies } from '../src/web/client-address.ts';
import { overHttp, TestBrowser, type TestBrowserOptions } from './browser.ts';
import { type DatabaseKind, databaseKinds, type TestDatabases, withDatabases } from './databases.ts';
import { type DecideFate, withFaults } from './faulty-database.ts';

export const BROKER = 'https://broker.test';
export const COURSE_SITE = 'https://cursos.test';
export const LLAVE_MX = 'https://llave.test';
export const COURSE_SITE_SECRET = 'practice-course-site-secret-0123456789';
export const DEPLOYMENT_SECRET = 'practice-deployment-secret-0123456789abcdef';

export interface RigOptions {
  readonly mode: 'apps' | 'web';
  readonly steps: readonly PipelineStep[];
  readonly disconnectSteps: readonly DisconnectStep[];
  /** Where launches come in; null: at the addresses of LTI, as the configuration says. */
  readonly launchDoor: LaunchDoor<unknown> | null;
  /** What sends scores to campuses; null: what the broker has for it. */
  readonly sendScore: SendScore | null;
  /** More of the configuration file, appended to providers and clients. */
  readonly moreProviders: string;
  readonly moreClients: string;
  /** More settings of the provider `llave-mx`, as YAML lines without indentation. */
  readonly moreSettings: readonly string[];
  /** Whether new people without a verified address are asked whether they have an account. */
  readonly asksForAccount: boolean;
  /** More members of its record, and of the client `course-site`, likewise. */
  readonly moreRecord: readonly string[];
  readonly moreCourseSite: readonly string[];
  /** Whether there is a mail server at all. */
  readonly canSendMail: boolean;
  /** The section `registration`, as one YAML value; empty for none. */
  readonly registration: string;
}

export interface Rig {
  readonly open: OpenStore;
  readonly databases: TestDatabases;
  readonly llaveMx: LlaveMxSimulator;
  readonly clock: { advance(milliseconds: number): void; readonly environment: Environment };
  /** A browser with an empty jar. Without a language, one that wants English. `origins` are other handlers than usual. */
  browser(language?: string, origins?: TestBrowserOptions['origins']): TestBrowser;
  /** A browser whose requests come from this network address, as the trusted proxy of the rig says; the others say none. */
  browserAt(address: string): TestBrowser;
  /** Where the broker listens on 127.0.0.1, for requests that no browser would send. */
  readonly port: number;
  /** A handler of requests for the broker, for a client that is not a browser (openid-client's `customFetch`). */
  readonly broker: (request: Request) => Promise<Response>;
  /** Puts a failure in the way of the broker's outbound calls: what it answers instead, or null to let the call through. */
  interfere(answer: Outbound | null): void;
  /** From now on the broker's calls to this origin are answered by `handler`, as an app's server would. */
  serve(origin: string, handler: (request: Request) => Response | Promise<Response>): void;
  /** Merging as the broker does it. */
  readonly merging: Merging;
  readonly deletion: Deletion;
  /** What tells apps; `settle` waits until all that is due was tried. */
  readonly clientEvents: Worker;
  /** What sends scores, likewise. */
  readonly scores: Worker;
  /** Decides what becomes of each call of the broker to its databases; null lets them work. */
  breakDatabase(fate: DecideFate | null): void;
  /** Replaces the provider's settings or the clients, as `apply` would; the running broker sees it at its next look. */
  configure(options: Partial<RigOptions> & { readonly enabled?: boolean }): Promise<void>;
  /** From the course site to the list of practice people. */
  toLlaveMx(browser: TestBrowser): ReturnType<TestBrowser['get']>;
  /** What the broker sends mail with. */
  readonly mail: MailService;
  /** The mails that arrived, in order; the same array each time. What is under way is waited for by `lastMail`. */
  readonly mailbox: readonly MailMessage[];
  /** The last mail to this address once all that is due was sent; null when there is none. */
  lastMail(address: string): Promise<MailMessage | null>;
  /** Decides what becomes of each mail on its way out; null lets them arrive. */
  breakMail(fate: (() => Promise<Delivery>) | null): void;
  /** What was logged, one parsed line each. */
  readonly logged: JsonObject[];
  audit(): Promise<{ type: string; code: string | null; userId: string | null }[]>;
  count(table: 'users' | 'identities' | 'sessions' | 'emails' | 'audit_events'): Promise<number>;
  /** From the course site to its page after signing in as the practice person. */
  signIn(browser: TestBrowser, person: string): ReturnType<TestBrowser['get']>;
}

const defaults: RigOptions = {
  mode: 'apps',
  steps: defaultSteps,
  disconnectSteps: defaultDisconnectSteps,
  launchDoor: null,
  sendScore: null,
  moreProviders: '',
  moreClients: '',
  moreSettings: [],
  moreRecord: [],
  asksForAccount: false,
  moreCourseSite: [],
  canSendMail: true,
  registration: '',
};

/** One test for each kind of database. */
export function forEachRig(
  promise: string,
  body: (rig: Rig) => Promise<void>,
  options: Partial<RigOptions> = {},
  kinds: readonly DatabaseKind[] = databaseKinds,
): void {
  for (const kind of kinds) test(`${promise} [${kind}]`, () => withRig(kind, options, body));
}

/** One test on SQLite in memory: for promises in which the database has no part. */
export function withOneRig(
  promise: string,
  body: (rig: Rig) => Promise<void>,
  options: Partial<RigOptions> = {},
): void {
  test(promise, () => withRig('SQLite in memory', options, body));
}

export async function withRig(
  kind: DatabaseKind,
  given: Partial<RigOptions>,
  body: (rig: Rig) => Promise<void>,
): Promise<void> {
  const options = { ...defaults, ...given };
  await withDatabases(kind, async (databases) => {
    let offset = 0;
    const advance = (milliseconds: number) => {
      offset += milliseconds;
    };
    const environment: Environment = { now: () => Date.now() + offset, randomBytes: (bytes) => randomBytes(bytes) };
    const logged: JsonObject[] = [];
    const log = createLog({
      level: 'debug',
      environment,
      showPlaces: true,
      destination: { write: (line: string) => logged.push(JSON.parse(line)) },
    });
    let fate: DecideFate | null = null;
    const breakable = withFaults(databases, (call) => fate?.(call) ?? 'works');
    const open = await prepareStore(breakable, DEPLOYMENT_SECRET, { environment, log });
    const llaveMx = createLlaveMxSimulator({ environment, applications: [nativeApplication, webApplication] });
    let interference: Outbound | null = null;
    const servers = new Map<string, Server>();
    const serverAt = ({ origin }: URL) => servers.get(origin) ?? ((request) => llaveMx.app.fetch(request));
    const outbound: Outbound = (request) => interference?.(request) ?? callInProcess(serverAt(request.url), request);

    const configure: Rig['configure'] = async (changes) => {
      const text = configuration({ ...options, ...changes }, changes.enabled ?? true);
      const parsed = parseConfigurationFile(text, { env: {}, vendors });
      // Whoever is new is taken for new, unless a test is about the question: most of them come from a provider that verifies nothing.
      // A test that says it itself would say it in vain.
      assert.ok(options.asksForAccount || !text.includes('send_to_registration_first'), 'set asksForAccount');
      const unasked = { send_to_registration_first: true };
      const providers = options.asksForAccount ? parsed.providers : parsed.providers.map((p) => ({ ...p, ...unasked }));
      const wanted = { ...parsed, providers };
      const plan = planChanges(await open.configurationStore.loadAll(), wanted, { prune: true, vendors });
      const result = await applyChanges(open.configurationStore, plan, {
        by: 'test',
        reason: 'test',
        at: environment.now(),
      });
      assert.ok(result.applied);
      advance(3000); // The running broker looks again only every two seconds.
    };
    await configure({});

    const mailbox: MailMessage[] = [];
    let fateOfMail: (() => Promise<Delivery>) | null = null;
    const mail = startMail({
      outbox: open.store.outbox,
      transport: inMemory(mailbox, options.canSendMail, () => fateOfMail?.() ?? null),
      sender: async () => ({ name: 'Llavero', address: 'no-reply@broker.test' }),
      environment,
      log,
      delay: () => new Promise((resolve) => setImmediate(resolve)),
    });
    const clientEvents = startClientEvents({
      publicUrl: new URL(BROKER),
      environment,
      log,
      ...open,
      outboundFor: () => outbound,
      delay: () => new Promise((resolve) => setImmediate(resolve)),
    });
    const soon = () => new Promise<void>((resolve) => setImmediate(resolve));
    const campuses = openCampuses(open, { environment, outboundFor: () => outbound });
    const send = options.sendScore ?? createSendScore(campuses);
    const scores = startScores({ environment, log, store: open.store, send, delay: soon });
    const surroundings = { environment, publicUrl: new URL(BROKER), mail, wakeClientEvents: clientEvents.wake };
    const merging = openMerging(open, { ...surroundings, participants: [] });
    const deletion = openDeletion(open, surroundings);
    const listener = createApp({
      publicUrl: new URL(BROKER),
      trustedProxies: createTrustedProxies([{ network: '127.0.0.1', prefixLength: 32, family: 'ipv4' }]),
      environment,
      log,
      ...open,
      steps: options.steps,
      disconnectSteps: options.disconnectSteps,
      launchDoor: options.launchDoor ?? openLaunchDoor(open, surroundings),
      mail,
      merging,
      deletion,
      wakeClientEvents: clientEvents.wake,
      wakeScores: scores.wake,
      campuses,
      outboundFor: () => outbound,
      delay: someTurns,
      isReady: async () => (await breakable.durable.get(sql`select 1 as one`)) !== null,
    });
    const server = await startServer(listener, { port: 0, hostname: '127.0.0.1', log });
    const broker = overHttp(server.port);
    const courseSite = createCourseSite({
      origin: COURSE_SITE,
      issuer: BROKER,
      clientId: 'course-site',
      clientSecret: COURSE_SITE_SECRET,
      environment,
      fetch: (url, init) => broker(new Request(url, init as RequestInit)),
      // Its failures are pages, which the tests look at.
      report: () => {},
    });
    const rig: Rig = {
      open,
      databases,
      llaveMx,
      logged,
      mail,
      mailbox,
      merging,
      deletion,
      clientEvents,
      scores,
      broker,
      configure,
      clock: { environment, advance },
      port: server.port,
      browser: (language = 'en', origins = {}) =>
        new TestBrowser({
          origins: {
            [BROKER]: broker,
            [COURSE_SITE]: (request) => courseSite.fetch(request),
            [LLAVE_MX]: (request) => llaveMx.app.fetch(request),
            ...origins,
          },
          now: environment.now,
          language,
        }),
      browserAt: (address) =>
        rig.browser('en', {
          [BROKER]: (request) => {
            const forwarded = new Request(request);
            forwarded.headers.set('x-forwarded-for', address);
            return broker(forwarded);
          },
        }),
      interfere(answer) {
        interference = answer;
      },
      serve(origin, handler) {
        servers.set(origin, handler);
      },
      breakDatabase(decide) {
        fate = decide;
      },
      breakMail(decide) {
        fateOfMail = decide;
      },
      async audit() {
        const rows = await databases.durable.all(sql`
          select type, code, user_id from audit_events where type <> 'config.changed' order by at, id`);
        return rows.map(
          ({ type, code, user_id: userId }) => ({ type, code, userId }) as Awaited<ReturnType<Rig['audit']>>[number],
        );
      },
      async lastMail(address) {
        await mail.settle();
        return mailbox.findLast(({ to }) => to === address) ?? null;
      },
      async count(table) {
        const rows = await databases.durable.all({ shape: [`select count(*) as n from ${table}`], values: [] });
        return Number(rows[0]?.n);
      },
      async toLlaveMx(browser) {
        const home = await browser.get(`${COURSE_SITE}/`);
        const chooser = await browser.click(home, 'sign-in');
        return browser.click(chooser, 'provider-llave-mx');
      },
      async signIn(browser, person) {
        return browser.submit(await rig.toLlaveMx(browser), `person-${person}`);
      },
    };
    try {
      await body(rig);
    } finally {
      await server.close();
      await mail.stop();
      await clientEvents.stop();
      await scores.stop();
    }
  });
}

function inMemory(mailbox: MailMessage[], canSend: boolean, fateOfNext: () => Promise<Delivery> | null): MailTransport {
  return {
    canSend,
    async deliver({ message }) {
      const fate = await (fateOfNext() ?? { kind: 'sent' as const });
      if (fate.kind === 'sent') mailbox.push(message);
      return fate;
    },
    close() {},
  };
}

export const NATIVE_CLIENT_ID = '202508101834311980';
export const WEB_CLIENT_ID = '202508101834311981';
const callback = `${BROKER}/callback/llave-mx`;
const nativeApplication = {
  mode: 'apps',
  clientId: NATIVE_CLIENT_ID,
  name: 'Broker (apps)',
  redirectUris: [callback],
} as const;
const webApplication = {
  mode: 'web',
  clientId: WEB_CLIENT_ID,
  name: 'Broker (web)',
  redirectUris: [callback],
  clientSecret: 'practice-llave-mx-client-secret',
  webService: { user: 'practice-web-service', password: 'practice-web-service-password' },
} as const;

function configuration(options: RigOptions, enabled: boolean): string {
  const modeSettings =
    options.mode === 'apps'
      ? ['mode: apps', `client_id: "${NATIVE_CLIENT_ID}"`]
      : [
          'mode: web',
          `client_id: "${WEB_CLIENT_ID}"`,
          `client_secret: ${webApplication.clientSecret}`,
          `web_service_user: ${webApplication.webService.user}`,
          `web_service_password: ${webApplication.webService.password}`,
        ];
  const hosts = ['environment: custom', `authorization_host: ${LLAVE_MX}`, `api_host: ${LLAVE_MX}`];
  const settings = [...hosts, ...modeSettings, 'trust_verified_email: true', ...options.moreSettings];
  return `
providers:
  - slug: llave-mx
    vendor: llave-mx
    enabled: ${enabled}
${options.moreRecord.map((line) => `    ${line}\n`).join('')}    settings:
${settings.map((line) => `      ${line}`).join('\n')}${options.moreProviders}
clients:
  - client_id: course-site
    client_name: Cursos de práctica
    client_secret: ${COURSE_SITE_SECRET}
    redirect_uris: [${COURSE_SITE}/callback]
    post_logout_redirect_uris: [${COURSE_SITE}/signed-out]
    skip_authorization: true
    claims: [preferred_username, name, given_name, family_name, email, email_verified, birthdate, locale]
${options.moreCourseSite.map((line) => `    ${line}\n`).join('')}${options.moreClients}
${options.registration === '' ? '' : `registration: ${options.registration}`}
`;
}

/** Longer for a longer wait, so that patience with a provider outlasts one that answers in this process. */
async function someTurns(milliseconds: number): Promise<void> {
  for (let turn = 0; turn < milliseconds / 10; turn++) await new Promise((resolve) => setImmediate(resolve));
}

type Server = (request: Request) => Response | Promise<Response>;

async function callInProcess(
  server: Server,
  { method, url, headers, body }: Parameters<Outbound>[0],
): ReturnType<Outbound> {
  const response = await server(new Request(url, { method, headers, body }));
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body: await response.text(),
  };
}
