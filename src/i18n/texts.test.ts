import assert from 'node:assert/strict';
import test from 'node:test';
import { formatDate, formatDateTime } from './format.ts';
import { textsFor } from './texts.ts';

/** Every sentence by its place in the table; functions are called with a visible argument. */
function sentences(table: unknown, place = ''): readonly (readonly [string, string])[] {
  if (typeof table === 'string') return [[place, table]];
  if (typeof table === 'function') return sentences(table('§'), `${place}()`);
  return Object.entries(table as object).flatMap(([key, value]) => sentences(value, `${place}.${key}`));
}

const spanish = sentences(textsFor('es-MX'));
const english = sentences(textsFor('en'));

test('both languages have the same sentences in the same places', () => {
  assert.ok(spanish.length > 100);
  assert.deepEqual(
    english.map(([place]) => place),
    spanish.map(([place]) => place),
  );
});

test('no sentence was left untranslated or empty', () => {
  for (const [index, [place, text]] of spanish.entries()) {
    assert.notEqual(text.trim(), '', place);
    assert.notEqual(english[index]?.[1], text, place);
  }
});

test('an argument never opens a sentence, and is said in both languages or in neither', () => {
  for (const [index, [place, text]] of spanish.entries()) {
    assert.doesNotMatch(text, /(?:^|[.?!] )§/, place);
    assert.equal(english[index]?.[1].includes('§'), text.includes('§'), place);
  }
});

test('Spanish never contracts wrongly before a name: no "de el", no "a el"', () => {
  for (const [place, text] of spanish) assert.doesNotMatch(text, /\b(?:de|a) el\b/i, place);
});

test('dates are written as each language writes them, in the zone of the deployment', () => {
  const newYear = Date.UTC(2027, 0, 1, 3, 30);
  assert.equal(formatDate(newYear, 'es-MX', 'America/Mexico_City'), '31 de diciembre de 2026');
  assert.equal(formatDate(newYear, 'en', 'America/Mexico_City'), 'December 31, 2026');
  assert.equal(formatDate(newYear, 'en', 'UTC'), 'January 1, 2027');
  assert.match(formatDateTime(newYear, 'es-MX', 'America/Mexico_City'), /31 de diciembre de 2026.*9:30\sp\.m\./);
});
