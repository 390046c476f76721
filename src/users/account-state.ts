/**
 * Barring an account, letting it in again, and keeping it as it is for the law: each with who and why, in one transaction.
 *
 * Each locks the row of the user first, as all who change an account do: a merge at the same moment is before or after it,
 * never in between. Must never: bring back an account that was merged away or deleted.
 */
import { randomToken } from '../crypto.ts';
import type { Environment, JsonObject, UserState } from '../model.ts';
import { type AuditType, insertAuditEvent } from '../store/audit.ts';
import { type Database, type Step, sql } from '../store/database.ts';
import { endSessionsOf } from '../store/session-clients.ts';
import type { Store } from '../store/store.ts';
import { forgetGrants } from './merge.ts';

export type AccountAction = 'disable' | 'enable' | 'hold' | 'release';

export interface AccountActionRequest {
  readonly userId: string;
  readonly action: AccountAction;
  /** Who, as the operating system or the console knows them. */
  readonly by: string;
  /** For the audit trail: no personal data. */
  readonly reason: string;
  /** What is written in the same transaction. */
  also(): Promise<readonly Step[]> | readonly Step[];
}

export type AccountActionResult =
  | { readonly kind: 'done' }
  /** It was so already. */
  | { readonly kind: 'nothing-to-do' }
  | { readonly kind: 'refused'; readonly code: 'user_unknown' }
  /** An account that was merged away, is deleted or waits for that is neither disabled nor enabled. */
  | { readonly kind: 'refused'; readonly code: 'user_ended'; readonly state: UserState | 'to be deleted' };

interface Action {
  readonly audited: AuditType;
  /** The first changes nothing where it is so already. */
  steps(userId: string, request: AccountActionRequest, now: number): readonly Step[];
}

const actions: { readonly [action in AccountAction]: Action } = {
  disable: {
    audited: 'user.disabled',
    steps: (userId, _request, now) => [
      {
        statement: sql`
          update users set suspended_state = state, state = 'disabled'
          where id = ${userId} and state in ('active', 'temporary')`,
        changes: 1,
      },
      ...endSessionsOf(userId, null, now),
    ],
  },
  enable: {
    audited: 'user.enabled',
    steps: (userId) => [
      {
        statement: sql`
          update users set state = coalesce(suspended_state, 'active'), suspended_state = null
          where id = ${userId} and state = 'disabled' and deletion_at is null`,
        changes: 1,
      },
    ],
  },
  hold: {
    audited: 'user.held',
    steps: (userId, { by }, now) => [
      lock(userId),
      {
        statement: sql`
          insert into legal_holds (user_id, placed_by, placed_at) values (${userId}, ${by}, ${now})
          on conflict (user_id) do nothing`,
        changes: 1,
      },
    ],
  },
  release: {
    audited: 'user.released',
    steps: (userId) => [
      lock(userId),
      { statement: sql`delete from legal_holds where user_id = ${userId}`, changes: 1 },
    ],
  },
};

const lock = (userId: string): Step => ({
  statement: sql`update users set updated_at = updated_at where id = ${userId}`,
  changes: 1,
});

export interface AccountActionDependencies {
  readonly environment: Environment;
  readonly database: Database;
  readonly store: Pick<Store, 'accounts' | 'oidcRecords'>;
}

export async function actOnAccount(
  { environment, database, store }: AccountActionDependencies,
  request: AccountActionRequest,
): Promise<AccountActionResult> {
  const { userId, action, by, reason, also } = request;
  const { audited, steps } = actions[action];
  const now = environment.now();
  const { committed } = await database.atomically([
    ...steps(userId, request, now),
    insertAuditEvent({
      ...{ id: randomToken(environment, 16), at: now, type: audited, code: null, userId, provider: null },
      ...{ clientId: null, signInId: null, reference: null, detail: { by, reason } satisfies JsonObject },
    }),
    ...(await also()),
  ]);
  if (committed) {
    if (action === 'disable') await forgetGrants(store, userId);
    return { kind: 'done' };
  }
  const found = await store.accounts.findUser(userId);
  if (found === null) return { kind: 'refused', code: 'user_unknown' };
  const state = found.user.deletionAt === null ? found.user.state : 'to be deleted';
  const hasEnded = state === 'merged' || state === 'deleted' || state === 'to be deleted';
  const changesState = action === 'disable' || action === 'enable';
  return hasEnded && changesState ? { kind: 'refused', code: 'user_ended', state } : { kind: 'nothing-to-do' };
}
