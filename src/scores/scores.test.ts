/**
 * every campus gets the newest score of each person, by one process, however slow or dead others are; or it is given
 * up. On every database, with a clock that the test moves and a stand-in for what sends.
 */
import assert from 'node:assert/strict';
import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  countRows,
  createNewcomer,
  forEachStore,
  NOW,
  profileWith,
  randomId,
  type TestStore,
} from '../../test/store-fixture.ts';
import type { Delivery } from '../delivery/attempt.ts';
import type { Worker } from '../delivery/worker.ts';
import { createLog } from '../events/log.ts';
import type { Score, ScoreDestination } from '../lti/score.ts';
import type { JsonObject } from '../model.ts';
import { sql } from '../store/database.ts';
import { noteScorePlace } from '../store/score-places.ts';
import { CALLS_AT_ONCE, LEASE, startScores } from './scores.ts';
import { type LinkNamed, takeScore } from './take-score.ts';

const HOUR = 60 * 60_000;
const campuses = ['norte', 'sur', 'centro'];
const sent: Delivery = { kind: 'sent' };
const away: Delivery = { kind: 'later', detail: 'an answer that does not say it was taken', code: null, status: 503 };
const refused: Delivery = { kind: 'never', detail: 'the campus has no such column any more', code: null, status: 404 };

type Answer = (destination: ScoreDestination, score: Score) => Delivery | Promise<Delivery>;

interface World extends TestStore {
  readonly worker: Worker;
  readonly arrived: { readonly campus: string; readonly destination: ScoreDestination; readonly score: Score }[];
  readonly logged: JsonObject[];
  answer(how: Answer): void;
  /** Somebody new of this campus, who is known to `lms`; answers how `lms` names what they do there. */
  launch(campus: string): Promise<LinkNamed>;
  give(named: LinkNamed, changes?: Partial<Score>): Promise<string>;
  /** Another process on the same store. */
  another(): Worker;
}

const ninety: Score = {
  ...{ points: { given: 90, maximum: 100 }, comment: null, at: NOW },
  ...{ activityProgress: 'Completed', gradingProgress: 'FullyGraded' },
};

function forEachWorld(promise: string, body: (world: World) => Promise<void>): void {
  forEachStore(promise, async (given) => {
    const started: Worker[] = [];
    let answering: Answer = () => sent;
    // So that a test that fails does not wait for a campus that hangs.
    const ended = Promise.withResolvers<Delivery>();
    const logged: JsonObject[] = [];
    const arrived: World['arrived'] = [];
    const { store, clock } = given;
    const another = () => {
      const worker = startScores({
        ...{ environment: clock, store, delay: async () => {} },
        log: createLog({
          ...{ level: 'debug', environment: clock, showPlaces: false },
          destination: { write: (line: string) => logged.push(JSON.parse(line)) },
        }),
        send: async (destination, score) => {
          arrived.push({ campus: destination.registration, destination, score });
          return Promise.race([answering(destination, score), ended.promise]);
        },
      });
      started.push(worker);
      return worker;
    };
    const world: World = {
      ...{ ...given, worker: another(), another, arrived, logged },
      answer(how) {
        answering = how;
      },
      async launch(registration) {
        const subject = randomId();
        const provider = `lti:${registration}`;
        const { user } = await createNewcomer(given, { profile: profileWith({ provider, subject }) });
        await store.clientSubjects.tell('lms', user.id, NOW);
        const link = { registration, deploymentId: '1', context: null, resourceLink: { id: 'quiz', title: null } };
        const service = {
          kind: 'grade-service',
          userId: subject,
          lineItem: null,
          lineItems: 'https://x.test/',
          scopes: [],
        } as const;
        await store.commit([noteScorePlace({ provider, subject, clientId: 'lms', link, service }, given.vault, NOW)]);
        return { user: user.id, resourceLinkId: 'quiz', contextId: null, deployment: null };
      },
      async give(named, changes = {}) {
        const taken = await takeScore({ environment: clock, store }, 'lms', named, { ...ninety, ...changes });
        return taken.kind === 'taken' ? taken.view.id : assert.fail(taken.kind);
      },
    };
    try {
      await body(world);
    } finally {
      ended.resolve(sent);
      await Promise.all(started.map((worker) => worker.stop()));
    }
  });
}

