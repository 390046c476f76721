import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { curpCheckDigit, isGenericCurp, isWellFormedCurp, parseCurp } from './curp.ts';

const valid = 'HEGG560427MVZRRL04';

/** The first 17 characters with the check digit that belongs to them. */
const complete = (stem: string) => stem + curpCheckDigit(stem);
/** A CURP with one part replaced and a check digit that fits again, so that only that part is at fault. */
const altered = (from: number, part: string) =>
  complete(valid.slice(0, from) + part + valid.slice(from + part.length, 17));

test('L-12: a real CURP identifies', () => {
  assert.deepEqual(parseCurp(valid), { value: valid, identifies: true });
});

for (const written of [valid.toLowerCase(), ` ${valid} `, 'HEGG 560427 MVZ RRL 04', 'hegg560427mvzrrl04\n']) {
  test(`L-12: ${JSON.stringify(written)} is the same CURP`, () => {
    assert.deepEqual(parseCurp(written), { value: valid, identifies: true });
  });
}

const malformed: readonly [string, string][] = [
  ['a wrong check digit', 'HEGG560427MVZRRL05'],
  ['30 February', altered(4, '560230')],
  ['29 February of a year without one', altered(4, '570229')],
  ['a state that is none', altered(11, 'ZZ')],
  ['another sex than H, M, X', altered(10, 'Z')],
  ['a vowel among the consonants', altered(13, 'A')],
  ['a digit among the letters', altered(0, '1')],
  ['17 characters', valid.slice(0, 17)],
  ['19 characters', `${valid}0`],
  ['the test accounts of the validation environment', 'AAAA000000HDFBBB00'],
];
for (const [what, value] of malformed) {
  test(`L-12: a CURP with ${what} is kept and never identifies`, () => {
    assert.deepEqual(parseCurp(value), { value, identifies: false });
  });
}

test('born abroad (NE) is not foreign: such a CURP identifies', () => {
  assert.equal(parseCurp(altered(11, 'NE'))?.identifies, true);
});

test('facts §9: the homonym character decides the century, and so whether 29 February of 00 exists', () => {
  assert.equal(isWellFormedCurp(complete('HEGG000229MVZRRL0')), false, '1900 was no leap year');
  assert.equal(isWellFormedCurp(complete('HEGG000229MVZRRLA')), true, '2000 was one');
});

test('Ñ counts in the check digit', () => {
  assert.equal(curpCheckDigit('Ñ'.padEnd(17, '0')), String((10 - ((24 * 18) % 10)) % 10));
  assert.equal(curpCheckDigit('O'.padEnd(17, '0')), String((10 - ((25 * 18) % 10)) % 10));
  assert.equal(parseCurp(altered(0, 'N\u0303'.normalize('NFC')))?.identifies, true);
});

for (const generic of [
  'XEXX010101HDFXXX04',
  'XEXX010101MDFXXX04',
  complete('XEXX010101MDFXXX0'),
  complete('XEXX010101HNEXXXA'),
]) {
  test(`facts §5: the generic ${generic} belongs to many people and never identifies`, () => {
    assert.equal(isGenericCurp(generic), true);
    assert.equal(parseCurp(generic.toLowerCase())?.identifies, false);
  });
}

test('letters that only become plain in upper case do not identify anybody', () => {
  const longS = parseCurp(complete('SEGS560427MVZRRL0').replace('S', 'ſ'));
  assert.equal(longS?.identifies, false);
});

test('nothing is read from nothing, nor from more than 64 characters', () => {
  for (const none of ['', '   ', valid.padEnd(65, ' ')]) assert.equal(parseCurp(none), null);
});

test('every stem with its own check digit is well formed, and with any other it is not', () => {
  const pick = (alphabet: string) => fc.constantFrom(...alphabet);
  const several = (alphabet: string, count: number) =>
    fc.array(pick(alphabet), { minLength: count, maxLength: count }).map((characters) => characters.join(''));
  const stem = fc
    .tuple(
      several('ABCDEFGHIJKLMNÑOPQRSTUVWXYZ', 4),
      fc.date({ min: new Date('1900-01-01'), max: new Date('2099-12-31'), noInvalidDate: true }),
      pick('HMX'),
      fc.constantFrom('AS', 'DF', 'ZS', 'NE'),
      several('BCDFGHJKLMNÑPQRSTVWXYZ', 3),
      fc.nat(9),
    )
    .map(([names, born, sex, state, consonants, homonym]) => {
      const date = born.toISOString().slice(2, 10).replaceAll('-', '');
      const last = born.getUTCFullYear() < 2000 ? String(homonym) : 'ABCDEFGHIJ'.charAt(homonym);
      return names + date + sex + state + consonants + last;
    });
  fc.assert(
    fc.property(stem, fc.integer({ min: 1, max: 9 }), (text, offset) => {
      const digit = Number(curpCheckDigit(text));
      assert.equal(isWellFormedCurp(text + digit), true);
      assert.equal(isWellFormedCurp(text + ((digit + offset) % 10)), false);
    }),
  );
});

test('any text at all is read without throwing, and read again it is the same', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: fc.constantFrom(...valid) })), (text) => {
      const once = parseCurp(text);
      if (once !== null) assert.equal(parseCurp(once.value)?.value ?? once.value, once.value);
    }),
  );
});
