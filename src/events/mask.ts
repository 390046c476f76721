/**
 * Makes a text of unknown origin fit for a log: what looks like a person or a secret is covered.
 *
 * The second line of defence, for messages that somebody else wrote. It guesses, so it must never be the reason to log
 * something: a field that may hold a secret is not logged at all (M-01).
 */

/** The longest value of a field, in UTF-16 units; what is longer ends in an ellipsis. */
const longestValue = 300;

/** What is looked at of a text; the rest is thrown away. Bounds the work for a hostile megabyte. */
const longestInput = 2_000;

interface Cover {
  readonly what: RegExp;
  readonly cover: (run: string) => string;
}

// In this order: a query may hold an address, an address may hold a number. Every pattern is bounded: linear time.
const covers: readonly Cover[] = [
  // Codes and tokens travel in queries and fragments (M-02, RFC 9700 §4.2); the names of parameters go with them.
  { what: /[?#][^\s"'<>]+/g, cover: () => '?[query]' },
  { what: /[^\s"'<>,;:=()@]{1,64}(?:@|%40)[^\s"'<>,;:=()@]{1,255}/gi, cover: () => '[e-mail]' },
  // A CURP, well-formed or not (llave-mx.md §9): in any case, also inside a longer word.
  { what: /[a-zñ]{4}\d{6}[a-zñ]{6}[a-z0-9]\d/gi, cover: () => '[curp]' },
  { what: /[\w+/=-]{20,}/g, cover: (run) => (isName(run) ? run : '[secret]') },
  { what: /\+?\d(?:[ .-]?\d){9,}/g, cover: () => '[number]' },
];

/** Words of one kind of letter are names of errors, hosts and files: `DEPTH_ZERO_SELF_SIGNED_CERT` says what to do. */
const isName = (run: string) => /^(?:[A-Z_/=+-]+|[a-z_/=+-]+)$/.test(run);

/** The text with e-mail addresses, CURPs, telephone numbers, queries and long tokens replaced by words in brackets. */
export function mask(text: string): string {
  let masked = text.slice(0, longestInput);
  // A token that the cut went through would be too short to be seen.
  if (text.length > longestInput) masked = masked.replace(/\S{1,2000}$/, '');
  for (const { what, cover } of covers) masked = masked.replace(what, cover);
  return masked;
}

/** For words of our own and of the configuration: one line, nothing a terminal obeys, at most 300 characters (M-03). */
export function cleanName(text: string): string {
  const escaped = text.slice(0, longestValue + 1).replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, inWords);
  return escaped.length > longestValue ? `${escaped.slice(0, longestValue - 1)}…` : escaped;
}

/** For texts of unknown origin: masked, then as `cleanName`. */
export function cleanText(text: string): string {
  return cleanName(mask(text));
}

/**
 * Line breaks, ANSI escapes, U+2028, marks that turn the direction of writing. JSON escapes only the first of these, and
 * a viewer that decodes the JSON would obey all of them; so they are written as words that stay so.
 */
function inWords(character: string): string {
  return `<U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}>`;
}
