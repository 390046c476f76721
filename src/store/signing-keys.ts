/**
 * The private keys that sign for clients, each sealed in its own row.
 *
 * A row says when its key begins to sign and when an operator withdrew it; what a key does at a moment follows from these two and
 * from its successor. Rows are never deleted, so a `kid` never comes to mean another key; its uniqueness is also what lets only one
 * of those in who rotate at the same moment.
 */
import type { Sealer } from '../crypto.ts';
import type { JsonObject, Milliseconds } from '../model.ts';
import { ConstraintViolation, type Database, type Row, type Statement, type Step, sql } from './database.ts';
import { numberOf, numberOrNull, textOf } from './rows.ts';

export type SigningAlgorithm = 'RS256' | 'ES256';

/** What a key signs: tokens for clients, or what we say to a campus LMS. No key does both: each is published to other people. */
export type KeyPurpose = 'clients' | 'lti';

export interface SigningKey {
  readonly kid: string;
  readonly algorithm: SigningAlgorithm;
  /** RFC 7517 private JWK. */
  readonly jwk: JsonObject;
  readonly createdAt: Milliseconds;
  readonly signsFrom: Milliseconds;
  /** From then on it is not published; null while an operator has not said so. */
  readonly withdrawnAt: Milliseconds | null;
}

/** Each change is written together with the steps that belong to it, or not at all. */
export interface SigningKeys {
  readonly purpose: KeyPurpose;
  /** In the order in which they begin to sign. */
  all(): Promise<SigningKey[]>;
  /** False when there is a key of this name: somebody else has just made it. */
  insert(key: SigningKey, also: readonly Step[]): Promise<boolean>;
  /** Lets it sign earlier. False when it does already, or was withdrawn. */
  bringForward(kid: string, signsFrom: Milliseconds, also: readonly Step[]): Promise<boolean>;
  /** False when it was withdrawn before, or there is none. */
  withdraw(kid: string, now: Milliseconds, also: readonly Step[]): Promise<boolean>;
}

/** The keys of one purpose: those of another are not seen. */
export function createSigningKeys(database: Database, sealer: Sealer, purpose: KeyPurpose): SigningKeys {
  const place = (kid: string) => ({ table: 'signing_keys', column: 'private_key', row: kid });
  const read = (row: Row): SigningKey => ({
    kid: textOf(row, 'kid'),
    algorithm: textOf(row, 'algorithm') as SigningAlgorithm,
    jwk: JSON.parse(sealer.open(place(textOf(row, 'kid')), textOf(row, 'private_key'))),
    createdAt: numberOf(row, 'created_at'),
    signsFrom: numberOf(row, 'signs_from'),
    withdrawnAt: numberOrNull(row, 'withdrawn_at'),
  });
  async function change(statement: Statement, also: readonly Step[]): Promise<boolean> {
    try {
      return (await database.atomically([{ statement, changes: 1 }, ...also])).committed;
    } catch (error) {
      if (error instanceof ConstraintViolation) return false;
      throw error;
    }
  }

  return {
    purpose,

    async all() {
      const rows = await database.all(sql`
        select * from signing_keys where purpose = ${purpose} order by signs_from, created_at, kid`);
      return rows.map(read);
    },
    insert: ({ kid, algorithm, jwk, createdAt, signsFrom, withdrawnAt }, also) =>
      change(
        sql`
          insert into signing_keys (kid, purpose, algorithm, private_key, created_at, signs_from, withdrawn_at)
          values (${kid}, ${purpose}, ${algorithm}, ${sealer.seal(place(kid), JSON.stringify(jwk))}, ${createdAt}, ${signsFrom},
                  ${withdrawnAt})`,
        also,
      ),
    bringForward: (kid, signsFrom, also) =>
      change(
        sql`
          update signing_keys set signs_from = ${signsFrom}
          where kid = ${kid} and purpose = ${purpose} and signs_from > ${signsFrom} and withdrawn_at is null`,
        also,
      ),
    withdraw: (kid, now, also) =>
      change(
        sql`
          update signing_keys set withdrawn_at = ${now}
          where kid = ${kid} and purpose = ${purpose} and withdrawn_at is null`,
        also,
      ),
  };
}