const waiting = async ({ store }: World) => (await store.outgoingScores.counts()).waiting;
const at = ({ arrived }: World, campus: string) => arrived.filter((one) => one.campus === campus);

forEachWorld('a score arrives as it was given, where the last launch said', async (world) => {
  const named = await world.launch('norte');
  const score = { ...ninety, comment: 'Muy bien', points: { given: 105, maximum: 100 } };
  await world.give(named, score);
  await world.worker.settle();
  assert.deepEqual(
    world.arrived.map(({ score: said }) => said),
    [score],
  );
  assert.deepEqual(
    world.arrived.map(({ destination: { kind, registration } }) => [kind, registration]),
    [['grade-service', 'norte']],
  );
  assert.equal(await waiting(world), 0);
  const [kept] = await world.databases.durable.all(sql`select state, document from outgoing_scores`);
  assert.deepEqual({ ...kept }, { state: 'sent', document: null }, 'what it said is not kept');
});

forEachWorld('R-33 a campus that hangs or is down delays no other, and is asked little', async (world) => {
  const silent = Promise.withResolvers<Delivery>();
  world.answer(({ registration }) =>
    registration === 'norte' ? silent.promise : registration === 'sur' ? away : sent,
  );
  for (let n = 0; n < 20; n += 1) for (const campus of campuses) await world.give(await world.launch(campus));
  world.worker.wake();
  while (at(world, 'centro').length < 20) await nextTurn();
  assert.equal(at(world, 'norte').length, CALLS_AT_ONCE);
  assert.ok(at(world, 'sur').length < 20, `${at(world, 'sur').length} calls`);
  silent.resolve(sent);
  world.answer(() => sent);
  for (let round = 0; round < 5; round += 1) {
    await world.worker.settle();
    world.clock.advance(20_000);
  }
  assert.equal(await waiting(world), 0, 'and all of it arrives once they are back');
});

forEachWorld(
  'R-06 a process that dies while it sends: sent again by another once the lease has run out',
  async (world) => {
    await world.give(await world.launch('norte'));
    const dying = Promise.withResolvers<Delivery>();
    world.answer(() => dying.promise);
    world.worker.wake();
    while (world.arrived.length === 0) await nextTurn();
    world.answer(() => sent);
    const other = world.another();
    await other.settle();
    assert.equal(world.arrived.length, 1, 'not while the first may be at it');
    world.clock.advance(LEASE);
    await other.settle();
    assert.equal(world.arrived.length, 2);
    assert.equal(await waiting(world), 0);
    dying.resolve(sent);
  },
);

forEachWorld('of several processes one sends each score', async (world) => {
  const workers = Array.from({ length: 4 }, () => world.another());
  for (let n = 0; n < 30; n += 1) await world.give(await world.launch(campuses[n % 3] ?? ''));
  await Promise.all(workers.map((worker) => worker.settle()));
  assert.equal(new Set(world.arrived.map(({ destination }) => JSON.stringify(destination))).size, 30);
  assert.equal(world.arrived.length, 30);
});

forEachWorld(
  'of scores that are given while others are on their way, none arrives after a newer one',
  async (world) => {
    const named = await world.launch('norte');
    const workers = [world.worker, world.another()];
    world.answer(async () => {
      for (let turn = 0; turn < 3; turn += 1) await nextTurn();
      return sent;
    });
    for (let n = 0; n < 30; n += 1) {
      await world.give(named, { at: NOW + n });
      for (const worker of workers) worker.wake();
      await nextTurn();
    }
    await Promise.all(workers.map((worker) => worker.settle()));
    await world.worker.settle();
    const times = world.arrived.map(({ score }) => score.at);
    assert.deepEqual(
      times,
      times.toSorted((a, b) => a - b),
    );
    assert.equal(times.at(-1), NOW + 29);
  },
);

