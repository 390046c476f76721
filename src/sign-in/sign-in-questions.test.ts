/**
 * A sign-in that waits for the person: the question, its answer, and what may have changed in between (E-01 to E-03, E-09).
 */
import assert from 'node:assert/strict';
import { countRows, forEachStore, type TestStore } from '../../test/store-fixture.ts';
import type { Form } from '../model.ts';
import type { PipelineStep, Verdict } from './pipeline.ts';
import { Attempt, createEngine, type Engine, eventsOf, REFERENCE, sentTo } from './sign-in.fixture.ts';
import { defaultSteps } from './steps.ts';

const question = (name: string): Form => ({
  kind: 'confirm',
  title: { 'es-MX': `¿${name}?`, en: `${name}?` },
  text: { 'es-MX': name, en: name },
});

/** Asks until it is answered: yes lets the person go on, no ends the attempt. `when` says whether it asks at all. */
function asking(name: string, when: () => boolean = () => true): PipelineStep {
  return {
    name,
    decide({ answers }): Verdict {
      const answer = answers[name];
      if (!when()) return { kind: 'pass', reason: 'not-asked' };
      if (answer === undefined) return { kind: 'ask', form: question(name), reason: 'to-be-asked' };
      return answer.yes === true
        ? { kind: 'pass', reason: 'agreed' }
        : { kind: 'deny', code: 'sign_in_refused_by_rule', reason: 'declined' };
    },
  };
}

function promise(
  name: string,
  steps: readonly PipelineStep[],
  body: (engine: Engine, given: TestStore) => Promise<void>,
): void {
  const withSteps = [...steps, ...defaultSteps];
  forEachStore(name, (given) => body(createEngine(given, withSteps), given), ['SQLite in memory']);
}

const asked = (step: string) => ({ kind: 'form', of: { kind: 'step', name: step }, form: question(step) });
const refused = { kind: 'refused', code: 'sign_in_refused_by_rule', provider: 'campus', caseNumber: null };

promise(
  'E-01: while a question stands open nobody is signed in, however often it is looked at',
  [asking('terms')],
  async (engine, { databases }) => {
    const attempt = await Attempt.arrived(engine);
    for (let look = 0; look < 3; look++) assert.deepEqual(await attempt.dispatch(), asked('terms'));
    assert.deepEqual(
      [await countRows(databases.durable, 'users'), await countRows(databases.durable, 'sessions')],
      [0, 0],
    );
  },
);

promise('yes goes on, with the answer in the trace', [asking('terms')], async (engine) => {
  const attempt = await Attempt.arrived(engine);
  await attempt.answer('terms', true);
  const { trace } = await attempt.row();
  assert.deepEqual(trace[0], { step: 'terms', decision: 'pass', reason: 'agreed' });
  assert.equal((await attempt.end()).kind, 'signed-in');
});

promise(
  'no ends the attempt with the word of the step, and is written down',
  [asking('terms')],
  async (engine, { databases }) => {
    const attempt = await Attempt.arrived(engine);
    await attempt.answer('terms', false);
    assert.deepEqual(await attempt.end(), refused);
    assert.equal(await countRows(databases.durable, 'users'), 0);
    assert.deepEqual(
      (await eventsOf(engine)).map(({ type, code }) => [type, code]),
      [['sign_in.refused', 'sign_in_refused_by_rule']],
    );
  },
);

promise('several questions come one after the other, each once', [asking('terms'), asking('age')], async (engine) => {
  const attempt = await Attempt.arrived(engine);
  assert.deepEqual(await attempt.end(), asked('terms'));
  await attempt.answer('terms', true);
  assert.deepEqual(await attempt.end(), asked('age'));
  await attempt.answer('age', true);
  assert.equal((await attempt.end()).kind, 'signed-in');
});

promise(
  'E-03: an answer to another step than the one that asks changes nothing',
  [asking('terms'), asking('age')],
  async (engine) => {
    const attempt = await Attempt.arrived(engine);
    const before = await attempt.row();
    for (const step of ['age', 'new-user', '', '__proto__']) await attempt.answer(step, true);
    assert.deepEqual(await attempt.row(), before);
  },
);

