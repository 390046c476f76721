/**
 * Scores over every database: each is taken once, the newest of a person and an activity goes out, by one caller, and nothing older after
 * it; where it goes is what the last launch said (lti.md §2.6, case 91).
 */
import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import type { Milliseconds } from '../../src/model.ts';
import type { AuditEvent } from '../../src/store/audit.ts';
import { sql } from '../../src/store/database.ts';
import {
  type ClaimedScore,
  createOutgoingScores,
  SCORE_KEPT,
  type ScoreState,
} from '../../src/store/outgoing-scores.ts';
import { type NewScorePlace, noteScorePlace, PLACE_KEPT, type ScorePlace } from '../../src/store/score-places.ts';
import { sweep } from '../../src/store/sweep.ts';
import { lenientRules, mergeAccounts, undoMerge } from '../../src/users/merge.fixture.ts';
import { withFaults } from '../faulty-database.ts';
import {
  countRows,
  createNewcomer,
  forEachStore,
  forEachStoreAndInterleaved,
  NOW,
  profileWith,
  randomId,
  type TestStore,
} from '../store-fixture.ts';

const LEASE = 60_000;
const RACERS = 50;
/** How long the sweep keeps what has expired. */
const GRACE = 15 * 60_000;
const link = {
  ...{ registration: 'campus', deploymentId: null, context: { id: 'c1', label: null, title: 'Algebra' } },
  resourceLink: { id: 'quiz', title: null },
};
const service = {
  kind: 'outcome-service',
  serviceUrl: 'https://campus.test/outcomes',
  sourcedId: 'sourced-1',
} as const;

async function someone(given: TestStore, subject = randomId()) {
  const { user } = await createNewcomer(given, { profile: profileWith({ provider: 'lti:campus', subject }) });
  return { userId: user.id, subject };
}

async function placeOf(
  given: TestStore,
  changes: Partial<NewScorePlace> = {},
): Promise<ScorePlace & { userId: string }> {
  const { userId, subject } = await someone(given);
  await given.store.commit([
    noteScorePlace({ provider: 'lti:campus', subject, clientId: 'lms', link, service, ...changes }, given.vault, NOW),
  ]);
  const [place = assert.fail()] = await given.store.scorePlaces.find(userId, 'lms', 'quiz');
  return { ...place, userId };
}

const scoreAt = ({ id }: Pick<ScorePlace, 'id'>, at: Milliseconds, said = `"${at}"`) => ({
  ...{ id: randomId(), placeId: id, registration: 'campus', clientId: 'lms', at, said },
});

async function taken(given: TestStore, place: ScorePlace, at: Milliseconds, said?: string) {
  const result = await given.store.outgoingScores.take(scoreAt(place, at, said), given.clock.now());
  assert.equal(result.kind, 'taken');
  return result.kind === 'taken' ? result.view : assert.fail();
}

const claim = ({ store, clock }: TestStore) => store.outgoingScores.claim('campus', clock.now(), LEASE);

async function claimed(given: TestStore): Promise<ClaimedScore> {
  return (await claim(given)) ?? assert.fail('nothing is due');
}

async function stateOf({ store }: TestStore, id: string): Promise<ScoreState | undefined> {
  return (await store.outgoingScores.find(id))?.state;
}

const gaveUp = ({ id }: ClaimedScore, at: Milliseconds): AuditEvent => ({
  ...{ id: `given-up-${id}-${at}`, at, type: 'score.given_up', code: null, userId: null, provider: null },
  ...{ clientId: null, signInId: null, reference: null, detail: {} },
});

forEachStore(
  'case 91: the newest launch says where scores go; an address of two consumers and a sourcedid of two people are no error',
  async (given) => {
    const { store, databases } = given;
    const [ana, eva] = [await someone(given), await someone(given)];
    const note = (subject: string, changes: Partial<NewScorePlace>, at: Milliseconds) =>
      store.commit([
        noteScorePlace(
          { provider: 'lti:campus', subject, clientId: 'lms', link, service, ...changes },
          given.vault,
          at,
        ),
      ]);
    await note(ana.subject, {}, NOW);
    await note(eva.subject, {}, NOW);
    await note(ana.subject, { link: { ...link, registration: 'other' }, clientId: 'forum' }, NOW);
    assert.equal(await countRows(databases.durable, 'score_places'), 3);
    await note(ana.subject, { service: { ...service, sourcedId: 'sourced-2' } }, NOW + 2);
    await note(ana.subject, { service: { ...service, sourcedId: 'late' } }, NOW + 1);
    const found = await store.scorePlaces.find(ana.userId, 'lms', 'quiz');
    assert.deepEqual(
      found.map(({ service: said }) => said),
      [{ ...service, sourcedId: 'sourced-2' }],
    );
    assert.deepEqual(await store.scorePlaces.find(ana.userId, 'lms', 'QUIZ'), [], 'compared exactly');
    assert.deepEqual(await store.scorePlaces.find(ana.userId, 'nobody', 'quiz'), []);
    assert.deepEqual(
      (await store.scorePlaces.find(eva.userId, 'lms', 'quiz')).map(({ service: said }) => said),
      [service],
    );
  },
);

