/**
 * What whoever had an address of an account needs to take a change of its addresses back, for seven days (F-20).
 *
 * Only keyed hashes of the link and of the account are stored, and the rest sealed (H-08). Each link is used once, and takes
 * with it those of the same address and of all that were proved later: whoever was there first has the last word.
 */
import type { Sealer, Vault } from '../crypto.ts';
import type { Milliseconds } from '../model.ts';
import { type Database, type Statement, type Step, sql } from './database.ts';
import { textOf } from './rows.ts';

export const UNDO_LIFE: Milliseconds = 7 * 24 * 60 * 60_000;

/** An address as it was before a change. */
export interface AddressUndo {
  readonly userId: string;
  /** The canonical form. */
  readonly key: string;
  readonly address: string;
  readonly verifiedAt: Milliseconds;
  readonly verifiedBy: string;
  readonly primary: boolean;
  /** When the change was made. */
  readonly at: Milliseconds;
}

export interface AddressUndos {
  /** Uses nothing: for showing a page (F-01). Null for a link that is used, expired, or none. */
  find(linkHash: string, now: Milliseconds): Promise<AddressUndo | null>;
  deleteExpired(before: Milliseconds, atMost: number): Promise<number>;
}

export function createAddressUndos(database: Database, sealer: Sealer): AddressUndos {
  return {
    async find(linkHash, now) {
      const row = await database.get(sql`
        select document from address_undos where link_hash = ${linkHash} and expires_at > ${now}`);
      return row && JSON.parse(sealer.open(place(linkHash), textOf(row, 'document')));
    },

    deleteExpired: (before, atMost) =>
      database.run(sql`
        delete from address_undos
        where link_hash in (select link_hash from address_undos where expires_at < ${before} limit ${atMost})`),
  };
}

export function insertAddressUndo(undo: AddressUndo, linkHash: string, vault: Vault): Step {
  return {
    statement: sql`
      insert into address_undos (link_hash, account_hash, verified_at, document, expires_at)
      values (${linkHash}, ${accountHash(undo.userId, vault)}, ${undo.verifiedAt},
              ${vault.seal(place(linkHash), JSON.stringify(undo))}, ${undo.at + UNDO_LIFE})`,
    changes: 1,
  };
}

/** Not committed when somebody else used it first. */
export function takeAddressUndo({ userId, verifiedAt }: AddressUndo, linkHash: string, vault: Vault): Step[] {
  return [
    { statement: sql`delete from address_undos where link_hash = ${linkHash}`, changes: 1 },
    {
      statement: sql`
        delete from address_undos
        where account_hash = ${accountHash(userId, vault)} and verified_at >= ${verifiedAt}`,
      changes: 'any',
    },
  ];
}

/**
 * Ends what was attached to the account after that time, and gives the address back to it. After `requireActive`: nothing is
 * attached in between. Violates a key where another account has the address by now.
 */
export function restoreAddress(undo: AddressUndo, since: Milliseconds, now: Milliseconds): Step[] {
  const { userId, key, address, verifiedAt, verifiedBy, primary } = undo;
  const statements = [
    sql`
      delete from passwords where identity_id in (select id from identities where user_id = ${userId})
        and (changed_at > ${since}
             or identity_id in (select id from identities where user_id = ${userId} and created_at > ${since}))`,
    sql`delete from user_identifiers where user_id = ${userId} and created_at > ${since}`,
    sql`delete from identities where user_id = ${userId} and created_at > ${since}`,
    sql`delete from emails where user_id = ${userId} and address_key <> ${key} and verified_at > ${since}`,
    ...(primary ? [sql`update emails set is_primary = 0 where user_id = ${userId} and is_primary = 1`] : []),
    sql`
      insert into emails (user_id, address_key, address, verified_at, verified_by, is_primary, created_at)
      select ${userId}, ${key}, ${address}, ${verifiedAt}, ${verifiedBy},
             case when others.primaries = 0 then 1 else 0 end, ${now}
      from (select count(*) as primaries from emails
            where user_id = ${userId} and is_primary = 1 and address_key <> ${key}) as others
      where true
      on conflict (user_id, address_key) do update
        set verified_at = excluded.verified_at, verified_by = excluded.verified_by, is_primary = excluded.is_primary`,
  ];
  return statements.map((statement) => ({ statement, changes: 'any' }));
}

/** Of an account that ends. */
export function endUndosOf(userId: string, vault: Vault): Statement {
  return sql`delete from address_undos where account_hash = ${accountHash(userId, vault)}`;
}

const place = (linkHash: string) => ({ table: 'address_undos', column: 'document', row: linkHash });
const accountHash = (userId: string, vault: Vault) => vault.tokenHash('account of an address-undo', userId);
