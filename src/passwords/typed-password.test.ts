/**
 * G-02, G-04, G-06: what counts as a typed password, and which ones are the same.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { LONGEST_PASSWORD, TypedPassword } from './typed-password.ts';

function parse(input: unknown): TypedPassword {
  const password = TypedPassword.parse(input);
  assert.ok(password instanceof TypedPassword, JSON.stringify(password));
  return password;
}

function faultOf(input: unknown): string {
  const password = TypedPassword.parse(input);
  return password instanceof TypedPassword ? 'none' : password.code;
}

test('G-06 what is no text, or none at all, is no password', () => {
  for (const input of ['', undefined, null, [], ['a'], { $ne: '' }, true, 0, new String('a')]) {
    assert.equal(faultOf(input), 'missing', inspect(input));
  }
  assert.equal(parse('null').text, 'null');
});

test('G-02 up to 256 characters are accepted, 128 among them, whatever each takes; one more is too long', () => {
  for (const character of ['a', 'ñ', '漢', '🔑', '\u{1D160}']) {
    for (const length of [1, 64, 128, LONGEST_PASSWORD]) {
      assert.equal(parse(character.repeat(length)).length, length * Array.from(character.normalize('NFKC')).length);
      if (character === '\u{1D160}') break;
    }
    assert.equal(faultOf(character.repeat(LONGEST_PASSWORD + 1)), 'too_long');
  }
  assert.deepEqual(TypedPassword.parse('a'.repeat(1_000_000)), { code: 'too_long', limit: 256 });
});

test('G-02 a password that is accepted composed is accepted decomposed, however much longer it is then', () => {
  // U+0390 and U+1F82: the characters that grow most, in UTF-8 and in UTF-16.
  for (const character of ['ñ', 'ế', '각', '\u0390', '\u1F82']) {
    const longest = character.repeat(LONGEST_PASSWORD);
    assert.equal(parse(longest.normalize('NFD')).text, longest);
  }
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: LONGEST_PASSWORD }), (text) => {
      const [composed, decomposed] = [text.normalize('NFC'), text.normalize('NFD')];
      assert.equal(faultOf(composed), faultOf(decomposed));
    }),
  );
});

test('the same password is the same text, composed, decomposed or from a keyboard of wide letters', () => {
  const composed = parse('contraseña de Ñandú'.normalize('NFC'));
  for (const other of ['contraseña de Ñandú'.normalize('NFD'), 'ｃｏｎｔｒａｓｅñａ de Ñandú']) {
    assert.equal(parse(other).text, composed.text);
    assert.equal(parse(other).length, composed.length);
  }
});

test('other letters are other passwords: case, accents and letters that only look alike', () => {
  for (const [one, other] of [
    ['Pass', 'pass'],
    ['mañana', 'manana'],
    ['раss', 'pass'],
    ['straße', 'strasse'],
  ] as const) {
    assert.notEqual(parse(one).text, parse(other).text);
  }
});

test('what was typed is kept beside the normal form, for hashes of those who do not normalise, where it differs', () => {
  assert.deepEqual(parse('ñandú').spellings, ['ñandú'.normalize('NFC')]);
  const decomposed = 'ñandú'.normalize('NFD');
  assert.deepEqual(parse(decomposed).spellings, [decomposed.normalize('NFC'), decomposed]);
  assert.deepEqual(parse('ﬁn').spellings, ['fin', 'ﬁn']);
});

test('G-04 nothing is trimmed or cut: spaces, tabs, line ends and controls stay', () => {
  for (const text of [' a ', '\ta', 'a\n', ' ', '\u00a0a', 'a\u0001', 'a\u200b', 'a\ufeff']) {
    assert.equal(parse(text).text, text.normalize('NFKC'));
  }
});

test('G-04 a NUL, half a character and what a decoder could not read are refused, wherever they stand', () => {
  for (const text of ['abc\0defghijklmnop', '\0', 'abc\0', 'a\ud800b', '\udc00', 'a\ufffdb']) {
    assert.equal(faultOf(text), 'malformed', inspect(text));
  }
  assert.equal(faultOf(new URLSearchParams('password=abc%ED%A0%80def').get('password')), 'malformed');
});

test('M-01 printing the object shows nothing of the password', () => {
  const password = parse('una frase con ñ'.normalize('NFD'));
  for (const printed of [
    inspect(password, { showHidden: true, depth: 9 }),
    JSON.stringify({ password }),
    `${password}`,
  ]) {
    assert.doesNotMatch(printed, /frase/);
  }
});
