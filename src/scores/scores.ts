/**
 * Sends campuses the scores that apps gave, at once where they answer, and again later where they do not.
 *
 * What is promised: each score arrives, or a newer one of the same person and activity does, or it is given up with its reason. It may
 * arrive twice, never after a newer one. A campus that is slow or away holds up no other.
 */
import { randomToken } from '../crypto.ts';
import { attempt, inWords, type Sending } from '../delivery/attempt.ts';
import { createLanes } from '../delivery/lanes.ts';
import { createPool } from '../delivery/pool.ts';
import { startWorker, type Worker } from '../delivery/worker.ts';
import type { Log } from '../events/log.ts';
import type { Score, SendScore } from '../lti/score.ts';
import { destinationOf } from '../lti/score-destination.ts';
import type { Environment, Milliseconds } from '../model.ts';
import type { ClaimedScore, OutgoingScores } from '../store/outgoing-scores.ts';

/** Several, so that one slow answer delays no other; few, so that no campus is flooded by the end of an exam. */
export const CALLS_AT_ONCE = 4;
/** Longer than a call may take. A process that died leaves its scores to the others after this. */
export const LEASE: Milliseconds = 60_000;
export const LONGEST_WAIT: Milliseconds = 60 * 60_000;

export interface ScoreDependencies {
  readonly environment: Environment;
  readonly log: Log;
  readonly store: { readonly outgoingScores: OutgoingScores };
  readonly send: SendScore;
  readonly delay: (milliseconds: number) => Promise<void>;
}

export function startScores({ environment, log, store, send, delay }: ScoreDependencies): Worker {
  const { outgoingScores } = store;
  const failed = (error: unknown) => log.error({ event: 'score.failed' }, error);

  const sending: Sending<ClaimedScore> = {
    longestWait: LONGEST_WAIT,
    deliver: ({ link, service, said }) => send(destinationOf(link, service), readScore(said)),
    async sent(claimed, durationMs) {
      await outgoingScores.finish(claimed, environment.now());
      log.info({ event: 'score.sent', durationMs, ...fateOf(claimed) });
    },
    async putOff(claimed, failure, retryAt) {
      await outgoingScores.putBack(claimed, retryAt, inWords(failure), environment.now());
      log.warn({ event: 'score.delayed', ...fateOf(claimed), ...failure });
    },
    async giveUp(claimed, failure) {
      const { id, userId, clientId, link } = claimed;
      await outgoingScores.giveUp(claimed, inWords(failure), {
        ...{ id: randomToken(environment, 16), at: environment.now(), type: 'score.given_up', userId, clientId },
        ...{ code: null, provider: null, signInId: null, reference: null },
        detail: { score: id, registration: link.registration, reason: inWords(failure) },
      });
      log.error({ event: 'score.given_up', ...fateOf(claimed), ...failure });
    },
  };

  const lanes = createLanes({
    names: () => outgoingScores.waitingRegistrations(),
    open: (registration) =>
      createPool({
        atOnce: CALLS_AT_ONCE,
        claim: () => outgoingScores.claim(registration, environment.now(), LEASE),
        // A campus that does not answer is not asked with everything that waits for it: the next look tries again.
        carryOut: async (claimed: ClaimedScore) => (await attempt(claimed, sending, environment)) !== 'later',
        failed,
      }),
    failed,
  });
  // A call has a deadline of its own, so there is nothing to cut.
  return startWorker(lanes, { delay, cut: () => {} });
}

/** What is stored of a score, and back. */
export const writeScore = (score: Score): string => JSON.stringify(score);
export const readScore = (said: string): Score => JSON.parse(said);

function fateOf({ attempt: count, clientId, userId, link }: ClaimedScore) {
  return { count, clientId, userId, step: link.registration };
}
