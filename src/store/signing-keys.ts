/**
 * The private keys that sign for clients, sealed. A key is made once per algorithm even when several processes start
 * at the same moment: the first insert wins and all read it back.
 */
import type { Sealer } from '../crypto.ts';
import type { JsonObject, Milliseconds } from '../model.ts';
import { type Database, type Row, sql } from './database.ts';
import { numberOf, numberOrNull, textOf } from './rows.ts';

export type SigningAlgorithm = 'RS256' | 'ES256';

export interface SigningKey {
  readonly kid: string;
  readonly algorithm: SigningAlgorithm;
  /** RFC 7517 private JWK. */
  readonly jwk: JsonObject;
  readonly createdAt: Milliseconds;
  /** From then on it only verifies; null while it may sign. */
  readonly retiredAt: Milliseconds | null;
}

export interface SigningKeys {
  /** Newest first. */
  all(): Promise<SigningKey[]>;
  insert(key: SigningKey): Promise<void>;
  /** Adds `key` unless another process has just added one of this name. */
  insertFirst(key: SigningKey): Promise<void>;
  retireOthers(than: SigningKey, now: Milliseconds): Promise<number>;
}

export function createSigningKeys(database: Database, sealer: Sealer): SigningKeys {
  const place = (kid: string) => ({ table: 'signing_keys', column: 'private_key', row: kid });
  const seal = (key: SigningKey) => sealer.seal(place(key.kid), JSON.stringify(key.jwk));
  const read = (row: Row): SigningKey => ({
    kid: textOf(row, 'kid'),
    algorithm: textOf(row, 'algorithm') as SigningAlgorithm,
    jwk: JSON.parse(sealer.open(place(textOf(row, 'kid')), textOf(row, 'private_key'))),
    createdAt: numberOf(row, 'created_at'),
    retiredAt: numberOrNull(row, 'retired_at'),
  });

  return {
    async all() {
      return (await database.all(sql`select * from signing_keys order by created_at desc, kid`)).map(read);
    },
    async insert(key) {
      await database.run(sql`
        insert into signing_keys (kid, algorithm, private_key, created_at, retired_at)
        values (${key.kid}, ${key.algorithm}, ${seal(key)}, ${key.createdAt}, ${key.retiredAt})`);
    },
    async insertFirst(key) {
      await database.run(sql`
        insert into signing_keys (kid, algorithm, private_key, created_at, retired_at)
        values (${key.kid}, ${key.algorithm}, ${seal(key)}, ${key.createdAt}, null)
        on conflict (kid) do nothing`);
    },
    retireOthers: (than, now) =>
      database.run(sql`
        update signing_keys set retired_at = ${now}
        where algorithm = ${than.algorithm} and kid <> ${than.kid} and retired_at is null`),
  };
}
