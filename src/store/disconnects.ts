/**
 * The steps that take an identity away from an account, for a transaction.
 *
 * Whatever hangs on it goes with it: its password, the identifiers that its provider vouched for, and what was said of a campus's person.
 * Left behind, a national identifier would lead the next sign-in with the same provider back into the account that it was taken from, and
 * an app would still be told the role of somebody who is not in the account any more.
 */
import { type Step, sql } from './database.ts';
import { forgetLaunchesWith } from './session-launches.ts';

/** Exactly this one of this user; another caller who took it first undoes the transaction. */
export function removeIdentity(userId: string, identityId: string): Step[] {
  return [
    {
      statement: sql`
        delete from passwords where identity_id = ${identityId}
          and exists (select 1 from identities where id = ${identityId} and user_id = ${userId})`,
      changes: 'any',
    },
    {
      statement: sql`
        delete from user_identifiers
        where user_id = ${userId}
          and provider = (select provider from identities where id = ${identityId})
          and not exists (
            select 1 from identities as other
            where other.user_id = ${userId} and other.id <> ${identityId} and other.provider = user_identifiers.provider)`,
      changes: 'any',
    },
    forgetLaunchesWith(userId, identityId),
    {
      statement: sql`delete from identities where id = ${identityId} and user_id = ${userId}`,
      changes: 1,
    },
  ];
}
