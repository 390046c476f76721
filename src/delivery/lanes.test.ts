/**
 * Hands and lanes by themselves: nothing is overlooked, a slow one holds up nobody else, and the end is an end.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createLanes } from './lanes.ts';
import { createPool, type Pool } from './pool.ts';

const neverFails = (error: unknown) => assert.fail(String(error));

/** A pool over a list of names; each is carried out by `work`. */
function poolOf(due: string[], work: (name: string) => Promise<boolean>, atOnce = 2): Pool {
  const claim = async () => due.shift() ?? null;
  return createPool({ atOnce, claim, carryOut: work, failed: neverFails });
}

test('where going on is of no use, what is left waits for the next time', async () => {
  const due = ['a', 'b', 'c', 'd'];
  const done: string[] = [];
  const pool = poolOf(
    due,
    async (name) => {
      done.push(name);
      return false;
    },
    1,
  );
  pool.wake();
  await pool.finished();
  assert.deepEqual([done, due], [['a'], ['b', 'c', 'd']]);
  pool.wake();
  await pool.finished();
  assert.deepEqual(done, ['a', 'b']);
});

test('R-33 who fails at once is asked by as many hands as there are at each look, and not with all that waits', async () => {
  const due = Array.from({ length: 100 }, (_, n) => `${n}`);
  let calls = 0;
  const refuse = async () => {
    calls += 1;
    return false;
  };
  const pool = poolOf(due, refuse, 4);
  for (const most of [4, 8, 12]) {
    pool.wake();
    await pool.finished();
    assert.ok(calls <= most, `${calls} calls`);
  }
});

test('one failure among successes stops nothing for long', async () => {
  const due = Array.from({ length: 50 }, (_, n) => `${n}`);
  const pool = poolOf(due, async (name) => name !== '7', 4);
  pool.wake();
  await pool.finished();
  pool.wake();
  await pool.finished();
  assert.deepEqual(due, []);
});

test('a failure of ours is reported and ends one hand; the next look goes on', async () => {
  const due = ['a', 'b'];
  const failures: unknown[] = [];
  const done: string[] = [];
  const pool = createPool({
    atOnce: 1,
    claim: async () => due.shift() ?? null,
    carryOut: async (name: string) => {
      if (name === 'a') throw new Error('broken');
      done.push(name);
      return true;
    },
    failed: (error) => failures.push(error),
  });
  pool.wake();
  await pool.finished();
  pool.wake();
  await pool.finished();
  assert.deepEqual([failures.length, done], [1, ['b']]);
});

test('R-33 a lane that hangs holds up no other lane', async () => {
  const hanging = Promise.withResolvers<boolean>();
  const done: string[] = [];
  const queues: { [name: string]: string[] } = { down: ['x', 'y', 'z'], up: ['a', 'b', 'c'] };
  const lanes = createLanes({
    names: async () => Object.keys(queues).filter((name) => queues[name]?.length !== 0),
    open: (name) =>
      poolOf(queues[name] ?? [], async (item) => {
        if (name === 'down') return hanging.promise;
        done.push(item);
        return true;
      }),
    failed: neverFails,
  });
  lanes.wake();
  for (let turn = 0; turn < 50 && done.length < 3; turn += 1) await nextTurn();
  assert.deepEqual(done, ['a', 'b', 'c']);
  assert.equal(lanes.isBusy(), true);
  hanging.resolve(true);
  await lanes.finished();
  assert.equal(lanes.isBusy(), false);
});

test('what is put in while it is looked is not overlooked', async () => {
  const looking = Promise.withResolvers<void>();
  const due: string[] = [];
  const done: string[] = [];
  let looks = 0;
  const lanes = createLanes({
    async names() {
      looks += 1;
      // Seen now, told later: as a database answers.
      const seen = due.length > 0 ? ['app'] : [];
      if (looks === 1) await looking.promise;
      return seen;
    },
    open: () =>
      poolOf(due, async (item) => {
        done.push(item);
        return true;
      }),
    failed: neverFails,
  });
  lanes.wake();
  due.push('late');
  for (let n = 0; n < 5; n += 1) lanes.wake();
  looking.resolve();
  await lanes.finished();
  assert.deepEqual([done, looks], [['late'], 2]);
});

test('a look that fails is reported, and the next one works', async () => {
  let fails = true;
  const failures: unknown[] = [];
  const done: string[] = [];
  const lanes = createLanes({
    async names() {
      if (fails) throw new Error('the database is away');
      return ['app'];
    },
    open: () => poolOf(['a'], async (item) => done.push(item) > 0),
    failed: (error) => failures.push(error),
  });
  lanes.wake();
  await lanes.finished();
  fails = false;
  lanes.wake();
  await lanes.finished();
  assert.deepEqual([failures.length, done], [1, ['a']]);
});

test('R-05 nothing is begun after the end, also not by a look that was under way', async () => {
  const looking = Promise.withResolvers<void>();
  const done: string[] = [];
  const lanes = createLanes({
    async names() {
      await looking.promise;
      return ['app'];
    },
    open: () => poolOf(['a'], async (item) => done.push(item) > 0),
    failed: neverFails,
  });
  lanes.wake();
  lanes.stop();
  looking.resolve();
  await lanes.finished();
  lanes.wake();
  await lanes.finished();
  assert.deepEqual(done, []);
});
