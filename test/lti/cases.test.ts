/**
 * No case of docs/lti-cases.md vanishes: each has its row, each row its files, each file a test that begins with the case's number.
 */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { tablesOf, wordsInCode } from '../markdown.ts';

const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/lti-cases.md'), 'utf8');
const rows = tablesOf(page).flatMap(([header = [], ...rest]) => (header[0] === 'case' ? rest : []));

const numbers = Array.from({ length: 92 }, (_, index) => String(index + 1));
// J-10 is a matter of browsers and stands with them: cases 59 to 63.
const attacks = Array.from({ length: 23 }, (_, index) => `J-${String(index + 1).padStart(2, '0')}`);
const cases = [...numbers, ...attacks.filter((id) => id !== 'J-10')];

/** A title begins with `case 14:`, `cases 35, J-03:` or `cases 1, 21, J-17 (V1):`. */
const TITLE = /['"`]cases? ((?:J-)?\d+(?:, (?:J-)?\d+)*)(?::| \()/g;

const testedIn = new Map<string, Set<string>>();
for (const file of globSync('{src,test}/**/*.test.ts', { cwd: root })) {
  for (const [, ids = ''] of readFileSync(join(root, file), 'utf8').matchAll(TITLE)) {
    for (const id of ids.split(', ')) testedIn.set(id, (testedIn.get(id) ?? new Set()).add(file));
  }
}

test('every case has one row, and no row is of another', () => {
  assert.deepEqual(rows.map(([id = '']) => id).toSorted(), cases.toSorted());
});

test('every file that a row names has a test of that case', () => {
  const missing = rows.flatMap(([id = '', , cell = '']) =>
    wordsInCode(cell)
      .filter((file) => testedIn.get(id)?.has(file) !== true)
      .map((file) => `${id}: ${file}`),
  );
  assert.deepEqual(missing, []);
});

test('a row without a test says so, and only while there is none', () => {
  const untested = rows.filter(([, , cell = '']) => wordsInCode(cell).length === 0);
  for (const [id = '', what = ''] of untested) {
    assert.match(what, /^not here yet: /, id);
    assert.equal(testedIn.has(id), false, `${id} has a test by now: ${[...(testedIn.get(id) ?? [])]}`);
  }
});
