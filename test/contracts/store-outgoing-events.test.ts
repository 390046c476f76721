/**
 * What is owed to clients, over every database: written once, given to one caller, in order for each person, gone when
 * taken, a dead letter when given up (V-17, R-33).
 */
import assert from 'node:assert/strict';
import type { Milliseconds } from '../../src/model.ts';
import type { AuditEvent } from '../../src/store/audit.ts';
import type { AccountEvent } from '../../src/store/client-event.ts';
import { sql } from '../../src/store/database.ts';
import {
  type ClaimedEvent,
  DEAD_LETTER_LIFE,
  EVENT_LIFE,
  insertOutgoingEvent,
  type OutgoingEvent,
} from '../../src/store/outgoing-events.ts';
import {
  countRows,
  forEachStore,
  forEachStoreAndInterleaved,
  NOW,
  randomId,
  type TestStore,
} from '../store-fixture.ts';

const LEASE = 60_000;
const RACERS = 50;
const MERGED: AccountEvent = { kind: 'account-merged', mergeId: 'merge-number-one', from: 'sub-ana', to: 'sub-eva' };

type Owed = OutgoingEvent<AccountEvent>;

function owed(changes: Partial<Owed> = {}): Owed {
  return { id: randomId(), clientId: 'lms', userId: 'ana', otherUserId: null, event: MERGED, ...changes };
}

async function write({ databases, vault }: TestStore, events: readonly Owed[], now: Milliseconds = NOW): Promise<void> {
  const steps = events.map((event) => insertOutgoingEvent(event, vault, now));
  assert.deepEqual(await databases.durable.atomically(steps), { committed: true });
}

async function claimed({ store }: TestStore, now = NOW, clientId = 'lms'): Promise<ClaimedEvent> {
  return (await store.outgoingEvents.claim(clientId, now, LEASE)) ?? assert.fail('nothing was due');
}

/** Takes everything that is due, as a client that answers would; the ids in the order in which they came. */
async function takeAll(given: TestStore, now = NOW): Promise<string[]> {
  const ids: string[] = [];
  for (;;) {
    const next = await given.store.outgoingEvents.claim('lms', now, LEASE);
    if (next === null) return ids;
    ids.push(next.id);
    assert.equal(await given.store.outgoingEvents.remove(next), true);
  }
}

const waiting = ({ databases }: TestStore) => countRows(databases.durable, 'outgoing_events');

function gaveUp({ id, clientId, userId }: ClaimedEvent, at: Milliseconds): AuditEvent {
  const nothing = { code: null, provider: null, signInId: null, reference: null, detail: {} };
  return { ...nothing, id: `given-up-${id}-${at}`, at, type: 'event.given_up', userId, clientId };
}

forEachStore(
  'an event that was put in comes out as it was, with its first attempt; then none is due',
  async (given) => {
    const event = owed({ otherUserId: 'eva' });
    await write(given, [event]);
    assert.equal(await given.store.outgoingEvents.claim('lms', NOW - 1, LEASE), null, 'not before it was put in');
    assert.equal(await given.store.outgoingEvents.claim('other', NOW, LEASE), null, 'and for nobody else');
    const expected = { ...event, happenedAt: NOW, notAfter: NOW + EVENT_LIFE, attempt: 1 };
    assert.deepEqual(await claimed(given), expected);
    assert.equal(await given.store.outgoingEvents.claim('lms', NOW, LEASE), null);
  },
);

forEachStore('an event is written with what it tells of, or not at all; and once, however often', async (given) => {
  const { databases, vault } = given;
  const event = insertOutgoingEvent(owed(), vault, NOW);
  const never = { statement: sql`update deployment set value = 'x' where name = 'nobody'`, changes: 1 };
  assert.equal((await databases.durable.atomically([event, never])).committed, false);
  assert.equal(await waiting(given), 0);
  await databases.durable.atomically([event]);
  await databases.durable.atomically([event]);
  assert.equal(await waiting(given), 1);
});

forEachStore(
  'M-01: what an event says stands there sealed, and nothing of it stays once it is taken',
  async (given) => {
    await write(given, [owed({ event: { ...MERGED, from: 'retired-subject' } })]);
    const [row] = await given.databases.durable.all(sql`select * from outgoing_events`);
    assert.doesNotMatch(JSON.stringify(row), /retired-subject|merge-number-one/);
    await takeAll(given);
    assert.equal(await waiting(given), 0);
  },
);

forEachStore('the clients that are owed something are known, each once, also what is not due yet', async (given) => {
  assert.deepEqual(await given.store.outgoingEvents.waitingClients(), []);
  await write(given, [owed({ clientId: 'b' }), owed({ clientId: 'a' }), owed({ clientId: 'b' })]);
  await write(given, [owed({ clientId: 'c' })], NOW + 1);
  assert.deepEqual(await given.store.outgoingEvents.waitingClients(), ['a', 'b', 'c']);
  const event = await claimed(given, NOW, 'a');
  await given.store.outgoingEvents.giveUp(event, 'no', gaveUp(event, NOW));
  assert.deepEqual(await given.store.outgoingEvents.waitingClients(), ['b', 'c'], 'a dead letter is not owed');
});

