/**
 * The steps that change the addresses of an account, for a transaction.
 *
 * Each undoes the whole where the address is no longer as whoever decided had seen it. One account has a verified address, and one
 * address is the primary one: that is kept by unique indexes, whatever comes at the same moment (V-02).
 */
import type { Milliseconds } from '../model.ts';
import type { NewEmail } from './accounts.ts';
import { type Step, sql } from './database.ts';

/** Who verified it, where the broker sent a mail there itself. */
const OURSELVES = 'llavero';

/** The address is the account's and verified by us, whether it was there before or not. Not where another account has it. */
export function verifyAddress(userId: string, { key, address }: NewEmail, now: Milliseconds): Step {
  return {
    statement: sql`
      insert into emails (user_id, address_key, address, verified_at, verified_by, is_primary, created_at)
      select ${userId}, ${key}, ${address}, ${now}, ${OURSELVES},
             case when known.primaries = 0 then 1 else 0 end, ${now}
      from (select count(*) as primaries from emails where user_id = ${userId} and is_primary = 1) as known
      where true
      on conflict (user_id, address_key) do update
        set verified_at = excluded.verified_at, verified_by = excluded.verified_by
        where emails.verified_at is null`,
    changes: 1,
  };
}

/** Only a verified one: what clients are told of must be somebody's. */
export function makePrimary(userId: string, key: string): Step[] {
  return [
    {
      statement: sql`update emails set is_primary = 0 where user_id = ${userId} and is_primary = 1`,
      changes: 'any',
    },
    {
      statement: sql`
        update emails set is_primary = 1
        where user_id = ${userId} and address_key = ${key} and verified_at is not null`,
      changes: 1,
    },
  ];
}

/**
 * @param was whether it was verified when its removal was decided on. The primary one goes only when it is the last.
 */
export function removeAddress(userId: string, key: string, was: 'verified' | 'unverified'): Step {
  const verified = was === 'verified' ? 1 : 0;
  return {
    statement: sql`
      delete from emails
      where user_id = ${userId} and address_key = ${key}
        and (case when verified_at is null then 0 else 1 end) = ${verified}
        and (is_primary = 0 or not exists (
          select 1 from emails as other where other.user_id = ${userId} and other.address_key <> ${key}))`,
    changes: 1,
  };
}
