/**
 * The check digit of a CURP, so that every practice person can carry a well-formed one (facts of Llave MX, section 9).
 *
 * Never judges a CURP: a person with an impossible one must be able to sign in, and the stand-in lets them.
 */

/** Position is value: Ñ counts 24 and O counts 25, which is where naive implementations go wrong. */
const alphabet = '0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ';

/**
 * The last character for the first 17 characters of a CURP, in capitals and without spaces.
 *
 * @throws RangeError when there are not 17 characters of the alphabet.
 */
export function curpCheckDigit(first17: string): string {
  const characters = [...first17];
  if (characters.length !== 17) throw new RangeError('A CURP has 17 characters before its check digit.');
  let sum = 0;
  for (const [index, character] of characters.entries()) {
    const value = alphabet.indexOf(character);
    if (value < 0) throw new RangeError('A CURP holds digits and capital letters only.');
    sum += value * (18 - index);
  }
  return String((10 - (sum % 10)) % 10);
}

/** The whole CURP for its first 17 characters. @throws RangeError as `curpCheckDigit` does. */
export function completeCurp(first17: string): string {
  return first17 + curpCheckDigit(first17);
}
