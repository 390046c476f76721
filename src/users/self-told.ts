/**
 * From what somebody said of themselves on the registration page to what is stored of them.
 *
 * Must never take a birth date away that a provider gave, and never puts a word of the person into the place of a provider's.
 */
import type { Milliseconds, PersonDetails, RegistrationField, User } from '../model.ts';
import { detailNames } from '../person/fields.ts';
import { knownValue } from './known-values.ts';
import { withoutCorrected, withoutUnsaid } from './provided-values.ts';

/** Each in its canonical form; empty for what was left or made empty, absent for what was not asked. */
export type SaidFields = { readonly [name in RegistrationField]?: string };

/** What of a provider's word people may correct: never a birth date. */
const correctable = ['given_name', 'family_name', 'country', 'language'] as const;

/** A new account as the person wants it: what they changed of a provider's word is theirs now, and the word is dropped. */
export function asTold(user: User, fields: SaidFields): User {
  // Only a provider's word is corrected: what nobody but the person says, they say anew.
  const contradicts = (field: (typeof correctable)[number]) => {
    const known = knownValue({ ...user, details: {} }, field);
    return known !== '' && fields[field] !== undefined && fields[field] !== known;
  };
  const corrected = correctable.filter((name) => user.corrected.includes(name) || contradicts(name));
  const values = withoutCorrected(user, corrected);
  const sources = withoutUnsaid(user.sources, values);
  const base: User = { ...user, ...values, sources, corrected, username: fields.username || user.username };
  return { ...base, details: { ...base.details, ...newDetails(base, fields) } };
}

/** An account that is there already, with what it lacked. The very same when it lacked nothing of it. */
export function completedBy(user: User, fields: SaidFields, now: Milliseconds): User {
  const added = newDetails(user, fields);
  if (Object.keys(added).length === 0) return user;
  return { ...user, details: { ...user.details, ...added }, updatedAt: now };
}

function newDetails(user: User, fields: SaidFields): PersonDetails {
  const added = detailNames.filter((name) => (fields[name] ?? '') !== '' && knownValue(user, name) === '');
  return Object.fromEntries(added.map((name) => [name, fields[name]]));
}
