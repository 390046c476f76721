/**
 * The demo as `npm start` brings it up, on ports that the system chooses: its own configuration file, its practice
 * providers, its mailbox, its course site, its LMS and its campus around one broker.
 *
 * Must never name a provider: what is in the file is what there is.
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCourseSite, listen as listenCourseSite } from '../../examples/course-site/course-site.ts';
import { createPracticeCampus } from '../../examples/demo/practice-campus.ts';
import { createPracticeLms } from '../../examples/demo/practice-lms.ts';
import { createPracticeProviders } from '../../examples/demo/practice-providers.ts';
import { createMailbox, listen } from '../../simulators/index.ts';
import { applyConfiguration } from '../../src/admin/configuration.ts';
import { importUsers } from '../../src/admin/import-users.ts';
import { openBroker } from '../../src/broker.ts';
import { parseSettings } from '../../src/config.ts';
import { parseConfigurationFile } from '../../src/configuration/file.ts';
import { createLog } from '../../src/events/log.ts';
import { noExtensions } from '../../src/extensions.ts';
import type { MailTransport } from '../../src/mail/transport.ts';
import type { Environment } from '../../src/model.ts';
import { vendors } from '../../src/providers/registry.ts';
import { startServer } from '../../src/server.ts';
import { DEPLOYMENT_SECRET } from '../cli/program.ts';
import { openFront } from './front.ts';

const OLD_ACCOUNTS = new URL('../../examples/demo/old-accounts.jsonl', import.meta.url);
const FILE = new URL('../../examples/demo/llavero.yaml', import.meta.url);
const HOST = 'localhost';
const CLIENT_SECRET = 'practice-provider-secret-0123456789abcdef';
const COURSE_SITE_SECRET = 'practice-course-site-secret-0123456789';
const LMS_SECRET = 'practice-lms-client-secret-0123456789';
const CAMPUS_SECRET = 'practice-campus-secret-0123456789';
const environment: Environment = { now: Date.now, randomBytes: (bytes) => randomBytes(bytes) };

/** The file of the demo, or of the demo as if it ran elsewhere. */
async function readDemo(move: (text: string) => string) {
  const env = { PRACTICE_SECRET: CLIENT_SECRET, COURSE_SITE_SECRET, LMS_SECRET, CAMPUS_SECRET };
  return parseConfigurationFile(move(await readFile(FILE, 'utf8')), { env, vendors });
}

/** The providers that the demo shows, as its file has them. */
export async function demoProviders(): Promise<readonly { readonly slug: string; readonly vendor: string }[]> {
  return (await readDemo((text) => text)).providers;
}

export interface DemoWorld {
  readonly broker: string;
  readonly courseSite: string;
  readonly lms: string;
  readonly campus: string;
  /** What the campus has to say about its tools. */
  readonly campusComplaints: readonly string[];
  readonly origins: readonly string[];
  /** Where the broker keeps everything, for commands beside it. */
  readonly databaseUrl: string;
  /** The code of the latest mail to this address; null while there is none. */
  codeFor(address: string): string | null;
}

export async function withDemo(body: (world: DemoWorld) => Promise<void>): Promise<void> {
  const cleanUp: (() => unknown)[] = [];
  try {
    await body(await openDemo(cleanUp));
  } finally {
    for (const close of cleanUp.reverse()) await close();
  }
}