forEachWorld(
  'a campus that is down for three days is asked at most every hour, and then no more; retried, it arrives',
  async (world) => {
    const id = await world.give(await world.launch('norte'));
    world.answer(() => away);
    for (let hour = 0; hour < 75; hour += 1) {
      await world.worker.settle();
      world.clock.advance(HOUR);
    }
    assert.ok(world.arrived.length >= 70 && world.arrived.length <= 73, `${world.arrived.length} calls`);
    const view = await world.store.outgoingScores.find(id);
    assert.deepEqual([view?.state, view?.failure], ['given-up', `${'detail' in away ? away.detail : ''} (HTTP 503)`]);
    world.answer(() => sent);
    await world.store.outgoingScores.retry(id, world.clock.now());
    await world.worker.settle();
    assert.equal((await world.store.outgoingScores.find(id))?.state, 'sent');
  },
);

forEachWorld('a score that is refused for good is given up at once, and the audit trail says so', async (world) => {
  const named = await world.launch('norte');
  const id = await world.give(named);
  world.answer(() => refused);
  await world.worker.settle();
  assert.deepEqual(await world.store.outgoingScores.counts(), { waiting: 0, waitingSince: null, givenUp: 1 });
  const events = (await world.store.audit.ofUser(named.user)).filter(({ type }) => type === 'score.given_up');
  const detail = { score: id, registration: 'norte', reason: 'the campus has no such column any more (HTTP 404)' };
  assert.deepEqual(
    events.map((event) => [event.clientId, event.detail]),
    [['lms', detail]],
  );
  assert.deepEqual(
    world.logged.map(({ event, clientId, userId, step }) => [event, clientId, userId, step]),
    [['score.given_up', 'lms', named.user, 'norte']],
  );
});

forEachWorld('R-05 the end waits for what is under way, and leaves the rest to the next process', async (world) => {
  const slow = Promise.withResolvers<Delivery>();
  world.answer(() => slow.promise);
  for (let n = 0; n < 10; n += 1) await world.give(await world.launch('norte'));
  world.worker.wake();
  while (world.arrived.length < CALLS_AT_ONCE) await nextTurn();
  const stopping = world.worker.stop();
  slow.resolve(sent);
  await stopping;
  assert.equal(await waiting(world), 10 - CALLS_AT_ONCE);
  await world.another().settle();
  assert.equal(await waiting(world), 0);
});

forEachWorld('V-25 no transaction is open while a campus is talked to', async (world) => {
  const silent = Promise.withResolvers<Delivery>();
  world.answer(() => silent.promise);
  await world.give(await world.launch('norte'));
  world.worker.wake();
  while (world.arrived.length === 0) await nextTurn();
  const { durable, kind } = { ...world.databases };
  const write = sql`insert into deployment (name, value) values ('other', 'x')`;
  assert.deepEqual(await durable.atomically([{ statement: write, changes: 1 }]), { committed: true });
  if (kind === 'PostgreSQL') {
    const open = sql`
      select count(*) as n from pg_stat_activity
      where datname = current_database() and state like 'idle in transaction%'`;
    assert.deepEqual(await durable.get(open), { n: 0 });
  }
  silent.resolve(sent);
});

forEachWorld('a failure of ours loses nothing: the score is due again', async (world) => {
  await world.give(await world.launch('norte'));
  world.answer(() => {
    throw new Error('broken');
  });
  await world.worker.settle();
  assert.equal(world.logged.at(-1)?.event, 'score.failed');
  world.answer(() => sent);
  world.clock.advance(LEASE);
  await world.worker.settle();
  assert.equal(await waiting(world), 0);
  assert.equal(await countRows(world.databases.durable, 'outgoing_scores'), 1);
});
