/**
 * What providers say of a person, value by value: whether it is said at all, whose word it is, and what of it the person corrected.
 *
 * Must never let a provider put its word in the place of another's, or of what the person corrected (M-06).
 */
import type {
  DetailName,
  PersonName,
  ProfilePhone,
  ProvidedField,
  ProvidedValues,
  User,
  ValueSources,
} from '../model.ts';

/** A new member is asked for here by the compiler. */
const isUnsaidBy: { readonly [F in ProvidedField]: (value: ProvidedValues[F]) => boolean } = {
  name: (name: PersonName) => Object.values(name).every((part) => part === null),
  birthDate: (date: string | null) => date === null,
  phone: (phone: ProfilePhone | null) => phone === null,
  locale: (locale) => locale === null,
  country: (country) => country === null,
};

export const providedFields = Object.keys(isUnsaidBy) as readonly ProvidedField[];

export function isUnsaid(values: ProvidedValues, field: ProvidedField): boolean {
  // Field and value are of one kind, which the compiler cannot follow through a union.
  const isNothing: (value: never) => boolean = isUnsaidBy[field];
  return isNothing(values[field] as never);
}

/** All that is said in `values` as the word of one source. */
export function sourcedBy(values: ProvidedValues, source: string): ValueSources {
  return Object.fromEntries(providedFields.filter((field) => !isUnsaid(values, field)).map((field) => [field, source]));
}

/** Sources of values that are there: none of what was dropped. */
export function withoutUnsaid(sources: ValueSources, values: ProvidedValues): ValueSources {
  return Object.fromEntries(Object.entries(sources).filter(([field]) => !isUnsaid(values, field as ProvidedField)));
}

/** Without what the person corrected. A birth date is none of it: no word of the person takes one away. */
export function withoutCorrected(values: ProvidedValues, corrected: readonly DetailName[]): ProvidedValues {
  const dropped = (field: DetailName) => corrected.includes(field);
  return {
    name: withoutParts(values.name, dropped('given_name'), dropped('family_name')),
    birthDate: values.birthDate,
    phone: values.phone,
    locale: dropped('language') ? null : values.locale,
    country: dropped('country') ? null : values.country,
  };
}

/** A full name goes with each of its parts: it would still hold what the person has corrected. */
function withoutParts(name: PersonName, given: boolean, family: boolean): PersonName {
  if (!given && !family) return name;
  return {
    full: null,
    given: given ? null : name.given,
    firstSurname: family ? null : name.firstSurname,
    secondSurname: family ? null : name.secondSurname,
  };
}

/** Whether a provider may say this of the user: what nobody said yet, and what was its own word. */
export function mayBeSaidBy(provider: string, user: User, field: ProvidedField): boolean {
  const source = user.sources[field];
  return isUnsaid(user, field) || source === undefined || source === provider;
}
