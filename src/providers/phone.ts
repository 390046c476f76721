/**
 * Telephone numbers as Mexican providers send them, read into E.164 where that is certain.
 *
 * Implements L-11: the mobile `1` after +52 and the prefixes 044, 045 and 01 were retired, so all of these are one
 * number. Nothing is guessed: what cannot be read as a number keeps its digits as sent, and is no key to anything.
 */

const mexicanNumber = /^[2-9]\d{9}$/;

/** Country code and number together, as E.164 allows them. */
const internationalNumber = /^[1-9]\d{7,14}$/;

/** Reads a number that is Mexican unless it says otherwise. Null when it is not 4 to 20 digits and separators. */
export function parseMexicanPhone(text: string): string | null {
  const written = compact(text);
  if (written === null) return null;
  if (written.startsWith('+')) return international(written.slice(1));
  if (written.startsWith('00')) return international(written.slice(2));
  const national = written.replace(/^(?:04[45]|01|521|52)(?=\d{10}$)/, '');
  return mexicanNumber.test(national) ? `+52${national}` : written;
}

/** Reads a number abroad with its country code ("lada"), which may itself be written `+1`, `001` or `1`. Null as above. */
export function parseForeignPhone(countryCode: string, text: string): string | null {
  const written = compact(text);
  if (written === null) return null;
  if (written.startsWith('+')) return international(written.slice(1));
  const code = countryCode.length > 10 ? '' : countryCode.normalize('NFKC').replace(/^\s*(?:\+|00)?|\s+$/gu, '');
  return /^[1-9]\d{0,2}$/.test(code) ? international(code + written) : written;
}

function international(digits: string): string {
  // +52 1 55 … was the mobile form of +52 55 … until 2019.
  const mexican = /^521?(?<national>\d{10})$/.exec(digits)?.groups?.national;
  if (mexican !== undefined && mexicanNumber.test(mexican)) return `+52${mexican}`;
  return internationalNumber.test(digits) && !digits.startsWith('52') ? `+${digits}` : digits;
}

/** Digits with at most a leading `+`; full-width digits are digits. Letters (an extension) make it unreadable. */
function compact(text: string): string | null {
  if (text.length > 40) return null;
  const written = text.normalize('NFKC').replace(/[\s().-]/gu, '');
  return /^\+?\d{4,20}$/.test(written) ? written : null;
}
