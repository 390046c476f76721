/**
 * Guests to whom nobody can come back: which they are, and the steps that empty one.
 */
import type { Sealer } from '../crypto.ts';
import type { Milliseconds, User } from '../model.ts';
import { sealUser } from './accounts.ts';
import { type Database, type Step, sql } from './database.ts';
import { endServiceTokensOf } from './service-tokens.ts';

/** Begun before that moment, without a session to go on in, and not held by the law; the oldest first. */
export async function findUnclaimedGuests(database: Database, before: Milliseconds, atMost: number): Promise<string[]> {
  const rows = await database.all(sql`
    select id from users
    where state = 'temporary' and created_at < ${before}
      and not exists (select 1 from sessions where sessions.user_id = users.id)
      and not exists (select 1 from legal_holds where legal_holds.user_id = users.id)
    order by created_at limit ${atMost}`);
  return rows.map(({ id }) => String(id));
}

/**
 * Nothing is committed where the guest was claimed or came back meanwhile. The id, the username and the subjects that clients know
 * stay taken, so that none of them is ever given to somebody else (A-17, V-07).
 */
export function emptyGuest(user: User, sealer: Sealer, now: Milliseconds): readonly Step[] {
  const { id } = user;
  const ended: Step = {
    statement: sql`
      update users set state = 'deleted', profile = ${sealUser({ ...user, ...nothing }, sealer)}, updated_at = ${now}
      where id = ${id} and state = 'temporary'
        and not exists (select 1 from sessions where sessions.user_id = users.id)
        and not exists (select 1 from legal_holds where legal_holds.user_id = users.id)`,
    changes: 1,
  };
  const rows = [
    sql`delete from passwords where identity_id in (select id from identities where user_id = ${id})`,
    sql`delete from identities where user_id = ${id}`,
    sql`delete from emails where user_id = ${id}`,
    sql`delete from user_identifiers where user_id = ${id}`,
    sql`delete from terms_agreements where user_id = ${id}`,
    endServiceTokensOf(id).statement,
  ];
  return [ended, ...rows.map((statement): Step => ({ statement, changes: 'any' }))];
}

const nothing: Pick<User, 'name' | 'birthDate' | 'phone' | 'locale' | 'country' | 'details'> = {
  name: { full: null, given: null, firstSurname: null, secondSurname: null },
  ...{ birthDate: null, phone: null, locale: null, country: null, details: {} },
};
