/**
 * How often something was done within a window of time, counted exactly over all processes (G-07, V-18).
 *
 * A count is a reservation: taken before the thing is done, so that however many ask at once, no more are let through
 * than the limit says. Each verb is one statement; there is no reading first and writing after, between which a second
 * caller could come. A bucket's key is stored as a keyed hash: no address and no account stands in a row.
 */
import type { Vault } from '../crypto.ts';
import type { Milliseconds } from '../model.ts';
import { type Database, sql } from './database.ts';
import { numberOf } from './rows.ts';

/** What is counted. The same key in two kinds is two counts. */
export type BucketKind =
  | 'guessesPerAccount'
  | 'guessesInARow'
  | 'guessesPerClientAddress'
  | 'guessesPerDevice'
  | 'codesPerAccount'
  | 'mailsPerRecipient'
  | 'mailsPerClientAddress';

export interface Bucket {
  readonly kind: BucketKind;
  readonly key: string;
}

export interface Limit {
  /** At most so many in one window; at least 1. */
  readonly limit: number;
  /** The window begins with the first that is counted, and the next one with the first after its end. */
  readonly windowMs: Milliseconds;
}

/** One that was counted, and in which window. Made only by `take`. */
export interface Reservation {
  readonly bucket: Bucket;
  readonly windowEndsAt: Milliseconds;
}

export interface RateLimits {
  /** Counts one more; null when the window is full, and then nothing was counted. */
  take(bucket: Bucket, limit: Limit, now: Milliseconds): Promise<Reservation | null>;
  /** Takes back one reservation, once. In a later window it takes back nothing: that would wash away another's (G-09). */
  giveBack(reservation: Reservation): Promise<void>;
  /** Forgets the whole count. */
  clear(bucket: Bucket): Promise<void>;
  deleteExpired(before: Milliseconds, atMost: number): Promise<number>;
}

export function createRateLimits(database: Database, vault: Vault): RateLimits {
  const hash = ({ kind, key }: Bucket) => vault.tokenHash(`rate limit/${kind}`, key);

  return {
    async take(bucket, { limit, windowMs }, now) {
      const row = await database.get(sql`
        insert into rate_limits (bucket_hash, taken, window_ends_at) values (${hash(bucket)}, 1, ${now + windowMs})
        on conflict (bucket_hash) do update set
          taken = case when rate_limits.window_ends_at <= ${now} then 1 else rate_limits.taken + 1 end,
          window_ends_at = case when rate_limits.window_ends_at <= ${now} then excluded.window_ends_at
                                else rate_limits.window_ends_at end
        where rate_limits.window_ends_at <= ${now} or rate_limits.taken < ${limit}
        returning window_ends_at`);
      return row && { bucket, windowEndsAt: numberOf(row, 'window_ends_at') };
    },

    async giveBack({ bucket, windowEndsAt }) {
      await database.run(sql`
        update rate_limits set taken = taken - 1
        where bucket_hash = ${hash(bucket)} and window_ends_at = ${windowEndsAt} and taken > 0`);
    },

    async clear(bucket) {
      await database.run(sql`delete from rate_limits where bucket_hash = ${hash(bucket)}`);
    },

    // The end is asked for twice: between the two, a row that was chosen may have begun a new window.
    deleteExpired: (before, atMost) =>
      database.run(sql`
        delete from rate_limits
        where bucket_hash in (select bucket_hash from rate_limits where window_ends_at < ${before} limit ${atMost})
          and window_ends_at < ${before}`),
  };
}
