/**
 * Whose addresses may come in by a way of our own.
 */

import { z } from 'zod';
import { domainOf } from './oidc.ts';

/** Whose addresses may come in; left out, everybody's. */
export const domains = z
  .array(z.string().regex(/^(?:[a-z0-9-]+\.)+[a-z0-9-]+$/, 'must be a domain in lower case'))
  .min(1, 'must list at least one')
  .max(100, 'must list at most 100')
  .optional();

/** D-19: the whole domain, compared as it is. */
export function isOfDomain(address: string, allowed: readonly string[] | undefined): boolean {
  return allowed === undefined || allowed.includes(domainOf(address.trim()));
}
