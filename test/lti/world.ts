/**
 * The routes of LTI over a real socket, behind the middleware that all routes have, with a stand-in for what a launch becomes: it
 * shows the launch. The clock is the test's, the platform's keys are served by it, and nothing leaves the process.
 */
import assert from 'node:assert/strict';
import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import {
  type LtiConsumerDocument,
  type LtiPlatformDocument,
  ltiConsumerSchema,
  ltiPlatformSchema,
} from '../../src/configuration/lti-document.ts';
import { createLog } from '../../src/events/log.ts';
import type { Outbound } from '../../src/http.ts';
import { createLimits } from '../../src/limits/limits.ts';
import type { Content } from '../../src/lti/deep-link.ts';
import { mountLti } from '../../src/lti/routes.ts';
import type { VerifiedLaunch } from '../../src/lti/verified-launch.ts';
import type { JsonObject } from '../../src/model.ts';
import { createKeySource } from '../../src/oidc/key-source.ts';
import { loadAssets } from '../../src/pages/assets.ts';
import { defaultBrand } from '../../src/pages/brand.ts';
import { startServer } from '../../src/server.ts';
import { createTrustedProxies } from '../../src/web/client-address.ts';
import type { WebEnv } from '../../src/web/context.ts';
import { createCookies } from '../../src/web/cookies.ts';
import { mountErrors } from '../../src/web/errors.ts';
import {
  refuseCrossSite,
  setClientAddressKey,
  setLocale,
  setReference,
  setSecurityHeaders,
} from '../../src/web/middleware.ts';
import { overHttp, TestBrowser } from '../browser.ts';
import { type DatabaseKind, databaseKinds } from '../databases.ts';
import { forEachStore, type TestStore } from '../store-fixture.ts';

export const BROKER = 'https://broker.example';
export const CAMPUS = 'https://campus.example';
export const SECRET = 'a-campus-secret-that-nobody-knows';

export const consumerWith = (changes: object): LtiConsumerDocument =>
  ltiConsumerSchema.parse({
    ...{ slug: 'campus', oauth_consumer_key: 'campus-key', secret: SECRET, linking: 'never', client: 'lms' },
    ...{ frame_origins: [CAMPUS], ...changes },
  });

export const platformWith = (changes: object): LtiPlatformDocument =>
  ltiPlatformSchema.parse({
    ...{ slug: 'moodle', issuer: CAMPUS, client_id: 'client', deployment_ids: ['1', '2'], linking: 'never' },
    ...{ authorization_endpoint: `${CAMPUS}/auth`, token_endpoint: `${CAMPUS}/token`, jwks_uri: `${CAMPUS}/jwks` },
    ...{ client: 'lms', ...changes },
  });

export interface LtiWorldOptions {
  readonly publicUrl: string;
  readonly consumers: readonly LtiConsumerDocument[];
  readonly platforms: readonly LtiPlatformDocument[];
  /** Who is signed in in whichever browser. */
  readonly signedIn: string | null;
  readonly content: readonly Content[];
}

export interface LtiWorld extends TestStore {
  /** Replaces what is configured. */
  configure(changes: Partial<LtiWorldOptions>): void;
  /** Sends to the broker over its socket, as whoever. */
  send(request: Request): Promise<Response>;
  browser(): TestBrowser;
  /** The launches that were handed on. */
  readonly launches: VerifiedLaunch[];
  /** Where each of them ends here, if it does. */
  readonly ends: (string | null)[];
  readonly logged: JsonObject[];
  /** What answers the broker's calls. */
  serve(outbound: Outbound): void;
  readonly calls: URL[];
}

export function forEachLtiWorld(
  promise: string,
  options: Partial<LtiWorldOptions>,
  body: (world: LtiWorld) => Promise<void>,
  kinds: readonly DatabaseKind[] = databaseKinds,
): void {
  forEachStore(promise, (given) => withLtiWorld(given, options, body), kinds);
}

/** For promises in which the database has no part. */
export function withOneLtiWorld(
  promise: string,
  options: Partial<LtiWorldOptions>,
  body: (world: LtiWorld) => Promise<void>,
): void {
  forEachLtiWorld(promise, options, body, ['SQLite in memory']);
}

async function withLtiWorld(
  given: TestStore,
  options: Partial<LtiWorldOptions>,
  body: (world: LtiWorld) => Promise<void>,
): Promise<void> {
  let configured: LtiWorldOptions = {
    ...{ publicUrl: BROKER, consumers: [], platforms: [], signedIn: null, content: [] },
    ...options,
  };
  const publicUrl = new URL(configured.publicUrl);
  const { store, clock: environment } = given;
  const logged: JsonObject[] = [];
  const log = createLog({
    ...{ level: 'debug', environment, showPlaces: true },
    destination: { write: (line: string) => logged.push(JSON.parse(line)) },
  });
  let answer: Outbound = async () => assert.fail('nothing is called');
  const calls: URL[] = [];
  const outbound: Outbound = (request) => {
    calls.push(request.url);
    return answer(request);
  };
  const launches: VerifiedLaunch[] = [];
  const ends: (string | null)[] = [];
  const cookies = createCookies(publicUrl);
  const limits = createLimits(store.rateLimits, environment);
  const app = new Hono<WebEnv>();
  app.use(setSecurityHeaders(publicUrl), setReference(environment), setLocale(cookies));
  app.use(setClientAddressKey(createTrustedProxies([]), log));
  const assets = loadAssets(defaultBrand);
  app.use((c, next) => {
    c.set('brand', defaultBrand);
    c.set('assets', assets);
    return next();
  });
  mountErrors(app, { environment, store, log, limits });
  mountLti(app, {
    ...{ publicUrl, environment, store, cookies, limits, keys: createKeySource(store.ltiKeys, environment) },
    registrations: async () => ({
      ltiConsumers: new Map(configured.consumers.map((consumer) => [consumer.slug, consumer])),
      ltiPlatforms: new Map(configured.platforms.map((platform) => [platform.slug, platform])),
    }),
    providerContext: async () => ({ ...environment, outbound }),
    whoIsSignedIn: async () => configured.signedIn,
    findContent: async () => ({ name: 'Courses', content: configured.content }),
    async receiveLaunch(c, launch, here) {
      launches.push(launch);
      ends.push(here);
      return c.text('received');
    },
  });
  app.use(refuseCrossSite(publicUrl));
  const listener = getRequestListener((request, bindings) => app.fetch(request, bindings), {
    overrideGlobalObjects: false,
  });
  const server = await startServer(listener, { port: 0, hostname: '127.0.0.1', log });
  const send = overHttp(server.port);
  try {
    await body({
      ...given,
      ...{ send, launches, ends, logged, calls },
      configure(changes) {
        configured = { ...configured, ...changes };
      },
      browser: () =>
        new TestBrowser({
          origins: { [publicUrl.origin]: send, [CAMPUS]: () => new Response('campus') },
          now: environment.now,
        }),
      serve(outbound) {
        answer = outbound;
      },
    });
  } finally {
    await server.close();
  }
}

/** The code on the page of a refusal, or what else was answered. */
export async function codeOf(response: Response): Promise<string> {
  const text = await response.text();
  return /data-testid="error-code">(\w+)</.exec(text)?.[1] ?? text.slice(0, 200);
}
