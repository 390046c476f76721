/**
 * What a person typed as a password, read once: bounded before anything is computed, nothing trimmed, nothing cut.
 *
 * G-02, G-04; NIST SP 800-63B-4 §3.1.1.2. Must never: be logged, stored, or become another password than the one typed.
 */

/** Counted as Unicode code points of the normal form (800-63B-4 §3.1.1.2). Far beyond any phrase, cheap for any algorithm. */
export const LONGEST_PASSWORD = 256;

/**
 * What is read at all: 256 code points of four bytes in UTF-8, three times over, because no canonical decomposition makes
 * a text longer than that. So a password that is accepted composed is not too long decomposed.
 */
const MAX_TYPED_BYTES = 3 * 4 * LONGEST_PASSWORD;

/** Why something is no password at all, not even a wrong one. */
export type UnreadablePassword =
  | { readonly code: 'missing' }
  | { readonly code: 'malformed' }
  | { readonly code: 'too_long'; readonly limit: number };

/**
 * A password of 1 to 256 code points, without NUL.
 *
 * A class, so that only `parse` makes one and its text does not show where somebody prints an object.
 */
export class TypedPassword {
  readonly #normal: string;
  readonly #typed: string;

  private constructor(typed: string) {
    this.#typed = typed;
    // An "ñ" is one whether a phone sends it as one code point or as two, a letter of a Japanese keyboard is the letter.
    // 800-63B-4 names NFC, its predecessor NFKC; of the two only NFKC also finds what Open edX hashed.
    this.#normal = typed.normalize('NFKC');
  }

  /** `input` is whatever a form or an API had in the place of a password. */
  static parse(input: unknown): TypedPassword | UnreadablePassword {
    // Of any other type than text nothing is made: `{"$ne": ""}` and `true` are nobody's password (G-06).
    if (typeof input !== 'string' || input === '') return { code: 'missing' };
    if (Buffer.byteLength(input) > MAX_TYPED_BYTES) return { code: 'too_long', limit: LONGEST_PASSWORD };
    if (UNFIT.test(input)) return { code: 'malformed' };
    const password = new TypedPassword(input);
    return password.length > LONGEST_PASSWORD ? { code: 'too_long', limit: LONGEST_PASSWORD } : password;
  }

  /** The normal form: what is judged, and what new hashes are made of. */
  get text(): string {
    return this.#normal;
  }

  /**
   * What may have been hashed, the normal form first. Django and others hash what was typed, in whichever form it came, so
   * that one is tried too where it differs.
   */
  get spellings(): readonly string[] {
    return this.#typed === this.#normal ? [this.#normal] : [this.#normal, this.#typed];
  }

  /** In code points: an emoji is one character. */
  get length(): number {
    return Array.from(this.#normal).length;
  }
}

/**
 * NUL: bcrypt repeats its key with a NUL in between, so "abc" and "abc␀abc" have one hash, and HMAC fills up with NULs, so
 * for PBKDF2 and scrypt "abc" and "abc␀" are one. Half a character, or U+FFFD where a decoder met bytes that are none:
 * all such passwords would be equal. Every other character is kept as it is, spaces and tabs too.
 */
const UNFIT = /[\0\uFFFD\p{Surrogate}]/u;
