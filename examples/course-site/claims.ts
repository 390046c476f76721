/**
 * What the broker said about a person, in words that the person understands: the name of each claim, and its value.
 *
 * A claim without words of its own is shown by its wire name rather than left out: people see all that was received.
 */

import { campusClaims, rolesInWords, textsIn, titleOf } from './campus.ts';
import { type Language, texts } from './texts.ts';

const words: { readonly [language in Language]: { readonly [claim: string]: string } } = {
  es: {
    sub: 'Tu identificador en este sitio',
    name: 'Nombre completo',
    given_name: 'Nombre',
    family_name: 'Apellidos',
    preferred_username: 'Nombre de usuario',
    email: 'Correo electrónico',
    email_verified: 'Correo verificado',
    birthdate: 'Fecha de nacimiento',
    phone_number: 'Teléfono',
    phone_number_verified: 'Teléfono verificado',
    locale: 'Idioma',
    curp: 'CURP',
    [campusClaims.roles]: 'Papel en tu campus',
    [campusClaims.context]: 'Curso de tu campus',
    [campusClaims.resourceLink]: 'Actividad de tu campus',
  },
  en: {
    sub: 'Your identifier on this site',
    name: 'Full name',
    given_name: 'Given names',
    family_name: 'Surnames',
    preferred_username: 'Username',
    email: 'E-mail address',
    email_verified: 'E-mail address verified',
    birthdate: 'Date of birth',
    phone_number: 'Phone number',
    phone_number_verified: 'Phone number verified',
    locale: 'Language',
    curp: 'CURP',
    [campusClaims.roles]: 'Role at your campus',
    [campusClaims.context]: 'Course at your campus',
    [campusClaims.resourceLink]: 'Activity at your campus',
  },
};

/** The claim in words; null for one that has none. */
export function claimInWords(claim: string, language: Language): string | null {
  return Object.hasOwn(words[language], claim) ? (words[language][claim] ?? null) : null;
}

/** The value as a person reads it. Names are left as the provider wrote them, capitals included. */
export function valueInWords(claim: string, value: unknown, language: Language): string {
  const t = texts[language];
  if (typeof value === 'boolean') return value ? t.yes : t.no;
  if (claim === campusClaims.roles) return rolesInWords(textsIn(value), language);
  if (claim === campusClaims.context || claim === campusClaims.resourceLink) return titleOf(value) ?? '';
  if (typeof value !== 'string') return JSON.stringify(value);
  return claim === 'birthdate' ? dateInWords(value, t.htmlLanguage) : value;
}

/** Core §5.1: `YYYY-MM-DD`, a year alone, or the year 0000 for one that is not told. Only whole dates are put in words. */
function dateInWords(value: string, language: string): string {
  const date = /^\d{4}-\d{2}-\d{2}$/.test(value) && !value.startsWith('0000') ? new Date(`${value}T00:00:00Z`) : null;
  if (date === null || Number.isNaN(date.getTime())) return value;
  // A birthday has no time zone: read and written in the same one, or it moves by a day.
  return new Intl.DateTimeFormat(language, { dateStyle: 'long', timeZone: 'UTC' }).format(date);
}
