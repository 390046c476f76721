/**
 * Names that other people and systems chose, made fit to stand inside a sentence of ours.
 *
 * Escaping is not done here: the template does it. Must never be used on values that are compared or stored.
 */

/** Control characters, and the marks with which a name could turn the text around it the other way (Unicode TR 36 §2.5). */
const unfit = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** Generous for a name of a person or a course site; longer ones would bury the sentence. */
const maximumCharacters = 120;

/** One line of at most 120 characters, the last of which is `…` when something was left out. */
export function displayName(name: string): string {
  const line = name.replace(unfit, ' ').replace(/\s+/gu, ' ').trim();
  const characters = [...line];
  return characters.length <= maximumCharacters ? line : `${characters.slice(0, maximumCharacters - 1).join('')}…`;
}

/** The first letter or digit of a name, as the mark on its button; `·` for a name that has none. */
export function initial(name: string): string {
  return /[\p{L}\p{N}]/u.exec(name)?.[0]?.toUpperCase() ?? '·';
}
