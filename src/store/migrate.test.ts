/**
 * The migration runner over every database.
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { forEachDatabase, forEachEmptyDatabase } from '../../test/databases.ts';
import { ConstraintViolation, type Database, sql } from './database.ts';
import { type Migration, MigrationRefused, migrate, pendingMigrations } from './migrate.ts';
import { durableMigrations, ephemeralMigrations } from './migrations.ts';
import { openDatabases } from './open-database.ts';

const first: Migration = {
  id: 1,
  name: "people's names",
  text: 'create table people (id text not null primary key, name text)',
};
const second: Migration = {
  id: 2,
  name: 'ages',
  text: 'alter table people add column age bigint; update people set age = 7',
};

const ids = (migrations: readonly Migration[]) => migrations.map(({ id }) => id);

forEachEmptyDatabase('a new database gets every migration once, in order', async ({ durable }) => {
  assert.deepEqual(ids(await pendingMigrations(durable, 'durable', [first, second])), [1, 2]);
  assert.deepEqual(ids(await migrate(durable, 'durable', [first, second], 5)), [1, 2]);
  assert.deepEqual(await migrate(durable, 'durable', [first, second], 6), []);
  assert.deepEqual(await pendingMigrations(durable, 'durable', [first, second]), []);
  assert.deepEqual(await durable.all(sql`select part, id, name, applied_at from schema_migrations order by id`), [
    { part: 'durable', id: 1, name: "people's names", applied_at: 5 },
    { part: 'durable', id: 2, name: 'ages', applied_at: 5 },
  ]);
});

forEachEmptyDatabase('rows from before a migration are there after it', async ({ durable }) => {
  await migrate(durable, 'durable', [first], 1);
  const read = () => durable.get(sql`select * from people`);
  await durable.run(sql`insert into people (id, name) values (${'a'}, ${'Ana'})`);
  assert.deepEqual(await read(), { id: 'a', name: 'Ana' });
  assert.deepEqual(ids(await migrate(durable, 'durable', [first, second], 2)), [2]);
  // The same prepared call site: a plan from before the new column must not fail.
  assert.deepEqual(await read(), { id: 'a', name: 'Ana', age: 7 });
});

forEachEmptyDatabase('asking what is pending changes nothing', async ({ durable }) => {
  await pendingMigrations(durable, 'durable', [first]);
  await assert.rejects(durable.all(sql`select * from schema_migrations`));
});

forEachEmptyDatabase('a schema from a newer release is refused', async ({ durable }) => {
  await migrate(durable, 'durable', [first, second], 1);
  await assert.rejects(migrate(durable, 'durable', [first], 2), MigrationRefused);
  await assert.rejects(pendingMigrations(durable, 'durable', [first]), MigrationRefused);
});

forEachEmptyDatabase('a migration whose text changed after it was applied is refused', async ({ durable }) => {
  await migrate(durable, 'durable', [first], 1);
  const changed = { ...first, text: `${first.text} ` };
  await assert.rejects(migrate(durable, 'durable', [changed, second], 2), MigrationRefused);
  await assert.rejects(durable.all(sql`select age from people`), 'nothing further was applied');
});

forEachEmptyDatabase('a list with a gap is refused before anything is done', async ({ durable }) => {
  await assert.rejects(migrate(durable, 'durable', [second], 1), MigrationRefused);
});

forEachEmptyDatabase('a migration that fails in the middle leaves nothing and can be repaired', async ({ durable }) => {
  const broken = { ...second, text: `${second.text}; insert into people (id) values ('x'), ('x')` };
  await assert.rejects(migrate(durable, 'durable', [first, broken], 1), ConstraintViolation);
  await assert.rejects(durable.all(sql`select age from people`));
  assert.deepEqual(ids(await migrate(durable, 'durable', [first, second], 2)), [2]);
});

forEachEmptyDatabase('both parts can share one database', async ({ durable }) => {
  const attempts: Migration = { id: 1, name: 'attempts', text: 'create table attempts (id text primary key)' };
  assert.deepEqual(ids(await migrate(durable, 'durable', [first], 1)), [1]);
  assert.deepEqual(ids(await migrate(durable, 'ephemeral', [attempts], 1)), [1]);
});

forEachEmptyDatabase(
  'processes that start at once apply each migration once',
  async ({ url, durable }) => {
    const others = await Promise.all([1, 2, 3, 4, 5, 6, 7].map(() => openDatabases(url, { randomBytes, poolSize: 2 })));
    const all: Database[] = [durable, ...others.map((other) => other.durable)];
    try {
      const applied = await Promise.all(all.map((database) => migrate(database, 'durable', [first, second], 1)));
      assert.deepEqual(ids(applied.flat()).sort(), [1, 2]);
    } finally {
      await Promise.all(others.flatMap((other) => [other.durable.close(), other.ephemeral.close()]));
    }
  },
  ['SQLite file', 'PostgreSQL'],
);

forEachEmptyDatabase(
  'another process that makes the table of migrations at the same moment is no error',
  async ({ durable }) => {
    let beaten = false;
    const raced: Database = {
      dialect: durable.dialect,
      get: (statement) => durable.get(statement),
      all: (statement) => durable.all(statement),
      run: (statement) => durable.run(statement),
      atomically: (steps) => durable.atomically(steps),
      close: () => durable.close(),
      async script(text) {
        await durable.script(text);
        // One of PostgreSQL's answers to the slower of two.
        if (!beaten && text.includes('create table if not exists schema_migrations')) {
          beaten = true;
          throw new Error('PostgreSQL refused a statement (42710: type "schema_migrations" already exists)');
        }
      },
    };
    assert.deepEqual(ids(await migrate(raced, 'durable', [first], 1)), [1]);
    assert.ok(beaten);
  },
);

forEachDatabase('the real schema is complete after migrating', async ({ durable, ephemeral }) => {
  assert.deepEqual(await pendingMigrations(durable, 'durable', durableMigrations), []);
  assert.deepEqual(await pendingMigrations(ephemeral, 'ephemeral', ephemeralMigrations), []);
});
