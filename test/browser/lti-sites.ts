/**
 * Campus, broker and course site each on a site of its own, over https, in a Chromium that keeps no cookies of other sites: what a
 * launch in a frame meets in production.
 *
 * The hosts exist in the browser alone, which is told where they are. What servers ask of each other goes behind TLS.
 */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { createCourseSite, listen as listenCourseSite } from '../../examples/course-site/course-site.ts';
import {
  createLtiSimulator,
  type Listening,
  type LtiProductName,
  type LtiSimulator,
  type LtiTool,
  listen,
} from '../../simulators/index.ts';
import { applyConfiguration } from '../../src/admin/configuration.ts';
import { openBroker } from '../../src/broker.ts';
import { parseSettings } from '../../src/config.ts';
import { parseConfigurationFile } from '../../src/configuration/file.ts';
import { createLog } from '../../src/events/log.ts';
import type { Environment } from '../../src/model.ts';
import { vendors } from '../../src/providers/registry.ts';
import { DEPLOYMENT_SECRET } from '../cli/program.ts';
import { makeSelfSigned } from '../self-signed.ts';
import { type Front, openFront } from './front.ts';

/** Third-party cookies are blocked as for everybody who has switched them off; partitioned ones are not. */
export const STRICT_FLAGS = ['--test-third-party-cookie-phaseout', '--host-resolver-rules=MAP *.example localhost'];

const SECRET = 'practice-campus-secret-0123456789';
const COURSE_SITE_SECRET = 'practice-course-site-secret-0123456789';
const environment: Environment = { now: Date.now, randomBytes: (bytes) => randomBytes(bytes) };

export interface LtiSites {
  readonly campus: string;
  readonly broker: string;
  readonly courseSite: string;
  /** A site that nobody invited; what it serves at `/` is the test's. */
  readonly evil: string;
  serveEvil(document: string): void;
  readonly simulator: LtiSimulator;
}

export interface LtiSitesOptions {
  readonly product: LtiProductName;
  readonly linking: 'create-on-first-launch' | 'require-account';
  /** False: the browser is one that does not know `Partitioned`, and so keeps no cookie of ours in frames at all. */
  readonly partitions: boolean;
}

export async function withLtiSites(options: LtiSitesOptions, body: (sites: LtiSites) => Promise<void>): Promise<void> {
  const cleanUp: (() => unknown)[] = [];
  try {
    await body(await openSites(options, cleanUp));
  } finally {
    for (const close of cleanUp.reverse()) await close();
  }
}

async function openSites(options: LtiSitesOptions, cleanUp: (() => unknown)[]): Promise<LtiSites> {
  const openSite = async (host: string) => {
    const front = await openFront(makeSelfSigned(host, { expired: false }));
    cleanUp.push(front.close);
    return { front, origin: `https://${host}:${front.port}` };
  };
  const [campus, broker, courseSite, evil] = [
    await openSite('campus.example'),
    await openSite('broker.example'),
    await openSite('cursos.example'),
    await openSite('evil.example'),
  ];
  /** Behind TLS: servers trust none of these certificates, and know none of these names. */
  const inside = (address: string) =>
    fetch(address.replace(broker.origin, `http://127.0.0.1:${broker.front.target()}`));
  const lead = (front: Front, { origin, close }: Listening) => {
    cleanUp.push(close);
    front.leadTo(Number(new URL(origin).port));
  };

  const simulator = createLtiSimulator({
    ...{ environment, product: options.product, origin: campus.origin, prefix: '', fetch: inside },
    tools: toolsAt(broker.origin, courseSite.origin),
  });
  const campusServer = await listen(simulator.app, { port: 0, hostname: '127.0.0.1' });
  lead(campus.front, campusServer);
  const keys = await openKeyDoor(campusServer, cleanUp);
  await serveBroker(
    broker,
    { ...options, simulator, courseSite: courseSite.origin, campus: campus.origin, keys },
    cleanUp,
  );

  const site = createCourseSite({
    ...{ origin: courseSite.origin, issuer: broker.origin, clientId: 'course-site', clientSecret: COURSE_SITE_SECRET },
    ...{ environment, scope: 'openid profile email lti' },
    fetch: (url, init) =>
      fetch(url.replace(broker.origin, `http://127.0.0.1:${broker.front.target()}`), init as RequestInit),
  });
  const siteServer = await listenCourseSite(site, 0, '127.0.0.1');
  cleanUp.push(() => {
    siteServer.close();
    siteServer.closeAllConnections();
  });
  courseSite.front.leadTo((siteServer.address() as AddressInfo).port);

  let document = '';
  const evilServer = createServer((_, response) => response.setHeader('content-type', 'text/html').end(document));
  evilServer.listen(0, '127.0.0.1');
  await once(evilServer, 'listening');
  cleanUp.push(() => {
    evilServer.close();
    evilServer.closeAllConnections();
  });
  evil.front.leadTo((evilServer.address() as AddressInfo).port);

  return {
    ...{ campus: campus.origin, broker: broker.origin, courseSite: courseSite.origin, evil: evil.origin, simulator },
    serveEvil(text) {
      document = `<!doctype html><html lang="en"><title>evil</title><link rel="icon" href="data:,"><body>${text}</body></html>`;
    },
  };
}

