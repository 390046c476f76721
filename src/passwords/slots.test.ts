/**
 * G-18: how many at once, how many wait, and who is told to come back.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { SignInError } from '../errors.ts';
import { createSlots } from './slots.ts';

const isTooBusy = (error: unknown) => error instanceof SignInError && error.code === 'too_busy';

/** Work that ends when it is told to. */
function openEnded() {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  return { work: () => promise, end: () => resolve('done'), fail: () => reject(new Error('failed')) };
}

test('G-18 who finds the queue full is refused at once, and their work is not begun', async () => {
  const slots = createSlots({ atOnce: 2, waiting: 3 });
  const held = openEnded();
  const accepted = Array.from({ length: 5 }, () => slots.run(held.work));
  let begun = false;
  await assert.rejects(
    slots.run(async () => {
      begun = true;
    }),
    isTooBusy,
  );
  assert.equal(begun, false);
  held.end();
  assert.deepEqual(await Promise.all(accepted), Array(5).fill('done'));
  assert.equal(await slots.run(async () => 'again'), 'again');
});

test('with nobody allowed to wait, a free slot is still taken', async () => {
  const slots = createSlots({ atOnce: 1, waiting: 0 });
  const held = openEnded();
  const first = slots.run(held.work);
  await assert.rejects(slots.run(held.work), isTooBusy);
  held.end();
  await first;
  assert.equal(await slots.run(async () => 'again'), 'again');
});

test('who waits longest comes first', async () => {
  const slots = createSlots({ atOnce: 1, waiting: 9 });
  const order: number[] = [];
  await Promise.all(
    Array.from({ length: 9 }, (_, number) =>
      slots.run(async () => {
        await turn();
        order.push(number);
      }),
    ),
  );
  assert.deepEqual(order, [0, 1, 2, 3, 4, 5, 6, 7, 8]);
});

test('work that fails gives its slot back, and fails only for who asked', async () => {
  const slots = createSlots({ atOnce: 1, waiting: 1 });
  const held = openEnded();
  const [failing, waiting] = [slots.run(held.work), slots.run(async () => 'done')];
  held.fail();
  await assert.rejects(failing, /failed/);
  assert.equal(await waiting, 'done');
  await assert.rejects(
    slots.run(() => {
      throw new Error('at once');
    }),
    /at once/,
  );
  assert.equal(await slots.run(async () => 'again'), 'again');
});

test('however work comes and ends, no more than the limit runs, nobody is forgotten and no slot is lost', async () => {
  const plan = fc.record({
    atOnce: fc.integer({ min: 1, max: 4 }),
    waiting: fc.nat(6),
    works: fc.array(fc.record({ turns: fc.nat(3), fails: fc.boolean(), pause: fc.boolean() }), { maxLength: 30 }),
  });
  await fc.assert(
    fc.asyncProperty(plan, async ({ atOnce, waiting, works }) => {
      const slots = createSlots({ atOnce, waiting });
      let running = 0;
      let most = 0;
      const results: Promise<PromiseSettledResult<void>[]>[] = [];
      for (const { turns, fails, pause } of works) {
        const result = slots.run(async () => {
          most = Math.max(most, ++running);
          for (let count = 0; count < turns; count++) await turn();
          running--;
          if (fails) throw new Error('failed');
        });
        results.push(Promise.allSettled([result]));
        if (pause) await turn();
      }
      await Promise.all(results);
      assert.ok(most <= atOnce);
      assert.equal(running, 0);
      const held = openEnded();
      const full = Array.from({ length: atOnce + waiting }, () => slots.run(held.work));
      await assert.rejects(slots.run(held.work), isTooBusy);
      held.end();
      await Promise.all(full);
    }),
    { numRuns: 60 },
  );
});

test('limits that would let nobody through are a mistake of the caller', () => {
  for (const limits of [
    { atOnce: 0, waiting: 1 },
    { atOnce: 1.5, waiting: 1 },
    { atOnce: Number.NaN, waiting: 1 },
    { atOnce: 1, waiting: -1 },
    { atOnce: 1, waiting: Number.POSITIVE_INFINITY },
  ]) {
    assert.throws(() => createSlots(limits), RangeError);
  }
});
