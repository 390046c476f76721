/**
 * A part of a person's name, as a provider sends it or as the person types it: the same reading for both.
 *
 * Must never guess: no part is made from another, no letter is changed in case.
 */

const LONGEST_NAME = 500;

/**
 * NFC and trimmed, otherwise as written (L-13). `null` in lower case is a program's word for nothing; `Null` and `NULL`
 * are surnames, and people who bear them have suffered enough.
 */
export function readName(sent: string | null): string | null {
  if (sent === null || sent.length > LONGEST_NAME) return null;
  const name = sent
    .toWellFormed()
    .replace(/\p{Cc}/gu, ' ')
    .normalize('NFC')
    .trim();
  return name === '' || name === 'null' || name === 'undefined' ? null : name;
}