promise(
  'E-03: an answer that is sent again after the attempt went on changes nothing',
  [asking('terms'), asking('age')],
  async (engine) => {
    const attempt = await Attempt.arrived(engine);
    await attempt.answer('terms', true);
    await attempt.answer('terms', false);
    assert.deepEqual((await attempt.row()).answers, { terms: { yes: true } });
    await attempt.answer('age', true);
    await attempt.end();
    await attempt.answer('age', false);
    assert.equal((await attempt.end()).kind, 'signed-in');
  },
);

promise(
  'E-09: of two tabs that answer differently one wins, whole',
  [asking('terms')],
  async (engine, { databases }) => {
    const attempt = await Attempt.arrived(engine);
    const row = await attempt.row();
    const answer = (yes: boolean) => engine.signIns.submit(row, sentTo('terms', yes), REFERENCE);
    await Promise.all([answer(false), answer(true)]);
    const end = await attempt.end();
    const users = await countRows(databases.durable, 'users');
    assert.ok(end.kind === 'signed-in' ? users === 1 : end.kind === 'refused' && users === 0);
  },
);

let firstAsks = false;
promise(
  'when another step asks than the stored one, its question is shown and its answer counts',
  [asking('first', () => firstAsks), asking('second')],
  async (engine) => {
    const attempt = await Attempt.arrived(engine);
    assert.deepEqual(await attempt.end(), asked('second'));
    firstAsks = true;
    assert.deepEqual(await attempt.end(), asked('first'));
    await attempt.answer('first', true);
    assert.deepEqual(await attempt.end(), asked('second'));
    await attempt.answer('second', true);
    assert.equal((await attempt.end()).kind, 'signed-in');
  },
);

let isAsked = true;
promise('a question that no longer arises lets the person go on', [asking('terms', () => isAsked)], async (engine) => {
  const attempt = await Attempt.arrived(engine);
  assert.deepEqual(await attempt.end(), asked('terms'));
  isAsked = false;
  assert.equal((await attempt.end()).kind, 'signed-in');
});

let asksLate = false;
promise(
  'a question that arises only at the commit is asked, and nothing is written before it is answered',
  [asking('late', () => asksLate)],
  async (engine, given) => {
    const [mine, theirs] = [await Attempt.arrived(engine), await Attempt.arrived(engine)];
    await theirs.end();
    // Now `mine` loses the race for the identity, is decided anew, and the rule has changed.
    asksLate = true;
    assert.deepEqual(await mine.end(), asked('late'));
    assert.equal(await countRows(given.databases.durable, 'sessions'), 1);
    await mine.answer('late', true);
    assert.equal((await mine.end()).kind, 'signed-in');
    assert.equal(await countRows(given.databases.durable, 'users'), 1);
  },
);

const throwing: PipelineStep = {
  name: 'throwing',
  decide() {
    throw new Error("a fault in an operator's step");
  },
};
promise(
  'E-04: a step that throws lets nobody in, and the next attempt starts afresh',
  [throwing],
  async (engine, { databases }) => {
    for (let time = 0; time < 2; time++) {
      const attempt = await Attempt.begin(engine);
      await attempt.depart('campus');
      await assert.rejects(attempt.arrive('campus'), /operator's step/);
      assert.deepEqual(await attempt.dispatch(), { kind: 'wait' });
    }
    assert.equal(await countRows(databases.durable, 'users'), 0);
  },
);

const inventing: PipelineStep = {
  name: 'inventing',
  decide: (_facts, decision) =>
    decision === null ? { kind: 'use', userId: 'somebody-else', reason: 'invented' } : { kind: 'pass', reason: 'x' },
};
promise(
  'E-05: a step that names a user whom the identity does not belong to lets nobody in',
  [inventing],
  async (engine, { databases }) => {
    const attempt = await Attempt.begin(engine);
    await attempt.depart('campus');
    await assert.rejects(attempt.arrive('campus'), /nothing ties to this person/);
    assert.deepEqual(await attempt.dispatch(), { kind: 'wait' });
    assert.deepEqual(
      [await countRows(databases.durable, 'users'), await countRows(databases.durable, 'sessions')],
      [0, 0],
    );
  },
);
