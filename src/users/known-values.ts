/**
 * What is known of a person: what providers say, and where they say nothing, what the person told us.
 *
 * Must never put two sources together into one value: a name's parts stand beside each other, each from one of them.
 */
import type { DetailName, PersonName, ProvidedField, User } from '../model.ts';
import { parseLanguage } from '../person/codes.ts';

/** A user, or a profile with no details. */
export type KnownPerson = Pick<User, 'name' | 'birthDate' | 'locale' | 'country' | 'details'>;

export function nameOf({ name, details }: Pick<KnownPerson, 'name' | 'details'>): PersonName {
  const given = name.given ?? details.given_name ?? null;
  if (name.firstSurname !== null || name.secondSurname !== null) return { ...name, given };
  return { ...name, given, firstSurname: details.family_name ?? null };
}

/** Both surnames as one line; null when there is none. */
export function familyName({ firstSurname, secondSurname }: PersonName): string | null {
  const surnames = [firstSurname, secondSurname].filter((surname) => surname !== null);
  return surnames.length > 0 ? surnames.join(' ') : null;
}

/** A language tag (RFC 5646). */
export function languageOf({ locale, details }: KnownPerson): string | null {
  return locale ?? details.language ?? null;
}

/** `yyyy-MM-dd`, or only the year. */
export function birthOf({ birthDate, details }: KnownPerson): string | null {
  return birthDate ?? details.year_of_birth ?? null;
}

/** The value of a field of the registration page, in its canonical form; empty where nothing is known. */
export function knownValue(person: KnownPerson, field: DetailName): string {
  return valueOrNull(person, field) ?? '';
}

/** Whose a value is. `source` null: it was stored before that was kept. */
export type Word = { readonly by: 'person' } | { readonly by: 'source'; readonly source: string | null };

/** Of a value that is known. */
export function whoseWord(user: User, field: DetailName): Word {
  const providedAs = provided[field];
  if (providedAs === undefined || knownValue({ ...user, details: {} }, field) === '') return { by: 'person' };
  return { by: 'source', source: user.sources[providedAs] ?? null };
}

const provided: { readonly [field in DetailName]?: ProvidedField } = {
  given_name: 'name',
  family_name: 'name',
  country: 'country',
  language: 'locale',
  year_of_birth: 'birthDate',
};

function valueOrNull(person: KnownPerson, field: DetailName): string | null | undefined {
  switch (field) {
    case 'given_name':
      return nameOf(person).given;
    case 'family_name':
      return familyName(nameOf(person));
    case 'country':
      return person.country ?? person.details.country;
    case 'language':
      return parseLanguage(languageOf(person) ?? '');
    case 'year_of_birth':
      return birthOf(person)?.slice(0, 'yyyy'.length);
    default:
      return person.details[field];
  }
}
