/**
 * Random histories (security-cases.md §3.1): two people, three browsers, and everything that can happen to their accounts, in any
 * order. After each action nobody is in, or owns, what is not theirs; the audit trail tells of each change.
 *
 * A failure prints its seed and the shortest history that fails. `LLAVERO_TEST_SEED=<seed>` makes the same histories again.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { DatabaseKind } from '../databases.ts';
import type { RigOptions } from '../rig.ts';
import { actions, counts } from './actions.ts';
import { allowingMerges, options, Truth, withWorld } from './world.ts';

const seed = Number(process.env.LLAVERO_TEST_SEED ?? Math.floor(Math.random() * 2 ** 31));

/** A run that never came to one of these would prove nothing about it. */
const reached = [
  ...['signed-in', 'told the course site', 'resumed', 'refused: account_conflict', 'link signed-in'],
  ...['merged', 'undone', 'row for row'],
];

interface Histories {
  readonly kind: DatabaseKind;
  readonly given: Partial<RigOptions>;
  readonly runs: number;
}

function histories(promise: string, { kind, given, runs }: Histories): void {
  test(`${promise} [${kind}]`, () =>
    withWorld(kind, given, async (world) => {
      await fc.assert(
        fc.asyncProperty(fc.commands([...actions], { maxCommands: 32, size: 'max' }), async (history) => {
          const setUp = async () => {
            await world.begin();
            return { model: new Truth(), real: world };
          };
          await fc.asyncModelRun(setUp, history);
        }),
        { numRuns: runs, seed, endOnFailure: false, interruptAfterTimeLimit: 240_000, markInterruptAsFailure: true },
      );
      if (runs > 100) for (const what of reached) assert.ok(counts.has(what), `no history came to: ${what}`);
    }));
}

const promise = 'V-01 V-02 V-03 V-07 V-08 V-15 V-16 V-24 whatever happens, nobody gets what is somebody else’s';
histories(promise, { kind: 'SQLite in memory', given: allowingMerges, runs: 124 });
histories(`${promise}, by the rule of one provider`, { kind: 'SQLite in memory', given: options, runs: 60 });
histories(promise, { kind: 'SQLite file', given: allowingMerges, runs: 10 });
histories(promise, { kind: 'PostgreSQL', given: allowingMerges, runs: 6 });
