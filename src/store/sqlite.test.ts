/**
 * What only the SQLite driver promises: waiting for locks, full and read-only disks, durability.
 */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { DatabaseUnavailable, sql } from './database.ts';
import { type Delay, openSqlite } from './sqlite.ts';

async function inFolder(body: (path: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'llavero-test-'));
  try {
    await body(join(folder, 'test.db'));
  } finally {
    await rm(folder, { recursive: true });
  }
}

const insert = (id: string) => sql`insert into t (id) values (${id})`;

/** A database, another connection that can lock it, and the waits of the driver instead of real ones. */
async function withRival(body: (parts: Rivalry) => Promise<void>): Promise<void> {
  await inFolder(async (path) => {
    const waits: number[] = [];
    const hook = { onWait: () => {} };
    const delay: Delay = async (milliseconds) => {
      waits.push(milliseconds);
      hook.onWait();
    };
    const database = await openSqlite({ path, durability: 'normal' }, delay);
    await database.script('create table t (id text not null primary key)');
    const rival = new DatabaseSync(path);
    try {
      await body({ database, rival, waits, hook, path });
    } finally {
      rival.close();
      await database.close();
    }
  });
}

interface Rivalry {
  readonly database: Awaited<ReturnType<typeof openSqlite>>;
  readonly rival: DatabaseSync;
  readonly waits: number[];
  readonly hook: { onWait: () => void };
  readonly path: string;
}

const calls = {
  run: ({ database }: Rivalry) => database.run(insert('a')),
  get: ({ database }: Rivalry) => database.get(sql`insert into t (id) values (${'a'}) returning id`),
  all: ({ database }: Rivalry) => database.all(sql`insert into t (id) values (${'a'}) returning id`),
  atomically: ({ database }: Rivalry) => database.atomically([{ statement: insert('a'), changes: 1 }]),
  script: ({ database }: Rivalry) => database.script("insert into t (id) values ('a')"),
};

for (const [name, call] of Object.entries(calls)) {
  test(`P-05: ${name} waits for another process's lock, and then succeeds`, () =>
    withRival(async (parts) => {
      parts.rival.exec('begin immediate');
      parts.hook.onWait = () => {
        if (parts.waits.length === 3) parts.rival.exec('commit');
      };
      await call(parts);
      assert.equal(parts.waits.length, 3);
      assert.deepEqual(await parts.database.all(sql`select id from t`), [{ id: 'a' }]);
    }));

  test(`P-05: ${name} gives up after four seconds with DatabaseUnavailable, and writes nothing`, () =>
    withRival(async (parts) => {
      parts.rival.exec('begin immediate');
      await assert.rejects(call(parts), DatabaseUnavailable);
      const total = parts.waits.reduce((sum, wait) => sum + wait);
      assert.ok(total > 3_500 && total < 4_500, `waited ${total} ms`);
      parts.rival.exec('rollback');
      assert.deepEqual(await parts.database.all(sql`select id from t`), []);
      await call(parts);
    }));
}

test('P-05: fifty writers wait together for one lock, and all succeed', () =>
  withRival(async ({ database, rival, waits, hook }) => {
    rival.exec('begin immediate');
    hook.onWait = () => {
      if (waits.length === 3) rival.exec('commit');
    };
    await Promise.all(Array.from({ length: 50 }, (_, n) => database.run(insert(`id-${n}`))));
    assert.equal(waits.length, 3);
    assert.deepEqual(await database.get(sql`select count(*) as n from t`), { n: 50 });
  }));

test('P-05: two hundred writers that meet a lock stop the event loop once, not once each', () =>
  withRival(async ({ database, rival, waits }) => {
    rival.exec('begin immediate');
    const insertions = Promise.allSettled(Array.from({ length: 200 }, (_, n) => database.run(insert(`id-${n}`))));
    await insertions;
    // Each time that the lock is met stops the loop for 20 ms and is followed by a wait; twelve waits and one gives up. Each
    // writer for itself would be 2,400 of them. Counted, because a clock would tell of the machine.
    assert.ok(waits.length < 200, `met the lock ${waits.length} times`);
  }));

