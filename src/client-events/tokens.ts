/**
 * What a client is told, as claims: Security Event Tokens (RFC 8417) and logout tokens (OpenID Connect Back-Channel
 * Logout 1.0 §2.4).
 *
 * The addresses of the events are a promise: they are never changed (ADR 0013). Nothing of a person is said but the
 * subjects that the client has already. Must never look like an ID token: its own type in the header, `sub_id` and no
 * `sub` in an event (RFC 8417 §4.6), no `nonce` in either.
 */
import type { JsonObject, Milliseconds } from '../model.ts';
import type { AccountEvent, ClientEvent, LogoutNotice } from '../store/client-event.ts';
import type { ClaimedEvent } from '../store/outgoing-events.ts';

const OURS = 'urn:llavero:event:';
/** OpenID RISC Profile Specification 1.0 §2. */
const RISC = 'https://schemas.openid.net/secevent/risc/event-type/';

export const eventTypes = {
  'account-merged': `${OURS}account-merged`,
  'account-unmerged': `${OURS}account-unmerged`,
  'account-disabled': `${RISC}account-disabled`,
  'account-enabled': `${RISC}account-enabled`,
  'account-purged': `${RISC}account-purged`,
  'sessions-revoked': `${RISC}sessions-revoked`,
  'logged-out': 'http://schemas.openid.net/event/backchannel-logout',
} as const satisfies { readonly [kind in ClientEvent['kind']]: string };

/** Only as long as a slow call and a clock that is a little wrong: each attempt signs anew. */
const LOGOUT_TOKEN_LIFE: Milliseconds = 2 * 60_000;

export interface UnsignedToken {
  readonly type: 'secevent+jwt' | 'logout+jwt';
  readonly claims: JsonObject;
}

/** The token of one attempt. `jti` and what it says are the same at each; the time is that of signing. */
export function tokenOf(claimed: ClaimedEvent, issuer: string, now: Milliseconds): UnsignedToken {
  const { id, clientId, event } = claimed;
  const common = { iss: issuer, aud: clientId, jti: id, iat: seconds(now) };
  if (event.kind === 'logged-out') return { type: 'logout+jwt', claims: { ...common, ...logoutClaims(event, now) } };
  const claims = { ...common, toe: seconds(claimed.happenedAt), ...eventClaims(event, issuer) };
  return { type: 'secevent+jwt', claims };
}

function logoutClaims({ kind, subject, sid }: LogoutNotice, now: Milliseconds): JsonObject {
  // Both, so that it does for a client that knows sessions and for one that knows people only.
  return { exp: seconds(now + LOGOUT_TOKEN_LIFE), sub: subject, sid, events: { [eventTypes[kind]]: {} } };
}

function eventClaims(event: AccountEvent, issuer: string): JsonObject {
  const subject = (sub: string): JsonObject => ({ format: 'iss_sub', iss: issuer, sub });
  const about = (sub: string, payload: JsonObject) => ({
    sub_id: subject(sub),
    events: { [eventTypes[event.kind]]: payload },
  });
  switch (event.kind) {
    case 'account-merged':
      return about(event.from, { ...mergeOf(event), merged_into: subject(event.to) });
    case 'account-unmerged':
      return about(event.from, { ...mergeOf(event), separated_from: subject(event.to) });
    default:
      return about(event.subject, {});
  }
}

/** With the merge's id the undoing finds what it undoes, also where it arrives first. */
function mergeOf({ mergeId, from, to }: Extract<AccountEvent, { mergeId: string }>): JsonObject {
  return { merge_id: mergeId, subject_changed: from !== to };
}

/** RFC 7519 §2, NumericDate. */
const seconds = (time: Milliseconds) => Math.floor(time / 1000);
