/**
 * Comma-separated values: what is read, what is refused, and that a spreadsheet runs nothing of what we write.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { CsvFault, csvLine, readCsv } from './csv.ts';

async function* chunksOf(text: string | Uint8Array, size = 7) {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
  for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size);
}

async function read(text: string | Uint8Array, size?: number) {
  const lines = [];
  for await (const line of readCsv(chunksOf(text, size))) lines.push(line);
  return lines;
}

test('lines with either end, with and without quotes, with a byte order mark; empty ones are counted and left out', async () => {
  const text = '\uFEFFa, b ,"c"\r\n\n"x, ""y""",,\nñ,é,\u{1F600}';
  assert.deepEqual(await read(text, 1), [
    { number: 1, cells: ['a', 'b', 'c'] },
    { number: 3, cells: ['x, "y"', '', ''] },
    { number: 4, cells: ['ñ', 'é', '😀'] },
  ]);
});

test('what is malformed is refused with its line, and nothing after it is read', async () => {
  const latin1 = Uint8Array.from([0x61, 0x0a, 0xf1, 0x2c, 0x62, 0x0a]);
  const wrong: readonly (readonly [string | Uint8Array, number])[] = [
    ['a\n"b', 2],
    ['a\nb"c"', 2],
    ['a\n"b"c,d', 2],
    ['a\n"two\nlines"', 2],
    ['a\nb\u0000', 2],
    ['a\nb\tc', 2],
    [latin1, 2],
    [`a\n${'x'.repeat(10_001)}`, 2],
  ];
  for (const [text, line] of wrong) {
    await assert.rejects(read(text, 3), (error) => error instanceof CsvFault && error.line === line, String(text));
  }
});

test('a file without a line end is not kept whole', async () => {
  async function* endless() {
    for (;;) yield new TextEncoder().encode('x'.repeat(1000));
  }
  await assert.rejects(readCsv(endless()).next(), CsvFault);
});

test('no cell that is written begins a formula, and each comes back as it was', async () => {
  const cell = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom('=cmd|calc', '+1', '-1', '@x', "'=1", "''", "'", '="a"&"b"', '"'),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(cell, { minLength: 1 }), async (cells) => {
      const clean = cells.map((text) => text.replace(/[\p{Cc}\uFEFF\uD800-\uDFFF]/gu, ''));
      const line = csvLine(clean);
      assert.doesNotMatch(line, /(?:^|,)"[=+\-@]/);
      assert.deepEqual((await read(line))[0]?.cells, clean);
    }),
  );
});
