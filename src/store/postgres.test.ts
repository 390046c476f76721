/**
 * What only the PostgreSQL driver promises: lost connections, limits of time, retries, plans that went stale.
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { administer, withEmptyDatabases } from '../../test/databases.ts';
import { type Database, DatabaseUnavailable, type Statement, sql } from './database.ts';
import { openPostgres } from './postgres.ts';

interface Server {
  readonly url: string;
  open(changes?: { readonly [parameter: string]: string }, poolSize?: number): Database;
  /** The waits of the driver's retries, in milliseconds. */
  readonly waits: number[];
}

/** A schema of its own, and databases opened over it with further parameters in the address. */
async function withServer(body: (server: Server) => Promise<void>): Promise<void> {
  await withEmptyDatabases('PostgreSQL', async ({ url }) => {
    const opened: Database[] = [];
    const waits: number[] = [];
    const delay = async (milliseconds: number) => waits.push(milliseconds);
    const open: Server['open'] = (changes = {}, poolSize = 4) => {
      const address = new URL(url);
      for (const [name, value] of Object.entries(changes)) {
        const before = name === 'options' ? `${address.searchParams.get('options')} ` : '';
        address.searchParams.set(name, before + value);
      }
      const database = openPostgres({ url: address.href, durability: 'full', poolSize, jitter: () => 0.5 }, delay);
      opened.push(database);
      return database;
    };
    try {
      await body({ url, open, waits });
    } finally {
      await Promise.all(opened.map((database) => database.close()));
    }
  });
}

const one = sql`select 1 as one`;
const step = (statement: Statement) => ({ statement, changes: 1 });

/** Ends connections by the name that they gave; resolves when the server has none left. */
async function terminate(url: string, name: string): Promise<void> {
  const find = `from pg_stat_activity where application_name = '${name}'`;
  await administer(url, `select pg_terminate_backend(pid, 5000) ${find}`);
}

/** Asks the server again and again; each answer takes a moment, so that a thousand are enough for anything under way. */
async function until(condition: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 1000; tries += 1) if (await condition()) return;
  assert.fail('what was waited for did not happen');
}

/** Calls until one succeeds; anything but DatabaseUnavailable fails the test. Answers how many calls were refused. */
async function recover(database: Database): Promise<number> {
  for (let refused = 0; refused <= 4; refused += 1) {
    try {
      await database.get(one);
      return refused;
    } catch (error) {
      assert.ok(error instanceof DatabaseUnavailable, `not ${error}`);
    }
  }
  assert.fail('the pool did not recover');
}

test('R-13: idle connections that the server ends do not end the process, and calls go on', () =>
  withServer(async ({ open, url }) => {
    const name = `llavero_${randomBytes(6).toString('hex')}`;
    const database = open({ application_name: name });
    for (let round = 0; round < 3; round += 1) {
      await Promise.all([1, 2, 3, 4].map(() => database.get(one)));
      await terminate(url, name);
      await recover(database);
      assert.deepEqual(await database.get(one), { one: 1 });
    }
  }));

test('R-13: a connection ended in the middle of work is DatabaseUnavailable, and nothing is left behind', () =>
  withServer(async ({ open, url }) => {
    const name = `llavero_${randomBytes(6).toString('hex')}`;
    const database = open({ application_name: name });
    await database.script('create table t (id text primary key)');
    const work = [
      database.all(sql`select pg_sleep(4)`),
      database.atomically([step(sql`insert into t values (${'a'})`), step(sql`select pg_sleep(4)`)]),
    ];
    const refused = Promise.all(work.map((call) => assert.rejects(call, DatabaseUnavailable)));
    const sleeping = `select count(*) as n from pg_stat_activity where application_name = '${name}' and wait_event = 'PgSleep'`;
    await until(async () => Number((await administer(url, sleeping)).rows[0].n) === 2);
    await terminate(url, name);
    await refused;
    await recover(database);
    assert.deepEqual(await database.all(sql`select id from t`), []);
  }));

test('R-13: a server that hangs up is DatabaseUnavailable, without its password', async () => {
  const nobody = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
  await once(nobody, 'listening');
  const address = nobody.address();
  assert.ok(typeof address === 'object' && address !== null);
  const url = `postgres://llavero:s3cr3t@127.0.0.1:${address.port}/llavero`;
  const database = openPostgres({ url, durability: 'full', poolSize: 2, jitter: () => 0 });
  const check = (error: unknown) => error instanceof DatabaseUnavailable && !`${error.stack}`.includes('s3cr3t');
  await assert.rejects(database.get(one), check);
  await assert.rejects(database.atomically([step(one)]), check);
  nobody.close();
  await once(nobody, 'close');
  await assert.rejects(database.get(one), check, 'nobody listens any more');
  await database.close();
});

test('R-13: a refused login and an absent database are DatabaseUnavailable', () =>
  withServer(async ({ url }) => {
    const wrong = [new URL(url), new URL(url)] as const;
    wrong[0].password = 'wrong';
    wrong[1].pathname = '/absent';
    for (const address of wrong) {
      const database = openPostgres({ url: address.href, durability: 'full', poolSize: 1, jitter: () => 0 });
      await assert.rejects(database.get(one), DatabaseUnavailable);
      await database.close();
    }
  }));

test('R-15: a read-only server is DatabaseUnavailable for writes, and still answers reads', () =>
  withServer(async ({ open }) => {
    await open().script('create table t (id text primary key)');
    const readOnly = open({ options: '-c default_transaction_read_only=on' });
    await assert.rejects(readOnly.run(sql`insert into t values (${'a'})`), DatabaseUnavailable);
    await assert.rejects(readOnly.atomically([step(sql`insert into t values (${'a'})`)]), DatabaseUnavailable);
    assert.deepEqual(await readOnly.all(sql`select id from t`), []);
  }));

