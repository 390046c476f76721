/**
 * A campus with its services, and what sends scores to it: one process of ours or several, a clock that the test moves, no network.
 *
 * Where scores go is what a launch of the campus says, read as launches are.
 */
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import {
  allLtiScopes,
  createKeyPool,
  createLtiSimulator,
  type LtiProductName,
  type LtiSimulator,
  type LtiSimulatorOptions,
  type LtiTool11,
  type LtiTool13,
} from '../../simulators/index.ts';
import type { LtiPlatformDocument } from '../../src/configuration/lti-document.ts';
import { SignInError } from '../../src/errors.ts';
import type { Outbound, OutboundRequest, OutboundResponse } from '../../src/http.ts';
import { parseUpstreamJson } from '../../src/json.ts';
import { readClaims13 } from '../../src/lti/claims-1-3.ts';
import { publicKeySet } from '../../src/lti/key-set.ts';
import type { Score, ScoreDestination } from '../../src/lti/score.ts';
import { type CampusCalls, openCampusCalls } from '../../src/lti/services/campus-calls.ts';
import { createPlatformClient, type PlatformClient } from '../../src/lti/services/platform-client.ts';
import type { ServicePorts } from '../../src/lti/services/ports.ts';
import { createServiceCall } from '../../src/lti/services/service-call.ts';
import { createServiceTokens, type PlatformErrand, type ServiceTokens } from '../../src/lti/services/service-tokens.ts';
import { createSignForCampus } from '../../src/lti/sign.ts';
import type { JsonObject } from '../../src/model.ts';
import type { DatedKey } from '../../src/oidc/keys.ts';
import { consumerWith, platformWith } from './world.ts';

const keyPool = createKeyPool();
const NOW = 1_760_000_000_000;
export const CAMPUS = 'https://campus.test/lms';
export const COURSE = 'mat-101';
export const SECRET = 's3cr3t&/+ é of the campus';

export const tool13: LtiTool13 = {
  ...{ version: '1.3', slug: 'llavero', name: 'Llavero', launchAddress: 'https://tool.test/launch' },
  ...{ clientId: 'client', deploymentId: '1', loginAddress: 'https://tool.test/login' },
  ...{ redirectUris: ['https://tool.test/launch'], keySetAddress: 'https://tool.test/jwks' },
  ...{ scopes: allLtiScopes, legacy: null },
};

export const tool11: LtiTool11 = {
  ...{ version: '1.1', slug: 'antigua', name: 'Llavero', launchAddress: 'https://tool.test/launch' },
  ...{ consumerKey: 'campus-key', secret: SECRET, signatureMethod: 'HMAC-SHA1' },
};

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
export const ourKey: DatedKey = {
  ...{ kid: 'lti-rs256-1', algorithm: 'RS256', jwk: privateKey.export({ format: 'jwk' }) as JsonObject },
  ...{ createdAt: 0, signsFrom: 0, withdrawnAt: null, state: 'signing', signsUntil: null, publishedUntil: null },
};

export type Wrap = (request: OutboundRequest, next: Outbound) => Promise<OutboundResponse>;

export interface ServiceWorld {
  readonly simulator: LtiSimulator;
  readonly platform: LtiPlatformDocument;
  /** What a process of ours works with: another one each time. */
  readonly ports: CampusCalls;
  /** All calls of ours, in order. */
  readonly calls: OutboundRequest[];
  callsTo(end: string): readonly OutboundRequest[];
  now(): number;
  pass(milliseconds: number): void;
  /** Stands on the way of each call from now on. */
  wrap(wrap: Wrap): void;
  /** A client of its own, and an errand at the platform. */
  client(): { readonly client: PlatformClient; readonly tokens: ServiceTokens; readonly errand: PlatformErrand };
  /** Where a launch says that scores go. */
  destination(person: string, link: string): ScoreDestination;
}

/** As `http.ts` hands an answer on. */
const overApp =
  ({ app }: LtiSimulator): Outbound =>
  async ({ method, url, headers, body }) => {
    if (url.origin !== new URL(CAMPUS).origin) throw new SignInError('provider_unreachable', `${url.host}: nobody`);
    const answer = await app.request(url.href, { method, headers, body });
    return { status: answer.status, headers: Object.fromEntries(answer.headers), body: await answer.text() };
  };

