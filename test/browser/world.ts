/**
 * Real servers for a real browser: the broker as a process of its own over an SQLite file, the practice Llave MX, a mail
 * server, and the course site; those that a browser asks, each behind a port that stays the same while what is behind it dies and comes back.
 *
 * Ports are chosen by the system. Over https, TLS ends at that port, as it does behind a proxy in production.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Email } from 'postal-mime';
import { createCourseSite, listen as listenCourseSite } from '../../examples/course-site/course-site.ts';
import { createLlaveMxSimulator, type LlaveMxSimulator, listen } from '../../simulators/index.ts';
import { openBroker } from '../../src/broker.ts';
import { parseSettings } from '../../src/config.ts';
import { parseConfigurationFile } from '../../src/configuration/file.ts';
import { applyChanges, planChanges } from '../../src/configuration/plan.ts';
import { createLog } from '../../src/events/log.ts';
import type { Environment } from '../../src/model.ts';
import { vendors } from '../../src/providers/registry.ts';
import { makeSelfSigned, type SelfSigned } from '../self-signed.ts';
import { type ReceivedMail, startSmtpServer, type TestSmtpServer } from '../smtp-server.ts';
import { type Front, openFront } from './front.ts';

const CLIENT_ID = '202508101834311980';
const COURSE_SITE_SECRET = 'practice-course-site-secret-0123456789';
const DEPLOYMENT_SECRET = 'practice-deployment-secret-0123456789abcdef';
const HOST = 'localhost';
const OWN_WAYS = ['email', 'password', 'guest']
  .map((vendor) => `  - slug: ${vendor}\n    vendor: ${vendor}\n    enabled: true\n`)
  .join('');

export interface World {
  readonly broker: string;
  readonly courseSite: string;
  readonly llaveMx: string;
  readonly origins: readonly string[];
  readonly simulator: LlaveMxSimulator;
  /** The next mail to this address that was not looked at yet, as a mail program reads it. */
  mailTo(address: string): Promise<Email>;
  /** The variables of the broker's process, for commands beside it. */
  readonly env: BrokerEnvironment;
  /** Ends the broker's process in the middle of whatever it does. */
  killBroker(): Promise<void>;
  /** Starts it again, over the same database, at the same address. */
  startBroker(): Promise<void>;
}

export interface WorldOptions {
  readonly scheme: 'http' | 'https';
  /** With https: what its ports show, and the broker trusts; null: one of its own. */
  readonly certificate: SelfSigned | null;
  /** Whether the course site's people are asked before their data is shared. */
  readonly asksConsent: boolean;
  /** Whether people can sign in by e-mail, with a password and as guests too. */
  readonly ownWays: boolean;
  /** More clients, as YAML, from the address of the course site, where they may have pages too. */
  readonly moreClients: (courseSite: string) => string;
  /** What the broker may reach for them at private addresses (`host:port`). */
  readonly moreOutbound: readonly string[];
  /** Where the broker keeps everything; null: in an SQLite file of its own. */
  readonly databaseUrl: string | null;
}

const environment: Environment = { now: Date.now, randomBytes: (bytes) => randomBytes(bytes) };

const defaults: WorldOptions = {
  scheme: 'http',
  certificate: null,
  asksConsent: false,
  ownWays: false,
  databaseUrl: null,
  moreClients: () => '',
  moreOutbound: [],
};

export async function withWorld(given: Partial<WorldOptions>, body: (world: World) => Promise<void>): Promise<void> {
  const options: WorldOptions = { ...defaults, ...given };
  const cleanUp: (() => unknown)[] = [];
  try {
    await body(await openWorld(options, cleanUp));
  } finally {
    for (const close of cleanUp.reverse()) await close();
  }
}

async function openWorld(options: WorldOptions, cleanUp: (() => unknown)[]): Promise<World> {
  const { scheme } = options;
  const folder = await mkdtemp(join(tmpdir(), 'llavero-browser-'));
  cleanUp.push(() => rm(folder, { recursive: true }));
  const tls = scheme === 'https' ? (options.certificate ?? makeSelfSigned(HOST, { expired: false })) : null;
  const fronts = { broker: await openFront(tls), courseSite: await openFront(tls), llaveMx: await openFront(tls) };
  for (const front of Object.values(fronts)) cleanUp.push(front.close);
  const originOf = ({ port }: Front) => `${scheme}://${HOST}:${port}`;
  const [broker, courseSite, llaveMx] = [fronts.broker, fronts.courseSite, fronts.llaveMx].map(originOf) as [
    string,
    string,
    string,
  ];

  const simulator = await serveLlaveMx(fronts.llaveMx, broker, cleanUp);
  const smtp = await startSmtpServer();
  cleanUp.push(smtp.close);
  const env = await brokerEnvironment(folder, broker, tls, smtp, options.databaseUrl);
  await configure(env, { courseSite, llaveMx, ...options });
  let child = await startBroker(env, fronts.broker);
  cleanUp.push(() => kill(child));
  await serveCourseSite(fronts, { origin: courseSite, issuer: broker }, cleanUp);

  return {
    broker,
    courseSite,
    llaveMx,
    origins: [broker, courseSite, llaveMx],
    simulator,
    mailTo: mailbox(smtp),
    env,
    killBroker: () => kill(child),
    async startBroker() {
      child = await startBroker(env, fronts.broker);
    },
  };
}