async function openDemo(cleanUp: (() => unknown)[]): Promise<DemoWorld> {
  const openDoor = async () => {
    const front = await openFront(null);
    cleanUp.push(front.close);
    return { leadTo: front.leadTo, origin: `http://${HOST}:${front.port}` };
  };
  const [brokerDoor, practiceDoor, courseSiteDoor] = [await openDoor(), await openDoor(), await openDoor()];
  const [lmsDoor, campusDoor] = [await openDoor(), await openDoor()];
  const [broker, practice, courseSite] = [brokerDoor.origin, practiceDoor.origin, courseSiteDoor.origin];
  const [lms, campus] = [lmsDoor.origin, campusDoor.origin];
  const folder = await mkdtemp(join(tmpdir(), 'llavero-demo-'));
  cleanUp.push(() => rm(folder, { recursive: true }));

  const mailbox = createMailbox({ environment, prefix: '/mail' });
  const clientSecret = CLIENT_SECRET;
  const app = createPracticeProviders({ environment, origin: practice, broker, clientSecret, mailbox });
  const providers = await listen(app, { port: 0, hostname: '127.0.0.1' });
  cleanUp.push(providers.close);
  practiceDoor.leadTo(Number(new URL(providers.origin).port));

  const databaseUrl = `sqlite:${join(folder, 'llavero.db')}`;
  const settings = parseSettings({
    NODE_ENV: 'test',
    LLAVERO_PUBLIC_URL: broker,
    LLAVERO_DATABASE_URL: databaseUrl,
    LLAVERO_SECRET: DEPLOYMENT_SECRET,
  });
  const log = createLog({ level: 'error', environment, showPlaces: true });
  const intoMailbox: MailTransport = {
    canSend: true,
    async deliver({ message }) {
      mailbox.deliver(message);
      return { kind: 'sent' };
    },
    close() {},
  };
  const running = await openBroker(settings, { environment, log }, noExtensions, intoMailbox);
  cleanUp.push(running.close);
  const moves = { 4400: broker, 4401: practice, 4402: courseSite, 4403: lms, 4404: campus };
  const wanted = await readDemo((text) => moved(text, moves));
  const { store, vault } = running;
  const { faults } = await importUsers(await readFile(OLD_ACCOUNTS, 'utf8'), 'password', { store, vault, environment });
  assert.deepEqual(faults, []);
  const authorship = { by: 'test', reason: 'test', at: environment.now() };
  await applyConfiguration(running.configurationStore, wanted, { prune: false, vendors }, authorship);
  const server = await startServer(running.listener, { port: 0, hostname: '127.0.0.1', log });
  cleanUp.push(running.drain, server.close);
  brokerDoor.leadTo(server.port);

  const site = createCourseSite({
    origin: courseSite,
    issuer: broker,
    clientId: 'course-site',
    clientSecret: COURSE_SITE_SECRET,
    scope: 'openid profile email lti',
    sendsScores: true,
    environment,
  });
  const siteServer = await listenCourseSite(site, 0, '127.0.0.1');
  cleanUp.push(() => {
    siteServer.close();
    siteServer.closeAllConnections();
  });
  courseSiteDoor.leadTo((siteServer.address() as AddressInfo).port);

  const lmsApp = createPracticeLms({ environment, origin: lms, broker, clientSecret: LMS_SECRET });
  const lmsServer = await listen(lmsApp, { port: 0, hostname: '127.0.0.1' });
  cleanUp.push(lmsServer.close);
  lmsDoor.leadTo(Number(new URL(lmsServer.origin).port));

  const simulator = createPracticeCampus({ environment, origin: campus, broker, courseSite, secret: CAMPUS_SECRET });
  const campusServer = await listen(simulator.app, { port: 0, hostname: '127.0.0.1' });
  cleanUp.push(campusServer.close);
  campusDoor.leadTo(Number(new URL(campusServer.origin).port));

  return {
    broker,
    courseSite,
    lms,
    campus,
    campusComplaints: simulator.complaints,
    databaseUrl,
    origins: [broker, practice, courseSite, lms, campus],
    codeFor(address) {
      const text = mailbox.mails.findLast(({ to }) => to === address)?.text ?? '';
      return /^(\d{3}) (\d{3})$/m.exec(text)?.slice(1).join('') ?? null;
    },
  };
}

/** The text with the ports of the demo replaced by where they are now. */
function moved(text: string, origins: { readonly [port: number]: string }): string {
  return Object.entries(origins).reduce(
    (changed, [port, origin]) => changed.replaceAll(`${HOST}:${port}`, new URL(origin).host),
    text,
  );
}