export function createServiceWorld(
  product: LtiProductName = 'plain',
  options: Partial<LtiSimulatorOptions> & { readonly platform?: object; readonly consumers?: readonly object[] } = {},
): ServiceWorld {
  const { platform: changes = {}, consumers = [{}], ...more } = options;
  let now = NOW;
  let wrap: Wrap = (request, next) => next(request);
  const clock = { now: () => now, randomBytes: (count: number) => crypto.getRandomValues(new Uint8Array(count)) };
  const simulator = createLtiSimulator({
    ...{ environment: clock, product, origin: 'https://campus.test', prefix: '/lms', keyPool, tools: [tool13, tool11] },
    fetch: async () => Response.json(publicKeySet([ourKey])),
    ...more,
  });
  const { issuer, authorization_endpoint, token_endpoint, token_audience, jwks_uri } = simulator.platform;
  const platform = platformWith({
    ...{ slug: 'campus', issuer, authorization_endpoint, token_endpoint, token_audience, jwks_uri },
    ...{ client_id: tool13.clientId, deployment_ids: [tool13.deploymentId], ...changes },
  });
  const known = consumers.map((one) => consumerWith({ slug: 'antiguo', secret: SECRET, ...one }));
  const calls: OutboundRequest[] = [];
  const direct = overApp(simulator);
  const outbound: Outbound = (request) => {
    calls.push(request);
    return wrap(request, direct);
  };
  const ports: ServicePorts = {
    environment: clock,
    outbound: async () => outbound,
    keys: { current: async () => [ourKey] },
    registrations: async () => ({
      ltiPlatforms: new Map([[platform.slug, platform]]),
      ltiConsumers: new Map(known.map((one) => [one.slug, one])),
    }),
  };
  return {
    ...{ simulator, platform, calls },
    get ports() {
      return openCampusCalls(ports);
    },
    callsTo: (end) => calls.filter(({ url }) => url.pathname.endsWith(end)),
    now: () => now,
    pass(milliseconds) {
      now += milliseconds;
    },
    wrap(next) {
      wrap = next;
    },
    client() {
      const call = createServiceCall(clock);
      const tokens = createServiceTokens({ environment: clock, call, sign: createSignForCampus(ports.keys) });
      return {
        tokens,
        client: createPlatformClient(call, tokens),
        errand: { registration: 'campus', outbound, platform },
      };
    },
    destination(person, link) {
      return link.startsWith('llavero')
        ? gradeService(simulator, platform, person, link)
        : outcomeService(simulator, person, link);
    },
  };
}

function gradeService(
  simulator: LtiSimulator,
  platform: LtiPlatformDocument,
  person: string,
  link: string,
): ScoreDestination {
  const token = simulator.idToken({ person, course: COURSE, link }, 'nonce');
  const claims = parseUpstreamJson(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
  const facts = readClaims13(claims, platform, { deploymentId: null });
  const { lineItem, lineItems, scopes } = facts.grades ?? assert.fail('the launch has no grade service');
  return {
    ...{ kind: 'grade-service', registration: platform.slug, userId: facts.subject ?? assert.fail('nobody') },
    ...{
      resourceLinkTitle: 'Lección 1',
      resourceLinkId: facts.resourceLink?.id ?? assert.fail('no link'),
      lineItem,
      lineItems,
      scopes,
    },
  };
}

function outcomeService(simulator: LtiSimulator, person: string, link: string): ScoreDestination {
  const fields = new Map(simulator.launchForm({ person, course: COURSE, link }).fields);
  const field = (name: string) => fields.get(name) ?? assert.fail(`no ${name}`);
  return {
    ...{ kind: 'outcome-service', registration: 'antiguo' },
    ...{ serviceUrl: field('lis_outcome_service_url'), sourcedId: field('lis_result_sourcedid') },
  };
}

export const scoreAt = (at: number, changes: Partial<Score> = {}): Score => ({
  ...{ points: { given: 8.5, maximum: 10 }, comment: null, at },
  ...{ activityProgress: 'Completed', gradingProgress: 'FullyGraded', ...changes },
});

/** What a campus answers in place of its own answer. */
export const answerWith = (status: number, body = '', headers: OutboundResponse['headers'] = {}): OutboundResponse => ({
  status,
  headers,
  body,
});
