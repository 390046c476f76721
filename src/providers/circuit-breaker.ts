/**
 * Stops sending people to a provider that is down, and notices when it is back.
 *
 *     closed ──5 outages in a row──▶ open ──pause──▶ half open ──somebody finishes──▶ closed
 *                                     ▲                 │
 *                                     └── an outage: ───┘  the pause doubles, up to five minutes
 *
 * *Open*: whoever wants to begin is told at once, and nothing is sent to the provider. *Half open*: one in ten seconds is
 * let through. Whoever comes back from the provider is always finished, and counts: they have a code that is for one use.
 * Only an outage counts against a provider, and only a finished sign-in for it: `start` of most protocols asks nobody,
 * and a refusal may be of what somebody made up.
 *
 * The state is of this process alone, on purpose. It is a guess about the next minute, from this machine's place in the
 * network: shared, one machine without a way out would take the provider from all the others. And it is no protection:
 * who can make a provider answer 500 can make it look down, until somebody finishes.
 */
import { SignInError } from '../errors.ts';
import type { Environment, Milliseconds } from '../model.ts';
import { isOutage } from './outage.ts';
import type { RedirectProvider, Watched } from './provider.ts';

const OUTAGES_IN_A_ROW = 5;
const FIRST_PAUSE: Milliseconds = 30_000;
const LONGEST_PAUSE: Milliseconds = 5 * 60_000;
/** Between two who are let through while it is half open. Some never come back, so the next one does not wait for them. */
const ATTEMPT_EVERY: Milliseconds = 10_000;

export type CircuitChange = { readonly to: 'open'; readonly pause: Milliseconds } | { readonly to: 'closed' };

/** A way of our own is down only together with us. */
export const neverDown: Watched = { isDown: () => false };

/**
 * The same provider, watched from now on: one that was made anew, from other settings, begins without a past.
 * @param report is told of each opening, also one with a longer pause, and of each closing.
 */
export function watchProvider(
  provider: RedirectProvider,
  { now }: Pick<Environment, 'now'>,
  report: (change: CircuitChange) => void,
): RedirectProvider & Watched {
  const circuit = new Circuit(now, report);
  return {
    ...provider,
    isDown: () => circuit.refuses(),
    async start(request, context) {
      if (!circuit.admits()) throw new SignInError('provider_unreachable', 'it did not answer others just now');
      return circuit.noticeOutage(() => provider.start(request, context));
    },
    async finish(request, context) {
      const finished = await circuit.noticeOutage(() => provider.finish(request, context));
      circuit.close();
      return finished;
    },
  };
}

interface Open {
  readonly pause: Milliseconds;
  readonly pauseEndsAt: Milliseconds;
  readonly nextAttemptAt: Milliseconds;
}

class Circuit {
  readonly #now: () => Milliseconds;
  readonly #report: (change: CircuitChange) => void;
  #outages = 0;
  #open: Open | null = null;

  constructor(now: () => Milliseconds, report: (change: CircuitChange) => void) {
    this.#now = now;
    this.#report = report;
  }

  refuses(): boolean {
    if (this.#open === null) return false;
    const wait = this.#open.nextAttemptAt - this.#now();
    // Longer than it was ever told to wait: the clock was set back.
    return wait > 0 && wait <= LONGEST_PAUSE;
  }

  /** Whether one more may begin; while it is half open, one at a time. */
  admits(): boolean {
    if (this.refuses()) return false;
    if (this.#open !== null) this.#open = { ...this.#open, nextAttemptAt: this.#now() + ATTEMPT_EVERY };
    return true;
  }

  async noticeOutage<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      if (isOutage(error)) this.#countOutage();
      throw error;
    }
  }

  close(): void {
    this.#outages = 0;
    if (this.#open === null) return;
    this.#open = null;
    this.#report({ to: 'closed' });
  }

  #countOutage(): void {
    this.#outages += 1;
    if (this.#open === null) {
      if (this.#outages >= OUTAGES_IN_A_ROW) this.#openFor(FIRST_PAUSE);
    } else if (this.#now() >= this.#open.pauseEndsAt) {
      this.#openFor(Math.min(2 * this.#open.pause, LONGEST_PAUSE));
    }
    // Within the pause it is known to be down: the many who were on their way must not make it longer.
  }

  #openFor(pause: Milliseconds): void {
    const pauseEndsAt = this.#now() + pause;
    this.#open = { pause, pauseEndsAt, nextAttemptAt: pauseEndsAt };
    this.#report({ to: 'open', pause });
  }
}
