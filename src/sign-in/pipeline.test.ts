/**
 * The runner of the pipeline: from what each step says to one result, with every word kept (E-01, E-04, E-05).
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { profileWith, stoppedClock } from '../../test/store-fixture.ts';
import type { Decision, Form, User } from '../model.ts';
import { newUser } from '../users/arrival.ts';
import { type Facts, type PipelineResult, type PipelineStep, runPipeline, type Verdict } from './pipeline.ts';
import { factsWith } from './sign-in.fixture.ts';

const userWith = (changes: Partial<User>): User => ({
  ...newUser(profileWith({}), 'active', stoppedClock()),
  ...changes,
});
const newFacts = (): Facts =>
  factsWith({
    profile: profileWith({ raw: { deep: { list: ['a'] } } }),
    owners: [userWith({ id: 'u1' })],
    guest: { user: userWith({ id: 'g1', state: 'temporary' }), elsewhere: false, isUnclaimable: false },
  });

const form: Form = { kind: 'confirm', title: { 'es-MX': '¿?', en: '?' }, text: { 'es-MX': '¿?', en: '?' } };
const pass: Verdict = { kind: 'pass', reason: 'p' };
const use: Verdict = { kind: 'use', userId: 'u1', reason: 'u' };
const create: Verdict = { kind: 'create', reason: 'c' };
const ask: Verdict = { kind: 'ask', form, reason: 'a' };
const claim: Verdict = { kind: 'claim', reason: 'w' };
const conflict: Verdict = { kind: 'conflict', candidates: ['u1', 'u2'], reason: 'x' };
const deny: Verdict = { kind: 'deny', code: 'user_disabled', reason: 'd' };

const stepsSaying = (verdicts: readonly Verdict[]): PipelineStep[] =>
  verdicts.map((verdict, index) => ({ name: `step-${index}`, decide: () => verdict }));

const decided = (decision: Decision): PipelineResult => ({ kind: 'decided', decision });
const waiting = (step: string): PipelineResult => ({ kind: 'waiting', step, form });
const denied: PipelineResult = { kind: 'refused', code: 'user_disabled' };
const undecided: PipelineResult = { kind: 'refused', code: 'sign_in_refused_by_rule' };

const table: readonly (readonly [
  promise: string,
  verdicts: readonly Verdict[],
  result: PipelineResult,
  heard: number,
])[] = [
  ['a list without steps refuses', [], undecided, 0],
  ['a list that only passes refuses', [pass, pass], undecided, 2],
  ['a step that uses a user decides', [pass, use, pass], decided({ kind: 'use', userId: 'u1', guestId: null }), 3],
  ['a step that creates decides', [pass, create], decided({ kind: 'create', guestId: null }), 2],
  ['a step that asks ends the run', [pass, ask, use], waiting('step-1'), 2],
  ['a step that denies ends the run', [deny, use], denied, 1],
  ['work that is claimed goes with a use', [use, claim], decided({ kind: 'use', userId: 'u1', guestId: 'g1' }), 2],
  ['work that is claimed goes with a create', [create, claim], decided({ kind: 'create', guestId: 'g1' }), 2],
  ['a conflict ends the run', [pass, conflict, use], { kind: 'conflict', candidates: ['u1', 'u2'] }, 2],
  [
    'a later conflict wins over an earlier create',
    [create, conflict],
    { kind: 'conflict', candidates: ['u1', 'u2'] },
    2,
  ],
  ['a later deny wins over an earlier use', [use, deny], denied, 2],
  ['a later deny wins over an earlier create', [create, pass, deny], denied, 3],
  ['a later question holds an earlier use back', [use, ask], waiting('step-1'), 2],
  ['a later question holds an earlier create back', [create, ask, deny], waiting('step-1'), 2],
];
for (const [promise, verdicts, expected, heard] of table) {
  test(`${promise}, and the trace names every step that was heard`, async () => {
    const { result, trace } = await runPipeline(stepsSaying(verdicts), newFacts());
    assert.deepEqual(result, expected);
    assert.deepEqual(
      trace,
      verdicts.slice(0, heard).map(({ kind, reason }, index) => ({ step: `step-${index}`, decision: kind, reason })),
    );
  });
}

for (const [first, second] of [
  [use, use],
  [use, create],
  [create, use],
  [create, create],
] as const) {
  test(`E-05: ${second.kind} after ${first.kind} is a fault: no step chooses another account`, async () => {
    await assert.rejects(runPipeline(stepsSaying([first, pass, second]), newFacts()), /step-2/);
  });
}

test('for any list of verdicts: the first deny or question ends it, else the only decision stands, else nobody gets in', async () => {
  const verdict = fc.constantFrom(pass, use, create, ask, deny);
  await fc.assert(
    fc.asyncProperty(fc.array(verdict, { maxLength: 7 }), async (verdicts) => {
      const end = verdicts.findIndex(({ kind }) => kind === 'ask' || kind === 'deny');
      const heard = end < 0 ? verdicts : verdicts.slice(0, end + 1);
      const decisions = heard.filter(({ kind }) => kind === 'use' || kind === 'create');
      const run = runPipeline(stepsSaying(verdicts), newFacts());
      if (decisions.length > 1) return assert.rejects(run);
      const { result, trace } = await run;
      assert.equal(trace.length, heard.length);
      if (end >= 0) assert.deepEqual(result, verdicts[end]?.kind === 'ask' ? waiting(`step-${end}`) : denied);
      else assert.equal(result.kind === 'decided', decisions.length === 1);
    }),
  );
});

test('a step sees what an earlier one concluded, and the answers of the person by step name', async () => {
  const seen: unknown[] = [];
  const watching = (name: string, verdict: Verdict): PipelineStep => ({
    name,
    decide({ answers }, decision) {
      seen.push([name, decision, answers]);
      return verdict;
    },
  });
  const answers = { first: { yes: true } };
  await runPipeline([watching('first', use), watching('second', pass)], { ...newFacts(), answers });
  assert.deepEqual(seen, [
    ['first', null, answers],
    ['second', { kind: 'use', userId: 'u1', guestId: null }, answers],
  ]);
});

test('steps are heard one after the other, also when they take their time', async () => {
  const heard: string[] = [];
  const slow = (name: string): PipelineStep => ({
    name,
    async decide() {
      heard.push(`${name} begins`);
      await Promise.resolve();
      heard.push(`${name} ends`);
      return pass;
    },
  });
  await runPipeline([slow('a'), slow('b')], newFacts());
  assert.deepEqual(heard, ['a begins', 'a ends', 'b begins', 'b ends']);
});

test('E-04: a step that throws or rejects decides nothing: its error reaches the caller', async () => {
  const failing: readonly PipelineStep['decide'][] = [
    () => {
      throw new Error('thrown');
    },
    () => Promise.reject(new Error('rejected')),
  ];
  for (const decide of failing) {
    await assert.rejects(
      runPipeline([...stepsSaying([use]), { name: 'failing', decide }], newFacts()),
      /thrown|rejected/,
    );
  }
});

for (const nonsense of [
  undefined,
  null,
  true,
  'use',
  {},
  { kind: 'allow', reason: 'x' },
  { kind: 'Pass', reason: 'x' },
]) {
  test(`E-05: a step that answers ${JSON.stringify(nonsense)} lets nobody in`, async () => {
    const steps = stepsSaying([use, nonsense as unknown as Verdict]);
    await assert.rejects(runPipeline(steps, newFacts()));
  });
}

test('E-05: a step cannot change who arrived, not even deep inside', async () => {
  const changes: readonly ((facts: Facts) => void)[] = [
    ({ profile }) => Object.assign(profile, { subject: 'somebody-else' }),
    ({ profile }) => Object.assign(profile.name, { given: 'Otra' }),
    ({ profile }) => (profile.emails as unknown[]).push({ address: 'a@uni.mx', verified: true }),
    ({ profile }) => (profile.raw as { deep: { list: string[] } }).deep.list.push('b'),
    (facts) => Object.assign(facts, { known: null }),
  ];
  for (const change of changes) {
    const facts = newFacts();
    const before = structuredClone(facts);
    const changing: PipelineStep = {
      name: 'changing',
      decide(given) {
        change(given);
        return create;
      },
    };
    await assert.rejects(runPipeline([changing], facts), TypeError);
    assert.deepEqual(facts, before);
  }
});
