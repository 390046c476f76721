/**
 * The few schemas that several kinds of document share. Messages are words that follow the path of the value.
 */
import { z } from 'zod';
import type { JsonObject } from '../model.ts';

/**
 * Names that a provider must not have: the first are pages of every sign-in (/sign-in/step); `llavero` and `import` stand
 * where a provider's slug stands, as the one who verified an e-mail address.
 */
const reservedSlugs = ['step', 'mail', 'progress', 'prove', 'test', 'llavero', 'import'];

export const slugSchema = z
  .string()
  .regex(/^[a-z0-9-]{1,40}$/, 'must be 1 to 40 of a-z 0-9 -')
  .refine((slug) => !reservedSlugs.includes(slug), `must not be one of ${reservedSlugs.join(', ')}`);

/** A line of text that people read. Control and direction characters would let it look like something else. */
export function textSchema(maximum: number) {
  return z
    .string()
    .min(1, 'must not be empty')
    .max(maximum, `must have at most ${maximum} characters`)
    .refine((text) => text === text.trim() && !/\p{C}/u.test(text), 'must be one line without control characters');
}

/** A name, an IPv4 address or an IPv6 address in brackets; perhaps a port. In lower case, no wildcard. */
const HOST = /^(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::[1-9][0-9]{0,4})?$/;

export const hostSchema = z.string().regex(HOST, 'must be a host in lower case, or host:port');

/** As it stands after the `@`, with international names in their ASCII form. */
export const domainSchema = z
  .string()
  .regex(/^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z0-9-]+$/, 'must be a domain in lower case');

/** A check for lists: an entry that stands twice is usually a slip for another one. */
export function unique(context: z.core.ParsePayload<unknown[]>): void {
  const seen = new Set<unknown>();
  context.value.forEach((entry, index) => {
    if (seen.has(entry))
      context.issues.push({ code: 'custom', path: [index], message: 'is listed twice', input: undefined });
    seen.add(entry);
  });
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
