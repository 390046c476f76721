/**
 * Everything that is done for one learner at an LMS: their account, then tokens to act for them, each once and whatever happens
 * in between.
 *
 * One at a time for each learner, by the lease of the row. What is about to be sent is written before it is sent, and what came back
 * before anything follows: whoever dies in between leaves a row from which the next one finds out what became of it. No
 * transaction is open during a call.
 */
import { randomName } from '../crypto.ts';
import type { Log } from '../events/log.ts';
import type { Environment, Milliseconds } from '../model.ts';
import type { ClaimedLearner, Learner, LearnerFailure, LearnerPart } from '../store/open-edx-learners.ts';
import type { Store } from '../store/store.ts';
import { type FailureCode, retryAt } from './failures.ts';
import type { Lms } from './lms.ts';

/** Far above what one step takes, with every wait for the throttle; renewed with each write. */
const LEASE: Milliseconds = 15 * 60_000;

export interface LearnerDependencies {
  readonly lms: Lms;
  readonly environment: Environment;
  readonly log: Log;
  readonly store: Pick<Store, 'openEdxLearners'>;
}

/** The one who works on the learner now. */
export interface Work {
  /** As it was written last. */
  current(): Learner;
  /** Writes, and keeps the learner. @throws LeaseLost */
  write(part: Partial<LearnerPart>): Promise<void>;
}

/** Somebody else works on the learner, or they were merged away: what was found out meanwhile is not ours to write. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}

export type StepResult =
  | { readonly kind: 'done' }
  | {
      readonly kind: 'failed';
      readonly code: FailureCode;
      readonly answer: string | null;
      readonly retryAt?: Milliseconds;
    };

export const done: StepResult = { kind: 'done' };

export type LearnerOutcome<Result> =
  | { readonly kind: 'done'; readonly result: Result }
  | { readonly kind: 'busy' }
  | { readonly kind: 'nobody' }
  | { readonly kind: 'failed'; readonly failure: LearnerFailure };

export type LearnerStep<Result> = (
  work: Work,
) => Promise<{ readonly kind: 'done'; readonly result: Result } | Extract<StepResult, { kind: 'failed' }>>;

/** Claims the learner, works, and gives them back with what became of it, also when the work throws. */
export async function withLearner<Result>(
  { lms, environment, log, store }: LearnerDependencies,
  userId: string,
  step: LearnerStep<Result>,
): Promise<LearnerOutcome<Result>> {
  const learners = store.openEdxLearners;
  const lease = { id: randomName(environment), lease: randomName(environment), until: environment.now() + LEASE };
  const claim = await learners.claim({ lms: lms.slug, clientId: lms.clientId, userId }, lease, environment.now());
  if (claim.kind !== 'claimed') return claim;
  let learner = claim.learner;
  const claimed: ClaimedLearner = { learner, lease: claim.lease };
  const work: Work = {
    current: () => learner,
    async write(part) {
      const next = { ...learner, ...part };
      const now = environment.now();
      if (!(await learners.save(claimed, next, now + LEASE, now)))
        throw new LeaseLost('the lease of the learner was lost');
      learner = next;
    },
  };
  const giveBack = (part: Partial<LearnerPart>) =>
    learners.release(claimed, { ...learner, ...part }, environment.now());
  try {
    const result = await step(work);
    if (result.kind === 'done') {
      await giveBack({ failure: null, tries: 0 });
      return result;
    }
    const failure = failureOf(result, learner.tries + 1, environment.now());
    // A limit is nobody's failure: it says nothing of whether the next try will do.
    const tries = result.code === 'rate-limited' ? learner.tries : learner.tries + 1;
    await giveBack({ failure, tries });
    // A run has a report of its own; this is for who looks for one learner.
    log.info({ event: 'learner.failed', userId, clientId: lms.clientId, code: failure.code, detail: failure.answer });
    return { kind: 'failed', failure };
  } catch (error) {
    if (error instanceof LeaseLost) return { kind: 'busy' };
    await giveBack({}).catch(() => false);
    throw error;
  }
}

function failureOf(result: Extract<StepResult, { kind: 'failed' }>, tries: number, now: Milliseconds): LearnerFailure {
  return {
    code: result.code,
    answer: result.answer,
    retryAt: result.retryAt ?? retryAt(result.code, tries, now),
  };
}
