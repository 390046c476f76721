/**
 * Finds providers by words: without regard to case and accents, each word of the query at the beginning of a word of the
 * name, of the line under it, or of the slug.
 *
 * Walks over all of them: some thousands take a few milliseconds, and nothing has to be kept up to date.
 */

/** A query beyond this is cut: nobody types a name so long, and the page shows it again. */
export const LONGEST_QUERY = 100;

/** The texts of one provider as they are compared: words with a space before each. */
export interface Folded {
  readonly name: string;
  /** The name, and further texts that it may be found by. */
  readonly all: string;
}

export function folded(name: string, others: readonly string[]): Folded {
  const own = fold(name);
  return { name: own, all: own + others.map(fold).join('') };
}

/** The best first, at most `limit`; those that match equally well stay in the order that they came in. */
export function search<T>(
  entries: Iterable<T>,
  foldedOf: (entry: T) => Folded,
  query: string,
  limit: number,
): readonly T[] {
  const wanted = wordsOf(query.slice(0, LONGEST_QUERY)).map((word) => ` ${word}`);
  if (wanted.length === 0) return [];
  const phrase = wanted.join('');
  const ranks: readonly T[][] = [[], [], [], []];
  for (const entry of entries) ranks[rankOf(foldedOf(entry), wanted, phrase) ?? ranks.length]?.push(entry);
  return ranks.flat().slice(0, limit);
}

/** 0: the whole name. 1: the name begins so. 2: all words are in the name. 3: somewhere. Null: not at all. */
function rankOf({ name, all }: Folded, wanted: readonly string[], phrase: string): number | null {
  if (!wanted.every((word) => all.includes(word))) return null;
  if (name === phrase) return 0;
  if (name.startsWith(phrase)) return 1;
  return wanted.every((word) => name.includes(word)) ? 2 : 3;
}

export const fold = (text: string) =>
  wordsOf(text)
    .map((word) => ` ${word}`)
    .join('');

/** UAX 15: compatibility forms apart from their marks, so that `Autónoma`, `AUTONOMA` and full-width letters are one. */
function wordsOf(text: string): readonly string[] {
  return (
    text
      .normalize('NFKD')
      .replaceAll(/\p{M}/gu, '')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? []
  );
}
