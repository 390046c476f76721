/**
 * Random histories (security-cases.md §3.1): two people, three browsers, and everything that can happen to their accounts, in any
 * order. After each action nobody is in, or owns, what is not theirs; the audit trail tells of each change.
 *
 * A failure prints its seed and the shortest history that fails. `LLAVERO_TEST_SEED=<seed>` makes the same histories again.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type DatabaseKind, databaseKinds } from '../databases.ts';
import type { RigOptions } from '../rig.ts';
import { counts } from './action.ts';
import { actions } from './actions.ts';
import { assertCodesSpentOnce, outcome } from './invariants.ts';
import { launches, settled } from './launches.ts';
import { allowingMerges, options, Truth, type World, withWorld } from './world.ts';

const seed = Number(process.env.LLAVERO_TEST_SEED ?? Math.floor(Math.random() * 2 ** 31));

/** What happens in a history, and what must have come of it: a run that never came to one of these would prove nothing about it. */
interface Happenings {
  readonly first: fc.Arbitrary<readonly fc.AsyncCommand<Truth, World>[]>;
  readonly actions: readonly fc.Arbitrary<fc.AsyncCommand<Truth, World>>[];
  readonly reached: readonly string[];
}

const reached = [
  ...['signed-in', 'told the course site', 'resumed', 'refused: account_conflict', 'link signed-in'],
  ...['merged', 'undone', 'row for row', 'waits for its deletion', 'kept', 'kept by its person', 'deleted'],
];

const ordinary: Happenings = { first: fc.constant([]), actions, reached };

const launched: Happenings = {
  first: settled,
  actions: launches,
  reached: [
    ...['launch by require-account: signed-in', 'launch by create-on-first-launch: an account was made'],
    ...['launch by trust-emails: signed-in', 'launch by match-identifier: signed-in', 'launch resumed: signed-in'],
    ...['tied by its address', 'tied by its id', 'tied by require-account: said it is theirs', 'carried over'],
    ...['launch by require-account: launch_account_guarded', 'launch by create-on-first-launch: launch_declined'],
    ...['off meanwhile: refused', 'disconnected a campus', 'tied anew, right: moves', 'tied anew, to staff: staff'],
  ],
};

interface Histories {
  readonly happenings: Happenings;
  readonly kind: DatabaseKind;
  readonly given: Partial<RigOptions>;
  readonly runs: number;
}

type History = readonly [
  first: readonly fc.AsyncCommand<Truth, World>[],
  then: Iterable<fc.AsyncCommand<Truth, World>>,
];

const anyHistory = ({ first, actions: each }: Happenings, longest: number): fc.Arbitrary<History> =>
  fc.tuple(first, fc.commands([...each], { maxCommands: longest, size: 'max' }));

/** Carries a history out in a world in which nothing has happened yet; answers the truth that came of it. */
async function live([first, then]: History, world: World): Promise<Truth> {
  const truth = new Truth();
  await world.begin();
  for (const happening of first) await happening.run(truth, world);
  await fc.asyncModelRun(() => ({ model: truth, real: world }), then);
  assertCodesSpentOnce(world);
  return truth;
}

/** What is rare may be missed by one round of histories, and not by so many. */
const ROUNDS = 6;
/** Shorter runs repeat on other databases what a whole one came to. */
const LEAST_FOR_ALL = 64;

function histories(promise: string, { happenings, kind, given, runs }: Histories): void {
  const isWhole = runs >= LEAST_FOR_ALL;
  const missed = () => happenings.reached.filter((what) => !counts.has(what));
  test(`${promise} [${kind}]`, () =>
    withWorld(kind, given, async (world) => {
      for (let round = 0; round === 0 || (isWhole && round < ROUNDS && missed().length > 0); round += 1) {
        await fc.assert(
          fc.asyncProperty(anyHistory(happenings, 32), async (history) => {
            await live(history, world);
          }),
          {
            ...{ numRuns: runs, seed: seed + round, endOnFailure: false },
            ...{ interruptAfterTimeLimit: 240_000, markInterruptAsFailure: true },
          },
        );
      }
      if (isWhole) assert.deepEqual(missed(), [], 'no history came to these');
    }));
}

const promise =
  'V-01 V-02 V-03 V-07 V-08 V-09 V-10 V-12 V-15 V-16 V-24 whatever happens, nobody gets what is somebody else’s';
histories(promise, { happenings: ordinary, kind: 'SQLite in memory', given: allowingMerges, runs: 124 });
histories(`${promise}, by the rule of one provider`, {
  happenings: ordinary,
  kind: 'SQLite in memory',
  given: options,
  runs: 60,
});
histories(promise, { happenings: ordinary, kind: 'SQLite file', given: allowingMerges, runs: 10 });
histories(promise, { happenings: ordinary, kind: 'PostgreSQL', given: allowingMerges, runs: 6 });

const ofLaunches =
  'J-14 V-01 V-02 V-08 V-09 V-24 whoever a campus launches, and whatever it says of them, nobody gets what is somebody else’s';
histories(ofLaunches, { happenings: launched, kind: 'SQLite in memory', given: allowingMerges, runs: 64 });
histories(ofLaunches, { happenings: launched, kind: 'SQLite file', given: options, runs: 6 });
histories(ofLaunches, { happenings: launched, kind: 'PostgreSQL', given: options, runs: 4 });

test('V-20 the same histories come to the same on every database', async () => {
  const outcomes: string[][][] = [];
  for (const kind of databaseKinds) {
    await withWorld(kind, allowingMerges, async (world) => {
      const each: string[][] = [];
      for (const [happenings, numRuns] of [
        [ordinary, 4],
        [launched, 3],
      ] as const) {
        for (const history of fc.sample(anyHistory(happenings, 48), { numRuns, seed })) {
          each.push(await outcome(await live(history, world), world));
        }
      }
      outcomes.push(each);
    });
  }
  const [inMemory, inFile, inPostgres] = outcomes;
  assert.deepEqual(inFile, inMemory, `seed ${seed}`);
  assert.deepEqual(inPostgres, inMemory, `seed ${seed}`);
});