forEachStore('events to one client about one person come in order, also those of one transaction', async (given) => {
  const events = Array.from({ length: 6 }, () => owed());
  await write(given, events.slice(0, 4));
  await write(given, events.slice(4));
  const expected = events.map(({ id }) => id);
  assert.deepEqual(await takeAll(given), expected);
});

forEachStore(
  'while one waits to be tried again, later ones about the same people wait, and no others',
  async (given) => {
    const first = owed({ userId: 'ana', otherUserId: 'eva' });
    const aboutAna = owed({ userId: 'ana' });
    const aboutEva = owed({ userId: 'eva' });
    const chain = owed({ userId: 'leo', otherUserId: 'eva' });
    const aboutLeo = owed({ userId: 'leo' });
    const aboutSol = owed({ userId: 'sol' });
    await write(given, [first, aboutAna, aboutEva, chain, aboutLeo, aboutSol]);
    const head = await claimed(given);
    assert.equal(head.id, first.id);
    assert.deepEqual(await takeAll(given), [aboutSol.id], 'while it is under way');
    await given.store.outgoingEvents.putBack(head, NOW + 10_000, 'HTTP 503');
    assert.deepEqual(await takeAll(given, NOW + 9_999), []);
    const rest = [first, aboutAna, aboutEva, chain, aboutLeo].map(({ id }) => id);
    assert.deepEqual((await takeAll(given, NOW + 10_000)).toSorted(), rest.toSorted());
  },
);

forEachStore('what is given up holds up nothing any more', async (given) => {
  const [first, second] = [owed(), owed()];
  await write(given, [first, second]);
  const head = await claimed(given);
  await given.store.outgoingEvents.giveUp(head, 'invalid_audience', gaveUp(head, NOW));
  assert.deepEqual(await takeAll(given), [second.id]);
});

forEachStore('two clients do not wait for each other', async (given) => {
  await write(given, [owed({ clientId: 'other' }), owed()]);
  await claimed(given, NOW, 'other');
  assert.equal((await takeAll(given)).length, 1);
});

forEachStore('an event whose sender died is due again when the lease is over, and not before', async (given) => {
  await write(given, [owed()]);
  const first = await claimed(given);
  assert.equal(await given.store.outgoingEvents.claim('lms', NOW + LEASE - 1, LEASE), null);
  const second = await claimed(given, NOW + LEASE);
  assert.deepEqual([second.id, second.attempt], [first.id, 2]);
  const { outgoingEvents } = given.store;
  assert.equal(await outgoingEvents.remove(first), false, 'whoever lost the lease has nothing to say');
  assert.equal(await outgoingEvents.putBack(first, NOW, 'x'), false);
  assert.equal(await outgoingEvents.giveUp(first, 'x', gaveUp(first, NOW)), false);
  assert.equal(await countRows(given.databases.durable, 'audit_events'), 0);
  assert.equal(await outgoingEvents.remove(second), true);
});

forEachStore('V-17: what is given up is a dead letter with its reason, and is audited', async (given) => {
  await write(given, [owed({ id: 'e1' }), owed({ id: 'e2', userId: 'eva' })]);
  const event = await claimed(given);
  await given.store.outgoingEvents.giveUp(event, 'refused it: invalid_audience', gaveUp(event, NOW + 5));
  const { outgoingEvents } = given.store;
  const [dead] = await outgoingEvents.list('dead', 10);
  assert.deepEqual(dead, {
    ...{ id: 'e1', clientId: 'lms', userId: 'ana', kind: 'account-merged', createdAt: NOW, attempts: 1 },
    ...{ nextAttemptAt: NOW + LEASE, failure: 'refused it: invalid_audience', givenUpAt: NOW + 5 },
  });
  const listed = await outgoingEvents.list('waiting', 10);
  assert.deepEqual(
    listed.map(({ id }) => id),
    ['e2'],
  );
  assert.deepEqual(await outgoingEvents.counts(), { waiting: 1, waitingSince: NOW, dead: 1 });
  const audited = await given.databases.durable.all(sql`select type, user_id, client_id from audit_events`);
  assert.deepEqual(audited, [{ type: 'event.given_up', user_id: 'ana', client_id: 'lms' }]);
});

forEachStore('nothing owed counts as nothing', async ({ store }) => {
  assert.deepEqual(await store.outgoingEvents.counts(), { waiting: 0, waitingSince: null, dead: 0 });
});

