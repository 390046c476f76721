/**
 * From an address to databases: what is made on disk, what is refused, and what is never said.
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { withEmptyDatabases } from '../../test/databases.ts';
import { ConfigurationError } from '../errors.ts';
import { sql } from './database.ts';
import { openDatabases } from './open-database.ts';

const options = { randomBytes, poolSize: 2 };
const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);

async function inFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'llavero-test-'));
  try {
    await body(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

test('an SQLite address makes two private files in a private folder, one flushed at every commit', () =>
  inFolder(async (folder) => {
    const path = join(folder, 'made', 'data', 'llavero.db');
    const { durable, ephemeral } = await openDatabases(`sqlite:${path}`, options);
    for (const database of [durable, ephemeral]) await database.script('create table t (id text)');
    const made = join(folder, 'made', 'data');
    assert.equal(await modeOf(made), '700');
    const files = await readdir(made);
    assert.ok(
      files.includes('llavero.db') && files.includes('llavero-ephemeral.db') && files.includes('llavero.db-wal'),
    );
    for (const file of files) assert.equal(await modeOf(join(made, file)), '600', file);
    assert.deepEqual(await durable.get(sql`pragma synchronous`), { synchronous: 2 });
    assert.deepEqual(await ephemeral.get(sql`pragma synchronous`), { synchronous: 1 });
    await Promise.all([durable.close(), ephemeral.close()]);
  }));

test('what was written is there when the files are opened again, with the modes that the operator gave them', () =>
  inFolder(async (folder) => {
    const path = join(folder, 'llavero.db');
    const before = await openDatabases(`sqlite:${path}`, options);
    await before.durable.script("create table t (id text); insert into t values ('a')");
    await Promise.all([before.durable.close(), before.ephemeral.close()]);
    await chmod(path, 0o640);
    const { durable, ephemeral } = await openDatabases(`sqlite:${path}`, options);
    assert.deepEqual(await durable.all(sql`select id from t`), [{ id: 'a' }]);
    assert.equal(await modeOf(path), '640');
    await Promise.all([durable.close(), ephemeral.close()]);
  }));

test('two databases in memory are two, and private', () =>
  withEmptyDatabases('SQLite in memory', async ({ durable, ephemeral, url }) => {
    await durable.script('create table t (id text)');
    await assert.rejects(ephemeral.all(sql`select * from t`));
    const others = await openDatabases(url, options);
    await assert.rejects(others.durable.all(sql`select * from t`));
    await Promise.all([others.durable.close(), others.ephemeral.close()]);
  }));

test('a PostgreSQL address gives two pools over one database, one flushed at every commit', () =>
  withEmptyDatabases('PostgreSQL', async ({ durable, ephemeral }) => {
    await durable.script('create table t (id text)');
    assert.deepEqual(await ephemeral.all(sql`select * from t`), []);
    const durability = sql`select current_setting('synchronous_commit') as value`;
    assert.deepEqual(await durable.get(durability), { value: 'on' });
    assert.deepEqual(await ephemeral.get(durability), { value: 'off' });
  }));

const wrongAddresses = [
  '',
  'llavero.db',
  'sqlite:',
  'sqlite:./data/',
  'sqlite://./data/llavero.db',
  'mysql://root:s3cr3t@db/llavero',
  'postgres:s3cr3t@db',
  'postgres://llavero:s3cr3t@db:port/llavero',
  'postgres://llavero:s3/cr3t@s3cr3t@d b/llavero?password=s3cr3t',
  'https://llavero:s3cr3t@db/llavero#s3cr3t',
];

for (const url of wrongAddresses) {
  test(`the address "${url}" is refused without repeating a password`, () =>
    assert.rejects(openDatabases(url, options), (error: unknown) => {
      assert.ok(error instanceof ConfigurationError);
      assert.match(error.message, /LLAVERO_DATABASE_URL/);
      assert.doesNotMatch(error.message, /s3/);
      return true;
    }));
}
