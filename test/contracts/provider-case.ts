/**
 * What a case of the provider contract is: a promise, whether a provider can be put to it, and how that is done.
 */
import { type CallName, callNames, type Fixture, isNotApplicable, type NotApplicable } from './provider-fixture.ts';
import type { World } from './provider-world.ts';

export interface Case {
  /** The promise, with the security case or the section that asks for it. */
  readonly name: string;
  /** The parts of a fixture that must be there; the first that is not gives the reason. */
  readonly needs: (fixture: Fixture) => readonly (NotApplicable | object | string | true)[];
  readonly run: (world: World) => Promise<void>;
}

/** A case that every provider is put to. */
export const always = (name: string, run: Case['run']): Case => ({ name, needs: () => [], run });

/** One case for each call that the broker makes of a provider. */
export function forEachCall(cases: (name: CallName, what: string) => readonly Case[]): readonly Case[] {
  return callNames.flatMap((name) => cases(name, whatIsCalled[name]));
}

const whatIsCalled: { readonly [name in CallName]: string } = {
  first: 'the first answer',
  token: 'the token answer',
  keys: 'the key set',
  userData: 'the user data',
};

/** Why a case cannot be tried on a provider; null when it can. */
export function whyNot({ needs }: Case, fixture: Fixture): string | null {
  return needs(fixture).find(isNotApplicable)?.notApplicable ?? null;
}