forEachStore('nothing of a place or a score can be read in the database', async (given) => {
  const place = await placeOf(given);
  await taken(given, place, NOW, '"ninety of a hundred"');
  for (const table of ['score_places', 'outgoing_scores']) {
    const rows = JSON.stringify(await given.databases.durable.all({ shape: [`select * from ${table}`], values: [] }));
    for (const word of ['quiz', 'Algebra', 'sourced-1', 'outcomes', 'ninety']) assert.ok(!rows.includes(word), word);
  }
});

forEachStore('fifty launches of one person at once leave one place', async (given) => {
  const { subject } = await someone(given);
  const one = { provider: 'lti:campus', subject, clientId: 'lms', link, service };
  await Promise.all(Array.from({ length: RACERS }, () => given.store.commit([noteScorePlace(one, given.vault, NOW)])));
  assert.equal(await countRows(given.databases.durable, 'score_places'), 1);
});

forEachStore(
  'looking for what is due reads the scores of one campus and of one place, not all that wait or are kept',
  async ({ databases, vault, clock }) => {
    const texts: string[] = [];
    const { durable } = withFaults(databases, ({ text }) => {
      texts.push(text);
      return 'works';
    });
    const scores = createOutgoingScores(durable, vault);
    await scores.waitingRegistrations();
    await scores.claim('campus', clock.now(), LEASE);
    await scores.list('given-up', 10);
    await scores.deleteExpired(NOW, 10);
    const plans: string[] = [];
    for (const text of texts) {
      const shape = `explain query plan ${text}`.split('?');
      const lines = await databases.durable.all({ shape, values: shape.slice(1).map(() => null) });
      plans.push(...lines.map(({ detail }) => String(detail)).filter((line) => /outgoing_scores|other/.test(line)));
    }
    const byTurn = 'outgoing_scores USING COVERING INDEX outgoing_scores_by_turn';
    assert.deepEqual(plans, [
      `SEARCH ${byTurn}`,
      `SEARCH ${byTurn} (registration>?)`,
      'SEARCH outgoing_scores USING INDEX outgoing_scores_by_turn (registration=? AND next_attempt_at<?)',
      'SEARCH other USING INDEX sqlite_autoindex_outgoing_scores_2 (place_id=?)',
      'SEARCH outgoing_scores USING INDEX outgoing_scores_ended (state=?)',
      'SEARCH outgoing_scores USING COVERING INDEX sqlite_autoindex_outgoing_scores_1 (id=?)',
      'SEARCH outgoing_scores USING INDEX outgoing_scores_ended (state=? AND changed_at<?)',
    ]);
  },
  ['SQLite file'],
);

forEachStore(
  'M-09 a place ends when nobody was launched to it for long, and not while a score for it is known',
  async (given) => {
    const { store, databases } = given;
    const [old, young, scored] = [await placeOf(given), await placeOf(given), await placeOf(given)];
    const end = NOW + PLACE_KEPT + 1;
    await databases.durable.run(sql`update score_places set launched_at = ${NOW + 1} where id = ${young.id}`);
    await taken(given, scored, end);
    assert.equal(await store.scorePlaces.deleteExpired(end, 10), 1);
    const left = await Promise.all([old, young, scored].map(({ userId }) => store.scorePlaces.ofUser(userId)));
    assert.deepEqual(
      left.map(({ length }) => length),
      [0, 1, 1],
    );
    await databases.durable.run(sql`delete from outgoing_scores`);
    assert.equal(await store.scorePlaces.deleteExpired(end, 10), 1);
    await sweep(store, end + GRACE);
    assert.equal(await countRows(databases.durable, 'score_places'), 1);
    await sweep(store, end + GRACE + 1);
    assert.equal(await countRows(databases.durable, 'score_places'), 0);
  },
);

