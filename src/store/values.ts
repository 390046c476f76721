/**
 * What may be handed to a database as a value, and how a number comes back: alike for both drivers (P-03, P-04).
 *
 * Never rounds, cuts or repairs. A value that one of the databases would keep changed is refused before either sees it,
 * so that a fault cannot appear only for the operators of the other one.
 */
import type { Value } from './database.ts';

/**
 * @throws TypeError for text with a NUL (PostgreSQL refuses it, SQLite's functions stop there) or with half a surrogate
 *   pair (both would store U+FFFD instead), and for a number that is not a safe integer (columns are `bigint`). The
 *   message never contains the value: it may be personal.
 */
export function requireStorable(values: readonly Value[]): void {
  for (const [index, value] of values.entries()) {
    if (typeof value === 'string') {
      if (value.includes('\0')) throw new TypeError(`value ${index + 1} of a statement contains NUL`);
      if (!value.isWellFormed()) throw new TypeError(`value ${index + 1} of a statement is not well-formed Unicode`);
    } else if (value !== null && !Number.isSafeInteger(value)) {
      throw new TypeError(`value ${index + 1} of a statement is not a safe integer`);
    }
  }
}

/** @throws RangeError for an integer beyond ±(2^53 − 1), which a `number` could only hold rounded. */
export function exactNumber(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && !Number.isSafeInteger(number)) throw outOfRange();
  return number;
}

export function outOfRange(): RangeError {
  return new RangeError('the database holds an integer beyond 2^53 − 1');
}