async function serveLlaveMx(front: Front, broker: string, cleanUp: (() => unknown)[]): Promise<LlaveMxSimulator> {
  const redirectUris = [`${broker}/callback/llave-mx`];
  const application = { mode: 'apps', clientId: CLIENT_ID, name: 'Llavero', redirectUris } as const;
  const simulator = createLlaveMxSimulator({ environment, applications: [application] });
  const listening = await listen(simulator.app, { port: 0, hostname: '127.0.0.1' });
  cleanUp.push(listening.close);
  front.leadTo(Number(new URL(listening.origin).port));
  return simulator;
}

async function serveCourseSite(
  fronts: { readonly broker: Front; readonly courseSite: Front },
  addresses: { readonly origin: string; readonly issuer: string },
  cleanUp: (() => unknown)[],
): Promise<void> {
  const site = createCourseSite({
    ...addresses,
    clientId: 'course-site',
    clientSecret: COURSE_SITE_SECRET,
    environment,
    report: () => {},
    // Behind the broker's TLS, because this process does not trust the certificate of the test.
    fetch: (url, init) =>
      fetch(url.replace(addresses.issuer, `http://127.0.0.1:${fronts.broker.target()}`), init as RequestInit),
  });
  const server = await listenCourseSite(site, 0, '127.0.0.1');
  cleanUp.push(() => {
    server.close();
    server.closeAllConnections();
  });
  fronts.courseSite.leadTo((server.address() as AddressInfo).port);
}

function mailbox(smtp: TestSmtpServer): World['mailTo'] {
  const read = new Set<ReceivedMail>();
  return async (address) => {
    for (;;) {
      const found = smtp.received.find((mail) => mail.to.includes(address) && !read.has(mail));
      if (found !== undefined) {
        read.add(found);
        return found.mail;
      }
      await smtp.next();
    }
  };
}

type BrokerEnvironment = { readonly [name: string]: string };

async function brokerEnvironment(
  folder: string,
  origin: string,
  tls: SelfSigned | null,
  smtp: TestSmtpServer,
  databaseUrl: string | null,
): Promise<BrokerEnvironment> {
  const authority = join(folder, 'authority.pem');
  if (tls !== null) await writeFile(authority, tls.certificate);
  return {
    NODE_ENV: 'test',
    LLAVERO_PORT: '0',
    LLAVERO_PUBLIC_URL: origin,
    LLAVERO_DATABASE_URL: databaseUrl ?? `sqlite:${join(folder, 'llavero.db')}`,
    LLAVERO_SECRET: DEPLOYMENT_SECRET,
    LLAVERO_LOG_LEVEL: 'error',
    LLAVERO_SMTP_URL: `smtp://127.0.0.1:${smtp.port}`,
    ...(tls === null ? {} : { NODE_EXTRA_CA_CERTS: authority }),
  };
}

async function configure(
  env: BrokerEnvironment,
  {
    courseSite,
    llaveMx,
    asksConsent,
    ownWays,
    moreClients,
    moreOutbound,
  }: { readonly courseSite: string; readonly llaveMx: string } & WorldOptions,
): Promise<void> {
  const text = `
providers:
  - slug: llave-mx
    vendor: llave-mx
    enabled: true
    settings:
      environment: custom
      authorization_host: ${llaveMx}
      api_host: ${llaveMx}
      mode: apps
      client_id: "${CLIENT_ID}"
      trust_verified_email: true
      roles: true
${ownWays ? OWN_WAYS : ''}clients:
  - client_id: course-site
    client_name: Ceiba
    client_secret: ${COURSE_SITE_SECRET}
    redirect_uris: [${courseSite}/callback]
    post_logout_redirect_uris: [${courseSite}/signed-out]
    skip_authorization: ${!asksConsent}
    allow_guests: ${ownWays}
    claims: [preferred_username, name, given_name, family_name, email, email_verified, birthdate, locale]
${moreClients(courseSite)}
outbound:
  allow_private: ${JSON.stringify([new URL(llaveMx).host, ...moreOutbound])}
`;
  const log = createLog({ level: 'error', environment, showPlaces: true });
  const open = await openBroker(parseSettings(env), { environment, log });
  const wanted = parseConfigurationFile(text, { env: {}, vendors });
  const plan = planChanges(await open.configurationStore.loadAll(), wanted, { prune: false, vendors });
  await applyChanges(open.configurationStore, plan, { by: 'test', reason: 'test', at: environment.now() });
  await open.close();
}

/** Resolves when it listens. @throws Error with what it said when it ends before that. */
async function startBroker(env: BrokerEnvironment, front: Front): Promise<ChildProcess> {
  const main = new URL('../../src/main.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [main, 'serve'], { env, stdio: ['ignore', 'inherit', 'pipe'] });
  // Whatever ends this test process, the broker does not outlive it.
  const orphaned = () => child.kill('SIGKILL');
  process.once('exit', orphaned);
  child.once('exit', () => process.off('exit', orphaned));
  const said: string[] = [];
  const port = await new Promise<number>((resolve, reject) => {
    createInterface(child.stderr).on('line', (line) => {
      said.push(line);
      const listening = /^llavero listens on port (\d+)$/.exec(line)?.[1];
      if (listening !== undefined) resolve(Number(listening));
    });
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the broker ended with ${code}: ${said.join('\n')}`)));
  });
  front.leadTo(port);
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}
