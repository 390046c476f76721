/**
 * Steps that change nothing and undo a transaction whose ground was taken away: what a decision about an account relied on must
 * still be there when it is carried out (P-02).
 *
 * `requireActive` comes first in every change of an account: it holds the user's row, so that of two changes of one account the
 * second sees what the first did.
 */
import type { Milliseconds } from '../model.ts';
import { type Step, sql } from './database.ts';

/** Nobody has disabled the account, or merged it away. */
export function requireActive(userId: string): Step {
  return {
    statement: sql`
      update users set updated_at = updated_at
      where id = ${userId} and state in ('active', 'temporary')`,
    changes: 1,
  };
}

/** The same for a change that clients learn of: `updated_at` is told to them (OpenID Connect Core §5.1). */
export function touchActive(userId: string, now: Milliseconds): Step {
  return {
    statement: sql`
      update users set updated_at = ${now}
      where id = ${userId} and state in ('active', 'temporary')`,
    changes: 1,
  };
}

/** The session is still there. Whatever ends it, such as a new password, ends what was begun in it (D-07). */
export function requireSession(idHash: string, userId: string): Step {
  return {
    statement: sql`
      update sessions set last_seen_at = last_seen_at where id_hash = ${idHash} and user_id = ${userId}`,
    changes: 1,
  };
}

export function requireIdentity(identityId: string, userId: string): Step {
  return {
    statement: sql`
      update identities set last_used_at = last_used_at where id = ${identityId} and user_id = ${userId}`,
    changes: 1,
  };
}

/** The account has one identity of the provider: the one that this transaction ties to it. */
export function requireOnlyIdentityOf(provider: string, userId: string): Step {
  return {
    statement: sql`
      update identities set last_used_at = last_used_at
      where user_id = ${userId} and provider = ${provider}`,
    changes: 1,
  };
}

export function requireIdentifier(userId: string, kind: string, valueIndex: string): Step {
  return {
    statement: sql`
      update user_identifiers set created_at = created_at
      where user_id = ${userId} and kind = ${kind} and value_index = ${valueIndex}`,
    changes: 1,
  };
}

export function requirePassword(identityId: string): Step {
  return {
    statement: sql`update passwords set changed_at = changed_at where identity_id = ${identityId}`,
    changes: 1,
  };
}

export function requireVerifiedEmail(userId: string, key: string): Step {
  return {
    statement: sql`
      update emails set verified_at = verified_at
      where user_id = ${userId} and address_key = ${key} and verified_at is not null`,
    changes: 1,
  };
}
