/**
 * The steps by which an account begins to wait for its deletion, and by which it is kept after all.
 *
 * While it waits it is disabled: whatever looks whether somebody may be let in says no without knowing of this (V-15).
 */
import type { Milliseconds } from '../model.ts';
import { type Step, sql } from './database.ts';
import { endSessionsOf } from './session-clients.ts';

/** Not committed for a guest, or for one that is disabled: nobody could keep it. Nor for one that the law holds. */
export function beginDeletion(userId: string, deletionAt: Milliseconds, now: Milliseconds): readonly Step[] {
  return [
    {
      statement: sql`
        update users set suspended_state = state, state = 'disabled', deletion_at = ${deletionAt}
        where id = ${userId} and state = 'active'`,
      changes: 1,
    },
    // A statement of its own, after the lock: PostgreSQL looks at other tables as they were when a statement began.
    {
      statement: sql`
        update users set updated_at = updated_at
        where id = ${userId} and not exists (select 1 from legal_holds where user_id = ${userId})`,
      changes: 1,
    },
    ...endSessionsOf(userId, null, now),
  ];
}

/** `deletionAt`: what its person was shown. Not committed once it was kept, deleted, or is to be deleted at another time. */
export function keepAccount(userId: string, deletionAt: Milliseconds): Step {
  return {
    statement: sql`
      update users set state = coalesce(suspended_state, 'active'), suspended_state = null, deletion_at = null
      where id = ${userId} and state = 'disabled' and deletion_at = ${deletionAt}`,
    changes: 1,
  };
}
