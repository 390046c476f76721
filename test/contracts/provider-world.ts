/**
 * One provider and its stand-in, inside the whole broker and alone, with real sockets for the broker's outbound calls.
 *
 * A front before the stand-in spoils answers on their way, after the work was done: the worst case, because the code is
 * spent and the client does not know. Shared by the cases of one provider; each case begins with `behave`.
 */
import assert from 'node:assert/strict';
import { Hono } from 'hono';
import { listen } from '../../simulators/listen.ts';
import { codeChallenge } from '../../src/crypto.ts';
import { type ErrorCode, SignInError } from '../../src/errors.ts';
import { createOutbound, type Outbound } from '../../src/http.ts';
import type { JsonObject } from '../../src/model.ts';
import type { Finish, RedirectProvider } from '../../src/providers/provider.ts';
import { vendors } from '../../src/providers/registry.ts';
import { createRedirectProvider } from '../../src/providers/testing.ts';
import type { Page, TestBrowser } from '../browser.ts';
import { assertRefusalPage } from '../refusal.ts';
import { BROKER, type Rig, withRig } from '../rig.ts';
import { type Fixture, given, type StandIn } from './provider-fixture.ts';

export const SLUG = 'subject';
export const CALLBACK = `${BROKER}/callback/${SLUG}`;
const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
const nonce = 'nonce-of-the-engine';
const state = 'a state/with+odd=characters&';

/** What becomes of an answer. @param signal aborted when the broker has gone away */
export type Spoil = (answer: Response, signal: AbortSignal) => Promise<Response>;

/** Somebody who came back from the provider and has not been let in yet. */
export interface Visit {
  readonly provider: RedirectProvider;
  readonly parameters: ReadonlyMap<string, string>;
  readonly remembered: JsonObject;
}

export interface World {
  readonly fixture: Fixture;
  readonly rig: Rig;
  readonly standIn: StandIn;
  readonly origin: string;
  /** Ends every misbehaviour, and forgets what was counted. */
  behave(): void;
  /** From now on, at one endpoint. */
  spoil(endpoint: string, how: Spoil): void;
  /** How often an endpoint was asked since `behave`. */
  asked(endpoint: string): number;
  /** What the stand-in had to complain about since `behave`. */
  complaints(): readonly string[];
  /** Calls of the broker end sooner than a slow answer. */
  hurry(): void;
  /** How often a redirect was followed. */
  trapped(): number;

  /** The provider alone: to the person's choice and back, with a provider that remembers nothing of earlier cases. */
  visit(person: string): Promise<Visit>;
  finish(visit: Visit, codeVerifier?: string): Promise<Finish>;
  signIn(person?: string): Promise<Finish>;
  /** Tries to sign in with the provider alone. @throws AssertionError unless that is refused, tidily */
  refuses(code: ErrorCode): Promise<void>;

  browser(): TestBrowser;
  /** The whole broker: to the person's choice, and the callback address with which the browser would come back. */
  leave(browser: TestBrowser, person?: string): Promise<URL>;
  /** @throws AssertionError unless the page refuses with the code and nobody was signed in by it */
  refusedPage(visit: () => Promise<Page>, code: ErrorCode): Promise<Page>;
}

