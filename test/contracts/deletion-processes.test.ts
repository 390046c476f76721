/**
 * two processes empty what is due at the same moment: each account once, by one of them, and nothing of any is left.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { deletionOf } from '../../src/sign-in/sign-in.fixture.ts';
import { sql } from '../../src/store/database.ts';
import { assertSound, makeAccount, mergeAccounts } from '../../src/users/merge.fixture.ts';
import { forEachStore } from '../store-fixture.ts';

const ACCOUNTS = 25;
const GRACE = 30 * 24 * 3_600_000;

/** Resolves when the process is at the starting line. */
async function startRacer(...call: readonly string[]): Promise<ChildProcess> {
  const child = fork(fileURLToPath(new URL('./deletion-racer.ts', import.meta.url)), call);
  const failed = once(child, 'exit').then(([code]) => assert.fail(`a racer ended early with code ${code}`));
  await Promise.race([once(child, 'message'), failed]);
  return child;
}

async function race(child: ChildProcess): Promise<readonly string[]> {
  const ended = once(child, 'exit');
  const answer = once(child, 'message');
  child.send('go');
  const [purged] = await Promise.race([
    answer,
    ended.then(([code]) => assert.fail(`a racer ended without an answer, with code ${code}`)),
  ]);
  assert.deepEqual(await ended, [0, null]);
  return purged as string[];
}

forEachStore(
  'R-12 of two processes that empty the same accounts each is emptied by one, with what was merged into it',
  async (given) => {
    const { databases, clock } = given;
    const deletion = deletionOf(given);
    const ids: string[] = [];
    for (let n = 0; n < ACCOUNTS; n += 1) {
      const [id, merged] = [
        await makeAccount(given, {
          identities: [{ provider: 'google', roles: [] }],
          emails: [{ address: `a${n}@uni.mx`, verified: true }],
        }),
        await makeAccount(given, { identities: [{ provider: 'llave-mx', roles: [] }] }),
      ];
      assert.equal((await mergeAccounts(given, merged, id)).kind, 'merged');
      const how = { by: { kind: 'person' }, locale: null, reference: null } as const;
      const requester = { userAgent: null, addressKey: 'test', knownDevice: null };
      await deletion.request({ ...how, userId: id, requester });
      ids.push(id);
    }
    const due = String(clock.now() + GRACE);
    const call = [databases.url, JSON.stringify(ids), due];
    // One from the end, so that they meet in the middle and lock what they need in any order.
    const racers = await Promise.all([
      startRacer(...call),
      startRacer(databases.url, JSON.stringify(ids.toReversed()), due),
    ]);
    const purged = (await Promise.all(racers.map(race))).flat();
    assert.deepEqual(purged.toSorted(), ids.toSorted());
    const states = await databases.durable.all(sql`select state, count(*) as accounts from users group by state`);
    assert.deepEqual(
      states.map(({ state, accounts }) => [state, Number(accounts)]),
      [['deleted', 2 * ACCOUNTS]],
    );
    const events = await databases.durable.all(sql`select id from audit_events where type = 'user.deleted'`);
    assert.equal(events.length, ACCOUNTS);
    await assertSound(given);
  },
  ['SQLite file', 'PostgreSQL'],
);
