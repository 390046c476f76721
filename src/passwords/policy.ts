/**
 * Which passwords may be set: long enough, and not among what somebody who guesses would try first.
 *
 * NIST SP 800-63B-4 §3.1.1.2 (G-02, G-05). No rule of composition, no ageing. Judges only what is set, never what is typed
 * to sign in: a rule that came later must lock nobody out.
 */
import type { PasswordFault } from '../model.ts';
import { loadCommonPasswords } from './common-passwords.ts';
import { fold } from './fold.ts';
import { describe, type Pattern } from './guessing.ts';
import type { TypedPassword } from './typed-password.ts';

/** Where the password alone lets somebody in. */
export const DEFAULT_MINIMUM_LENGTH = 15;
/** Allowed only beside a second factor; below it, nowhere. */
export const LOWEST_MINIMUM_LENGTH = 8;
/** 64 characters must be enough for everybody. */
export const HIGHEST_MINIMUM_LENGTH = 64;

type PatternFault = Extract<PasswordFault['code'], 'too_common' | 'personal' | 'in_order' | 'repetitive'>;

const faultOf: { readonly [pattern in Pattern]: PatternFault } = {
  common: 'too_common',
  personal: 'personal',
  order: 'in_order',
  repetition: 'repetitive',
};

export interface PasswordRules {
  /** From 8 to 64. */
  readonly minimumLength: number;
  /** What anybody who knows the person or the place would try: e-mail addresses, user name, names, the product's name. */
  readonly contextWords: readonly string[];
}

/**
 * Some ten thousand million guesses: for a stolen database, where each costs 19 MiB and some milliseconds. Guessing at a
 * form is limited to far fewer (800-63B-4 §3.2.2).
 */
const FEWEST_BITS = 33;

/** Every fault at once; none: it may be set. @throws RangeError for a minimum that must not be configured */
export async function judgePassword(password: TypedPassword, rules: PasswordRules): Promise<readonly PasswordFault[]> {
  const { minimumLength, contextWords } = rules;
  if (!(minimumLength >= LOWEST_MINIMUM_LENGTH && minimumLength <= HIGHEST_MINIMUM_LENGTH)) {
    throw new RangeError(`no minimum of ${minimumLength} characters`);
  }
  const faults: PasswordFault[] = [];
  if (password.length < minimumLength) faults.push({ code: 'too_short', limit: minimumLength });
  // This server's Unicode does not know it: it could be another one after an upgrade (UAX #15 §12.1).
  if (/\p{Unassigned}/u.test(password.text)) faults.push({ code: 'unknown_characters' });
  const knowledge = { common: await loadCommonPasswords(), personal: personalWords(contextWords) };
  const cheap = describe(password.text, knowledge).filter(({ bits }) => bits < FEWEST_BITS);
  // Without a pattern it is only short, however few bits it has: digits alone are allowed (no composition rules).
  const patterns = new Set(cheap.flatMap((description) => [...description.patterns]));
  for (const pattern of patterns) faults.push({ code: faultOf[pattern] });
  return faults;
}

/** "Ana López" also as "ana", "lopez" and "analopez"; an address also as its two halves and their parts. */
function personalWords(contextWords: readonly string[]): ReadonlySet<string> {
  const forms = contextWords.map(fold).flatMap((word) => [word, ...word.split('@').flatMap(formsOf)]);
  return new Set(forms.filter((form) => form.length >= SHORTEST_PERSONAL));
}

function formsOf(half: string): readonly string[] {
  const parts = half.split(/[^\p{L}\p{N}]+/u);
  return [half, parts.join(''), ...parts];
}

/** "Ana" counts; "de", "la" and "mx" are in every second phrase. */
const SHORTEST_PERSONAL = 3;
