/**
 * The contract of our own ways of signing in: attacks and faults that every provider of kind `form` must stand, run over
 * one of them.
 *
 *     formContract(fixture);
 *
 * A new way is put to all of it by its fixture: what a person does at each of its forms. What a way cannot have is listed
 * with the reason, never left out in silence.
 */
import { test } from 'node:test';
import type { FormCase } from './form-case.ts';
import { faultCases } from './form-fault-cases.ts';
import { forgeryCases } from './form-forgery-cases.ts';
import { inputCases } from './form-input-cases.ts';
import { operatorCases } from './form-operator-cases.ts';
import { pageCases } from './form-page-cases.ts';
import { personCases } from './form-person-cases.ts';
import { replayCases } from './form-replay-cases.ts';
import { withFormWorld } from './form-world.ts';
import type { FormFixture } from './provider-fixtures-form.ts';

export const formCases: readonly FormCase[] = [
  ...forgeryCases,
  ...replayCases,
  ...operatorCases,
  ...faultCases,
  ...inputCases,
  ...pageCases,
  ...personCases,
];

/** One test for the way, and one in it for each case that it can be put to. */
export function formContract(fixture: FormFixture): void {
  test(`the contract of our own ways over ${fixture.name}`, (t) =>
    withFormWorld(fixture, async (world) => {
      for (const { name, whyNot, run } of formCases) {
        const reason = whyNot(fixture);
        // Said, and not counted as skipped: a skipped test is one that could have been tried.
        if (reason !== null) {
          t.diagnostic(`not applicable: ${name}: ${reason}`);
          continue;
        }
        await t.test(name, async () => {
          await world.behave();
          await run(world);
        });
      }
      await world.behave();
    }));
}
