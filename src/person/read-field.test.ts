/**
 * L-02, L-03, L-09, L-13, D-20: what of the registration page can be typed, and what comes of it.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { RegistrationField } from '../model.ts';
import { registrationFields } from './fields.ts';
import { readField } from './read-field.ts';
import { randomUsername, similarUsernames } from './username.ts';

const YEAR = 2026;
const read = (name: RegistrationField, typed: string) => {
  const reading = readField(name, typed, YEAR);
  return reading.kind === 'value' ? reading.value : reading.fault;
};
const malformed = { code: 'malformed' };

const table: readonly (readonly [name: RegistrationField, typed: string, outcome: unknown])[] = [
  ['given_name', '  María José ', 'María José'],
  ['given_name', 'Mari\u0301a', 'María'],
  ['given_name', "O'Brien", "O'Brien"],
  ['given_name', 'Null', 'Null'],
  ['given_name', 'null', malformed],
  ['given_name', '李雷', '李雷'],
  ['given_name', 'Ana <b>', malformed],
  ['family_name', 'https://evil.test', malformed],
  ['family_name', 'de la Ñ', 'de la Ñ'],
  ['family_name', 'W'.repeat(100), 'W'.repeat(100)],
  ['family_name', 'W'.repeat(101), { code: 'too_long', limit: 100 }],
  ['username', ' ana_ruiz-7 ', 'ana_ruiz-7'],
  ['username', 'a', malformed],
  ['username', 'a'.repeat(30), 'a'.repeat(30)],
  ['username', 'a'.repeat(31), malformed],
  ['username', 'ana ruiz', malformed],
  ['username', 'ana.ruiz', malformed],
  ['username', 'ñandú', malformed],
  ['email', ' Ana@Uni.MX ', 'Ana@Uni.MX'],
  ['email', 'ana@uni', 'ana@uni'],
  ['email', 'ana', malformed],
  ['email', 'victim＠uni.mx@evil.test', malformed],
  ['email', 'a@uni.mx,evil@evil.test', malformed],
  ['country', 'mx', 'MX'],
  ['country', 'México', malformed],
  ['language', 'es', 'es'],
  ['language', 'klingon', malformed],
  ['year_of_birth', '1998', '1998'],
  ['year_of_birth', '１９９８', '1998'],
  ['year_of_birth', '2026', '2026'],
  ['year_of_birth', '2027', malformed],
  ['year_of_birth', '1907', '1907'],
  ['year_of_birth', '1906', malformed],
  ['year_of_birth', '98', malformed],
  ['year_of_birth', '1998-01-01', malformed],
  ['gender', 'f', 'f'],
  ['gender', 'F', malformed],
  ['level_of_education', 'none', 'none'],
  ['level_of_education', '__proto__', malformed],
  ['city', 'Mérida\u0000\nYucatán', 'Mérida  Yucatán'],
  ['city', 'x'.repeat(101), { code: 'too_long', limit: 100 }],
  ['mailing_address', 'Calle 60\r\nCentro\r97000', 'Calle 60\nCentro\n97000'],
  ['goals', '🎓'.repeat(1000), '🎓'.repeat(1000)],
  ['goals', '🎓'.repeat(1001), { code: 'too_long', limit: 1000 }],
];
for (const [name, typed, outcome] of table) {
  test(`${name}: ${JSON.stringify(typed.slice(0, 40))} is ${JSON.stringify(outcome).slice(0, 60)}`, () => {
    assert.deepEqual(read(name, typed), outcome);
  });
}

test('what is empty, or only spaces, is read as empty in every field', () => {
  for (const name of registrationFields) assert.deepEqual([read(name, ''), read(name, ' \n\t')], ['', ''], name);
});

test('for anything that can be typed: a value that was read reads as itself, and no reading throws', () => {
  fc.assert(
    fc.property(fc.constantFrom(...registrationFields), fc.string({ unit: 'binary', maxLength: 60 }), (name, typed) => {
      const reading = readField(name, typed, YEAR);
      if (reading.kind === 'value') assert.equal(read(name, reading.value), reading.value);
    }),
    { numRuns: 2000 },
  );
});

test('L-02: no invisible character gets into a username, wherever it stands', () => {
  const invisible = [
    0x200b, 0x200c, 0x200d, 0x2060, 0xfeff, 0xad, 0x34f, 0x3164, 0x115f, 0xfe0f, 0x202e, 0x2066, 0x180e,
  ];
  for (const code of [...invisible, 0xe0061]) {
    const sign = String.fromCodePoint(code);
    for (const typed of [`an${sign}a`, `${sign}ana`, `ana${sign}`]) {
      const outcome = read('username', typed);
      assert.ok(outcome === 'ana' || (outcome as { code: string }).code === 'malformed', code.toString(16));
    }
  }
});

test('L-03: letters that look like others are refused, and so are words that speak for the site in any disguise', () => {
  for (const typed of ['\u0430dmin', 'admin\u0301', 'ｆｏｏ', 'K\u212aelvin'])
    assert.deepEqual(read('username', typed), malformed);
  for (const typed of ['admin', 'ADMIN', 'Ad_Min', '-root-', 'soporte', 'null', 'Llavero', 'no-reply']) {
    assert.deepEqual(read('username', typed), { code: 'reserved' }, typed);
  }
});

test('what we make ourselves or propose can be chosen', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 12, maxLength: 12 }), fc.string({ maxLength: 30 }), (bytes, typed) => {
      const environment = { randomBytes: (count: number) => bytes.slice(0, count) };
      assert.equal(read('username', randomUsername(environment)), randomUsername(environment));
      const username = read('username', typed);
      if (typeof username !== 'string' || username === '') return;
      for (const similar of similarUsernames(username, environment)) assert.equal(read('username', similar), similar);
    }),
  );
});

test('L-09: a hundred kilobytes are read at once', () => {
  for (const name of registrationFields) {
    for (const typed of ['a'.repeat(100_000), `a@${'a.'.repeat(50_000)}`, ' '.repeat(100_000)]) {
      const before = process.cpuUsage();
      readField(name, typed, YEAR);
      assert.ok(process.cpuUsage(before).user < 100_000, name);
    }
  }
});