forEachStore('a dead letter that is tried again is due at once, for as long as a new one', async (given) => {
  const { outgoingEvents } = given.store;
  await write(given, [owed({ id: 'e1' }), owed({ id: 'e2', userId: 'eva' })]);
  for (const at of [NOW, NOW + 1]) {
    const event = await claimed(given);
    await outgoingEvents.giveUp(event, 'no', gaveUp(event, at));
  }
  const later = NOW + 100 * 60 * 60_000;
  assert.equal(await outgoingEvents.retry('nobody', later), false);
  assert.equal(await outgoingEvents.retry('e2', later), true);
  const again = await claimed(given, later);
  assert.deepEqual([again.id, again.attempt, again.notAfter], ['e2', 2, later + EVENT_LIFE]);
  assert.equal(await outgoingEvents.retryAllDead(later), 1);
  assert.equal(await outgoingEvents.retryAllDead(later), 0);
  assert.deepEqual(await takeAll(given, later), ['e1']);
});

forEachStore('one that waits for its next attempt can be made due at once', async (given) => {
  await write(given, [owed({ id: 'e1' })]);
  await given.store.outgoingEvents.putBack(await claimed(given), NOW + 3_600_000, 'HTTP 503');
  assert.equal(await given.store.outgoingEvents.retry('e1', NOW + 1), true);
  assert.deepEqual(await takeAll(given, NOW + 1), ['e1']);
});

forEachStore('M-09: dead letters go after thirty days, in portions; what waits stays', async (given) => {
  await write(
    given,
    Array.from({ length: 4 }, (_, n) => owed({ userId: `u${n}` })),
  );
  for (const at of [NOW, NOW + 1, NOW + 2]) {
    const event = await claimed(given);
    await given.store.outgoingEvents.giveUp(event, 'no', gaveUp(event, at));
  }
  const before = NOW + DEAD_LETTER_LIFE + 2;
  assert.equal(await given.store.outgoingEvents.deleteExpired(before, 1), 1);
  assert.equal(await given.store.outgoingEvents.deleteExpired(before, 5), 1);
  assert.equal(await given.store.outgoingEvents.deleteExpired(before, 5), 0);
  assert.equal(await waiting(given), 2);
});

const race = <Result>(run: (racer: number) => Promise<Result>): Promise<Result[]> =>
  Promise.all(Array.from({ length: RACERS }, (_, racer) => run(racer)));

forEachStoreAndInterleaved('of fifty that claim one event, one gets it', async (given) => {
  await write(given, [owed()]);
  const claims = await race(() => given.store.outgoingEvents.claim('lms', NOW, LEASE));
  assert.equal(claims.filter((claim) => claim !== null).length, 1);
});

forEachStoreAndInterleaved('of fifty that claim fifty events, each gets one', async (given) => {
  const events = Array.from({ length: RACERS }, (_, n) => owed({ userId: `u${n}` }));
  await race((racer) => write(given, [events[racer] ?? assert.fail()]));
  const claims = await race(() => given.store.outgoingEvents.claim('lms', NOW, LEASE));
  assert.deepEqual(claims.map((claim) => claim?.id).toSorted(), events.map(({ id }) => id).toSorted());
});

forEachStoreAndInterleaved('of fifty that end one claim, one does', async (given) => {
  await write(given, [owed()]);
  const claim = await claimed(given);
  const { outgoingEvents } = given.store;
  const results = await race((racer) =>
    racer % 2 === 0 ? outgoingEvents.remove(claim) : outgoingEvents.giveUp(claim, 'no', gaveUp(claim, NOW)),
  );
  assert.equal(results.filter((done) => done).length, 1);
});

forEachStoreAndInterleaved('of fifty that put in one event, one row remains', async (given) => {
  const event = owed();
  await race(() => write(given, [event]));
  assert.equal(await waiting(given), 1);
});

forEachStore(
  'every look-up of what is owed has an index, however much waits for one client',
  async ({ databases: { durable } }) => {
    const plans = [
      sql`explain query plan select min(client_id) from outgoing_events where given_up_at is null and client_id > 'a'`,
      sql`explain query plan select * from outgoing_events where client_id = 'a' and given_up_at is null
          and next_attempt_at <= 1 order by next_attempt_at, position, id limit 1`,
      sql`explain query plan select 1 from outgoing_events where client_id = 'a' and given_up_at is null
          and position < 5 and user_id in ('a', 'b')`,
      sql`explain query plan select 1 from outgoing_events where client_id = 'a' and given_up_at is null
          and position < 5 and other_user_id in ('a', 'b')`,
      sql`explain query plan select max(position) from outgoing_events where client_id = 'a' and given_up_at is null`,
      sql`explain query plan select id from outgoing_events where given_up_at < 1 limit 1`,
      sql`explain query plan delete from outgoing_events where id = 'a' and attempts = 1`,
      sql`explain query plan select * from session_clients where session_hash = 'a'`,
    ];
    for (const plan of plans) {
      const [step] = await durable.all(plan);
      assert.match(String(step?.detail), /^SEARCH \w+ USING (?:COVERING )?INDEX/, String(step?.detail));
    }
  },
  ['SQLite in memory'],
);
