/**
 * Removes what has expired, a few hundred rows at a time, so that no table grows for ever and no sweep is felt (M-09).
 */
import type { Log } from '../events/log.ts';
import type { Environment, Milliseconds } from '../model.ts';
import type { Store } from './store.ts';

const EVERY: Milliseconds = 60_000;
const AT_MOST = 500;
/** Kept a little beyond their life, so that a person who comes late is told so, and not that nothing was ever begun. */
const GRACE: Milliseconds = 15 * 60_000;

export interface Sweeping {
  stop(): Promise<void>;
}

/** One round; answers how many rows went. */
export async function sweep(store: Store, now: Milliseconds): Promise<number> {
  let deleted = 0;
  const { signIns, mailProofs, oidcRecords, sessions, outbox, outgoingEvents, rateLimits, addressUndos } = store;
  const tables = [signIns, mailProofs, oidcRecords, sessions, outbox, outgoingEvents, rateLimits, addressUndos];
  const more = [
    store.outgoingScores,
    store.scorePlaces,
    store.rosters,
    store.serviceTokens,
    store.ltiNonces,
    store.ltiLogins,
    store.ltiDeepLinks,
    store.ltiInvitations,
  ];
  for (const table of [...tables, ...more]) {
    deleted += await inPortions((atMost) => table.deleteExpired(now - GRACE, atMost));
  }
  await inPortions((atMost) => store.sessions.forgetExpiredUpstream(now, atMost));
  await inPortions((atMost) => store.merges.forgetSnapshots(now, atMost));
  return deleted;
}

async function inPortions(carryOut: (atMost: number) => Promise<number>): Promise<number> {
  let done = 0;
  let round: number;
  do {
    round = await carryOut(AT_MOST);
    done += round;
  } while (round === AT_MOST);
  return done;
}

/** @param chores what else is due now and then, and must not be felt either; none waits for another to succeed */
export function startSweeping(
  store: Store,
  { environment, log }: { environment: Environment; log: Log },
  chores: readonly (() => Promise<unknown>)[],
): Sweeping {
  let running: Promise<unknown> = Promise.resolve();
  async function carryOut(): Promise<void> {
    for (const work of [() => sweep(store, environment.now()), ...chores]) {
      await work().catch((error: unknown) => log.error({ event: 'sweep.failed' }, error));
    }
  }
  const timer = setInterval(() => {
    running = carryOut();
  }, EVERY);
  timer.unref();
  return {
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}
