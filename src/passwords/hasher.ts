/**
 * Hashes passwords and verifies them, in a bounded number of slots. The one place where either is done.
 *
 * G-01, G-06, G-17, G-18. Must never: say more than right or wrong, or answer faster because there is no account, no
 * password or no readable hash.
 */
import { availableParallelism } from 'node:os';
import { hash as hashArgon2 } from '@node-rs/argon2';
import type { Environment } from '../model.ts';
import { createSlots, type SlotLimits } from './slots.ts';
import { ARGON2_PARAMETERS, isOutdated, parseStoredHash, SALT_BYTES, type StoredHash } from './stored-hash.ts';
import type { TypedPassword } from './typed-password.ts';
import { matches } from './verify-hash.ts';

/** `outdated`: right, and what is stored must be replaced by a fresh `hash` of the same password. */
export type Verdict = { readonly kind: 'wrong' } | { readonly kind: 'right'; readonly outdated: boolean };

export interface HashingSlot {
  /** A PHC string with its own salt and parameters. */
  hash(password: TypedPassword): Promise<string>;
  /**
   * `password` null: what was sent is none (G-06). `stored` null: there is no such account, or it has no password. Both
   * cost what a wrong password costs, and are wrong.
   */
  verify(password: TypedPassword | null, stored: string | null): Promise<Verdict>;
}

/**
 * The only way in is a slot, so that a caller can do what belongs together in one: reserve an attempt against the
 * limits, verify, hash anew. Whoever waits has reserved nothing then, and no more is reserved than is verified at once.
 *
 * There is no `verify` beside it: called within a slot it would wait for another, and a few of those for each other.
 */
export interface PasswordHasher {
  /**
   * Does `work` when its turn comes, one computation after the other: a slot that is used twice at the same time, or
   * after `work` has ended, throws.
   * @throws SignInError too_busy, without having begun
   */
  inSlot<Result>(work: (slot: HashingSlot) => Promise<Result>): Promise<Result>;
}

export interface HasherOptions extends Partial<SlotLimits> {
  readonly environment: Environment;
}

/** libuv has four threads (UV_THREADPOOL_SIZE): one is left for file and name look-ups, or every call out would wait. */
const THREADS_TO_TAKE = 3;
/** For each slot. With our own hashes the last one waits less than a second. */
const WAITING_PER_SLOT = 64;

export function createPasswordHasher({ environment, ...limits }: HasherOptions): PasswordHasher {
  const { atOnce = Math.min(availableParallelism(), THREADS_TO_TAKE), waiting = WAITING_PER_SLOT * atOnce } = limits;
  const slots = createSlots({ atOnce, waiting });
  const computations: HashingSlot = { hash: (password) => hash(password, environment), verify };

  return {
    inSlot: (work) =>
      slots.run(async () => {
        const { slot, close } = guarded(computations);
        try {
          return await work(slot);
        } finally {
          close();
        }
      }),
  };
}

/** A slot in which one computation runs at a time, and none after it was given back: the bound would not hold otherwise. */
function guarded(computations: HashingSlot): { slot: HashingSlot; close: () => void } {
  let state: 'idle' | 'busy' | 'closed' = 'idle';
  async function alone<Result>(compute: () => Promise<Result>): Promise<Result> {
    if (state !== 'idle') throw new Error(`the hashing slot is ${state}`);
    state = 'busy';
    try {
      return await compute();
    } finally {
      if (state === 'busy') state = 'idle';
    }
  }
  return {
    slot: {
      hash: (password) => alone(() => computations.hash(password)),
      verify: (password, stored) => alone(() => computations.verify(password, stored)),
    },
    close: () => {
      state = 'closed';
    },
  };
}

function hash(password: TypedPassword, environment: Environment): Promise<string> {
  // 2: argon2id. 1: version 0x13. The package declares them in a way that only its own compilation can name.
  const form = { ...ARGON2_PARAMETERS, algorithm: 2, version: 1 };
  return hashArgon2(password.text, { ...form, salt: environment.randomBytes(SALT_BYTES) });
}

async function verify(password: TypedPassword | null, stored: string | null): Promise<Verdict> {
  const known = stored === null ? null : parseStoredHash(stored);
  const hash = known === null || known.kind === 'unusable' ? decoy : known;
  const matching = await firstMatch(password?.spellings ?? [DECOY_TEXT], hash);
  // Whatever the words that stand for nothing may open: who typed nothing has not typed the right thing.
  if (matching === null || password === null) return { kind: 'wrong' };
  return { kind: 'right', outdated: isOutdated(hash) || matching !== password.text };
}

async function firstMatch(texts: readonly string[], hash: StoredHash): Promise<string | null> {
  for (const text of texts) if (await matches(text, hash)) return text;
  return null;
}

const DECOY_TEXT = 'nobody typed this';

/** Costs what our own hashes cost. To find a password for it is to invert argon2id. */
const decoy: StoredHash = (() => {
  const { memoryCost, timeCost, parallelism, outputLen } = ARGON2_PARAMETERS;
  const zeros = (bytes: number) => Buffer.alloc(bytes).toString('base64').replace(/=+$/, '');
  const costs = `m=${memoryCost},t=${timeCost},p=${parallelism}`;
  const phc = `$argon2id$v=19$${costs}$${zeros(SALT_BYTES)}$${zeros(outputLen)}`;
  return { kind: 'argon2', phc, outdated: false };
})();