test('P-05: fifty writers give up together, and the next call waits anew', () =>
  withRival(async ({ database, rival, waits }) => {
    rival.exec('begin immediate');
    const insertions = Array.from({ length: 50 }, (_, n) => database.run(insert(`id-${n}`)));
    const results = await Promise.allSettled(insertions);
    for (const result of results) {
      assert.ok(result.status === 'rejected' && result.reason instanceof DatabaseUnavailable);
    }
    assert.ok(waits.length < 20, `${waits.length} waits`);
    rival.exec('rollback');
    assert.equal(await database.run(insert('a')), 1);
  }));

test('P-05: reading is not held up by a writer', () =>
  withRival(async ({ database, rival }) => {
    rival.exec("begin immediate; insert into t (id) values ('uncommitted')");
    assert.deepEqual(await database.all(sql`select id from t`), []);
    const writing = assert.rejects(database.run(insert('a')), DatabaseUnavailable);
    assert.deepEqual(await database.all(sql`select id from t`), []);
    await writing;
  }));

test('P-05: waiting leaves the event loop to others', () =>
  withRival(async ({ rival, path }) => {
    const patient = await openSqlite({ path, durability: 'normal' });
    rival.exec('begin immediate');
    const waiting = patient.run(insert('a'));
    // The lock is let go by a callback of this very process: a driver that blocked would never see it.
    setImmediate(() => rival.exec('commit'));
    assert.equal(await waiting, 1);
    await patient.close();
  }));

test('P-05: opening waits for a lock too', () =>
  inFolder(async (path) => {
    const rival = new DatabaseSync(path);
    rival.exec('create table t (id text); begin exclusive');
    let waits = 0;
    const database = await openSqlite({ path, durability: 'full' }, async () => {
      waits += 1;
      if (waits === 2) rival.exec('commit');
    });
    assert.equal(waits, 2);
    assert.deepEqual(await database.all(sql`select id from t`), []);
    await database.close();
    rival.close();
  }));

test('R-20: full flushes every commit, normal only at checkpoints', () =>
  inFolder(async (path) => {
    for (const [durability, level] of [
      ['full', 2],
      ['normal', 1],
    ] as const) {
      const database = await openSqlite({ path, durability });
      assert.deepEqual(await database.get(sql`pragma synchronous`), { synchronous: level });
      assert.deepEqual(await database.get(sql`pragma journal_mode`), { journal_mode: 'wal' });
      assert.deepEqual(await database.get(sql`pragma foreign_keys`), { foreign_keys: 1 });
      await database.close();
    }
  }));

test('R-19: a full disk is DatabaseUnavailable, undoes the transaction, and passes', () =>
  withRival(async ({ database }) => {
    // SQLite's own limit on pages answers as a full disk does (SQLITE_FULL).
    await database.all(sql`pragma max_page_count = 3`);
    const large = 'x'.repeat(100_000);
    const steps = [insert('small'), insert(large)].map((statement) => ({ statement, changes: 1 }));
    await assert.rejects(database.atomically(steps), DatabaseUnavailable);
    await assert.rejects(database.run(insert(large)), DatabaseUnavailable);
    await database.all(sql`pragma max_page_count = 1000`);
    assert.deepEqual(await database.all(sql`select id from t`), []);
    assert.deepEqual(await database.atomically(steps), { committed: true });
  }));

test('R-19: a read-only database is DatabaseUnavailable', () =>
  withRival(async ({ database }) => {
    await database.all(sql`pragma query_only = 1`);
    await assert.rejects(database.run(insert('a')), DatabaseUnavailable);
    await assert.rejects(database.atomically([{ statement: insert('a'), changes: 1 }]), DatabaseUnavailable);
  }));

test('a file that cannot be opened is DatabaseUnavailable', () =>
  inFolder(async (path) => {
    await assert.rejects(
      openSqlite({ path: join(path, 'no', 'such', 'folder'), durability: 'full' }),
      DatabaseUnavailable,
    );
  }));
