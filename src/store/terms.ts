/**
 * Who agreed to which version of the terms of use, and when. Rows are only added: what somebody agreed to stays so.
 *
 * `address` is where that version was to be read when they agreed. Must never be written for somebody who did not say so.
 */
import type { Milliseconds } from '../model.ts';
import { type Database, type Step, sql } from './database.ts';
import { numberOf, textOf } from './rows.ts';

export interface TermsAgreement {
  readonly version: string;
  readonly address: string;
  readonly agreedAt: Milliseconds;
}

export interface TermsAgreements {
  hasAgreed(userId: string, version: string): Promise<boolean>;
  /** The latest first. */
  agreementsOf(userId: string): Promise<TermsAgreement[]>;
}

export function createTermsAgreements(database: Database): TermsAgreements {
  return {
    async hasAgreed(userId, version) {
      const row = await database.get(sql`
        select agreed_at from terms_agreements where user_id = ${userId} and version = ${version}`);
      return row !== null;
    },

    async agreementsOf(userId) {
      const rows = await database.all(sql`
        select version, address, agreed_at from terms_agreements
        where user_id = ${userId} order by agreed_at desc, version`);
      return rows.map((row) => ({
        version: textOf(row, 'version'),
        address: textOf(row, 'address'),
        agreedAt: numberOf(row, 'agreed_at'),
      }));
    },
  };
}

/** The step that writes an agreement, for a transaction. Of several to one version the first stands. */
export function insertAgreement(userId: string, { version, address, agreedAt }: TermsAgreement): Step {
  return {
    statement: sql`
      insert into terms_agreements (user_id, version, address, agreed_at)
      values (${userId}, ${version}, ${address}, ${agreedAt})
      on conflict (user_id, version) do nothing`,
    changes: 'any',
  };
}
