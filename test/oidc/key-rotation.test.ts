/**
 * N-07, A-42: two whole rotations, seen by relying parties that keep the published keys: `jose` and `openid-client`, which we did not
 * write. They look by the clock of the process, so that is the one which is moved.
 */
import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { createRemoteJWKSet, customFetch, decodeProtectedHeader, type JWTVerifyGetKey, jwtVerify } from 'jose';
import * as openid from 'openid-client';
import { rotateDueKeys } from '../../src/oidc/key-schedule.ts';
import { DAY, KEY_ADVANCE, RETIRED_KEY_LIFE, rotateKey, SETTLING } from '../../src/oidc/keys.ts';
import { BROKER, type Rig } from '../rig.ts';
import { withSecondProcess } from '../second-process.ts';
import {
  appBrowser,
  authorizationUrl,
  authorizeAs,
  claimsIn,
  codeIn,
  LOG_OUT,
  openidClient,
  redeem,
  VERIFIER,
  withClients,
  withClientsOnEachDatabase,
} from './relying-party.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const JWKS = `${BROKER}/oauth2/jwks`;
const MONTH = 30;

/** The clock of everything in this process, until the test ends. */
async function withClock(body: (clock: { advance(by: number): void }) => Promise<void>): Promise<void> {
  let now = Date.now();
  mock.timers.enable({ apis: ['Date'], now });
  try {
    await body({
      advance(by) {
        now += by;
        mock.timers.setTime(now);
      },
    });
  } finally {
    mock.timers.reset();
  }
}

/** Keeps what it got for a whole day, and does not look again for a `kid` that it does not know. */
function strictParty(broker: Rig['broker']): JWTVerifyGetKey {
  return createRemoteJWKSet(new URL(JWKS), {
    ...{ cacheMaxAge: DAY, cooldownDuration: Number.POSITIVE_INFINITY },
    [customFetch]: (url, options) => broker(new Request(url, options as RequestInit)),
  });
}

/** A cache on the way that keeps an answer for as long as it says, and hands it out until then. */
function cached(broker: Rig['broker']): Rig['broker'] {
  let kept: { readonly body: string; readonly until: number } | null = null;
  return async (request) => {
    if (kept === null || Date.now() >= kept.until) {
      const answer = await broker(request);
      const [, seconds = '0'] = /max-age=(\d+)/.exec(answer.headers.get('cache-control') ?? '') ?? [];
      kept = { body: await answer.text(), until: Date.now() + Number(seconds) * 1000 };
    }
    return new Response(kept.body, { headers: { 'Content-Type': 'application/jwk-set+json' } });
  };
}

async function idToken(rig: Rig): Promise<string> {
  return (await redeem(rig, 'web', codeIn(await authorizeAs(appBrowser(rig), 'web', 'nacional')))).id_token;
}

/** At the moment at which it was issued: how old it is by now is not what is asked here. */
function verified(token: string, keys: JWTVerifyGetKey) {
  const currentDate = new Date(Number(claimsIn(token).iat) * 1000);
  return jwtVerify(token, keys, { issuer: BROKER, audience: 'web', currentDate });
}

withClients(
  'N-07 through two rotations by schedule nobody who keeps the keys for a day meets one that it does not know',
  (rig) =>
    withClock(async (clock) => {
      const schedule = () =>
        rotateDueKeys(rig.open.store.signingKeys, MONTH, { environment: rig.clock.environment, log: quiet });
      // Before each rotation one begins in each hour, so that when the key begins to sign each last looked at another time; every
      // other one behind a cache, whose copy is almost an hour old by then.
      const parties: JWTVerifyGetKey[] = [];
      const cache = cached(rig.broker);
      const signers: unknown[] = [];
      let token = await idToken(rig);
      for (let hour = 0; hour < 2 * MONTH * 24 + 30; hour += 1, clock.advance(MINUTE)) {
        const ofMonth = hour % (MONTH * 24);
        const [isJustAfter, isJustBefore] = [ofMonth < 30, ofMonth >= (MONTH - 3) * 24];
        if (isJustAfter || isJustBefore) {
          if (isJustAfter) token = await idToken(rig);
          if (isJustAfter) signers.push(decodeProtectedHeader(token).kid);
          for (const keys of parties) await verified(token, keys);
          await cache(new Request(JWKS));
          await schedule();
        }
        clock.advance(HOUR - MINUTE);
        if (!isJustBefore) continue;
        if (ofMonth === (MONTH - 3) * 24) parties.length = 0;
        parties.push(strictParty(hour % 2 === 0 ? cache : rig.broker));
        for (const keys of parties.slice(-1)) await verified(token, keys);
      }
      assert.deepEqual([...new Set(signers)], ['rs256-1', 'rs256-2', 'rs256-3']);
    }),
);

