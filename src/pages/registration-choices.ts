/**
 * The lists of the registration page, in the words and the order of a language.
 */
import { textsFor } from '../i18n/texts.ts';
import type { Locale, RegistrationField } from '../model.ts';
import { countryCodes, languageCodes } from '../person/codes.ts';
import { educationLevels, genders } from '../person/fields.ts';
import type { Choice } from './field.ts';

/** Null for what is not chosen from a list. */
export function choicesOf(field: RegistrationField, locale: Locale): readonly Choice[] | null {
  const texts = textsFor(locale).registration;
  switch (field) {
    case 'country':
      return named('region', countryCodes, locale);
    case 'language':
      return named('language', languageCodes, locale);
    case 'gender':
      return genders.map((value) => ({ value, text: texts.genders[value] }));
    case 'level_of_education':
      return educationLevels.map((value) => ({ value, text: texts.educationLevels[value] }));
    default:
      return null;
  }
}

/** What a value is called; itself where it is no choice of a list. */
export function wordsOf(field: RegistrationField, value: string, locale: Locale): string {
  return choicesOf(field, locale)?.find((choice) => choice.value === value)?.text ?? value;
}

/** In a list names of languages begin like all others, which in the middle of a Spanish sentence they do not. */
function capitalized(name: string, locale: Locale): string {
  return `${name.charAt(0).toLocaleUpperCase(locale)}${name.slice(1)}`;
}

/** Made once for each language: hundreds of names are looked up and put in order. */
const lists = new Map<string, readonly Choice[]>();

function named(type: 'region' | 'language', codes: readonly string[], locale: Locale): readonly Choice[] {
  const known = lists.get(`${type} ${locale}`);
  if (known !== undefined) return known;
  const names = new Intl.DisplayNames(locale, { type });
  const { compare } = new Intl.Collator(locale);
  const list = codes
    .map((value) => ({ value, text: capitalized(names.of(value) ?? value, locale) }))
    .toSorted((a, b) => compare(a.text, b.text));
  lists.set(`${type} ${locale}`, list);
  return list;
}
