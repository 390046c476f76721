/**
 * Working through many learners: who is due, one after the other, with a report that tells the truth.
 *
 * A run can be stopped at any moment and begun again: it keeps no place of its own, because what is done is no longer due. It ends by
 * itself at the first fault that every learner would meet. Once the LMS takes no more registrations, it goes on only with those
 * who need none.
 */
import type { Milliseconds } from '../model.ts';
import type { LearnerFailure } from '../store/open-edx-learners.ts';
import { stopsRun } from './failures.ts';
import type { LearnerOutcome } from './learners.ts';

export interface Progress {
  readonly account: 'made' | 'was-there';
  readonly tokens: 'made' | 'was-there';
}

/** `waits`: they need a registration, and there are none to be had now. Nothing was done. */
export type LearnerResult = LearnerOutcome<Progress> | { readonly kind: 'waits' };

export interface RunReport {
  readonly accounts: number;
  readonly tokens: number;
  /** Had everything. */
  readonly unchanged: number;
  /** Others work on them at this moment. */
  readonly busy: number;
  /** Not active any more. */
  readonly gone: number;
  readonly failures: readonly { readonly userId: string; readonly failure: LearnerFailure }[];
  /** Wait for registrations, which are to be had again at that moment. */
  readonly waiting: { readonly count: number; readonly until: Milliseconds | null };
  /** The fault that ended the run before everybody was tried; null where it came to its end. */
  readonly stoppedBy: string | null;
}

export interface RunOptions {
  /** The next ones after this id, in the order of ids; empty at the end. */
  next(after: string): Promise<readonly string[]>;
  work(userId: string, mayRegister: boolean): Promise<LearnerResult>;
  /** At most so many are tried; null for all. */
  readonly limit: number | null;
  /** Told of each as it is done. */
  tell(userId: string, result: LearnerResult): void;
}

export async function runThrough({ next, work, limit, tell }: RunOptions): Promise<RunReport> {
  const tally = { accounts: 0, tokens: 0, unchanged: 0, busy: 0, gone: 0 };
  const failures: { userId: string; failure: LearnerFailure }[] = [];
  const waiting: { count: number; until: Milliseconds | null } = { count: 0, until: null };
  let stoppedBy: string | null = null;
  let tried = 0;
  let after = '';
  for (let ids = await next(after); ids.length > 0 && stoppedBy === null; ids = await next(after)) {
    for (const userId of ids) {
      after = userId;
      if (limit !== null && tried === limit) return { ...tally, failures, waiting, stoppedBy };
      tried += 1;
      const result = await work(userId, waiting.until === null);
      tell(userId, result);
      if (result.kind === 'done') {
        if (result.result.account === 'made') tally.accounts += 1;
        if (result.result.tokens === 'made') tally.tokens += 1;
        if (result.result.account !== 'made' && result.result.tokens !== 'made') tally.unchanged += 1;
      } else if (result.kind === 'busy') tally.busy += 1;
      else if (result.kind === 'nobody') tally.gone += 1;
      else if (result.kind === 'waits') waiting.count += 1;
      else if (result.failure.code === 'rate-limited') {
        waiting.count += 1;
        waiting.until = result.failure.retryAt;
      } else {
        failures.push({ userId, failure: result.failure });
        if (stopsRun(result.failure.code)) {
          stoppedBy = result.failure.code;
          break;
        }
      }
    }
  }
  return { ...tally, failures, waiting, stoppedBy };
}

/** Whether nothing is left to be mended: what an exit code says. */
export function isClean({ failures, waiting, stoppedBy }: RunReport): boolean {
  return failures.length === 0 && waiting.count === 0 && stoppedBy === null;
}
