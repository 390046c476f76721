/**
 * What oidc-provider keeps: codes, tokens, grants, its sessions and interactions.
 *
 * The library names records by the raw value of a code or token; here only its keyed hash is stored and the payload is
 * sealed, so that a stolen database holds nothing that can be redeemed (H-08).
 */
import type { Vault } from '../crypto.ts';
import type { JsonObject, Milliseconds } from '../model.ts';
import { type Database, type Row, sql } from './database.ts';
import { numberOrNull, textOf } from './rows.ts';

/** The library's names for two of its models. */
const OIDC_SESSION = 'Session';
const OIDC_GRANT = 'Grant';

export interface OidcRecord {
  readonly payload: JsonObject;
  readonly consumedAt: Milliseconds | null;
}

export interface OidcRecords {
  save(model: string, id: string, record: NewOidcRecord): Promise<void>;
  find(model: string, id: string, now: Milliseconds): Promise<OidcRecord | null>;
  findByUid(model: string, uid: string, now: Milliseconds): Promise<OidcRecord | null>;
  /** Takes a live record: true for exactly one caller, ever (RFC 6749 §4.1.2: a code is for one use). */
  consume(model: string, id: string, now: Milliseconds): Promise<boolean>;
  delete(model: string, id: string): Promise<void>;
  deleteOfGrant(model: string, grantId: string): Promise<void>;
  /** Forgets the grant and whatever was given out by it. */
  revokeGrant(grantId: string): Promise<void>;
  /** Forgets the library's sessions of this account, and its grants: nothing that was issued is worth anything then (F-13). */
  deleteSessionsOf(accountId: string): Promise<void>;
  /** Whatever of an account was kept: sessions of the library, grants, codes, tokens. */
  deleteOfAccount(accountId: string): Promise<void>;
  /** The live records of an account that are of this model. */
  ofAccount(model: string, accountId: string, now: Milliseconds): Promise<JsonObject[]>;
  deleteExpired(before: Milliseconds, atMost: number): Promise<number>;
}

export interface NewOidcRecord {
  readonly payload: JsonObject;
  readonly uid: string | null;
  /** The grant that it came from: what is forgotten with it. */
  readonly grantId: string | null;
  /** Whose it is; null where nobody is signed in by it. */
  readonly accountId: string | null;
  readonly expiresAt: Milliseconds;
}

export function createOidcRecords(database: Database, vault: Vault): OidcRecords {
  // The model is part of the hash: a refresh token presented as a code finds nothing (V-06).
  const idHash = (model: string, id: string) => vault.tokenHash(`oidc/${model}`, id);
  const uidHash = (model: string, uid: string) => vault.tokenHash(`oidc/${model}/uid`, uid);
  const grantHash = (grantId: string) => vault.tokenHash('oidc/grant', grantId);
  const accountHash = (accountId: string) => vault.tokenHash('oidc/account', accountId);
  const place = (row: string) => ({ table: 'oidc_records', column: 'payload', row });
  const read = (row: Row | null): OidcRecord | null =>
    row && {
      payload: JSON.parse(vault.open(place(textOf(row, 'id_hash')), textOf(row, 'payload'))),
      consumedAt: numberOrNull(row, 'consumed_at'),
    };

  return {
    async save(model, id, record) {
      const key = idHash(model, id);
      const payload = vault.seal(place(key), JSON.stringify(record.payload));
      const uid = record.uid === null ? null : uidHash(model, record.uid);
      const grant = record.grantId === null ? null : grantHash(record.grantId);
      const account = record.accountId === null ? null : accountHash(record.accountId);
      // Saving again never touches `consumed_at`: a used code stays used.
      await database.run(sql`
        insert into oidc_records (id_hash, model, payload, uid_hash, grant_hash, account_hash, expires_at, consumed_at)
        values (${key}, ${model}, ${payload}, ${uid}, ${grant}, ${account}, ${record.expiresAt}, null)
        on conflict (id_hash) do update set payload = excluded.payload, uid_hash = excluded.uid_hash,
          grant_hash = excluded.grant_hash, account_hash = excluded.account_hash, expires_at = excluded.expires_at`);
    },

    async find(model, id, now) {
      const key = idHash(model, id);
      return read(
        await database.get(sql`
          select id_hash, payload, consumed_at from oidc_records where id_hash = ${key} and expires_at > ${now}`),
      );
    },

    async findByUid(model, uid, now) {
      const key = uidHash(model, uid);
      return read(
        await database.get(sql`
          select id_hash, payload, consumed_at from oidc_records where uid_hash = ${key} and expires_at > ${now}`),
      );
    },

    async consume(model, id, now) {
      const key = idHash(model, id);
      const changed = await database.run(sql`
        update oidc_records set consumed_at = ${now}
        where id_hash = ${key} and consumed_at is null and expires_at > ${now}`);
      return changed === 1;
    },

    async delete(model, id) {
      const key = idHash(model, id);
      await database.run(sql`delete from oidc_records where id_hash = ${key}`);
    },

    async deleteOfGrant(model, grantId) {
      const key = grantHash(grantId);
      await database.run(sql`delete from oidc_records where grant_hash = ${key} and model = ${model}`);
    },

    async revokeGrant(grantId) {
      await database.run(sql`
        delete from oidc_records
        where id_hash = ${idHash(OIDC_GRANT, grantId)} or grant_hash = ${grantHash(grantId)}`);
    },

    async deleteSessionsOf(accountId) {
      const key = accountHash(accountId);
      await database.run(sql`
        delete from oidc_records where account_hash = ${key} and model in (${OIDC_SESSION}, ${OIDC_GRANT})`);
    },

    async deleteOfAccount(accountId) {
      await database.run(sql`delete from oidc_records where account_hash = ${accountHash(accountId)}`);
    },

    async ofAccount(model, accountId, now) {
      const rows = await database.all(sql`
        select id_hash, payload, consumed_at from oidc_records
        where account_hash = ${accountHash(accountId)} and model = ${model} and expires_at > ${now}`);
      return rows.map((row) => read(row)?.payload).filter((payload) => payload !== undefined);
    },

    deleteExpired: (before, atMost) =>
      database.run(sql`
        delete from oidc_records
        where id_hash in (select id_hash from oidc_records where expires_at < ${before} limit ${atMost})`),
  };
}
