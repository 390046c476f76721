/**
 * The CURP, Mexico's personal identifier: normalised, and judged on whether it can stand for one person.
 *
 * Implements facts/llave-mx §9 and the cases L-09 and L-12. Never refuses anything: accounts of the validation
 * environment carry impossible CURPs, and a malformed one must not stop a sign-in. It only never identifies.
 */

import { isCalendarDate } from './dates.ts';

export interface Curp {
  /** Upper case, without spaces. */
  readonly value: string;
  /** False for a malformed CURP and for one that many people share. */
  readonly identifies: boolean;
}

/** Eighteen characters and room for spaces. What is longer is not looked at (L-09: length before patterns). */
const longestInput = 64;

/** The 32 states, and `NE` for born abroad, which is not the same as being a foreigner. */
const states = new Set(
  'AS BC BS CC CH CL CM CS DF DG GR GT HG JC MC MN MS NE NL NT OC PL QR QT SL SP SR TC TL TS VZ YN ZS'.split(' '),
);

/** Fixed lengths only, so that matching is linear. */
const shape =
  /^[A-ZÑ]{4}(?<year>\d{2})(?<month>\d{2})(?<day>\d{2})[HMX](?<state>[A-Z]{2})[B-DF-HJ-NP-TV-ZÑ]{3}(?<homonym>[A-Z\d])\d$/;

const checkAlphabet = '0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ';

/** Reads what a provider sent as a CURP. Null when it is empty or longer than 64 characters. */
export function parseCurp(text: string): Curp | null {
  if (text.length > longestInput) return null;
  const compact = text.normalize('NFC').replace(/\s+/gu, '');
  if (compact === '') return null;
  const value = compact.toUpperCase();
  // Other letters can become ASCII in upper case (a long s, a dotless i): a look-alike must not find somebody's account.
  const plain = /^[\dA-Za-zÑñ]+$/.test(compact);
  return { value, identifies: plain && isWellFormedCurp(value) && !isGenericCurp(value) };
}

/** Whether format, date of birth, state and check digit all hold. Expects upper case without spaces. */
export function isWellFormedCurp(value: string): boolean {
  if (value.length !== 18) return false;
  const parts = shape.exec(value)?.groups;
  if (!parts) return false;
  const { year = '', month = '', day = '', state = '', homonym = '' } = parts;
  // A digit here means born before 2000, a letter since. Only so is 29 February of '00 decidable.
  const century = /\d/.test(homonym) ? 1900 : 2000;
  return (
    isCalendarDate(century + Number(year), Number(month), Number(day)) &&
    states.has(state) &&
    curpCheckDigit(value) === value[17]
  );
}

/** Whether this is a filler shared by many foreigners: `XEXX010101HDFXXX04`, its other sex, other states, other endings. */
export function isGenericCurp(value: string): boolean {
  return value.startsWith('XEXX010101');
}

/** The check digit of the first 17 characters: weights 18 to 2, ten's complement of the sum (facts §9). */
export function curpCheckDigit(value: string): string {
  let sum = 0;
  for (let position = 0; position < 17; position += 1) {
    sum += checkAlphabet.indexOf(value.charAt(position)) * (18 - position);
  }
  return String((10 - (sum % 10)) % 10);
}
