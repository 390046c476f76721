/**
 * What is found by which words.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { folded, LONGEST_QUERY, search } from './search.ts';

const entry = (name: string, ...other: string[]) => ({ name, folded: folded(name, other) });
type Entry = ReturnType<typeof entry>;

const places = [
  entry('Colegio de Bachilleres', 'cobach'),
  entry('Escuela Normal Superior', 'La normal de Puebla'),
  entry('Instituto Tecnológico de Jalisco', 'Con tu cuenta @itj.example'),
  entry('Tecnológico', 'tec'),
  entry('Tecnológico de Jalisco'),
  entry('Universidad Autónoma de México', 'unam'),
  entry('Universidad de la Ñ'),
];
const find = (query: string, entries: readonly Entry[] = places, limit = 20) =>
  search(entries, (one) => one.folded, query, limit).map(({ name }) => name);

test('the best comes first: the whole name, its beginning, its words, then the other texts; else the given order', () => {
  assert.deepEqual(find('tecnologico'), ['Tecnológico', 'Tecnológico de Jalisco', 'Instituto Tecnológico de Jalisco']);
  assert.deepEqual(find('normal'), ['Escuela Normal Superior']);
  assert.deepEqual(find('de'), [
    'Colegio de Bachilleres',
    'Instituto Tecnológico de Jalisco',
    'Tecnológico de Jalisco',
    'Universidad Autónoma de México',
    'Universidad de la Ñ',
    'Escuela Normal Superior',
  ]);
});

const queries: readonly [query: string, found: readonly string[]][] = [
  ['MÉXICO autonoma', ['Universidad Autónoma de México']],
  ['univ mex', ['Universidad Autónoma de México']],
  ['unam', ['Universidad Autónoma de México']],
  ['itj', ['Instituto Tecnológico de Jalisco']],
  ['puebla', ['Escuela Normal Superior']],
  ['n\u0303', ['Universidad de la Ñ', 'Escuela Normal Superior']],
  ['ｊａｌ', ['Tecnológico de Jalisco', 'Instituto Tecnológico de Jalisco']],
  ['alisco', []],
  ['tecnologico puebla', []],
  ['', []],
  ['   ', []],
  ...['%', '_', "'", '\\', '.*', '(', '\0', '\u202e'].map((text) => [text, []] as [string, string[]]),
];
for (const [query, found] of queries) {
  test(`O-09: ${JSON.stringify(query)} finds ${found.length === 0 ? 'nothing' : found.join(' and ')}`, () =>
    assert.deepEqual([...find(query)].sort(), [...found].sort()));
}

test('O-09: a query of any length is answered, and what is beyond the longest one does not count', () => {
  assert.deepEqual(find(`${'tecnologico '.padEnd(LONGEST_QUERY)}zzz`).length, 3);
  assert.deepEqual(find('a'.repeat(100_000)), []);
});

test('as many as there is room for, the best of all', () => {
  const many = Array.from({ length: 50 }, (_, index) => entry(`Escuela ${index}`));
  assert.deepEqual(find('esc', [...many, entry('Esc')], 3), ['Esc', 'Escuela 0', 'Escuela 1']);
});

test('every name is found by the beginnings of its words, in any order and case, with and without accents', () => {
  const word = fc.stringMatching(/^[a-zñáéíóúü]{2,10}$/);
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 5 }), fc.nat(9), fc.boolean(), (words, cut, bare) => {
      const begun = words.map((one) => one.slice(0, Math.max(1, one.length - cut))).toReversed();
      const query = begun.join(' ').slice(0, LONGEST_QUERY).toUpperCase();
      const typed = bare ? query.normalize('NFD').replaceAll(/\p{M}/gu, '') : query;
      assert.deepEqual(find(typed, [entry(words.join(' '))]), [words.join(' ')]);
    }),
  );
});