forEachStore('a place goes where its identity goes: into a merge, out of it, and away', async (given) => {
  const { store, databases } = given;
  const place = await placeOf(given);
  const other = await someone(given);
  const placesOf = async (userId: string) => (await store.scorePlaces.find(userId, 'lms', 'quiz')).length;
  const merged = await mergeAccounts(given, place.userId, other.userId, { with: { rules: lenientRules } });
  assert.equal(merged.kind, 'merged');
  const score = await taken(given, place, NOW);
  assert.deepEqual([await placesOf(place.userId), await placesOf(other.userId)], [0, 1]);
  assert.equal((await store.outgoingScores.find(score.id))?.userId, other.userId);
  await undoMerge(given, merged.kind === 'merged' ? merged.mergeId : '');
  assert.deepEqual([await placesOf(place.userId), await placesOf(other.userId)], [1, 0]);
  await databases.durable.run(sql`delete from identities where user_id = ${place.userId}`);
  assert.equal(await countRows(databases.durable, 'outgoing_scores'), 0);
  assert.deepEqual(await store.outgoingScores.take(scoreAt(place, NOW + 1), NOW), { kind: 'no-place' });
});

forEachStoreAndInterleaved(
  'the same score fifty times at once is taken once; another of that moment is not',
  async (given) => {
    const place = await placeOf(given);
    const answers = await Promise.all(
      Array.from({ length: RACERS }, (_, n) => given.store.outgoingScores.take(scoreAt(place, NOW, `"${n % 2}"`), NOW)),
    );
    const ids = new Set(answers.map((answer) => (answer.kind === 'taken' ? answer.view.id : answer.kind)));
    assert.deepEqual([ids.size, ids.has('differs')], [2, true]);
    assert.equal(await countRows(given.databases.durable, 'outgoing_scores'), 1);
  },
);

forEachStoreAndInterleaved('of fifty who ask at once one gets it', async (given) => {
  await taken(given, await placeOf(given), NOW);
  const claims = await Promise.all(Array.from({ length: RACERS }, () => claim(given)));
  assert.equal(claims.filter((one) => one !== null).length, 1);
});

forEachStoreAndInterleaved(
  'of fifty scores of one moment after another, given at once, the newest waits and all others are replaced',
  async (given) => {
    const place = await placeOf(given);
    await Promise.all(
      Array.from({ length: RACERS }, (_, n) => given.store.outgoingScores.take(scoreAt(place, NOW + n), NOW)),
    );
    const newest = await claimed(given);
    assert.equal(newest.at, NOW + RACERS - 1);
    assert.equal(await claim(given), null);
    const views = await given.store.outgoingScores.ofPlaces([place.id], 100);
    assert.equal(views.filter(({ state }) => state === 'replaced').length, RACERS - 1);
  },
);

forEachStore(
  'a newer score replaces the one that waits, and an older one is replaced from the beginning',
  async (given) => {
    const place = await placeOf(given);
    const first = await taken(given, place, NOW);
    const second = await taken(given, place, NOW + 10);
    const late = await taken(given, place, NOW + 5);
    assert.deepEqual([await stateOf(given, first.id), second.state, late.state], ['replaced', 'waiting', 'replaced']);
    assert.equal(await given.store.outgoingScores.finish(await claimed(given), NOW), true);
    assert.equal((await taken(given, place, NOW + 7)).state, 'replaced', 'also once the newest was sent');
    assert.equal(await claim(given), null);
    const rows = await given.databases.durable.all(
      sql`select document from outgoing_scores where document is not null`,
    );
    assert.deepEqual(rows, [], 'nothing that they said is kept');
  },
);

forEachStore('a newer score waits until what is on its way has arrived, failed or run out', async (given) => {
  const { store, clock } = given;
  const place = await placeOf(given);
  const first = await taken(given, place, NOW);
  const onItsWay = await claimed(given);
  const second = await taken(given, place, NOW + 1);
  assert.equal(await claim(given), null, 'the older one could arrive after it');
  assert.equal(await store.outgoingScores.finish(onItsWay, NOW), true);
  const next = await claimed(given);
  assert.deepEqual([next.id, await stateOf(given, first.id)], [second.id, 'sent']);

  const third = await taken(given, place, NOW + 2);
  assert.equal(await store.outgoingScores.putBack(next, NOW, 'away', NOW), true);
  assert.equal(await stateOf(given, second.id), 'replaced', 'it is not tried again');
  const last = await claimed(given);
  assert.equal(last.id, third.id);

  const fourth = await taken(given, place, NOW + 3);
  clock.advance(LEASE);
  assert.equal((await claimed(given)).id, fourth.id);
  assert.equal(await store.outgoingScores.finish(last, clock.now()), false, 'too late for that');
  assert.equal(await stateOf(given, third.id), 'replaced');
});

