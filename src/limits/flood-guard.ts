/**
 * Counts in memory who does something how often, and says when it is a flood.
 *
 * All keys share one window, so that forgetting it forgets everybody; about twice the limit may come around its end. Its
 * memory is bounded: who can write from ever new addresses must not fill it.
 */
import type { Milliseconds } from '../model.ts';
import type { Limit } from '../store/rate-limits.ts';

export interface FloodGuard {
  /** Counts one more; false, without counting it, when the limit is reached. */
  admits(key: string, now: Milliseconds): boolean;
}

/** A few megabytes. Beyond, the oldest is forgotten: to refuse newcomers instead would let one attacker shut everybody out. */
export const MOST_KEYS = 50_000;

export function createFloodGuard({ limit, windowMs }: Limit): FloodGuard {
  const counts = new Map<string, number>();
  let begunAt = Number.NEGATIVE_INFINITY;
  return {
    admits(key, now) {
      // Both ways, so that a clock that was set back does not stop the forgetting.
      if (Math.abs(now - begunAt) >= windowMs) {
        counts.clear();
        begunAt = now;
      }
      const count = counts.get(key) ?? 0;
      if (count >= limit) return false;
      if (count === 0 && counts.size >= MOST_KEYS) forgetOldest(counts);
      counts.set(key, count + 1);
      return true;
    },
  };
}

function forgetOldest(counts: Map<string, number>): void {
  for (const key of counts.keys()) {
    counts.delete(key);
    return;
  }
}
