import assert from 'node:assert/strict';
import test from 'node:test';
import { chooseLocale, type LocaleRequest } from './locale.ts';

const nothing: LocaleRequest = { uiLocales: null, cookie: null, acceptLanguage: null };

test('Spanish is spoken when nobody asks for a language', () => {
  assert.equal(chooseLocale(nothing), 'es-MX');
});

test('the client speaks before the cookie, the cookie before the browser (OpenID Connect Core §3.1.2.1)', () => {
  assert.equal(chooseLocale({ uiLocales: 'en', cookie: 'es-MX', acceptLanguage: 'es' }), 'en');
  assert.equal(chooseLocale({ uiLocales: null, cookie: 'en', acceptLanguage: 'es' }), 'en');
  assert.equal(chooseLocale({ uiLocales: null, cookie: null, acceptLanguage: 'en' }), 'en');
});

test('a source that names no language of ours leaves the choice to the next one', () => {
  assert.equal(chooseLocale({ uiLocales: 'fr-CA de', cookie: 'en', acceptLanguage: null }), 'en');
  assert.equal(chooseLocale({ uiLocales: 'zz', cookie: '', acceptLanguage: 'en-GB' }), 'en');
});

test('any variety of a language is that language (RFC 4647 §3.4, primary subtag)', () => {
  for (const tag of ['en', 'EN', 'en-US', 'en-Latn-GB']) {
    assert.equal(chooseLocale({ ...nothing, uiLocales: tag }), 'en', tag);
  }
  for (const tag of ['es', 'es-MX', 'es-419', 'ES-es']) {
    assert.equal(chooseLocale({ uiLocales: tag, cookie: 'en', acceptLanguage: 'en' }), 'es-MX', tag);
  }
});

test('ui_locales is read in its order of preference', () => {
  assert.equal(chooseLocale({ ...nothing, uiLocales: 'fr en es' }), 'en');
  assert.equal(chooseLocale({ ...nothing, uiLocales: '  fr   es en ' }), 'es-MX');
});

test('Accept-Language is read by weight, and a weight of zero refuses (RFC 9110 §12.4.2)', () => {
  const spoken = (acceptLanguage: string) => chooseLocale({ ...nothing, acceptLanguage });
  assert.equal(spoken('es;q=0.5, en;q=0.9'), 'en');
  assert.equal(spoken('en-US,en;q=0.9,es;q=0.8'), 'en');
  assert.equal(spoken('fr, en;q=0.1'), 'en');
  assert.equal(spoken('en;q=0'), 'es-MX');
  assert.equal(spoken('en;q=0, *;q=0.5'), 'es-MX');
  assert.equal(spoken('en;q=7'), 'es-MX');
  assert.equal(spoken('en;q=1;level=2'), 'es-MX');
});

test('I-15: odd input is never a path or markup, only Spanish', () => {
  const odd = [
    '../../etc/passwd',
    'en/../../etc/passwd',
    '<script>alert(1)</script>',
    'zz',
    '__proto__',
    'constructor',
    'en\u0000',
    'en'.padEnd(600, '-a'),
    Array.from({ length: 200 }, () => 'zz').join(' '),
    `${Array.from({ length: 60 }, () => 'zz').join(' ')} en`,
    '',
    ' ',
  ];
  for (const value of odd) {
    assert.equal(chooseLocale({ uiLocales: value, cookie: value, acceptLanguage: value }), 'es-MX', value.slice(0, 40));
  }
});
