/**
 * What sharing a commit must not change: each write has its own outcome, and nothing is answered before it is stored.
 */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { ConstraintViolation, type Database, DatabaseUnavailable, type Step, sql } from './database.ts';
import { openSqlite } from './sqlite.ts';
import { WriteQueue } from './write-queue.ts';

async function withTable(body: (database: Database, path: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'llavero-test-'));
  const path = join(folder, 'test.db');
  const database = await openSqlite({ path, durability: 'full' });
  try {
    await database.script('create table t (id text not null primary key, n bigint)');
    await body(database, path);
  } finally {
    await database.close();
    await rm(folder, { recursive: true });
  }
}

const insert = (id: string) => sql`insert into t (id) values (${id})`;
const step = (id: string): Step => ({ statement: insert(id), changes: 1 });
/** Changes no row, so that its transaction is undone. */
const nothing: Step = { statement: sql`update t set n = 1 where id = 'nobody'`, changes: 1 };
const ids = async (database: Database) => (await database.all(sql`select id from t order by id`)).map(({ id }) => id);

test('writes of one turn are committed together', async () => {
  const groups: number[] = [];
  const queue = new WriteQueue(async (writes) => {
    groups.push(writes.length);
    return writes.map(({ work }) => ({ done: true, value: work() }));
  });
  const write = (value: number) => queue.add({ kind: 'statement', work: () => value });
  assert.deepEqual(await Promise.all([write(1), write(2), write(3)]), [1, 2, 3]);
  assert.equal(await write(4), 4);
  assert.deepEqual(groups, [3, 1]);
});

test('no group is larger than sixty-four', async () => {
  const groups: number[] = [];
  const queue = new WriteQueue(async (writes) => {
    groups.push(writes.length);
    return writes.map(() => ({ done: true, value: null }));
  });
  await Promise.all(Array.from({ length: 130 }, () => queue.add({ kind: 'statement', work: () => null })));
  assert.deepEqual(groups, [64, 64, 2]);
});

test('a commit that failed is answered to nobody as done, and the next one is tried', async () => {
  let fails = true;
  const queue = new WriteQueue(async (writes) => {
    if (fails) throw new DatabaseUnavailable('full');
    return writes.map(() => ({ done: true, value: 'stored' }));
  });
  const write = () => queue.add({ kind: 'statement', work: () => 'stored' });
  const settled = await Promise.allSettled([write(), write()]);
  assert.deepEqual(
    settled.map(({ status }) => status),
    ['rejected', 'rejected'],
  );
  fails = false;
  assert.equal(await write(), 'stored');
});

test('in one group, a failed statement, a failed and an undone transaction leave the others alone', () =>
  withTable(async (database) => {
    await database.run(insert('taken'));
    const settled = await Promise.allSettled([
      database.atomically([step('a1'), step('a2')]),
      database.run(insert('taken')),
      database.atomically([step('b1'), step('taken')]),
      database.atomically([step('c1'), nothing]),
      database.run(insert('d')),
      database.atomically([step('e')]),
    ]);
    const outcomes = settled.map((result) =>
      result.status === 'fulfilled' ? result.value : result.reason instanceof ConstraintViolation,
    );
    const committed = { committed: true };
    assert.deepEqual(outcomes, [committed, true, true, { committed: false, failedAt: 1 }, 1, committed]);
    assert.deepEqual(await ids(database), ['a1', 'a2', 'd', 'e', 'taken']);
  }));

test('a value that cannot be stored fails alone', () =>
  withTable(async (database) => {
    const settled = await Promise.allSettled([
      database.run(insert('a')),
      database.run(insert('b\0')),
      database.run(insert('c')),
    ]);
    assert.deepEqual(
      settled.map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled'],
    );
    assert.deepEqual(await ids(database), ['a', 'c']);
  }));

test('R-19: a full disk undoes a whole group, and says so to each of it', () =>
  withTable(async (database) => {
    const pages = await database.get(sql`pragma page_count`);
    await database.get({ shape: [`pragma max_page_count = ${Number(pages?.page_count) + 2}`], values: [] });
    const large = 'x'.repeat(5_000);
    const settled = await Promise.allSettled(
      Array.from({ length: 10 }, (_, number) => database.run(insert(`${number}${large}`))),
    );
    const stored = settled.filter(({ status }) => status === 'fulfilled').length;
    assert.ok(settled.every((result) => result.status === 'fulfilled' || result.reason instanceof DatabaseUnavailable));
    assert.ok(stored < 10);
    assert.equal((await ids(database)).length, stored);
  }));

test('what was answered is seen by another process, and what was not is not', () =>
  withTable(async (database, path) => {
    const other = new DatabaseSync(path, { readOnly: true });
    const count = () => other.prepare('select count(*) as n from t').get()?.n;
    const writing = Promise.all([database.run(insert('a')), database.atomically([step('b')])]);
    assert.equal(count(), 0);
    await writing;
    assert.equal(count(), 2);
    other.close();
  }));

test('closing waits for what was begun', () =>
  withTable(async (database, path) => {
    const writing = database.run(insert('a'));
    await database.close();
    assert.equal(await writing, 1);
    const other = new DatabaseSync(path, { readOnly: true });
    assert.equal(other.prepare('select count(*) as n from t').get()?.n, 1);
    other.close();
  }));
