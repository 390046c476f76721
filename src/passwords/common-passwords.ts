/**
 * The passwords that people choose most, each with how soon a guesser comes to it, loaded when the first is judged.
 *
 * Loading takes 30 ms and 5 MB, which neither the start nor a sign-in pays: only who sets a password needs it.
 */
import { mexicanWords } from './common-words.ts';
import { fold } from './fold.ts';

/** Folded text → its place in the order of guessing, from 1. */
export type RankedWords = ReadonlyMap<string, number>;

/** Where the words of our own list stand: a guesser who aims at Mexico has tried all of them by then. */
const RANK_OF_MEXICAN_WORDS = 1000;

let loading: Promise<RankedWords> | null = null;

export function loadCommonPasswords(): Promise<RankedWords> {
  loading ??= load();
  return loading;
}

async function load(): Promise<RankedWords> {
  const { dictionary } = await import('@zxcvbn-ts/language-common');
  const ranks = new Map<string, number>();
  for (const [index, word] of dictionary['passwords-common'].entries()) ranks.set(fold(word), index + 1);
  for (const word of mexicanWords.map(fold)) {
    ranks.set(word, Math.min(RANK_OF_MEXICAN_WORDS, ranks.get(word) ?? Number.POSITIVE_INFINITY));
  }
  return ranks;
}
