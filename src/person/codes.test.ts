/**
 * The lists of countries and languages, held against what the runtime knows of them.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { countryCodes, languageCodes, parseCountry, parseLanguage } from './codes.ts';

test('every country and language is listed once, and has a name in each of our languages', () => {
  assert.deepEqual([new Set(countryCodes).size, new Set(languageCodes).size], [249, 183]);
  for (const locale of ['es-MX', 'en']) {
    const regions = new Intl.DisplayNames(locale, { type: 'region', fallback: 'none' });
    const languages = new Intl.DisplayNames(locale, { type: 'language', fallback: 'none' });
    assert.deepEqual(
      countryCodes.filter((code) => regions.of(code) === undefined),
      [],
    );
    assert.deepEqual(
      languageCodes.filter((code) => languages.of(code) === undefined),
      [],
    );
  }
});

test('a country is its code in any case, and nothing else', () => {
  assert.deepEqual(['MX', 'mx', ' Gt '].map(parseCountry), ['MX', 'MX', 'GT']);
  for (const text of ['', 'México', 'MEX', 'XX', 'EU', 'ﬁ', 'ıt', 'M X', '__proto__']) {
    assert.equal(parseCountry(text), null, text);
  }
});

test('a language is that of its tag, where it has a two-letter code', () => {
  assert.deepEqual(['es', 'es-MX', 'ES_mx', 'en-Latn-GB'].map(parseLanguage), ['es', 'es', 'es', 'en']);
  for (const text of ['', 'nah', 'x', 'zz', 'español']) assert.equal(parseLanguage(text), null, text);
});

test('whatever is sent, what is read is of the list', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const [country, language] = [parseCountry(text), parseLanguage(text)];
      assert.ok(country === null || countryCodes.includes(country));
      assert.ok(language === null || languageCodes.includes(language));
    }),
  );
});
