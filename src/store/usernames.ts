/**
 * Under which keys usernames are taken: one that somebody has, and one that somebody had whose account was deleted.
 *
 * A username is never given to somebody else (D-20), and after a deletion it must not be readable either.
 */
import type { Vault } from '../crypto.ts';
import type { User } from '../model.ts';
import { type Step, sql } from './database.ts';

/** Usernames are unique ignoring case and compatibility forms (UAX 15), so that no two look alike on the LMS. */
export function usernameKey(username: string): string {
  return username.normalize('NFKC').toLowerCase().normalize('NFKC');
}

/**
 * Under which the username of a deleted account stays taken for ever: it can be compared and not read. No username begins
 * like that.
 */
export function retiredUsernameKey(username: string, vault: Vault): string {
  return `#${vault.blindIndex('username', usernameKey(username))}`;
}

/** After the username was written, which waits for whoever deletes an account of that name at the same moment. */
export function requireNotRetired({ id, username }: Pick<User, 'id' | 'username'>, vault: Vault): Step {
  return {
    statement: sql`
      update users set updated_at = updated_at
      where id = ${id} and not exists (
        select 1 from users as deleted where deleted.username_key = ${retiredUsernameKey(username, vault)})`,
    changes: 1,
  };
}
