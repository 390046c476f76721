/**
 * G-07, G-09, V-18: what is let through is never more than the limit, however many ask at once, and taking one back
 * takes back exactly that one.
 */
import assert from 'node:assert/strict';
import pg from 'pg';
import { sql } from '../../src/store/database.ts';
import type { Bucket, RateLimits, Reservation } from '../../src/store/rate-limits.ts';
import { countRows, forEachStore, forEachStoreAndInterleaved, NOW, type TestStore } from '../store-fixture.ts';

const WINDOW = 15 * 60_000;
const TEN = { limit: 10, windowMs: WINDOW };
const ana: Bucket = { kind: 'guessesPerAccount', key: 'ana' };
const others: readonly Bucket[] = [
  { kind: 'guessesPerAccount', key: 'Ana' },
  { kind: 'guessesPerAccount', key: 'ana ' },
  { kind: 'guessesInARow', key: 'ana' },
];

/** How many of so many, one after the other, are let through. */
async function takeTimes(limits: RateLimits, bucket: Bucket, times: number, now = NOW): Promise<number> {
  let taken = 0;
  for (let index = 0; index < times; index += 1) if ((await limits.take(bucket, TEN, now)) !== null) taken += 1;
  return taken;
}

/** How many of so many at once are let through. */
async function raceFor(limits: RateLimits, racers: number): Promise<readonly Reservation[]> {
  const results = await Promise.all(Array.from({ length: racers }, () => limits.take(ana, TEN, NOW)));
  return results.filter((reservation) => reservation !== null);
}

const left = (limits: RateLimits, now = NOW) => takeTimes(limits, ana, 20, now);

forEachStore('the limit is reached exactly, by each bucket on its own', async ({ store: { rateLimits } }) => {
  assert.equal(await takeTimes(rateLimits, ana, 25), 10);
  for (const bucket of others) assert.equal(await takeTimes(rateLimits, bucket, 25), 10, JSON.stringify(bucket));
});

forEachStore('a limit of one lets one through', async ({ store: { rateLimits } }) => {
  const one = { limit: 1, windowMs: WINDOW };
  assert.notEqual(await rateLimits.take(ana, one, NOW), null);
  assert.equal(await rateLimits.take(ana, one, NOW), null);
});

forEachStore(
  'a window lasts from its first to its last millisecond, and the next begins with who comes then',
  async ({ store: { rateLimits } }) => {
    assert.equal(await takeTimes(rateLimits, ana, 4), 4);
    assert.equal(await takeTimes(rateLimits, ana, 20, NOW + WINDOW - 1), 6, 'of the same window');
    assert.equal(await takeTimes(rateLimits, ana, 20, NOW + WINDOW), 10, 'of the next');
    assert.equal(await takeTimes(rateLimits, ana, 20, NOW + 2 * WINDOW - 1), 0);
    assert.equal(await takeTimes(rateLimits, ana, 20, NOW + 5 * WINDOW), 10, 'however much later');
    assert.equal(await takeTimes(rateLimits, ana, 20, NOW + 6 * WINDOW - 1), 0, 'measured from then');
  },
);

forEachStore('who is refused does not make the window longer', async ({ store: { rateLimits } }) => {
  await takeTimes(rateLimits, ana, 10);
  for (let minute = 1; minute < 15; minute += 1) {
    assert.equal(await rateLimits.take(ana, TEN, NOW + minute * 60_000), null);
  }
  assert.notEqual(await rateLimits.take(ana, TEN, NOW + WINDOW), null);
});

for (const racers of [50, 300]) {
  forEachStoreAndInterleaved(`G-07 V-18 of ${racers} at once exactly ten are let through`, async (given) => {
    assert.equal((await raceFor(given.store.rateLimits, racers)).length, 10);
    assert.equal(await left(given.store.rateLimits), 0);
    assert.equal(await countRows(given.databases.ephemeral, 'rate_limits'), 1);
  });
}

forEachStoreAndInterleaved('G-07 of fifty at once at the end of a window, ten begin the next', async (given) => {
  await takeTimes(given.store.rateLimits, ana, 10, NOW - WINDOW);
  assert.equal((await raceFor(given.store.rateLimits, 50)).length, 10);
});

forEachStoreAndInterleaved('fifty who take and give back leave everything as it was', async ({ store }) => {
  const { rateLimits } = store;
  await takeTimes(rateLimits, ana, 5);
  await Promise.all(
    Array.from({ length: 50 }, async () => {
      const reservation = await rateLimits.take(ana, TEN, NOW);
      if (reservation !== null) await rateLimits.giveBack(reservation);
    }),
  );
  assert.equal(await left(rateLimits), 5);
});

