/**
 * How often an LMS is called, over all processes: an exact record of the last calls of each kind (sliding, as the LMS counts).
 *
 * A count in fixed windows would let twice as many through around the end of one, and the LMS would refuse half of them. A call is
 * recorded before it is made. Must never answer that there is room without having taken it.
 */
import type { Milliseconds } from '../model.ts';
import { type Database, sql } from './database.ts';
import { numberOf, textOf } from './rows.ts';

export type Turn =
  | { readonly taken: true }
  /** Nothing was recorded; there may be room at that moment. */
  | { readonly taken: false; readonly freeAt: Milliseconds };

export interface Allowance {
  /** At most so many in any `windowMs`. */
  readonly limit: number;
  readonly windowMs: Milliseconds;
}

export interface OpenEdxThrottles {
  take(name: string, allowance: Allowance, now: Milliseconds): Promise<Turn>;
  /** The LMS said so: none before that moment. A later one that it said before stays. */
  block(name: string, until: Milliseconds): Promise<void>;
}

export function createOpenEdxThrottles(database: Database): OpenEdxThrottles {
  return {
    async take(name, { limit, windowMs }, now) {
      for (;;) {
        const row = await database.get(sql`select * from open_edx_throttles where name = ${name}`);
        if (row === null) {
          await database.run(insertEmpty(name, 0));
          continue;
        }
        const blockedUntil = numberOf(row, 'blocked_until');
        if (blockedUntil > now) return { taken: false, freeAt: blockedUntil };
        const calls: Milliseconds[] = JSON.parse(textOf(row, 'calls'));
        // Both ways: after a clock was set back, calls of the future would hold everything up for a week.
        const recent = calls.filter((at) => Math.abs(now - at) < windowMs);
        if (recent.length >= limit) return { taken: false, freeAt: freeAt(recent, limit) + windowMs };
        const version = numberOf(row, 'version');
        const changed = await database.run(sql`
          update open_edx_throttles set calls = ${JSON.stringify([...recent, now])}, version = ${version + 1}
          where name = ${name} and version = ${version}`);
        // Each loss is another's turn, so that this ends.
        if (changed === 1) return { taken: true };
      }
    },

    async block(name, until) {
      await database.run(insertEmpty(name, until));
      await database.run(sql`
        update open_edx_throttles set blocked_until = ${until} where name = ${name} and blocked_until < ${until}`);
    },
  };
}

const insertEmpty = (name: string, blockedUntil: Milliseconds) => sql`
  insert into open_edx_throttles (name, calls, version, blocked_until) values (${name}, '[]', 0, ${blockedUntil})
  on conflict (name) do nothing`;

/** The call that must be forgotten before there is room; several, where the limit was lowered. */
function freeAt(recent: readonly Milliseconds[], limit: number): Milliseconds {
  return recent.toSorted((a, b) => a - b)[recent.length - limit] ?? 0;
}