withClients('N-07 the strict party is strict: a key that signs before a day is over is refused by it', (rig) =>
  withClock(async (clock) => {
    const keys = strictParty(rig.broker);
    await verified(await idToken(rig), keys);
    await rotateKey(rig.open.store.signingKeys, atOnce, rig.clock.environment);
    clock.advance(SETTLING);
    await assert.rejects(verified(await idToken(rig), keys), { code: 'ERR_JWKS_NO_MATCHING_KEY' });
  }),
);

withClients(
  'a token that was signed just before its key retired is checked by it, and says who signs out long after',
  (rig) =>
    withClock(async (clock) => {
      await rotateKey(rig.open.store.signingKeys, slowly, rig.clock.environment);
      clock.advance(KEY_ADVANCE - 1000);
      const last = await idToken(rig);
      assert.equal(decodeProtectedHeader(last).kid, 'rs256-1');
      clock.advance(2000);
      assert.equal(decodeProtectedHeader(await idToken(rig)).kid, 'rs256-2');
      await verified(last, strictParty(rig.broker));
      const leave = async () => {
        const hint = new URLSearchParams({ id_token_hint: last, client_id: 'web' });
        return (await rig.broker(new Request(`${LOG_OUT}?${hint}`))).status;
      };
      clock.advance(RETIRED_KEY_LIFE - 10_000);
      assert.notEqual(await leave(), 400);
      // Once its key is gone nobody can say any more whose it was.
      clock.advance(10_000);
      assert.equal(await leave(), 400);
    }),
);

withClients(
  'openid-client goes through a whole sign-in on both sides of a rotation, and while one is on its way',
  (rig) =>
    withClock(async (clock) => {
      const config = await openidClient(rig, 'web');
      openid.enableNonRepudiationChecks(config);
      const signIn = async () => {
        const answer = await authorizeAs(appBrowser(rig), 'web', 'nacional');
        const checks = { expectedState: 'practice-state', expectedNonce: 'practice-nonce', pkceCodeVerifier: VERIFIER };
        return (await openid.authorizationCodeGrant(config, answer, checks)).claims()?.sub;
      };
      const before = await signIn();
      await rotateKey(rig.open.store.signingKeys, slowly, rig.clock.environment);
      clock.advance(HOUR);
      assert.equal(await signIn(), before);
      clock.advance(KEY_ADVANCE);
      assert.equal(await signIn(), before);
    }),
);

withClientsOnEachDatabase(
  'R-18 what one process signs with a key that is rotated at once, another publishes, whenever each has looked',
  (rig) =>
    withSecondProcess(rig, async (second) => {
      const kidsOfSecond = async () => {
        const answer = await second(new Request(JWKS));
        return ((await answer.json()) as { keys: { kid: string }[] }).keys.map(({ kid }) => kid);
      };
      await kidsOfSecond();
      await rotateKey(rig.open.store.signingKeys, atOnce, rig.clock.environment);
      const signers = new Set<string>();
      for (let time = 0; time <= SETTLING + 2000; time += 1500) {
        const kid = String(decodeProtectedHeader(await idToken(rig)).kid);
        signers.add(kid);
        assert.ok((await kidsOfSecond()).includes(kid), `${kid} after ${time} ms`);
        rig.clock.advance(1500);
      }
      assert.deepEqual([...signers], ['rs256-1', 'rs256-2']);
    }),
  ['SQLite file', 'PostgreSQL'],
);

withClients(
  'A-42 the published keys say for how long they may be kept, and an answer without keys does not',
  async (rig) => {
    const keys = () => rig.broker(new Request(JWKS));
    assert.equal((await keys()).headers.get('cache-control'), 'public, max-age=3600');
    const silent = authorizationUrl('web', { prompt: 'none' });
    assert.doesNotMatch((await rig.broker(new Request(silent))).headers.get('cache-control') ?? '', /public/);
  },
);

const slowly = { algorithm: 'RS256', begin: 'when clients have seen it', by: 'test', reason: 'test' } as const;
const atOnce = { ...slowly, begin: 'at once' } as const;
const quiet = { debug() {}, info() {}, warn() {}, error() {}, child: () => quiet };
