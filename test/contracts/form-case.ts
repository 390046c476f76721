/**
 * What a case of the contract of our own ways is: a promise, whether a way can be put to it, and how that is done.
 */
import type { FormWorld } from './form-world.ts';
import type { FormFixture } from './provider-fixtures-form.ts';

export interface FormCase {
  /** The promise, with the security case or the section that asks for it. */
  readonly name: string;
  /** Why it cannot be tried on this way; null where it can. */
  readonly whyNot: (fixture: FormFixture) => string | null;
  readonly run: (world: FormWorld) => Promise<void>;
}

/** A case that every way is put to. */
export const always = (name: string, run: FormCase['run']): FormCase => ({ name, whyNot: () => null, run });

/** A case for the ways of which `whyNot` says nothing. */
export const needing = (name: string, whyNot: FormCase['whyNot'], run: FormCase['run']): FormCase => ({
  ...{ name, whyNot, run },
});

export const readsMail = ({ presses }: FormFixture): boolean => presses.some((press) => press.readsMail);

const unless = (is: (fixture: FormFixture) => boolean, why: string) => (fixture: FormFixture) =>
  is(fixture) ? null : why;

export const needsMail = unless(readsMail, 'no mail is sent on this way');
export const needsSamePerson = unless(
  ({ samePersonAgain }) => samePersonAgain,
  'nobody comes back on this way: each time is somebody else',
);
export const needsProof = unless(({ provesAddress }) => provesAddress, 'no address is proved on this way');
export const needsFields = unless(
  ({ presses }) => presses.some((press) => Object.keys(press.fields({ address: '', password: '' }, '')).length > 0),
  'nothing is filled in on this way',
);
