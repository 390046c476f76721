/**
 * From what somebody said of themselves on the registration page to what is stored of them.
 *
 * Must never take a birth date away that a provider gave, and never puts a word of the person into the place of a provider's.
 */
import type { Milliseconds, PersonDetails, PersonName, RegistrationField, User } from '../model.ts';
import { detailNames } from '../person/fields.ts';
import { knownValue } from './known-values.ts';

/** Each in its canonical form; empty for what was left or made empty, absent for what was not asked. */
export type SaidFields = { readonly [name in RegistrationField]?: string };

/** A new account as the person wants it: what they changed of a provider's word is theirs now, and the word is dropped. */
export function asTold(user: User, fields: SaidFields): User {
  const contradicts = (field: keyof SaidFields & keyof PersonDetails) => {
    const known = knownValue(user, field);
    return known !== '' && fields[field] !== undefined && fields[field] !== known;
  };
  const base: User = {
    ...user,
    username: fields.username || user.username,
    name: withoutParts(user.name, contradicts('given_name'), contradicts('family_name')),
    country: contradicts('country') ? null : user.country,
    locale: contradicts('language') ? null : user.locale,
  };
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

/** A full name goes with each of its parts: it would still hold what the person has just corrected. */
function withoutParts(name: PersonName, given: boolean, family: boolean): PersonName {
  if (!given && !family) return name;
  return {
    full: null,
    given: given ? null : name.given,
    firstSurname: family ? null : name.firstSurname,
    secondSurname: family ? null : name.secondSurname,
  };
}
