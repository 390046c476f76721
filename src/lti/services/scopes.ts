/**
 * The scopes of the services of LTI Advantage (lti.md §3.12).
 */
const grades = 'https://purl.imsglobal.org/spec/lti-ags/scope';

export const scopes = {
  lineItems: `${grades}/lineitem`,
  lineItemsReadOnly: `${grades}/lineitem.readonly`,
  results: `${grades}/result.readonly`,
  scores: `${grades}/score`,
  memberships: 'https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly',
} as const;

/** The one by which columns are read, as far as a launch said that we may. Null: we may not. */
export function scopeToReadLineItems(allowed: readonly string[]): string | null {
  return [scopes.lineItems, scopes.lineItemsReadOnly].find((scope) => allowed.includes(scope)) ?? null;
}
