/**
 * Reads what somebody typed into a field of the registration page: its one canonical form, or what is wrong with it.
 *
 * What is empty is read as empty: whether it may be is not decided here, nor whether a username is free or an address
 * somebody's.
 */
import type { RegistrationField } from '../model.ts';
import { canonicalEmail } from '../users/email-address.ts';
import { parseCountry, parseLanguage } from './codes.ts';
import { educationLevels, genders, yearsOfBirth } from './fields.ts';
import { readName } from './name.ts';
import { asFault, asValue, type FieldReading } from './reading.ts';
import { readUsername } from './username.ts';

type Read = (typed: string, thisYear: number) => FieldReading;

const MALFORMED = asFault({ code: 'malformed' });

const orMalformed = (read: string | null): FieldReading => (read === null ? MALFORMED : asValue(read));

const readers: { readonly [name in RegistrationField]: Read } = {
  given_name: readPartOfName,
  family_name: readPartOfName,
  username: readUsername,
  email: readAddress,
  country: (typed) => orMalformed(parseCountry(typed)),
  state: line(100),
  city: line(100),
  mailing_address: lines(500),
  language: (typed) => orMalformed(parseLanguage(typed)),
  year_of_birth: readYear,
  gender: oneOf(genders),
  level_of_education: oneOf(educationLevels),
  goals: lines(1000),
};

export function readField(name: RegistrationField, typed: string, thisYear: number): FieldReading {
  return typed.trim() === '' ? asValue('') : readers[name](typed, thisYear);
}

/** Both parts together must fit into the 255 characters that Open edX has for a name, which also refuses what looks like a link. */
function readPartOfName(typed: string): FieldReading {
  if ([...typed.trim()].length > 100) return tooLong(100);
  const name = readName(typed);
  return name === null || /[<>]|:\/\//.test(name) ? MALFORMED : asValue(name);
}

/** As it was typed: the canonical form is for comparing. */
function readAddress(typed: string): FieldReading {
  const address = typed.trim();
  return canonicalEmail(address) === null ? MALFORMED : asValue(address);
}

/** Four digits of any script that NFKC knows, in a plausible year. */
function readYear(typed: string, thisYear: number): FieldReading {
  const year = typed.slice(0, 20).normalize('NFKC').trim();
  const { first, last } = yearsOfBirth(thisYear);
  return /^[0-9]{4}$/.test(year) && Number(year) >= first && Number(year) <= last ? asValue(year) : MALFORMED;
}

function oneOf(choices: readonly string[]): Read {
  return (typed) => (choices.includes(typed) ? asValue(typed) : MALFORMED);
}

function line(limit: number): Read {
  return (typed) => bounded(typed.replace(/\p{Cc}/gu, ' '), limit);
}

/** Line breaks stay, in one form. */
function lines(limit: number): Read {
  return (typed) => bounded(typed.replace(/\r\n?/g, '\n').replace(/[^\P{Cc}\n]/gu, ' '), limit);
}

function bounded(typed: string, limit: number): FieldReading {
  const text = typed.toWellFormed().normalize('NFC').trim();
  return [...text].length > limit ? tooLong(limit) : asValue(text);
}

function tooLong(limit: number): FieldReading {
  return asFault({ code: 'too_long', limit });
}
