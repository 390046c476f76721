/**
 * Every table that the migrations make, read from their text: a test that looks at all of them must not forget a new one.
 */
import { durableMigrations, ephemeralMigrations } from '../src/store/migrations.ts';

const tablesIn = (migrations: readonly { readonly text: string }[]): readonly string[] =>
  migrations.flatMap(({ text }) => [...text.matchAll(/create table (\w+)/g)].map(([, table = '']) => table));

export const allTables = { durable: tablesIn(durableMigrations), ephemeral: tablesIn(ephemeralMigrations) } as const;
