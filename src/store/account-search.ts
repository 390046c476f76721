/**
 * Accounts by what somebody at support was told: an id, a username, an address. Compared whole, never by a part of it.
 *
 * Must never choose: a word may be the username of one and the id of another, and an address that nobody verified may stand in
 * several accounts.
 */
import type { Milliseconds } from '../model.ts';
import { type Database, sql } from './database.ts';
import { numberOf, textOf } from './rows.ts';

export interface FoundAccount {
  readonly userId: string;
  readonly by: 'id' | 'username' | 'address' | 'unverified address';
  readonly createdAt: Milliseconds;
}

/** What was typed in its canonical forms; null where it cannot be such a thing. */
export interface AccountWords {
  readonly id: string;
  readonly usernameKey: string;
  readonly emailKey: string | null;
}

/** At most ten, each once, the oldest first. */
export async function searchAccounts(database: Database, words: AccountWords): Promise<FoundAccount[]> {
  const rows = await database.all(sql`
    select users.id, users.created_at,
      case when users.id = ${words.id} then 'id'
           when users.username_key = ${words.usernameKey} then 'username'
           when exists (select 1 from emails where emails.user_id = users.id and emails.address_key = ${words.emailKey}
                        and emails.verified_at is not null) then 'address'
           else 'unverified address' end as found_by
    from users
    where users.id = ${words.id} or users.username_key = ${words.usernameKey}
      or users.id in (select user_id from emails where address_key = ${words.emailKey})
    order by users.created_at, users.id limit 10`);
  return rows.map((row) => ({
    userId: textOf(row, 'id'),
    by: textOf(row, 'found_by') as FoundAccount['by'],
    createdAt: numberOf(row, 'created_at'),
  }));
}
