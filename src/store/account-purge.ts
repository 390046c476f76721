/**
 * Emptying an account for good: which accounts are due, and the steps that leave nothing of a person in any table.
 *
 * What was merged into the account goes with it. The rows of the users stay, with their ids, and the subjects that clients know;
 * so does the username, as a keyed hash: none of them is ever given to somebody else (A-17, V-07, V-08). Addresses,
 * identities and identifiers are free from then on. Must never touch what the law holds.
 */
import type { Vault } from '../crypto.ts';
import type { Milliseconds } from '../model.ts';
import { endUndosOf } from './address-undos.ts';
import { type Database, type Statement, type Step, sql } from './database.ts';
import { textOf } from './rows.ts';
import { endServiceTokensOf } from './service-tokens.ts';
import { endSessionsOf } from './session-clients.ts';
import { retiredUsernameKey } from './usernames.ts';

/** On which ground it is emptied: looked at once more in the transaction. */
export type PurgeGround =
  /** Nobody can come back to the guest. */
  | 'unclaimed-guest'
  /** Its time is over. */
  | 'grace-over'
  /** Its person or an operator wants it gone now. */
  | 'at-once';

/** One row of users that goes: the account, or one that was merged into it. */
interface Part {
  readonly id: string;
  readonly username: string;
  readonly usernameKey: string;
}

/** Whose time is over, the longest ago first. */
export async function findDueDeletions(database: Database, now: Milliseconds, atMost: number): Promise<string[]> {
  const rows = await database.all(sql`
    select id from users
    where deletion_at <= ${now} and not exists (select 1 from legal_holds where legal_holds.user_id = users.id)
    order by deletion_at limit ${atMost}`);
  return rows.map(({ id }) => String(id));
}

/** Guests begun before that moment, without a session to go on in, and not held by the law; the oldest first. */
export async function findUnclaimedGuests(database: Database, before: Milliseconds, atMost: number): Promise<string[]> {
  const rows = await database.all(sql`
    select id from users
    where state = 'temporary' and created_at < ${before}
      and not exists (select 1 from sessions where sessions.user_id = users.id)
      and not exists (select 1 from legal_holds where legal_holds.user_id = users.id)
    order by created_at limit ${atMost}`);
  return rows.map(({ id }) => String(id));
}

/** Nothing is committed where the ground is gone: somebody kept the account, claimed the guest, holds it, or was faster. */
export async function purgeSteps(
  database: Database,
  userId: string,
  ground: PurgeGround,
  { vault, now }: { readonly vault: Vault; readonly now: Milliseconds },
): Promise<readonly Step[]> {
  const parts = await findParts(database, userId);
  return [
    ...parts.map(({ id }): Step => {
      return { statement: sql`update users set updated_at = updated_at where id = ${id}`, changes: 1 };
    }),
    ...parts.map(({ id }) => requireNotHeld(id)),
    requireGround(userId, ground, now),
    requireParts(userId, parts.length),
    ...parts.flatMap(({ id }) => endSessionsOf(id, null, now)),
    ...parts.flatMap(({ id }) => [...rowsOf(id, now), endUndosOf(id, vault)].map(howeverMany)),
    ...parts.map((part) => emptyUser(part, vault, now)),
  ];
}

const howeverMany = (statement: Statement): Step => ({ statement, changes: 'any' });

/** In one order, so that nobody who locks two of them waits for us while we wait for them. */
async function findParts(database: Database, userId: string): Promise<Part[]> {
  const rows = await database.all(sql`
    with recursive parts (id) as (
      select id from users where id = ${userId}
      union all
      select users.id from users join parts on users.merged_into = parts.id
    )
    select id, username, username_key from users where id in (select id from parts)`);
  const parts = rows.map(
    (row): Part => ({
      id: textOf(row, 'id'),
      username: textOf(row, 'username'),
      usernameKey: textOf(row, 'username_key'),
    }),
  );
  return parts.toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

/** A statement of its own, after the locks: PostgreSQL looks at other tables as they were when a statement began. */
function requireNotHeld(userId: string): Step {
  return {
    statement: sql`
      update users set updated_at = updated_at
      where id = ${userId} and not exists (select 1 from legal_holds where user_id = ${userId})`,
    changes: 1,
  };
}

/** That nothing was merged into it, or parted from it, since it was looked at. */
function requireParts(userId: string, count: number): Step {
  return {
    statement: sql`
      update users set updated_at = updated_at
      where id = ${userId} and ${count} = (
        with recursive parts (id) as (
          select id from users where id = ${userId}
          union all
          select users.id from users join parts on users.merged_into = parts.id
        )
        select count(*) from parts)`,
    changes: 1,
  };
}

function requireGround(userId: string, ground: PurgeGround, now: Milliseconds): Step {
  switch (ground) {
    case 'unclaimed-guest':
      return {
        statement: sql`
          update users set updated_at = updated_at
          where id = ${userId} and state = 'temporary'
            and not exists (select 1 from sessions where sessions.user_id = users.id)`,
        changes: 1,
      };
    case 'grace-over':
      return {
        statement: sql`update users set updated_at = updated_at where id = ${userId} and deletion_at <= ${now}`,
        changes: 1,
      };
    case 'at-once':
      return {
        statement: sql`
          update users set updated_at = updated_at
          where id = ${userId} and state in ('active', 'temporary', 'disabled')`,
        changes: 1,
      };
  }
}

function rowsOf(id: string, now: Milliseconds): readonly Statement[] {
  return [
    sql`delete from passwords where identity_id in (select id from identities where user_id = ${id})`,
    // What a provider once said of the person, and cases that can lead to nobody any more.
    sql`
      delete from conflicts where exists (
        select 1 from identities
        where identities.user_id = ${id} and identities.provider = conflicts.provider
          and identities.subject = conflicts.subject)`,
    sql`
      delete from conflicts
      where (decision is null and candidates like ${`%"${id}"%`}) or decision like ${`%"${id}"%`}`,
    sql`delete from identities where user_id = ${id}`,
    sql`delete from emails where user_id = ${id}`,
    sql`delete from user_identifiers where user_id = ${id}`,
    sql`delete from terms_agreements where user_id = ${id}`,
    // The `sub` stays told. Nobody can be told this name again: each that a client was told was some account's, and stays taken.
    sql`update client_subjects set username = null, username_key = null where user_id = ${id} and username is not null`,
    endServiceTokensOf(id).statement,
    sql`delete from open_edx_learners where user_id = ${id}`,
    // What was merged into it is undone no more: what that would give back is the person's.
    sql`
      update merges set snapshot = null, undo_until = ${now}
      where retired_id = ${id} and undone_at is null and snapshot is not null`,
  ];
}

/** Not committed when it was called otherwise meanwhile: the name that stays taken would be another. */
function emptyUser({ id, username, usernameKey }: Part, vault: Vault, now: Milliseconds): Step {
  return {
    statement: sql`
      update users set state = 'deleted', suspended_state = null, deletion_at = null, merged_into = null, profile = '',
        username = ${DELETED}, username_key = ${retiredUsernameKey(username, vault)}, updated_at = ${now}
      where id = ${id} and username_key = ${usernameKey}`,
    changes: 1,
  };
}

/** In place of the username. Nobody can be called so. */
const DELETED = '(deleted)';