test('R-16: waiting for a lock ends with DatabaseUnavailable, and the connection serves on', () =>
  withServer(async ({ open, url }) => {
    const name = `llavero_${randomBytes(6).toString('hex')}`;
    const holder = open({ application_name: name });
    await holder.script('create table t (id text primary key); create table held (id text)');
    const waiting = open({ lock_timeout: '50' }, 1);
    const holding = holder.atomically([
      { statement: sql`lock table t in access exclusive mode`, changes: 'any' },
      step(sql`select pg_sleep(4)`),
    ]);
    const ended = assert.rejects(holding, DatabaseUnavailable);
    const locked = sql`select count(*) as n from pg_locks where relation = 't'::regclass and mode = 'AccessExclusiveLock'`;
    await until(async () => (await waiting.get(locked))?.n === 1);
    await assert.rejects(waiting.run(sql`insert into t values (${'a'})`), DatabaseUnavailable);
    await assert.rejects(waiting.atomically([step(sql`insert into t values (${'a'})`)]), DatabaseUnavailable);
    assert.deepEqual(await waiting.get(one), { one: 1 });
    await terminate(url, name);
    await ended;
  }));

test('R-16: every session has its limits of time, and its durability', () =>
  withServer(async ({ open, url }) => {
    const show = (database: Database) =>
      database.get(sql`
        select current_setting('statement_timeout') as statement, current_setting('lock_timeout') as lock,
               current_setting('idle_in_transaction_session_timeout') as idle,
               current_setting('synchronous_commit') as durable`);
    const expected = { statement: '5s', lock: '4s', idle: '5s' };
    assert.deepEqual(await show(open()), { ...expected, durable: 'on' });
    const normal = openPostgres({ url, durability: 'normal', poolSize: 1, jitter: () => 0 });
    assert.deepEqual(await show(normal), { ...expected, durable: 'off' });
    await normal.close();
  }));

test('R-17: one connection serves fifty at once, transactions included', () =>
  withServer(async ({ open }) => {
    const database = open({}, 1);
    await database.script('create table t (id bigint primary key)');
    const insert = (id: number) => database.atomically([step(sql`insert into t values (${id})`), step(one)]);
    await Promise.all(Array.from({ length: 50 }, (_, id) => insert(id)));
    assert.deepEqual(await database.get(sql`select count(*) as n from t`), { n: 50 });
  }));

/** A function that fails with a code as often as a sequence allows; sequences are not undone by a rollback. */
const failing = (code: string, times: number) => `
  create sequence calls;
  create table t (id text);
  create function sometimes() returns bigint language plpgsql as $$
  begin
    if nextval('calls') <= ${times} then raise exception 'injected' using errcode = '${code}'; end if;
    return 1;
  end $$`;

for (const code of ['40001', '40P01']) {
  test(`R-11: ${code} is tried again up to three times, with growing and spread waits`, () =>
    withServer(async ({ open, waits }) => {
      const database = open();
      await database.script(failing(code, 3));
      const steps = [step(sql`insert into t values (${'a'})`), step(sql`select sometimes() as n`)];
      assert.deepEqual(await database.atomically(steps), { committed: true });
      assert.deepEqual(await database.all(sql`select id from t`), [{ id: 'a' }]);
      assert.deepEqual(waits, [15, 30, 60]);
    }));

  test(`R-11: ${code} four times in a row is DatabaseUnavailable, and nothing is written`, () =>
    withServer(async ({ open }) => {
      const database = open();
      await database.script(failing(code, 4));
      const steps = [step(sql`insert into t values (${'a'})`), step(sql`select sometimes() as n`)];
      await assert.rejects(database.atomically(steps), DatabaseUnavailable);
      assert.deepEqual(await database.all(sql`select id from t`), []);
    }));
}

test('R-11: another error is not tried again', () =>
  withServer(async ({ open, waits }) => {
    const database = open();
    await database.script(failing('22000', 1));
    await assert.rejects(database.get(sql`select sometimes() as n`));
    assert.deepEqual(waits, []);
  }));

test('a table that changed under prepared statements is no error, however many connections prepared it', () =>
  withServer(async ({ open, waits }) => {
    const database = open({}, 6);
    await database.script("create table t (id text); insert into t values ('a')");
    const read = () => database.all(sql`select * from t`);
    await Promise.all([1, 2, 3, 4, 5, 6].map(read));
    await database.script('alter table t add column n bigint');
    assert.deepEqual(await read(), [{ id: 'a', n: null }]);
    assert.equal(waits.length, 1, 'the retry does not depend on finding a fresh connection');
  }));

test('a connection with a stale plan is given up, so that it costs one retry only', () =>
  withServer(async ({ open, waits }) => {
    const database = open({}, 1);
    await database.script('create table t (id text)');
    const read = () => database.all(sql`select * from t`);
    await read();
    await database.script('alter table t add column n bigint');
    for (let n = 0; n < 3; n += 1) await read();
    assert.equal(waits.length, 1);
  }));

test('call sites with equal text share one prepared statement', () =>
  withServer(async ({ open }) => {
    const database = open({}, 1);
    const shapes = Array.from({ length: 20 }, () => ['select 7 as n, ', '::text as v']);
    for (const shape of shapes) await database.get({ shape, values: ['x'] });
    const found = sql`select count(*) as n from pg_prepared_statements where statement like 'select 7 %'`;
    assert.deepEqual(await database.get(found), { n: 1 });
  }));
