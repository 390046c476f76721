/**
 * How a client gets tokens, how long they live, and the secret that a rotation leaves behind: the part of a client's document
 * that speaks OAuth.
 *
 * Names are those of RFC 7591 and OpenID Connect Registration where they have one. Must never: default to more than a code.
 */
import { z } from 'zod';
import { unique } from './common-schemas.ts';

export const grantTypes = ['authorization_code', 'refresh_token', 'client_credentials'] as const;
export type GrantType = (typeof grantTypes)[number];

/** What a client may do here for itself, with a token of its own. None of these is ever asked of a person. */
export const apiScopes = ['lti:scores', 'lti:members'] as const;
export type ApiScope = (typeof apiScopes)[number];

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** A life without end is none. */
const LONGEST_REFRESH = 365 * DAY;

/** @param atMost both ends are told in seconds, as the member is written */
function life(initially: number, atMost: number) {
  const words = `must be ${MINUTE} to ${atMost} seconds`;
  return z.int().min(MINUTE, words).max(atMost, words).default(initially);
}

export const grantMembers = {
  grant_types: z
    .array(z.enum(grantTypes))
    .min(1, 'must list at least one')
    .check(unique)
    .default(['authorization_code']),
  access_token_seconds: life(HOUR, DAY),
  /** A retired key is published for a day: an ID token that lived longer could not be verified to its end. */
  id_token_seconds: life(HOUR, DAY),
  /** A refresh token that is not used for this long is worth nothing. */
  refresh_token_idle_seconds: life(14 * DAY, LONGEST_REFRESH),
  /** However often it is used, the person signs in again after this long. */
  refresh_token_seconds: life(90 * DAY, LONGEST_REFRESH),
  require_pushed_authorization_requests: z.boolean().default(false),
  /** In seconds: as if each request said `max_age`. */
  default_max_age: z.int().min(0, 'must not be negative').nullable().default(null),
  /** Clients about whose tokens this one, a resource server, may ask besides its own (RFC 7662 §4). */
  may_introspect: z.array(z.string()).check(unique).default([]),
  /** Scopes of the tokens that the client gets for itself. */
  api_scopes: z.array(z.enum(apiScopes)).check(unique).default([]),
};

/** Until when the secret before this one is taken too, as `client rotate-secret` leaves it. RFC 3339. */
export const secretExpirySchema = z.iso.datetime({
  offset: true,
  error: 'must be a time such as 2027-01-31T12:00:00Z',
});

/** What only several members together show. The members may still be of any type here. */
export function grantFaults(client: { readonly [member: string]: unknown }): [member: string, fault: string][] {
  const grants: readonly unknown[] = Array.isArray(client.grant_types) ? client.grant_types : ['authorization_code'];
  const usesCodes = grants.includes('authorization_code');
  const isPublic = client.token_endpoint_auth_method === 'none';
  const faults: [string, string][] = [];
  if (grants.includes('refresh_token') && !usesCodes) {
    faults.push(['grant_types', 'may hold refresh_token only beside authorization_code']);
  }
  if (grants.includes('client_credentials') && isPublic) {
    // RFC 6749 §4.4: anybody could be it.
    faults.push(['grant_types', 'may hold client_credentials only for a client with a secret']);
  }
  if (usesCodes && Array.isArray(client.redirect_uris) && client.redirect_uris.length === 0) {
    faults.push(['redirect_uris', 'must list at least one']);
  }
  if (isPublic && Array.isArray(client.may_introspect) && client.may_introspect.length > 0) {
    faults.push(['may_introspect', 'may be there only for a client with a secret (RFC 7662 §2.1)']);
  }
  if (isPublic && Array.isArray(client.api_scopes) && client.api_scopes.length > 0) {
    faults.push(['api_scopes', 'may be there only for a client with a secret']);
  }
  const hasPrevious = typeof client.previous_client_secret === 'string';
  if (hasPrevious !== (typeof client.previous_client_secret_expires_at === 'string')) {
    const missing = hasPrevious ? 'previous_client_secret_expires_at' : 'previous_client_secret';
    faults.push([missing, 'is missing: a secret before this one needs the time when it ends']);
  }
  if (hasPrevious && isPublic) {
    faults.push(['previous_client_secret', 'must not be there with token_endpoint_auth_method: none']);
  }
  return faults;
}
