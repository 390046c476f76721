/**
 * The signing keys that a running process publishes and signs with: followed while it runs, one value until something changes.
 *
 * Asks the store at most every so often, and only when somebody wants to know; what a key begins or ceases to do in between follows
 * from the clock. While the store cannot be read the last keys stay: nobody gets a new token meanwhile, and what was signed before
 * can still be checked.
 */
import type { Environment, Milliseconds } from '../model.ts';
import { DatabaseUnavailable } from '../store/database.ts';
import type { SigningKey, SigningKeys } from '../store/signing-keys.ts';
import { type DatedKey, dateKeys, loadSigningKeys, SETTLING } from './keys.ts';

export interface KeySource {
  /** The same array as long as each key is what it was. @throws DatabaseUnavailable when there were none yet */
  current(): Promise<readonly DatedKey[]>;
}

/** Well within the time that a key is given to be known everywhere. */
const LOOK_EVERY: Milliseconds = SETTLING / 5;

export function createKeySource(store: SigningKeys, environment: Environment): KeySource {
  let stored: readonly SigningKey[] | null = null;
  let lookedAt: Milliseconds = Number.NEGATIVE_INFINITY;
  let looking: Promise<readonly SigningKey[]> | null = null;
  let known: { readonly fingerprint: string; readonly keys: readonly DatedKey[] } | null = null;

  async function look(): Promise<readonly SigningKey[]> {
    try {
      stored = await loadSigningKeys(store, environment);
      return stored;
    } catch (error) {
      if (stored === null || !(error instanceof DatabaseUnavailable)) throw error;
      return stored;
    } finally {
      // After a failure too: a database in trouble is not asked by every request.
      lookedAt = environment.now();
      looking = null;
    }
  }

  async function latest(): Promise<readonly SigningKey[]> {
    // Both ways, so that a clock that was set back does not stop the looking.
    if (stored !== null && Math.abs(environment.now() - lookedAt) < LOOK_EVERY) return stored;
    looking ??= look();
    return await looking;
  }

  return {
    async current() {
      const keys = dateKeys(await latest(), environment.now()).filter(({ state }) => state !== 'gone');
      const fingerprint = keys.map(({ kid, state }) => `${kid} ${state}`).join();
      if (known?.fingerprint !== fingerprint) known = { fingerprint, keys };
      return known.keys;
    },
  };
}