export async function withWorld(fixture: Fixture, body: (world: World) => Promise<void>): Promise<void> {
  const front = createFront();
  const network = await listen(front.app, { port: 0, hostname: '127.0.0.1' });
  const { origin } = network;
  const settings = fixture.settings(origin);
  const moreProviders = `
  - slug: ${SLUG}
    vendor: ${fixture.vendor}
    enabled: true
    settings: ${JSON.stringify(settings)}`;
  const host = new URL(origin).host;
  const limits = { allowPrivate: [host], allowInsecure: [host] };
  const patient = createOutbound(limits);
  const hasty = createOutbound({ ...limits, timeoutMs: 80 });
  try {
    await withRig('SQLite in memory', { moreProviders }, async (rig) => {
      const standIn = fixture.mount({ environment: rig.clock.environment, origin, redirectUri: CALLBACK });
      front.stand(standIn);
      let isHurried = false;
      const outbound: Outbound = (request) => {
        const headers = { ...request.headers, [caseHeader]: String(front.currentCase()) };
        return (isHurried ? hasty : patient).outbound({ ...request, headers });
      };
      rig.interfere(outbound);
      const context = { ...rig.clock.environment, outbound };
      let complaintsBefore = 0;

      const world: World = {
        fixture,
        rig,
        standIn,
        origin,
        behave() {
          standIn.behave();
          front.behave();
          isHurried = false;
          complaintsBefore = standIn.complaints.length;
        },
        spoil: front.spoil,
        asked: front.asked,
        complaints: () => standIn.complaints.slice(complaintsBefore),
        hurry() {
          isHurried = true;
        },
        trapped: () => front.asked('trap'),
        async visit(person) {
          const provider = createRedirectProvider(vendors, { slug: SLUG, vendor: fixture.vendor, settings });
          const request = { redirectUri: CALLBACK, state, codeChallenge: codeChallenge(verifier), nonce };
          const { redirect, remembered } = await provider.start(
            { ...request, locale: 'es-MX', loginHint: null },
            context,
          );
          const browser = world.browser();
          const page = await browser.get(redirect);
          const back = await browser.submit(page, `person-${person}`, {}, { follow: false });
          const { searchParams: parameters } = back.redirect ?? assert.fail(world.complaints().join('; '));
          assert.equal(parameters.get('state'), state);
          return { provider, parameters: new Map(parameters), remembered };
        },
        finish: ({ provider, parameters, remembered }, codeVerifier = verifier) =>
          provider.finish({ parameters, redirectUri: CALLBACK, codeVerifier, nonce, remembered }, context),
        signIn: async (person = fixture.people.ordinary.slug) => world.finish(await world.visit(person)),
        async refuses(code) {
          await assert.rejects(world.signIn(), (error) => {
            assert.ok(error instanceof SignInError, error instanceof Error ? error.stack : String(error));
            assert.equal(error.code, code, error.detail);
            // Neither what the provider sent nor what we hold: a refusal is logged and may be shown to support.
            for (const secret of [...fixture.secrets, 'práctica', 'evil.test']) {
              assert.ok(!`${error.message}${error.stack}`.includes(secret), secret);
            }
            return true;
          });
          // A code is spent by sending it (RFC 6749 §4.1.2).
          assert.ok(front.asked(fixture.calls.token.endpoint) <= 1, 'nothing is asked twice');
        },
        browser: () => rig.browser('en', { [origin]: front.app.fetch }),
        async leave(browser, person = fixture.people.ordinary.slug) {
          const page = await browser.get(`${BROKER}/sign-in/${SLUG}`);
          const back = await browser.submit(page, `person-${person}`, {}, { follow: false });
          assert.equal(back.redirect?.origin, BROKER, back.body.slice(0, 300));
          return back.redirect;
        },
        async refusedPage(visit, code) {
          const count = async () => [await rig.count('users'), await rig.count('sessions')];
          const before = await count();
          const page = await visit();
          assertRefusalPage(page, code);
          assert.deepEqual(await count(), before, 'nobody was signed in');
          for (const secret of fixture.secrets) assert.ok(!page.body.includes(secret));
          return page;
        },
      };
      await body(world);
    });
  } finally {
    await network.close();
    await Promise.all([patient.close(), hasty.close()]);
  }
}

/** The call that a case is about, once the fixture is known to have it. */
export const callOf = ({ fixture }: World, name: keyof Fixture['calls']) => given(fixture.calls[name]);

/** Of which case a call is: one that was given up may arrive only during the next case, and counts for nothing there. */
const caseHeader = 'x-practice-case';

function createFront() {
  const hits = new Map<string, number>();
  let spoils = new Map<string, Spoil>();
  let standIn: StandIn | null = null;
  let currentCase = 0;
  let turn: Promise<unknown> = Promise.resolve();

  /** One at a time, so that the latest request of the stand-in is this one. */
  function serve(request: Request): Promise<{ answer: Response; endpoint: string }> {
    const served = turn.then(async () => {
      if (standIn === null) throw new Error('nobody stands behind the front yet');
      const answer = await standIn.app.fetch(request);
      return { answer, endpoint: standIn.requests.at(-1)?.endpoint ?? '' };
    });
    turn = served.catch(() => {});
    return served;
  }

  async function pass(request: Request, answer: Response, endpoint: string): Promise<Response> {
    if (Number(request.headers.get(caseHeader) ?? currentCase) !== currentCase) return answer;
    hits.set(endpoint, (hits.get(endpoint) ?? 0) + 1);
    return spoils.get(endpoint)?.(answer, request.signal) ?? answer;
  }

  const app = new Hono();
  app.all('/trap', ({ req: { raw: request } }) => pass(request, Response.json({}), 'trap'));
  app.all('*', async ({ req: { raw: request } }) => {
    const { answer, endpoint } = await serve(request);
    return pass(request, answer, endpoint);
  });
  return {
    app,
    currentCase: () => currentCase,
    stand(behind: StandIn) {
      standIn = behind;
    },
    spoil(endpoint: string, how: Spoil) {
      spoils.set(endpoint, how);
    },
    behave() {
      currentCase += 1;
      spoils = new Map();
      hits.clear();
    },
    asked: (endpoint: string) => hits.get(endpoint) ?? 0,
  };
}
