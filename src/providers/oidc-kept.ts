/**
 * Something fetched from a provider and kept for a while: its metadata, its keys.
 *
 * Whoever needs it while it is being fetched waits for the same fetch. What was fetched outlives an
 * outage of the provider for a limited time, but never an answer of the provider that is wrong.
 */

import { SignInError } from '../errors.ts';
import type { Milliseconds } from '../model.ts';
import { isOutage } from './outage.ts';
import type { ProviderContext } from './provider.ts';

export interface Lifetimes {
  /** No fetch before this age. */
  readonly fresh: Milliseconds;
  /** Not used beyond this age, however long the provider is down. */
  readonly usable: Milliseconds;
  /** At least this long between a failed fetch and the next, and between two renewals. */
  readonly pause: Milliseconds;
}

export interface Kept<Value> {
  /** @throws SignInError of the fetch, when nothing usable is kept */
  get(context: ProviderContext): Promise<Value>;
  /** As it is now at the provider, unless that was asked within the pause. @throws SignInError of the latest fetch */
  renew(context: ProviderContext): Promise<Value>;
}

export function keep<Value>(
  fetch: (context: ProviderContext) => Promise<Value>,
  { fresh, usable, pause }: Lifetimes,
): Kept<Value> {
  let kept: { readonly value: Value; readonly at: Milliseconds } | null = null;
  let failed: { readonly error: SignInError; readonly at: Milliseconds } | null = null;
  let renewedAt: Milliseconds | null = null;
  let pending: Promise<Value> | null = null;

  function fetchOnce(context: ProviderContext): Promise<Value> {
    pending ??= fetchNow(context).finally(() => {
      pending = null;
    });
    return pending;
  }

  async function fetchNow(context: ProviderContext): Promise<Value> {
    // Read before the call: a slow answer may only make the value older.
    const at = context.now();
    try {
      const value = await fetch(context);
      kept = { value, at };
      failed = null;
      return value;
    } catch (error) {
      if (error instanceof SignInError) failed = { error, at };
      throw error;
    }
  }

  const within = (at: Milliseconds | undefined, span: Milliseconds, now: Milliseconds) =>
    at !== undefined && now - at < span;

  return {
    async get(context) {
      const now = context.now();
      if (kept !== null && within(kept.at, fresh, now)) return kept.value;
      const spare = kept !== null && within(kept.at, usable, now) ? kept : null;
      if (spare !== null && failed !== null && isOutage(failed.error) && within(failed.at, pause, now)) {
        return spare.value;
      }
      try {
        return await fetchOnce(context);
      } catch (error) {
        // Any other refusal is an answer: keeping the old value would hide that the provider changed.
        if (spare !== null && isOutage(error)) return spare.value;
        throw error;
      }
    },
    async renew(context) {
      const now = context.now();
      if (renewedAt === null || !within(renewedAt, pause, now)) {
        renewedAt = now;
        return fetchOnce(context);
      }
      if (failed !== null) throw failed.error;
      return kept === null ? fetchOnce(context) : kept.value;
    },
  };
}
