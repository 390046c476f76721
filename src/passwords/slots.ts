/**
 * A bounded number of expensive computations at once, a bounded number that wait, and a refusal for the rest.
 *
 * G-18: without it a flood of sign-ins takes all memory (19 MiB each) and makes everybody wait. Who is refused is told
 * at once, before anything was spent on them.
 */
import { SignInError } from '../errors.ts';

export interface SlotLimits {
  readonly atOnce: number;
  /** How many may wait, first come, first served. */
  readonly waiting: number;
}

export interface Slots {
  /**
   * Does `work` in a slot, when its turn comes.
   * @throws SignInError too_busy, without having begun, when too many wait already.
   */
  run<Result>(work: () => Promise<Result>): Promise<Result>;
}

export function createSlots({ atOnce, waiting }: SlotLimits): Slots {
  if (!(Number.isInteger(atOnce) && atOnce >= 1 && Number.isInteger(waiting) && waiting >= 0)) {
    throw new RangeError('at least one slot, and no less than nobody waiting');
  }
  let taken = 0;
  const queue: (() => void)[] = [];

  function take(): Promise<void> | undefined {
    if (taken < atOnce) {
      taken++;
      return undefined;
    }
    if (queue.length >= waiting) throw new SignInError('too_busy', 'too many passwords wait to be hashed');
    return new Promise((resolve) => queue.push(resolve));
  }

  /** The slot goes over to whoever waits longest, without being free in between. */
  function giveBack(): void {
    const next = queue.shift();
    if (next === undefined) taken--;
    else next();
  }

  return {
    async run(work) {
      await take();
      try {
        return await work();
      } finally {
        giveBack();
      }
    },
  };
}
