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
  for (const kind of kinds) test(`${promise} [${kind}]`, () => withEmptyDatabases(kind, body));
}

/** One test for each kind of database, on databases with the whole schema. */
export function forEachDatabase(promise: string, body: Body, kinds: readonly DatabaseKind[] = databaseKinds): void {
  for (const kind of kinds) test(`${promise} [${kind}]`, () => withDatabases(kind, body));
}

/** Gives `body` empty databases of one kind, and takes them away when it ends. */
export async function withEmptyDatabases(kind: DatabaseKind, body: Body): Promise<void> {
  await openAt(await places[kind](), kind, body);
}

/** Gives `body` databases of one kind with the whole schema and nothing in it, and takes them away when it ends. */
export async function withDatabases(kind: DatabaseKind, body: Body): Promise<void> {
  const place = kind === 'PostgreSQL' ? await takeSchema() : await places[kind]();
  await openAt(place, kind, async (databases) => {
    if (kind !== 'PostgreSQL') await migrateBoth(databases);
    await body(databases);
  });
}

async function openAt(place: Place, kind: DatabaseKind, body: Body): Promise<void> {
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

async function migrateBoth({ durable, ephemeral }: Databases): Promise<void> {
  await migrate(durable, 'durable', durableMigrations, 0);
  await migrate(ephemeral, 'ephemeral', ephemeralMigrations, 0);
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

/** Schemas that were made and are in use by no test: making one costs ten times what emptying it does. */
const idle: MadeSchema[] = [];

interface MadeSchema {
  readonly place: Place;
  /** What it consists of, as it was made. */
  readonly shape: string;
}

async function takeSchema(): Promise<Place> {
  const { place, shape } = idle.pop() ?? (await makeWholeSchema());
  return {
    url: place.url,
    async remove() {
      if (await isEmptied(place.url, shape)) idle.push({ place, shape });
      else await place.remove();
    },
  };
}

async function makeWholeSchema(): Promise<MadeSchema> {
  const place = await makeSchema();
  await openAt({ ...place, remove: async () => {} }, 'PostgreSQL', migrateBoth);
  return { place, shape: await administer(place.url, shapeOfSchema).then(({ rows }) => JSON.stringify(rows)) };
}

const shapeOfSchema = `
  select relname, relkind, relnatts, relchecks, relhastriggers from pg_class
  where relnamespace = current_schema()::regnamespace order by relname`;

/** Row by row, as the tables of a test hold few: that is quicker than to truncate all. Foreign keys are not looked at meanwhile. */
const emptySchema = `
  set session_replication_role = replica;
  set lock_timeout = '2s';
  do $$ declare name text; begin
    for name in select tablename from pg_tables where schemaname = current_schema() and tablename <> 'schema_migrations'
    loop execute format('delete from %I', name); end loop;
  end $$`;

/** False for one whose tables a test changed, or left locked: it is not to be used again. */
async function isEmptied(url: string, shape: string): Promise<boolean> {
  const { rows } = await administer(url, shapeOfSchema);
  if (JSON.stringify(rows) !== shape) return false;
  return administer(url, emptySchema).then(
    () => true,
    () => false,
  );
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
