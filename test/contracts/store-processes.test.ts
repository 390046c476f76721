/**
 * Two processes on one store: each code is redeemed once, each person exists once, each mail is sent by one, and no more is
 * let through than a limit says, as within one process (R-08, G-07).
 */
import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { outgoing } from '../../src/mail/fixture.ts';
import { sql } from '../../src/store/database.ts';
import { insertOutgoingEvent } from '../../src/store/outgoing-events.ts';
import { countRows, forEachStore, NOW } from '../store-fixture.ts';
import type { Winnings } from './store-racer.ts';

const CLAIMS = 60;

/** Resolves when the process is at the starting line. */
async function startRacer(url: string): Promise<ChildProcess> {
  const child = fork(fileURLToPath(new URL('./store-racer.ts', import.meta.url)), [url, String(CLAIMS)]);
  const failed = once(child, 'exit').then(([code]) => assert.fail(`a racer ended early with code ${code}`));
  await Promise.race([once(child, 'message'), failed]);
  return child;
}

async function race(child: ChildProcess): Promise<Winnings> {
  const ended = once(child, 'exit');
  const answer = once(child, 'message');
  child.send('go');
  const [winnings] = await Promise.race([
    answer,
    ended.then(([code]) => assert.fail(`a racer ended without an answer, with code ${code}`)),
  ]);
  assert.deepEqual(await ended, [0, null]);
  return winnings as Winnings;
}

const everything = Array.from({ length: CLAIMS }, (_, n) => n);
const together = (parts: readonly (readonly number[])[]) => parts.flat().sort((a, b) => a - b);

forEachStore(
  'R-08, A-10, G-07: of two processes one redeems each code, one creates each person, one sends each mail and each event; ten of 300 guesses are made',
  async ({ store, databases, vault }) => {
    for (const n of everything) {
      const record = { payload: {}, uid: null, grantId: null, accountId: null, expiresAt: NOW + 1 };
      await store.oidcRecords.save('AuthorizationCode', `code-${n}`, record);
      await store.outbox.enqueue({ ...outgoing(), id: `mail-${n}` }, NOW);
      const event = { kind: 'account-disabled', subject: `${n}` } as const;
      const owed = { id: `event-${n}`, clientId: 'lms', userId: `${n}`, otherUserId: null, event };
      await databases.durable.atomically([insertOutgoingEvent(owed, vault, NOW)]);
    }
    const racers = await Promise.all([startRacer(databases.url), startRacer(databases.url)]);
    const winnings = await Promise.all(racers.map(race));
    assert.deepEqual(together(winnings.map(({ codes }) => codes)), everything);
    assert.deepEqual(together(winnings.map(({ people }) => people)), everything);
    const mails = winnings.flatMap(({ mails }) => mails).toSorted();
    assert.deepEqual(mails, everything.map((n) => `mail-${n}`).toSorted());
    const events = winnings.flatMap(({ events }) => events).toSorted();
    assert.deepEqual(events, everything.map((n) => `event-${n}`).toSorted());
    assert.equal(
      winnings.reduce((sum, { guesses }) => sum + guesses, 0),
      10,
    );
    for (const table of ['users', 'identities', 'emails', 'sessions', 'audit_events']) {
      assert.equal(await countRows(databases.durable, table), CLAIMS, table);
    }
    const orphans = sql`
      select count(*) as n from users where id not in (select user_id from identities)
        or id not in (select user_id from sessions) or id not in (select user_id from emails)`;
    assert.deepEqual(await databases.durable.get(orphans), { n: 0 });
  },
  ['SQLite file', 'PostgreSQL'],
);
