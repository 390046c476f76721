/**
 * The stored forms of passwords. Each belongs to one identity: that of the person with the provider of passwords.
 *
 * The form is sealed besides being a slow hash, so that a stolen database cannot even be guessed at (G-01, H-08).
 */
import type { Sealer } from '../crypto.ts';
import type { Milliseconds } from '../model.ts';
import { type Database, type Row, type Step, sql } from './database.ts';
import { numberOf, textOf } from './rows.ts';

export interface StoredPassword {
  readonly identityId: string;
  readonly userId: string;
  readonly subject: string;
  readonly hash: string;
  readonly changedAt: Milliseconds;
}

export interface StoredPasswords {
  /** Of the account that holds this address as verified; `key` is its canonical form. An address that nobody proved finds nobody. */
  findByEmail(provider: string, key: string): Promise<StoredPassword | null>;
  findByUsername(provider: string, usernameKey: string): Promise<StoredPassword | null>;
  findOfUser(provider: string, userId: string): Promise<StoredPassword | null>;
  findBySubject(provider: string, subject: string): Promise<StoredPassword | null>;
  /** Whether the account that holds this address as verified got a password after that time; `key` is its canonical form. */
  changedSince(key: string, since: Milliseconds): Promise<boolean>;
  /** Which identities of a user have a password, and since when; without it. */
  ofUser(userId: string): Promise<{ readonly identityId: string; readonly changedAt: Milliseconds }[]>;
  /** Writes the same password in a newer form, unless it was changed meanwhile (G-17). */
  renew(password: StoredPassword, hash: string): Promise<void>;
}

export function createStoredPasswords(database: Database, sealer: Sealer): StoredPasswords {
  const read = (row: Row | null): StoredPassword | null => {
    if (row === null) return null;
    const identityId = textOf(row, 'identity_id');
    return {
      identityId,
      userId: textOf(row, 'user_id'),
      subject: textOf(row, 'subject'),
      hash: sealer.open(passwordPlace(identityId), textOf(row, 'hash')),
      changedAt: numberOf(row, 'changed_at'),
    };
  };
  return {
    async findByEmail(provider, key) {
      return read(
        await database.get(sql`
          select identities.user_id, identities.subject, passwords.* from emails
          join identities on identities.user_id = emails.user_id and identities.provider = ${provider}
          join passwords on passwords.identity_id = identities.id
          where emails.address_key = ${key} and emails.verified_at is not null
          order by passwords.changed_at desc limit 1`),
      );
    },

    async findByUsername(provider, usernameKey) {
      return read(
        await database.get(sql`
          select identities.user_id, identities.subject, passwords.* from users
          join identities on identities.user_id = users.id and identities.provider = ${provider}
          join passwords on passwords.identity_id = identities.id
          where users.username_key = ${usernameKey}
          order by passwords.changed_at desc limit 1`),
      );
    },

    async findOfUser(provider, userId) {
      return read(
        await database.get(sql`
          select identities.user_id, identities.subject, passwords.* from identities
          join passwords on passwords.identity_id = identities.id
          where identities.user_id = ${userId} and identities.provider = ${provider}
          order by passwords.changed_at desc limit 1`),
      );
    },

    async findBySubject(provider, subject) {
      return read(
        await database.get(sql`
          select identities.user_id, identities.subject, passwords.* from identities
          join passwords on passwords.identity_id = identities.id
          where identities.provider = ${provider} and identities.subject = ${subject}`),
      );
    },

    async changedSince(key, since) {
      const row = await database.get(sql`
        select 1 as yes from emails
        join identities on identities.user_id = emails.user_id
        join passwords on passwords.identity_id = identities.id
        where emails.address_key = ${key} and emails.verified_at is not null and passwords.changed_at > ${since} limit 1`);
      return row !== null;
    },

    async ofUser(userId) {
      const rows = await database.all(sql`
        select passwords.identity_id, passwords.changed_at from identities
        join passwords on passwords.identity_id = identities.id
        where identities.user_id = ${userId} order by passwords.changed_at desc`);
      return rows.map((row) => ({ identityId: textOf(row, 'identity_id'), changedAt: numberOf(row, 'changed_at') }));
    },

    async renew({ identityId, changedAt }, hash) {
      await database.run(sql`
        update passwords set hash = ${sealer.seal(passwordPlace(identityId), hash)}
        where identity_id = ${identityId} and changed_at = ${changedAt}`);
    },
  };
}

/** The step that sets the password of an identity, for a transaction. */
export function writePassword(identityId: string, hash: string, sealer: Sealer, now: Milliseconds): Step {
  const sealed = sealer.seal(passwordPlace(identityId), hash);
  return {
    statement: sql`
      insert into passwords (identity_id, hash, changed_at) values (${identityId}, ${sealed}, ${now})
      on conflict (identity_id) do update set hash = ${sealed}, changed_at = ${now}`,
    changes: 1,
  };
}

export const passwordPlace = (identityId: string) => ({ table: 'passwords', column: 'hash', row: identityId });
