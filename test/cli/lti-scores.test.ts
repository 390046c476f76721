/**
 * `lti scores` and `lti retry-score` on a deployment whose campus could not be sent one score, and has not been sent another.
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { test } from 'node:test';
import { examineScores } from '../../src/admin/doctor-scores.ts';
import { parseStoreSettings } from '../../src/config.ts';
import { createLog } from '../../src/events/log.ts';
import { openStore } from '../../src/open-store.ts';
import { sql } from '../../src/store/database.ts';
import { noteScorePlace } from '../../src/store/score-places.ts';
import { createNewcomer, NOW, profileWith } from '../store-fixture.ts';
import { DEPLOYMENT_SECRET, type Program, withProgram } from './program.ts';

const environment = { now: () => Date.now(), randomBytes: (bytes: number) => randomBytes(bytes) };

async function withScores(body: (program: Program) => Promise<void>): Promise<void> {
  await withProgram({}, async (program) => {
    await program.json('migrate');
    const settings = parseStoreSettings({
      LLAVERO_SECRET: DEPLOYMENT_SECRET,
      LLAVERO_DATABASE_URL: `sqlite:${join(program.folder, 'data/llavero.db')}`,
    });
    const log = createLog({ level: 'silent', environment, showPlaces: false });
    const { store, vault, databases, close } = await openStore(settings, { environment, log }, 'refused');
    for (const subject of ['ana', 'eva']) {
      const provider = 'lti:campus';
      await createNewcomer(
        { store, clock: { ...environment, set() {}, advance() {} } },
        { profile: profileWith({ provider, subject }) },
      );
      const resourceLink = { id: `quiz-of-${subject}`, title: null };
      const link = { registration: 'campus', deploymentId: null, context: null, resourceLink };
      const service = { kind: 'outcome-service', serviceUrl: 'https://campus.example/', sourcedId: subject } as const;
      await store.commit([noteScorePlace({ provider, subject, clientId: 'lms', link, service }, vault, Date.now())]);
    }
    const places = await databases.durable.all(sql`select id from score_places order by id`);
    for (const [n, { id }] of places.entries()) {
      const score = { id: `score-${n}`, placeId: String(id), registration: 'campus', clientId: 'lms', at: Date.now() };
      await store.outgoingScores.take({ ...score, said: '"ninety"' }, Date.now());
    }
    await databases.durable.run(sql`
      update outgoing_scores set state = 'given-up', attempts = 7, failure = 'no such column (HTTP 404)' where id = 'score-0'`);
    await close();
    await body(program);
  });
}

test('lti scores shows what waits, or is in another state, with the reason; never what it says or is about', () =>
  withScores(async (program) => {
    const { scores } = await program.json('lti', 'scores');
    assert.deepEqual([scores.length, scores[0].id, scores[0].state], [1, 'score-1', 'waiting']);
    const { stdout } = await program.run(['lti', 'scores', '--state', 'given-up']);
    assert.match(stdout, /^SCORE +CAMPUS +APP +ACCOUNT +GIVEN +ATTEMPTS +NEXT +LAST FAILURE$/m);
    assert.match(stdout, /^score-0 +campus +lms .* 7 .*no such column \(HTTP 404\)$/m);
    assert.doesNotMatch(JSON.stringify(scores) + stdout, /ninety|quiz-of|campus\.example/);
    assert.equal((await program.run(['lti', 'scores', '--state', 'sent'])).stdout, 'There are no scores: sent.\n');
    assert.equal((await program.run(['lti', 'scores', '--state', 'lost'])).code, 2);
  }));

test('lti retry-score makes one due, or all that were given up; an unknown one is refused', () =>
  withScores(async (program) => {
    assert.deepEqual(await program.json('lti', 'retry-score', '--all-given-up'), { retried: 1 });
    assert.deepEqual(await program.json('lti', 'retry-score', '--all-given-up'), { retried: 0 });
    assert.deepEqual(await program.json('lti', 'retry-score', 'score-0'), { retried: 1 });
    const { code, stderr } = await program.run(['lti', 'retry-score', 'nobody']);
    assert.equal(code, 1);
    assert.match(stderr, /there is no score nobody/);
    for (const call of [[], ['a', 'b'], ['a', '--all-given-up']]) {
      assert.equal((await program.run(['lti', 'retry-score', ...call])).code, 2, call.join(' '));
    }
  }));

test('scores that were given up, and what waits for long, are for the operator to look at', () => {
  const hour = 60 * 60_000;
  assert.deepEqual(
    examineScores({ waiting: 3, waitingSince: NOW - hour + 1, givenUp: 0 }, NOW).map(({ verdict }) => verdict),
    ['good'],
  );
  const findings = examineScores({ waiting: 3, waitingSince: NOW - 5 * hour, givenUp: 2 }, NOW);
  assert.deepEqual(
    findings.map(({ verdict, detail }) => `${verdict}: ${detail.slice(0, 36)}`),
    ['unsure: 3 scores wait, the oldest for 5 h: s', 'unsure: 2 scores were given up: see `llavero'],
  );
});