const toolsAt = (broker: string, courseSite: string): readonly LtiTool[] => [
  {
    ...{ version: '1.3', slug: 'nueva', name: 'Cursos', launchAddress: `${courseSite}/courses/water` },
    ...{ clientId: 'llavero', deploymentId: '1', loginAddress: `${broker}/lti/1.3/login` },
    redirectUris: [`${broker}/lti/1.3/launch`],
    ...{ keySetAddress: `${broker}/lti/1.3/jwks`, scopes: [], legacy: null },
  },
  {
    ...{ version: '1.1', slug: 'antigua', name: 'Cursos (1.1)', launchAddress: `${broker}/lti/1.1/launch` },
    ...{ consumerKey: 'campus', secret: SECRET, signatureMethod: 'HMAC-SHA1' },
  },
];

interface BrokerParts extends LtiSitesOptions {
  readonly simulator: LtiSimulator;
  readonly courseSite: string;
  readonly campus: string;
  /** The campus at `localhost`, for the broker: the names of the sites are known to the browser alone. */
  readonly keys: string;
}

/** With a certificate that this process trusts meanwhile: the broker asks for keys over https and nothing else. */
async function openKeyDoor({ origin }: Listening, cleanUp: (() => unknown)[]): Promise<string> {
  const tls = makeSelfSigned('localhost', { expired: false });
  const trusted = getCACertificates('default');
  setDefaultCACertificates([...trusted, tls.certificate]);
  cleanUp.push(() => setDefaultCACertificates(trusted));
  const door = await openFront(tls);
  cleanUp.push(door.close);
  door.leadTo(Number(new URL(origin).port));
  return `https://localhost:${door.port}`;
}

async function serveBroker(
  { origin, front }: { readonly origin: string; readonly front: Front },
  parts: BrokerParts,
  cleanUp: (() => unknown)[],
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'llavero-lti-'));
  cleanUp.push(() => rm(folder, { recursive: true }));
  const settings = parseSettings({
    ...{ NODE_ENV: 'test', LLAVERO_PUBLIC_URL: origin, LLAVERO_SECRET: DEPLOYMENT_SECRET },
    LLAVERO_DATABASE_URL: `sqlite:${join(folder, 'llavero.db')}`,
  });
  const log = createLog({ level: 'error', environment, showPlaces: true });
  const broker = await openBroker(settings, { environment, log });
  cleanUp.push(broker.close);
  const wanted = parseConfigurationFile(configurationOf(parts), { env: {}, vendors });
  const authorship = { by: 'test', reason: 'test', at: environment.now() };
  await applyConfiguration(broker.configurationStore, wanted, { prune: false, vendors }, authorship);
  const server = createServer((request, response) => {
    if (!parts.partitions) forgetPartitions(response);
    void broker.listener(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanUp.push(() => {
    server.close();
    server.closeAllConnections();
  });
  front.leadTo((server.address() as AddressInfo).port);
}

/** Without the attribute Chromium takes the cookie for one of a third party, as browsers do that never heard of it. */
function forgetPartitions(response: ServerResponse): void {
  const { writeHead } = response;
  const changed = (value: unknown): unknown => {
    if (typeof value === 'string') return value.replaceAll('; Partitioned', '');
    if (Array.isArray(value)) return value.map(changed);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, changed(each)]));
  };
  response.writeHead = ((...given: unknown[]) =>
    Reflect.apply(writeHead, response, given.map(changed))) as typeof response.writeHead;
}

const configurationOf = ({ simulator: { platform }, courseSite, campus, keys, linking }: BrokerParts) => `
providers:
  - slug: guest
    vendor: guest
    enabled: true
clients:
  - client_id: course-site
    client_name: Ceiba
    client_secret: ${COURSE_SITE_SECRET}
    redirect_uris: [${courseSite}/callback]
    initiate_login_uri: ${courseSite}/login
    lti_targets: [${courseSite}/courses/]
    skip_authorization: true
    claims:
      - name
      - https://purl.imsglobal.org/spec/lti/claim/deployment_id
      - https://purl.imsglobal.org/spec/lti/claim/context
lti:
  platforms:
    - slug: campus
      name: Campus Tezontle
      issuer: ${platform.issuer}
      client_id: llavero
      deployment_ids: ["1"]
      authorization_endpoint: ${platform.authorization_endpoint}
      token_endpoint: ${keys}/lti/token
      jwks_uri: ${keys}/lti/jwks
      linking: ${linking}
      client: course-site
      frame_origins: [${campus}]
  consumers:
    - slug: antiguo
      name: Campus Tezontle
      oauth_consumer_key: campus
      secret: ${SECRET}
      linking: ${linking}
      client: course-site
      frame_origins: [${campus}]
outbound:
  allow_private: ["${new URL(keys).host}"]
`;
