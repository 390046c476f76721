/**
 * The provider contract: attacks and faults that every provider must stand, run over one provider.
 *
 *     providerContract(fixture);
 *
 * A new provider is put to all of it by its fixture: what it is called, how its stand-in is mounted, and where its
 * answers say what. What its protocol cannot have is listed with the reason, never left out in silence.
 */
import { test } from 'node:test';
import { answerCases } from './provider-answer-cases.ts';
import { callbackCases } from './provider-callback-cases.ts';
import { type Case, whyNot } from './provider-case.ts';
import type { Fixture } from './provider-fixture.ts';
import { forgeryCases } from './provider-forgery-cases.ts';
import { personCases } from './provider-person-cases.ts';
import { withWorld } from './provider-world.ts';

export const providerCases: readonly Case[] = [...callbackCases, ...personCases, ...answerCases, ...forgeryCases];

/** One test for the provider, and one in it for each case that it can be put to. */
export function providerContract(fixture: Fixture): void {
  test(`the provider contract over ${fixture.name}`, (t) =>
    withWorld(fixture, async (world) => {
      for (const [reason, number] of reasonsFor(fixture)) t.diagnostic(`${number} cases not applicable: ${reason}`);
      for (const one of providerCases.filter((candidate) => whyNot(candidate, fixture) === null)) {
        await t.test(one.name, async () => {
          world.behave();
          await one.run(world);
        });
      }
    }));
}

/** Said, and not counted as skipped: a skipped test is one that could have been tried. */
function reasonsFor(fixture: Fixture): ReadonlyMap<string, number> {
  const reasons = providerCases.map((one) => whyNot(one, fixture)).filter((reason) => reason !== null);
  return new Map(reasons.map((reason) => [reason, reasons.filter((other) => other === reason).length]));
}