forEachStore('G-09 giving one back gives back one, of its own bucket', async ({ store: { rateLimits } }) => {
  const [first] = await raceFor(rateLimits, 10);
  for (const bucket of others) await takeTimes(rateLimits, bucket, 10);
  assert.ok(first);
  await rateLimits.giveBack(first);
  assert.equal(await left(rateLimits), 1);
  for (const bucket of others) assert.equal(await rateLimits.take(bucket, TEN, NOW), null);
});

forEachStore(
  'G-09 one that is given back after its window ended washes away nothing of the next',
  async ({ store: { rateLimits } }) => {
    const [late] = await raceFor(rateLimits, 1);
    await takeTimes(rateLimits, ana, 10, NOW + WINDOW);
    assert.ok(late);
    await rateLimits.giveBack(late);
    assert.equal(await rateLimits.take(ana, TEN, NOW + WINDOW), null);
  },
);

forEachStore('nothing is given back that is not there', async ({ store: { rateLimits } }) => {
  const [one] = await raceFor(rateLimits, 1);
  assert.ok(one);
  for (let times = 0; times < 3; times += 1) await rateLimits.giveBack(one);
  assert.equal(await left(rateLimits), 10, 'no more than the limit');
  await rateLimits.clear(ana);
  await rateLimits.giveBack(one);
  assert.equal(await left(rateLimits), 10);
});

forEachStore('clearing forgets the whole count of one bucket', async ({ store: { rateLimits } }) => {
  for (const bucket of [ana, ...others]) await takeTimes(rateLimits, bucket, 10);
  await rateLimits.clear(ana);
  assert.equal(await left(rateLimits), 10);
  for (const bucket of others) assert.equal(await rateLimits.take(bucket, TEN, NOW), null);
});

forEachStore('of fifty at once that take one while it is cleared, at most ten stand afterwards', async ({ store }) => {
  const { rateLimits } = store;
  await Promise.all([raceFor(rateLimits, 25), rateLimits.clear(ana), raceFor(rateLimits, 25)]);
  assert.ok((await left(rateLimits)) <= 10);
});

forEachStoreAndInterleaved('sweeping takes no count away that began anew at the same moment', async (given) => {
  const { rateLimits } = given.store;
  await takeTimes(rateLimits, ana, 10, NOW - 2 * WINDOW);
  const results = await Promise.all(
    Array.from({ length: 50 }, (_, racer) =>
      racer % 5 === 4 ? rateLimits.deleteExpired(NOW, 10) : rateLimits.take(ana, TEN, NOW),
    ),
  );
  assert.equal(results.filter((result) => typeof result === 'object' && result !== null).length, 10);
  assert.equal(await left(rateLimits), 0);
});

forEachStore(
  'nor one that began anew while the sweep waited for it',
  async ({ store: { rateLimits }, databases }) => {
    await takeTimes(rateLimits, ana, 10, NOW - 2 * WINDOW);
    // Somebody's `take` that has written and not yet committed.
    const taker = new pg.Client({ connectionString: databases.url });
    await taker.connect();
    try {
      await taker.query(`begin; update rate_limits set taken = 1, window_ends_at = ${NOW + WINDOW}`);
      const { rows } = await taker.query('select pg_backend_pid() as pid');
      const sweeping = rateLimits.deleteExpired(NOW, 10);
      const waiting = sql`select count(*) as n from pg_stat_activity where ${rows[0].pid} = any(pg_blocking_pids(pid))`;
      while ((await databases.durable.get(waiting))?.n !== 1);
      await taker.query('commit');
      assert.equal(await sweeping, 0);
    } finally {
      await taker.end();
    }
    assert.equal(await left(rateLimits), 9);
  },
  ['PostgreSQL'],
);

forEachStore('no address and no account stands in a row in clear', async ({ store, databases }: TestStore) => {
  await store.rateLimits.take({ kind: 'guessesPerClientAddress', key: '203.0.113.9' }, TEN, NOW);
  await store.rateLimits.take({ kind: 'mailsPerRecipient', key: 'ana@uni.mx' }, TEN, NOW);
  const rows = await databases.ephemeral.all({ shape: ['select * from rate_limits'], values: [] });
  assert.equal(rows.length, 2);
  assert.doesNotMatch(JSON.stringify(rows), /203\.0\.113|ana@|uni\.mx/);
});
