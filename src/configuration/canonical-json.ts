/**
 * One text for each JSON value, whatever the order in which its members were written: equal values have equal texts.
 */
import type { Json } from '../model.ts';

export function canonicalJson(value: Json): string {
  return JSON.stringify(value, (_, part: unknown) => {
    if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
    return Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  });
}
