/**
 * G-07 to G-10, F-06, F-16: the limits as they will be used, over every database.
 */
import assert from 'node:assert/strict';
import { forEachStore, forEachStoreAndInterleaved, type TestStore } from '../../test/store-fixture.ts';
import type { Bucket } from '../store/rate-limits.ts';
import { createLimits, type Limits, storedLimits } from './limits.ts';

const MINUTE = 60_000;
const limitsOf = ({ store, clock }: TestStore): Limits => createLimits(store.rateLimits, clock);

type Answer = 'right' | 'wrong' | 'not looked at';

/** A door at which passwords are guessed, as one would be written. */
function door(given: TestStore) {
  const limits = limitsOf(given);
  let evaluated = 0;
  async function guess(account: string, address: string, isRight: boolean): Promise<Answer> {
    const taken = await limits.take(
      { kind: 'guessesPerAccount', key: account },
      { kind: 'guessesInARow', key: account },
      { kind: 'guessesPerClientAddress', key: address },
    );
    if (taken === null) return 'not looked at';
    evaluated += 1;
    await new Promise((resolve) => setImmediate(resolve));
    if (!isRight) return 'wrong';
    await limits.giveBack(taken);
    await limits.clear({ kind: 'guessesInARow', key: account });
    return 'right';
  }
  return { guess, evaluated: () => evaluated };
}

const times = <Result>(count: number, work: (index: number) => Promise<Result>) =>
  Promise.all(Array.from({ length: count }, (_, index) => work(index)));

forEachStoreAndInterleaved('G-07 V-18 of 300 wrong guesses at once ten are looked at, from wherever', async (given) => {
  const { guess, evaluated } = door(given);
  const answers = await times(300, (index) => guess('ana', `203.0.113.${index % 100}`, false));
  assert.equal(evaluated(), 10);
  assert.equal(answers.filter((answer) => answer === 'wrong').length, 10);
});

forEachStore('G-08 fifty right guesses, as many at once as are verified at once, are fifty sign-ins', async (given) => {
  const { guess } = door(given);
  const slots = await times(4, async (slot) => {
    const answers: Answer[] = [];
    for (let index = slot; index < 50; index += 4) answers.push(await guess('ana', '203.0.113.9', true));
    return answers;
  });
  assert.deepEqual(new Set(slots.flat()), new Set(['right']));
});

forEachStore('G-09 an own account does not wash guesses at others away', async (given) => {
  const { guess, evaluated } = door(given);
  let own = 0;
  for (let round = 0; round < 40; round += 1) {
    for (let victim = 0; victim < 4; victim += 1) await guess(`victim-${round}-${victim}`, 'X', false);
    if ((await guess('own', 'X', true)) === 'right') own += 1;
  }
  assert.deepEqual([own, evaluated() - own], [24, 100], 'as if nobody had signed in between');
  assert.equal(await guess('victim-39-3', 'Y', false), 'wrong', 'others are limited no further');
});

forEachStore(
  'G-10 strangers reach one hundred guesses in a row, then no more, until its owner comes',
  async (given) => {
    const { guess, evaluated } = door(given);
    for (let quarter = 0; quarter < 100; quarter += 1) {
      await times(12, (index) => guess('ana', `203.0.${quarter}.${index}`, false));
      given.clock.advance(15 * MINUTE);
    }
    assert.equal(evaluated(), 100);
    // Her device has a bucket of its own, and a right guess ends the row.
    const limits = limitsOf(given);
    assert.notEqual(await limits.take({ kind: 'guessesPerDevice', key: 'device ana' }), null);
    await limits.clear({ kind: 'guessesInARow', key: 'ana' });
    assert.equal(await guess('ana', '203.0.113.9', true), 'right');
  },
);

forEachStore('who is refused by one bucket is counted in none', async (given) => {
  const limits = limitsOf(given);
  const account: Bucket = { kind: 'guessesPerAccount', key: 'ana' };
  const address: Bucket = { kind: 'guessesPerClientAddress', key: '203.0.113.9' };
  for (let index = 0; index < 10; index += 1) await limits.take(account);
  for (let index = 0; index < 50; index += 1) assert.equal(await limits.take(address, account), null);
  for (let index = 0; index < 100; index += 1) assert.notEqual(await limits.take(address), null);
  assert.equal(await limits.take(address), null);
});

forEachStore('F-06 F-16 codes and mails: each limit is reached exactly, in its own time', async (given) => {
  const limits = limitsOf(given);
  for (const [kind, { limit, windowMs }] of Object.entries(storedLimits)) {
    const bucket = { kind, key: 'ana' } as Bucket;
    for (const window of [0, 1]) {
      const taken = await times(limit + 20, () => limits.take(bucket));
      assert.equal(taken.filter((one) => one !== null).length, limit, `${kind} ${window}`);
      given.clock.advance(windowMs - 1);
      assert.equal(await limits.take(bucket), null, kind);
      given.clock.advance(1);
    }
  }
});
