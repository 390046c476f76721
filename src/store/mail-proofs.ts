/**
 * Mails that prove a mailbox: each with a code and a link, of which one can be used once (F-04, V-06).
 *
 * Only keyed hashes of both are stored (H-08); the address is sealed. A code is compared only after its try was counted,
 * so that no number of parallel guesses gets more of them (F-06).
 */
import type { Sealer } from '../crypto.ts';
import type { Locale, Milliseconds, ProofPurpose } from '../model.ts';
import { type Database, type Row, sql } from './database.ts';
import { numberOf, textOf } from './rows.ts';

/** Tries at one code: of a million codes, five guesses hit one in two hundred thousand. */
export const CODE_TRIES = 5;

export interface MailProof {
  readonly id: string;
  /** The attempt for which it was asked. */
  readonly signInId: string;
  readonly address: string;
  readonly purpose: ProofPurpose;
  readonly locale: Locale;
  /** What asked for it, as it called itself; null where it did not. */
  readonly userAgent: string | null;
  readonly sentAt: Milliseconds;
  readonly expiresAt: Milliseconds;
}

export interface MailProofs {
  insert(proof: MailProof, hashes: { readonly code: string; readonly link: string }): Promise<void>;
  /** Forgets it: an older mail of one attempt dies with the newer one (F-05). */
  delete(id: string): Promise<void>;
  /** Counts a try. The proof and the hash of its code; null when there is nothing left to try. */
  countTry(id: string, now: Milliseconds): Promise<{ proof: MailProof; codeHash: string } | null>;
  /** The unused proof with this id. */
  find(id: string, now: Milliseconds): Promise<MailProof | null>;
  /** The unused proof of this link, also one whose code was tried too often. Uses nothing: for showing a page (F-01). */
  findByLink(linkHash: string, now: Milliseconds): Promise<MailProof | null>;
  /** Uses it up. False when somebody was faster, or it has expired. */
  take(id: string, now: Milliseconds): Promise<boolean>;
  deleteExpired(before: Milliseconds, atMost: number): Promise<number>;
}

export function createMailProofs(database: Database, sealer: Sealer): MailProofs {
  const read = (row: Row | null): MailProof | null => row && readProof(row, sealer);
  return {
    async insert(proof, hashes) {
      const { id, signInId, sentAt, expiresAt, ...rest } = proof;
      await database.run(sql`
        insert into mail_proofs (id, sign_in_id, document, code_hash, link_hash, tries, sent_at, expires_at)
        values (${id}, ${signInId}, ${sealer.seal(place(id), JSON.stringify(rest))}, ${hashes.code}, ${hashes.link}, 0,
                ${sentAt}, ${expiresAt})`);
    },

    async delete(id) {
      await database.run(sql`delete from mail_proofs where id = ${id}`);
    },

    async countTry(id, now) {
      const row = await database.get(sql`
        update mail_proofs set tries = tries + 1
        where id = ${id} and used_at is null and expires_at > ${now} and tries < ${CODE_TRIES} returning *`);
      return row && { proof: readProof(row, sealer), codeHash: textOf(row, 'code_hash') };
    },

    async findByLink(linkHash, now) {
      return read(
        await database.get(sql`
          select * from mail_proofs where link_hash = ${linkHash} and used_at is null and expires_at > ${now}`),
      );
    },

    async find(id, now) {
      return read(
        await database.get(sql`
          select * from mail_proofs where id = ${id} and used_at is null and expires_at > ${now}`),
      );
    },

    async take(id, now) {
      const changed = await database.run(sql`
        update mail_proofs set used_at = ${now} where id = ${id} and used_at is null and expires_at > ${now}`);
      return changed === 1;
    },

    deleteExpired: (before, atMost) =>
      database.run(sql`
        delete from mail_proofs where id in (select id from mail_proofs where expires_at < ${before} limit ${atMost})`),
  };
}

const place = (id: string) => ({ table: 'mail_proofs', column: 'document', row: id });

function readProof(row: Row, sealer: Sealer): MailProof {
  const id = textOf(row, 'id');
  return {
    ...JSON.parse(sealer.open(place(id), textOf(row, 'document'))),
    id,
    signInId: textOf(row, 'sign_in_id'),
    sentAt: numberOf(row, 'sent_at'),
    expiresAt: numberOf(row, 'expires_at'),
  };
}
