/**
 * The keys that sign for clients: made, followed by a successor in time, taken back.
 *
 * Each process works out by its own clock, from the same rows, what each key does. That no client ever meets a signature by a key
 * that it was not shown (A-42, N-07) rests on this alone: a key is published long before it signs. Nobody has to be told of the
 * moment, and none of the processes has to be the one that acts.
 *
 * RS256 is there because Open edX insists on it; ES256 for clients that choose it costs a tenth of the time.
 */
import { generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';
import type { JWK } from 'oidc-provider';
import type { Environment, JsonObject, Milliseconds } from '../model.ts';
import { type AuditType, insertAuditEvent } from '../store/audit.ts';
import type { Step } from '../store/database.ts';
import type { KeyPurpose, SigningAlgorithm, SigningKey, SigningKeys } from '../store/signing-keys.ts';

export const signingAlgorithms: readonly SigningAlgorithm[] = ['RS256', 'ES256'];

/** Every LMS takes RS256, and LTI names no other that all take (lti.md §3.10). */
export const algorithmsFor: { readonly [purpose in KeyPurpose]: readonly SigningAlgorithm[] } = {
  clients: signingAlgorithms,
  lti: ['RS256'],
};
/** A name is one key's whatever its purpose: an LMS or a client that is shown the wrong one finds none by it. */
const namePrefix: { readonly [purpose in KeyPurpose]: string } = { clients: '', lti: 'lti-' };

const HOUR: Milliseconds = 60 * 60_000;
export const DAY: Milliseconds = 24 * HOUR;

/** For how long anybody on the way may keep the published keys. */
export const PUBLISHED_KEYS_MAX_AGE: Milliseconds = HOUR;

/**
 * From being made to signing. Open edX keeps the published keys for a day, and may have got them from a cache that had kept them
 * for its hour; the rest is for processes that look every two seconds, and for clocks that differ.
 */
export const KEY_ADVANCE: Milliseconds = DAY + PUBLISHED_KEYS_MAX_AGE + HOUR;

/**
 * The same where a new key is wanted at once: every process has published it before any signs with it, as long as each looks within
 * two seconds and their clocks differ by no more than five, so that whichever of them is asked for an unknown `kid` has it.
 */
export const SETTLING: Milliseconds = 10_000;

/**
 * How long a key that signs no more is published. What it signed last is good for an hour, but an ID token says who signs out
 * (RP-Initiated Logout §2) long after, for as long as an app's own session lives: two weeks in Open edX.
 */
export const RETIRED_KEY_LIFE: Milliseconds = 30 * DAY;

/** `next`: published, and does not sign yet. `retired`: published, and signs no more. `gone`: not published. */
export type KeyState = 'next' | 'signing' | 'retired' | 'gone';

export interface DatedKey extends SigningKey {
  readonly state: KeyState;
  /** When its successor begins to sign; null while there is none. */
  readonly signsUntil: Milliseconds | null;
  /** Null while that is not known. */
  readonly publishedUntil: Milliseconds | null;
}

/** What each key is at that moment, in the order in which they begin to sign. */
export function dateKeys(keys: readonly SigningKey[], now: Milliseconds): DatedKey[] {
  return signingAlgorithms.flatMap((algorithm) =>
    dateSuccession(
      keys.filter((key) => key.algorithm === algorithm),
      now,
    ),
  );
}

function dateSuccession(keys: readonly SigningKey[], now: Milliseconds): DatedKey[] {
  const signing = signerAmong(keys, now);
  // What was withdrawn before it could sign never followed anybody.
  const succession = keys.filter(({ withdrawnAt, signsFrom }) => withdrawnAt === null || withdrawnAt >= signsFrom);
  return keys.map((key) => {
    const place = succession.indexOf(key);
    const signsUntil = place < 0 ? null : (succession[place + 1]?.signsFrom ?? null);
    const publishedUntil = key.withdrawnAt ?? (signsUntil === null ? null : signsUntil + RETIRED_KEY_LIFE);
    const isGone = key.withdrawnAt !== null || (publishedUntil !== null && now >= publishedUntil);
    if (key === signing) return { ...key, state: 'signing', signsUntil, publishedUntil };
    if (isGone) return { ...key, state: 'gone', signsUntil, publishedUntil };
    return { ...key, state: now < key.signsFrom ? 'next' : 'retired', signsUntil, publishedUntil };
  });
}

/**
 * The last that has begun. Where that one was withdrawn, or a clock was set back to before the first, the next one, which is
 * published at least: never an older one, which clients may have forgotten.
 */
function signerAmong(keys: readonly SigningKey[], now: Milliseconds): SigningKey | null {
  const begun = keys.findLastIndex(
    ({ signsFrom, withdrawnAt }) => signsFrom <= now && (withdrawnAt === null || withdrawnAt >= signsFrom),
  );
  return keys.slice(Math.max(begun, 0)).find(({ withdrawnAt }) => withdrawnAt === null) ?? null;
}

/** The keys, after making those that are missing. Safe in several processes at once: they end up with the same. */
export async function loadSigningKeys(store: SigningKeys, environment: Environment): Promise<SigningKey[]> {
  const existing = await store.all();
  const now = environment.now();
  const missing = algorithmsFor[store.purpose].filter(
    (algorithm) => !dateKeys(existing, now).some((key) => key.algorithm === algorithm && key.state === 'signing'),
  );
  if (missing.length === 0) return existing;
  for (const algorithm of missing) {
    await store.insert(await makeKey(store.purpose, algorithm, existing, { now, signsFrom: now }), []);
  }
  return store.all();
}

/** Who changes the keys, and why. */
export interface KeyChange {
  readonly by: string;
  readonly reason: string;
}

export interface Rotation extends KeyChange {
  readonly algorithm: SigningAlgorithm;
  /** `at once` is for a key that somebody else may have: clients that keep the published keys refuse the new one until they look. */
  readonly begin: 'when clients have seen it' | 'at once';
}

/** Each round that is lost was won by somebody who rotated too. */
const ATTEMPTS = 5;

/** The key that follows the one that signs: the one that is waiting already, or a new one. Of many who rotate at once, all get the same. */
export async function rotateKey(
  store: SigningKeys,
  { algorithm, begin, ...change }: Rotation,
  environment: Environment,
): Promise<DatedKey> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const existing = await loadSigningKeys(store, environment);
    const now = environment.now();
    const signsFrom = now + (begin === 'at once' ? SETTLING : KEY_ADVANCE);
    const waiting = dateKeys(existing, now).find((key) => key.algorithm === algorithm && key.state === 'next');
    if (waiting !== undefined) {
      if (waiting.signsFrom <= signsFrom) return waiting;
      await store.bringForward(waiting.kid, signsFrom, [
        told(
          'key.rotated',
          `key-${waiting.kid}-${signsFrom}`,
          { kid: waiting.kid, signs_from: signsFrom },
          change,
          now,
        ),
      ]);
    } else {
      const key = await makeKey(store.purpose, algorithm, existing, { now, signsFrom });
      await store.insert(key, [
        told('key.rotated', `key-${key.kid}`, { kid: key.kid, signs_from: signsFrom }, change, now),
      ]);
    }
  }
  throw new Error(`the keys for ${algorithm} did not stand still`);
}

