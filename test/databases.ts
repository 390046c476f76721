/**
 * Every test of something stored runs over all three: SQLite in memory, an SQLite file, PostgreSQL.
 *
 * Each test gets databases of its own, empty or with the schema, and leaves nothing behind. PostgreSQL is never left out:
 * without one the tests fail and say why (P-01).
 */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import pg from 'pg';
import { migrate } from '../src/store/migrate.ts';
import { durableMigrations, ephemeralMigrations } from '../src/store/migrations.ts';
import { type Databases, openDatabases } from '../src/store/open-database.ts';
import { type PostgresServer, startPostgres } from './postgres.ts';

export const databaseKinds = ['SQLite in memory', 'SQLite file', 'PostgreSQL'] as const;
export type DatabaseKind = (typeof databaseKinds)[number];

export interface TestDatabases extends Databases {
  readonly kind: DatabaseKind;
  /** For `openDatabases`, to open the same databases again; in memory that gives other ones. */
  readonly url: string;
}

type Body = (databases: TestDatabases) => Promise<void> | void;

/** One test for each kind of database, on empty databases. */
export function forEachEmptyDatabase(
  promise: string,
  body: Body,
  kinds: readonly DatabaseKind[] = databaseKinds,
): void {
  for (const kind of kinds) test(`${promise} [${kind}]`, () => withDatabases(kind, body));
}

/** One test for each kind of database, on databases with the whole schema. */
export function forEachDatabase(promise: string, body: Body, kinds: readonly DatabaseKind[] = databaseKinds): void {
  for (const kind of kinds) {
    test(`${promise} [${kind}]`, () =>
      withDatabases(kind, async (databases) => {
        await migrate(databases.durable, 'durable', durableMigrations, 0);
        await migrate(databases.ephemeral, 'ephemeral', ephemeralMigrations, 0);
        await body(databases);
      }));
  }
}

/** Gives `body` fresh empty databases of one kind, and takes them away when it ends. */
export async function withDatabases(kind: DatabaseKind, body: Body): Promise<void> {
  const place = await places[kind]();
  try {
    const databases = await openDatabases(place.url, { randomBytes, poolSize: 5 });
    try {
      await body({ ...databases, kind, url: place.url });
    } finally {
      await Promise.all([databases.durable.close(), databases.ephemeral.close()]);
    }
  } finally {
    await place.remove();
  }
}

interface Place {
  readonly url: string;
  remove(): Promise<void>;
}

const places: Readonly<Record<DatabaseKind, () => Promise<Place>>> = {
  'SQLite in memory': async () => ({ url: 'sqlite::memory:', remove: async () => {} }),
  'SQLite file': async () => {
    const folder = await mkdtemp(join(tmpdir(), 'llavero-test-'));
    return { url: `sqlite:${join(folder, 'llavero.db')}`, remove: () => rm(folder, { recursive: true }) };
  },
  PostgreSQL: makeSchema,
};

/** A schema for each test inside one database for each test file: making a schema takes a millisecond. */
async function makeSchema(): Promise<Place> {
  postgres ??= makePostgresDatabase();
  const { url } = await postgres;
  const schema = `test_${randomBytes(8).toString('hex')}`;
  await administer(url, `create schema ${schema}`);
  const address = new URL(url);
  address.searchParams.set('options', `-c search_path=${schema}`);
  return { url: address.href, remove: () => dropSchema(url, schema) };
}

async function dropSchema(url: string, schema: string): Promise<void> {
  await administer(url, `drop schema ${schema} cascade`);
}

let postgres: Promise<Place> | null = null;

async function makePostgresDatabase(): Promise<Place> {
  const given = process.env.LLAVERO_TEST_POSTGRES_URL;
  const server: PostgresServer = given === undefined ? await startPostgres() : { url: given, stop: async () => {} };
  const name = `llavero_test_${randomBytes(8).toString('hex')}`;
  await administer(server.url, `create database ${name}`);
  const address = new URL(server.url);
  address.pathname = `/${name}`;
  return {
    url: address.href,
    async remove() {
      await administer(server.url, `drop database ${name} with (force)`);
      await server.stop();
    },
  };
}

after(async () => (await postgres)?.remove());

/** Carries out one statement as the administrator of the test server. */
export async function administer(url: string, statement: string): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await client.query(statement);
  } finally {
    await client.end();
  }
}
