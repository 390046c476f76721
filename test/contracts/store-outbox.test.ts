/**
 * The outbox over every database: what is written is due at once, one caller gets it, and nothing of it stays once sent.
 */
import assert from 'node:assert/strict';
import { outgoing } from '../../src/mail/fixture.ts';
import type { Milliseconds } from '../../src/model.ts';
import { looseAuditEvent } from '../../src/sign-in/commit.ts';
import { insertAuditEvent } from '../../src/store/audit.ts';
import { sql } from '../../src/store/database.ts';
import { type ClaimedMail, insertOutgoingMail, type OutgoingMail } from '../../src/store/outbox.ts';
import { countRows, forEachStore, forEachStoreAndInterleaved, NOW, type TestStore } from '../store-fixture.ts';

const LEASE = 120_000;
const RACERS = 50;

const mailFor = (address: string, notAfter: Milliseconds = NOW + 600_000): OutgoingMail => ({
  ...outgoing(address),
  notAfter,
});
const waiting = ({ databases }: TestStore) => countRows(databases.durable, 'outgoing_mails');

async function claimed({ store }: TestStore, now = NOW): Promise<ClaimedMail> {
  return (await store.outbox.claim(now, LEASE)) ?? assert.fail('nothing was due');
}

forEachStore('a mail that was put in comes out as it was, with its first attempt; then none is due', async (given) => {
  const mail = mailFor('ana@uni.example');
  await given.store.outbox.enqueue(mail, NOW);
  assert.deepEqual(await given.store.outbox.claim(NOW - 1, LEASE), null, 'not before it was put in');
  assert.deepEqual(await claimed(given), { ...mail, attempt: 1 });
  assert.equal(await given.store.outbox.claim(NOW, LEASE), null);
});

forEachStore('what has been due the longest comes first', async (given) => {
  for (const [index, address] of ['c@uni.mx', 'a@uni.mx', 'b@uni.mx'].entries()) {
    await given.store.outbox.enqueue(mailFor(address), NOW + index);
  }
  const order = [];
  for (let turn = 0; turn < 3; turn += 1) order.push((await claimed(given, NOW + 9)).message.to);
  assert.deepEqual(order, ['c@uni.mx', 'a@uni.mx', 'b@uni.mx']);
});

forEachStore('M-01: a mail that was sent leaves nothing, and one that waits stands there sealed', async (given) => {
  await given.store.outbox.enqueue(mailFor('ana@uni.example'), NOW);
  const [row] = await given.databases.durable.all(sql`select * from outgoing_mails`);
  // Nothing as short as a name or half a code: what is sealed is random, and has everything that is short in it.
  assert.doesNotMatch(JSON.stringify(row), /ana@|uni\.example|481516|481 516|código|https:/);
  assert.equal(await given.store.outbox.remove(await claimed(given)), true);
  assert.equal(await waiting(given), 0);
});

forEachStore('a mail that was put back is due then and not before, as the next attempt', async (given) => {
  await given.store.outbox.enqueue(mailFor('ana@uni.mx'), NOW);
  assert.equal(await given.store.outbox.putBack(await claimed(given), NOW + 10_000), true);
  assert.equal(await given.store.outbox.claim(NOW + 9_999, LEASE), null);
  assert.equal((await claimed(given, NOW + 10_000)).attempt, 2);
});

forEachStore('a mail whose sender died is due again when the lease is over, and not before', async (given) => {
  await given.store.outbox.enqueue(mailFor('ana@uni.mx'), NOW);
  await claimed(given);
  assert.equal(await given.store.outbox.claim(NOW + LEASE - 1, LEASE), null);
  assert.equal((await claimed(given, NOW + LEASE)).attempt, 2);
});

forEachStore('whoever lost the lease can neither remove the mail nor put it back', async (given) => {
  await given.store.outbox.enqueue(mailFor('ana@uni.mx'), NOW);
  const first = await claimed(given);
  const second = await claimed(given, NOW + LEASE);
  assert.equal(await given.store.outbox.remove(first), false);
  assert.equal(await given.store.outbox.putBack(first, NOW), false);
  assert.equal(await given.store.outbox.claim(NOW + LEASE, LEASE), null, 'it is still leased');
  assert.equal(await given.store.outbox.remove(second), true);
  assert.equal(await given.store.outbox.putBack(second, NOW), false);
  assert.equal(await given.store.outbox.remove(second), false);
});

forEachStore('a mail that is worthless by now is still handed out, so that somebody can say so', async (given) => {
  await given.store.outbox.enqueue(mailFor('ana@uni.mx', NOW + 1), NOW);
  assert.equal((await claimed(given, NOW + 2)).notAfter, NOW + 1);
});