/** Takes a key out of what is published. False when it was taken before. Must not be called for the one that signs. */
export function withdrawKey(
  store: SigningKeys,
  kid: string,
  change: KeyChange,
  { now }: Pick<Environment, 'now'>,
): Promise<boolean> {
  const at = now();
  return store.withdraw(kid, at, [told('key.retired', `key-${kid}-retired`, { kid }, change, at)]);
}

/** RFC 7517: what oidc-provider is given. The one that signs comes first, for the library signs with the first that fits. */
export function keySet(keys: readonly DatedKey[]): { keys: JWK[] } {
  const order: readonly KeyState[] = ['signing', 'next', 'retired'];
  const published = order.flatMap((state) => keys.filter((key) => key.state === state));
  return {
    keys: published.map(({ kid, algorithm, jwk }) => ({ ...jwk, kid, alg: algorithm, use: 'sig' }) as unknown as JWK),
  };
}

const generate = promisify(generateKeyPair);

async function makeKey(
  purpose: KeyPurpose,
  algorithm: SigningAlgorithm,
  existing: readonly SigningKey[],
  { now, signsFrom }: { readonly now: Milliseconds; readonly signsFrom: Milliseconds },
): Promise<SigningKey> {
  const { privateKey } =
    algorithm === 'RS256'
      ? await generate('rsa', { modulusLength: 2048 })
      : await generate('ec', { namedCurve: 'P-256' });
  // Rows are never deleted, so a number is never given twice; of two processes that make the same one, one loses.
  const number = existing.filter((key) => key.algorithm === algorithm).length + 1;
  const jwk = privateKey.export({ format: 'jwk' }) as JsonObject;
  const kid = `${namePrefix[purpose]}${algorithm.toLowerCase()}-${number}`;
  return { kid, algorithm, jwk, createdAt: now, signsFrom, withdrawnAt: null };
}

function told(
  type: Extract<AuditType, `key.${string}`>,
  id: string,
  what: JsonObject,
  { by, reason }: KeyChange,
  at: Milliseconds,
): Step {
  return insertAuditEvent({
    ...{ id, at, type, code: null, userId: null, provider: null, clientId: null, signInId: null, reference: null },
    detail: { ...what, by, reason },
  });
}
