/**
 * How long an access token may be kept, from whatever the provider says about it.
 *
 * Products disagree about the unit, some with themselves (facts/llave-mx §4). The result is always in the future and
 * never beyond the given limit: a wrong unit may shorten a token's life but never stretch it.
 */

import type { Json, Milliseconds } from '../model.ts';

/** More seconds than a day: no access token lives that long, so the number counts milliseconds. */
const largestInSeconds = 86_400;
/** More milliseconds than three years: the number is a moment, not a duration. */
const largestInMilliseconds = 1e11;

/**
 * When to forget an access token.
 * @param sent the expiry as it stood in the answer: a number, a number as text, or anything else
 * @param unit `by_size` where seconds, milliseconds and epoch milliseconds have all been seen
 * @param limit the longest life in milliseconds; also used when `sent` says nothing sensible
 */
export function tokenExpiry(
  sent: Json | undefined,
  unit: 'seconds' | 'by_size',
  limit: Milliseconds,
  now: Milliseconds,
): Milliseconds {
  const life = readLife(sent, unit, now);
  // Whole milliseconds: a moment with a fraction does not fit the database.
  return now + (life === null || life < 1 ? limit : Math.min(Math.floor(life), limit));
}

function readLife(sent: Json | undefined, unit: 'seconds' | 'by_size', now: Milliseconds): Milliseconds | null {
  const value = typeof sent === 'string' && /^\d{1,15}$/.test(sent) ? Number(sent) : sent;
  if (typeof value !== 'number' || !Number.isFinite(value)) return null;
  if (unit === 'by_size' && value > largestInMilliseconds) return value - now;
  if (unit === 'by_size' && value > largestInSeconds) return value;
  return value * 1000;
}