forEachStore('M-09: mails beyond their end go in portions, the others stay', async (given) => {
  for (const notAfter of [NOW - 3, NOW - 2, NOW - 1, NOW, NOW + 1]) {
    await given.store.outbox.enqueue(mailFor('ana@uni.mx', notAfter), NOW - 10);
  }
  assert.equal(await given.store.outbox.deleteExpired(NOW, 2), 2);
  assert.equal(await given.store.outbox.deleteExpired(NOW, 2), 1);
  assert.equal(await given.store.outbox.deleteExpired(NOW, 2), 0);
  assert.equal(await waiting(given), 2);
});

forEachStore('V-19: a mail in a transaction is written with the rest of it, or not at all', async (given) => {
  const { databases, vault } = given;
  const mail = insertOutgoingMail(mailFor('ana@uni.mx'), null, vault, NOW);
  const touch = (name: string, changes: number) => ({
    statement: sql`update deployment set value = 'x' where name = ${name}`,
    changes,
  });
  assert.equal((await databases.durable.atomically([mail, touch('nobody', 1)])).committed, false);
  assert.equal(await waiting(given), 0);
  assert.equal((await databases.durable.atomically([touch('nobody', 0), mail])).committed, true);
  // Repeated, as a commit is whose answer was lost: one mail.
  assert.equal((await databases.durable.atomically([touch('nobody', 0), mail])).committed, true);
  assert.equal(await waiting(given), 1);
});

forEachStore(
  'R-01: a mail of an event that was written already is not written again, whatever its id',
  async (given) => {
    const { databases, vault } = given;
    const event = looseAuditEvent(given.clock, {
      ...{ type: 'password.changed', code: null, userId: null, provider: null, reference: 'r', detail: {} },
    });
    const commit = () =>
      databases.durable.atomically([
        insertOutgoingMail(mailFor('ana@uni.mx'), event.id, vault, NOW),
        insertAuditEvent(event),
      ]);
    // The second one as by a process that prepared its own mail of the same sign-in, after the first was sent.
    assert.equal((await commit()).committed, true);
    assert.equal(await waiting(given), 1);
    await databases.durable.run(sql`delete from outgoing_mails`);
    assert.equal((await commit()).committed, true);
    assert.equal(await waiting(given), 0);
  },
);

const race = <Result>(run: (racer: number) => Promise<Result>): Promise<Result[]> =>
  Promise.all(Array.from({ length: RACERS }, (_, racer) => run(racer)));

forEachStoreAndInterleaved('of fifty that claim one mail, one gets it', async (given) => {
  await given.store.outbox.enqueue(mailFor('ana@uni.mx'), NOW);
  const claims = await race(() => given.store.outbox.claim(NOW, LEASE));
  assert.equal(claims.filter((claim) => claim !== null).length, 1);
});

forEachStoreAndInterleaved('of fifty that claim fifty mails, each gets one', async (given) => {
  const mails = Array.from({ length: RACERS }, (_, n) => mailFor(`a${n}@uni.mx`));
  await race((racer) => given.store.outbox.enqueue(mails[racer] ?? assert.fail(), NOW));
  const claims = await race(() => given.store.outbox.claim(NOW, LEASE));
  assert.deepEqual(claims.map((claim) => claim?.id).toSorted(), mails.map(({ id }) => id).toSorted());
});

forEachStoreAndInterleaved('of fifty that take over a mail whose sender died, one gets it', async (given) => {
  await given.store.outbox.enqueue(mailFor('ana@uni.mx'), NOW);
  const dead = await claimed(given);
  const results = await race(async (racer) => {
    // The dead one is not dead after all, and puts it back in the same moment.
    if (racer !== RACERS / 2) return given.store.outbox.claim(NOW + LEASE, LEASE);
    await given.store.outbox.putBack(dead, NOW + LEASE);
    return null;
  });
  assert.equal(results.filter((claim) => claim !== null).length, 1);
});

forEachStoreAndInterleaved('of fifty that finish one claim, one does', async (given) => {
  await given.store.outbox.enqueue(mailFor('ana@uni.mx'), NOW);
  const claim = await claimed(given);
  const results = await race(() => given.store.outbox.remove(claim));
  assert.equal(results.filter((done) => done).length, 1);
});

forEachStoreAndInterleaved('of fifty that put in one mail, one row remains', async (given) => {
  const mail = mailFor('ana@uni.mx');
  await race(() => given.store.outbox.enqueue(mail, NOW));
  assert.equal(await waiting(given), 1);
});

forEachStore(
  'every look-up of the outbox has an index',
  async ({ databases: { durable } }) => {
    const plans = [
      sql`explain query plan select * from outgoing_mails where next_attempt_at <= 1 order by next_attempt_at, id limit 1`,
      sql`explain query plan select id from outgoing_mails where not_after < 1 limit 1`,
      sql`explain query plan delete from outgoing_mails where id = 'a' and attempts = 1`,
    ];
    for (const plan of plans) {
      const [step] = await durable.all(plan);
      assert.match(String(step?.detail), /^SEARCH outgoing_mails USING (?:COVERING )?INDEX/);
    }
  },
  ['SQLite in memory'],
);
