/**
 * two processes merge the same accounts, in both directions and in a ring: each pair becomes one, nothing is lost,
 * and apps are owed each merge once.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { sql } from '../../src/store/database.ts';
import { assertSound, makeAccount } from '../../src/users/merge.fixture.ts';
import { forEachStore } from '../store-fixture.ts';

const PAIRS = 25;

/** Resolves when the process is at the starting line. */
async function startRacer(url: string, pairs: readonly (readonly string[])[]): Promise<ChildProcess> {
  const child = fork(fileURLToPath(new URL('./merge-racer.ts', import.meta.url)), [url, JSON.stringify(pairs)]);
  const failed = once(child, 'exit').then(([code]) => assert.fail(`a racer ended early with code ${code}`));
  await Promise.race([once(child, 'message'), failed]);
  return child;
}

async function race(child: ChildProcess): Promise<readonly string[]> {
  const ended = once(child, 'exit');
  const answer = once(child, 'message');
  child.send('go');
  const [merged] = await Promise.race([
    answer,
    ended.then(([code]) => assert.fail(`a racer ended without an answer, with code ${code}`)),
  ]);
  assert.deepEqual(await ended, [0, null]);
  return merged as string[];
}

forEachStore(
  'R-12: of two processes that merge each pair in both directions one does, and both accounts\u2019 things are in one',
  async (given) => {
    const { databases } = given;
    const pairs: string[][] = [];
    for (let n = 0; n < PAIRS; n += 1) {
      const account = (side: string, provider: string) =>
        makeAccount(given, {
          identities: [{ provider, roles: [] }],
          emails: [{ address: `${side}${n}@uni.mx`, verified: true }],
          clients: ['lms'],
          sessions: 1,
        });
      pairs.push([await account('a', 'google'), await account('b', 'llave-mx')]);
    }
    const racers = await Promise.all([
      startRacer(databases.url, pairs),
      startRacer(
        databases.url,
        pairs.map(([one = '', other = '']) => [other, one]),
      ),
    ]);
    const merged = (await Promise.all(racers.map(race))).flat();
    assert.equal(merged.length, PAIRS);
    assert.equal(new Set(merged).size, PAIRS);
    await assertSound(given);
    const survivors = await databases.durable.all(sql`
      select (select count(*) from identities where user_id = users.id) as identities,
             (select count(*) from emails where user_id = users.id) as emails,
             (select count(*) from sessions where user_id = users.id) as sessions
      from users where state = 'active'`);
    assert.equal(survivors.length, PAIRS);
    for (const survivor of survivors) assert.deepEqual(survivor, { identities: 2, emails: 2, sessions: 1 });
    // The app is owed each merge once: that of the process that carried it out.
    const owed = await databases.durable.all(sql`select kind, user_id, other_user_id from outgoing_events`);
    assert.deepEqual(owed.map(({ user_id: id }) => id).toSorted(), merged.toSorted());
    for (const { kind, user_id: retired, other_user_id: survivor } of owed) {
      assert.equal(kind, 'account-merged');
      assert.ok(pairs.some((pair) => pair.includes(String(retired)) && pair.includes(String(survivor))));
    }
  },
  ['SQLite file', 'PostgreSQL'],
);
