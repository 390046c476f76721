/**
 * How often somebody may try: every limit of the broker, each with its reason, and the verbs to keep it.
 *
 *     const guess = await limits.take(
 *       { kind: 'guessesPerAccount', key: userId },
 *       { kind: 'guessesPerClientAddress', key: c.var.clientAddressKey },
 *     );
 *     if (guess === null) …              // not looked at: the answer is that of a wrong guess
 *     if (isRight) await limits.giveBack(guess);
 *
 * Take before the work that is limited, never after it: of fifty at once all would be looked at before one is counted
 * (CVE-2024-4629). Must never tell whether there is an account: a full bucket is answered as a wrong guess is (F-11).
 */
import type { Environment } from '../model.ts';
import type { Bucket, BucketKind, Limit, RateLimits, Reservation } from '../store/rate-limits.ts';
import { createFloodGuard, type FloodGuard } from './flood-guard.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * Counted in the database, exactly, over all processes. `key` of an account: the user's id, whatever door the guess came
 * through (G-11); where nobody is known by what was typed, its canonical form, so that both are limited alike (F-11, G-15).
 * `clientAddressKey` is the request's variable of this name.
 */
export const storedLimits: { readonly [kind in BucketKind]: Limit } = {
  // Guesses of passwords. One that was right is given back: fifty tabs of one person are no attack (G-08).

  /** Guessing at one account, from wherever (G-07). */
  guessesPerAccount: { limit: 10, windowMs: 15 * MINUTE },
  /** Trying one password on many accounts (G-16). So many, because a school is one address. `key`: `clientAddressKey`. */
  guessesPerClientAddress: { limit: 100, windowMs: 15 * MINUTE },
  /** Guessing slowly for ever: NIST SP 800-63B-4 allows 100 in a row. A right one clears it; a row must end some day. */
  guessesInARow: { limit: 100, windowMs: 365 * DAY },
  /**
   * A browser that signed in to this account before, instead of all the others: strangers who fill those must not keep
   * its owner out (G-10). `key`: the device with the account.
   */
  guessesPerDevice: { limit: 10, windowMs: 15 * MINUTE },

  /** Guessing codes, by having ever new ones sent: each code has its own five attempts besides (F-06). */
  codesPerAccount: { limit: 20, windowMs: HOUR },

  // Mail. All of it counts: each was sent.

  /** Filling somebody's mailbox (F-16). `key`: the canonical address. */
  mailsPerRecipient: { limit: 5, windowMs: HOUR },
  /** Filling many mailboxes from one place (F-16). `key`: `clientAddressKey`. */
  mailsPerClientAddress: { limit: 300, windowMs: HOUR },
};

/**
 * Counted in the memory of each process: a guard against a flood needs no exact count, and must cost less than what it
 * keeps away. `key`: `clientAddressKey`, where nothing else is said.
 */
export const floodLimits = {
  /** Each sign-in that is begun stores a row. 500 from one address in ten seconds are a school that begins a lesson. */
  signInsPerClientAddress: { limit: 1200, windowMs: MINUTE },
  /** Audit rows stay for years, and anybody can have a request refused. The log has those beyond. */
  auditedRefusalsPerClientAddress: { limit: 60, windowMs: MINUTE },
  /** Each says whether somebody has it. 300 in a minute are a school that registers. */
  usernamesPerClientAddress: { limit: 300, windowMs: MINUTE },
  /** Each score stores a row for a month. An app that loops is stopped, the end of an exam is not. `key`: the client's id. */
  apiCallsPerClient: { limit: 6000, windowMs: MINUTE },
  /** Each is a call to a campus, which counts them against us. A course of 3000 in pages of ten. `key`: the client's id. */
  campusQuestionsPerClient: { limit: 300, windowMs: MINUTE },
} as const satisfies { readonly [name: string]: Limit };

export type Flood = keyof typeof floodLimits;

/** What was taken, together. */
export type Taken = readonly Reservation[];

export interface Limits {
  /** Counts one more in every bucket, or in none: null when one of them is full. They are asked in the order given. */
  take(...buckets: readonly Bucket[]): Promise<Taken | null>;
  /** Undoes one `take`, and nothing that anybody else took (G-09). Call it once. */
  giveBack(taken: Taken): Promise<void>;
  /** Forgets a count: for `guessesInARow`, which a right guess ends. */
  clear(bucket: Bucket): Promise<void>;
  /** Counts one more; false when it belongs to a flood. */
  admits(flood: Flood, key: string): boolean;
}

export function createLimits(store: RateLimits, { now }: Pick<Environment, 'now'>): Limits {
  const guards: { readonly [flood in Flood]: FloodGuard } = {
    signInsPerClientAddress: createFloodGuard(floodLimits.signInsPerClientAddress),
    auditedRefusalsPerClientAddress: createFloodGuard(floodLimits.auditedRefusalsPerClientAddress),
    usernamesPerClientAddress: createFloodGuard(floodLimits.usernamesPerClientAddress),
    apiCallsPerClient: createFloodGuard(floodLimits.apiCallsPerClient),
    campusQuestionsPerClient: createFloodGuard(floodLimits.campusQuestionsPerClient),
  };

  async function giveBack(taken: Taken): Promise<void> {
    for (const reservation of taken) await store.giveBack(reservation);
  }

  return {
    async take(...buckets) {
      const taken: Reservation[] = [];
      for (const bucket of buckets) {
        const reservation = await store.take(bucket, storedLimits[bucket.kind], now());
        if (reservation === null) {
          await giveBack(taken);
          return null;
        }
        taken.push(reservation);
      }
      return taken;
    },
    giveBack,
    clear: (bucket) => store.clear(bucket),
    admits: (flood, key) => guards[flood].admits(key, now()),
  };
}