forEachStore(
  'what is put back is due again; what is given up can be sent again, unless there is a newer one',
  async (given) => {
    const { store, clock } = given;
    const scores = store.outgoingScores;
    const place = await placeOf(given);
    const { id } = await taken(given, place, NOW);
    assert.equal(await scores.putBack(await claimed(given), NOW + 10_000, 'away (HTTP 503)', NOW), true);
    assert.equal(await claim(given), null);
    const waits = await scores.find(id);
    assert.deepEqual([waits?.attempts, waits?.nextAttemptAt, waits?.failure], [1, NOW + 10_000, 'away (HTTP 503)']);
    assert.equal((await scores.counts()).waitingSince, NOW);
    clock.advance(10_000);
    const again = await claimed(given);
    assert.equal(again.attempt, 2);
    assert.equal(await scores.retry(id, clock.now()), false, 'it is on its way');
    assert.equal(await scores.giveUp(again, 'no such column', gaveUp(again, clock.now())), true);
    assert.equal(await scores.giveUp(again, 'no such column', gaveUp(again, clock.now() + 1)), false);
    assert.deepEqual(await scores.counts(), { waiting: 0, waitingSince: null, givenUp: 1 });
    assert.deepEqual(
      (await scores.list('given-up', 10)).map(({ failure }) => failure),
      ['no such column'],
    );
    assert.equal(await scores.retry(id, clock.now()), true);
    const third = await claimed(given);
    assert.deepEqual([third.id, third.said], [id, `"${NOW}"`]);
    await scores.giveUp(third, 'no such column', gaveUp(third, clock.now() + 2));
    await taken(given, place, NOW + 1);
    assert.equal(await stateOf(given, id), 'replaced', 'nobody need look at it any more');
    assert.equal(await scores.retry(id, clock.now()), false);
    assert.equal(await scores.retry('nobody', clock.now()), false);
  },
);

forEachStore(
  'a campus is looked for by name, and what is over is forgotten after a month, what waits is not',
  async (given) => {
    const { store } = given;
    const place = await placeOf(given);
    assert.deepEqual(await store.outgoingScores.waitingRegistrations(), []);
    for (const registration of ['b', 'a', 'c', 'a']) {
      const one = await placeOf(given);
      await store.outgoingScores.take({ ...scoreAt(one, NOW), registration }, NOW);
    }
    assert.deepEqual(await store.outgoingScores.waitingRegistrations(), ['a', 'b', 'c']);
    await taken(given, place, NOW);
    await store.outgoingScores.finish(await claimed(given), NOW);
    assert.equal(await store.outgoingScores.deleteExpired(NOW + SCORE_KEPT, 100), 0);
    assert.equal(await store.outgoingScores.deleteExpired(NOW + SCORE_KEPT + 1, 100), 1);
    assert.equal(await countRows(given.databases.durable, 'outgoing_scores'), 4);
  },
);

type Act = readonly ['give' | 'claim' | 'finish' | 'put-back' | 'run-out', number];
const act: fc.Arbitrary<Act> = fc.tuple(
  fc.constantFrom('give', 'give', 'claim', 'claim', 'finish', 'put-back', 'run-out' as const),
  fc.integer({ min: 0, max: 12 }),
);

forEachStore(
  'whatever happens, a campus never gets a score after a newer one, and gets the newest in the end',
  async (given) => {
    const { store, clock } = given;
    await fc.assert(
      fc.asyncProperty(fc.array(act, { maxLength: 40 }), async (acts) => {
        const place = await placeOf(given);
        const open: ClaimedScore[] = [];
        const sent: Milliseconds[] = [];
        let newest = 0;
        const send = async () => {
          const next = await claim(given);
          if (next !== null) {
            open.push(next);
            sent.push(next.at);
          }
          return next;
        };
        for (const [what, n] of acts) {
          if (what === 'give') {
            await taken(given, place, NOW + n);
            newest = Math.max(newest, NOW + n);
          } else if (what === 'claim') await send();
          else if (what === 'run-out') clock.advance(LEASE);
          else {
            const one = open.pop();
            if (one === undefined) continue;
            if (what === 'finish') await store.outgoingScores.finish(one, clock.now());
            else await store.outgoingScores.putBack(one, clock.now(), 'away', clock.now());
          }
        }
        for (let round = 0; round < 3; round += 1) {
          clock.advance(LEASE);
          const next = await send();
          if (next !== null) await store.outgoingScores.finish(next, clock.now());
        }
        assert.deepEqual(
          sent,
          sent.toSorted((a, b) => a - b),
        );
        assert.equal(sent.at(-1) ?? 0, newest);
        assert.equal(await claim(given), null);
      }),
      { numRuns: 40 },
    );
  },
  ['SQLite in memory', 'PostgreSQL'],
);
