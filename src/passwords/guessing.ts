/**
 * How cheaply a guesser describes a whole password: as a chain of known words, orders, repetitions and single
 * characters, each at the number of bits that it takes to name.
 *
 * The whole is described, never a part: a long phrase may hold "password" (800-63B-4 §3.1.1.2 forbids to look for
 * substrings). An estimate for refusing what is tried first, and no measure of strength to show to anybody.
 */
import type { RankedWords } from './common-passwords.ts';
import { orders } from './common-words.ts';
import { fold } from './fold.ts';
import { LONGEST_PASSWORD } from './typed-password.ts';

/** What makes a stretch cheap. */
export type Pattern = 'common' | 'personal' | 'order' | 'repetition';

export interface Description {
  readonly bits: number;
  /** Of the cheapest chain. Empty when it names every character by itself. */
  readonly patterns: ReadonlySet<Pattern>;
}

export interface Knowledge {
  readonly common: RankedWords;
  /** What is known of the person and the place, folded. */
  readonly personal: ReadonlySet<string>;
}

interface Link {
  readonly end: number;
  readonly bits: number;
  readonly pattern: Pattern | null;
}

/** Shorter ones cost as much to name as their characters do. */
const SHORTEST_WORD = 3;
const SHORTEST_ORDER = 4;
const SHORTEST_REPETITION = 2;
/** Longer than any word of the lists, and than what is worth naming of an address. */
const LONGEST_WORD = 64;

const bitsOf = {
  letter: Math.log2(26),
  digit: Math.log2(10),
  other: Math.log2(33),
  personalWord: 1,
  /** Beside the word's rank: that it is written with capitals or digits for letters. */
  commonWord: 1,
  order: 8,
  repetition: 4,
  /** That the words have separators between them. */
  separated: 3,
  /** A year of the last or this century. */
  year: 7,
  /** A day of a century, written in one of a few ways. */
  date: 15,
};

/** Each way of reading it: as it is, and without what separates words ("p-a-s-s-w-o-r-d"). */
export function describe(password: string, knowledge: Knowledge): readonly Description[] {
  // Folding takes characters apart, and the work grows with the cube of the length: a start of this length tells enough.
  const text = fold(password).slice(0, LONGEST_PASSWORD);
  const joined = text.replaceAll(/[\s._,-]/g, '');
  const asTyped = cheapestChain(text, knowledge);
  if (joined === text) return [asTyped];
  const { bits, patterns } = cheapestChain(joined, knowledge);
  return [asTyped, { bits: bits + bitsOf.separated, patterns }];
}

interface Chain {
  readonly bits: number;
  readonly from: number;
  readonly pattern: Pattern | null;
}

/** Shortest path from the first character to behind the last one. */
function cheapestChain(text: string, knowledge: Knowledge): Description {
  const readings = readingsOf(text);
  const chains: (Chain | undefined)[] = [{ bits: 0, from: 0, pattern: null }];
  for (let start = 0; start < text.length; start++) {
    const { bits } = chains[start] ?? { bits: Number.POSITIVE_INFINITY };
    for (const link of linksFrom(start, text, readings, knowledge)) {
      const sum = bits + link.bits;
      if (sum < (chains[link.end]?.bits ?? Number.POSITIVE_INFINITY)) {
        chains[link.end] = { bits: sum, from: start, pattern: link.pattern };
      }
    }
  }
  return { bits: chains[text.length]?.bits ?? 0, patterns: patternsOf(chains, text.length) };
}

function patternsOf(chains: readonly (Chain | undefined)[], length: number): Set<Pattern> {
  const patterns = new Set<Pattern>();
  for (let end = length; end > 0; ) {
    const chain = chains[end];
    if (chain === undefined) break;
    if (chain.pattern !== null) patterns.add(chain.pattern);
    end = chain.from;
  }
  return patterns;
}

function* linksFrom(start: number, text: string, readings: readonly string[], knowledge: Knowledge): Generator<Link> {
  yield { end: start + 1, bits: bitsOfCharacter(text.charAt(start)), pattern: null };
  yield* numbersFrom(start, text);
  yield* wordsFrom(start, readings, knowledge);
  yield* ordersFrom(start, text);
  yield* repetitionsFrom(start, text);
}

function bitsOfCharacter(character: string): number {
  if (/\d/.test(character)) return bitsOf.digit;
  return /[a-z]/.test(character) ? bitsOf.letter : bitsOf.other;
}

const YEAR = /(?:19|20)\d\d/y;
const DAY = '(?:0[1-9]|[12]\\d|3[01])';
const MONTH = '(?:0[1-9]|1[0-2])';
const DATE = new RegExp(`${DAY}${MONTH}${YEAR.source}|${YEAR.source}${MONTH}${DAY}|${MONTH}${DAY}${YEAR.source}`, 'y');

function* numbersFrom(start: number, text: string): Generator<Link> {
  for (const [pattern, bits] of [
    [YEAR, bitsOf.year],
    [DATE, bitsOf.date],
  ] as const) {
    pattern.lastIndex = start;
    if (pattern.test(text)) yield { end: pattern.lastIndex, bits, pattern: 'common' };
  }
}

function* wordsFrom(start: number, readings: readonly string[], { common, personal }: Knowledge): Generator<Link> {
  for (const reading of readings) {
    const longest = Math.min(reading.length, start + LONGEST_WORD);
    for (let end = start + SHORTEST_WORD; end <= longest; end++) {
      const word = reading.slice(start, end);
      if (personal.has(word)) yield { end, bits: bitsOf.personalWord, pattern: 'personal' };
      const rank = common.get(word);
      if (rank !== undefined) yield { end, bits: Math.log2(rank) + bitsOf.commonWord, pattern: 'common' };
    }
  }
}

/** As it is, and with the letters that digits and signs stand for. `1` is read in both ways. */
function readingsOf(text: string): readonly string[] {
  const read = (one: string) =>
    text.replaceAll(/[013457@$!+]/g, (sign) => (sign === '1' || sign === '!' ? one : (letterOf[sign] ?? sign)));
  return [...new Set([text, read('i'), read('l')])];
}

const letterOf: Readonly<Record<string, string>> = {
  0: 'o',
  3: 'e',
  4: 'a',
  5: 's',
  7: 't',
  '@': 'a',
  $: 's',
  '+': 't',
};

const bothWays = orders
  .map(fold)
  .flatMap((order) => [order, [...order].reverse().join('')])
  .join('\n');

function* ordersFrom(start: number, text: string): Generator<Link> {
  for (let end = start + SHORTEST_ORDER; end <= text.length && bothWays.includes(text.slice(start, end)); end++) {
    yield { end, bits: bitsOf.order, pattern: 'order' };
  }
}

/** What goes on as it was `period` characters before, for at least one whole period: "abc" and then "abcabcabc". */
function* repetitionsFrom(start: number, text: string): Generator<Link> {
  for (let period = 1; period <= start; period++) {
    let end = start;
    while (end < text.length && text[end] === text[end - period]) end++;
    if (end - start >= Math.max(period, SHORTEST_REPETITION)) {
      yield { end, bits: bitsOf.repetition, pattern: 'repetition' };
    }
  }
}
