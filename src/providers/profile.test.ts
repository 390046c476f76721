import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SignInError } from '../errors.ts';
import type { Json } from '../model.ts';
import { type ClaimedEmail, makeProfile, type ProfileParts } from './profile.ts';

const nobody: ProfileParts = {
  provider: 'p',
  issuer: 'https://up.test',
  subject: 's',
  emails: [],
  trustsVerifiedEmail: () => true,
  verifier: 'practice',
  name: { full: null, given: null, firstSurname: null, secondSurname: null },
  birthDate: null,
  phone: null,
  identifiers: [],
  roles: [],
  locale: null,
  country: null,
  assurance: { acr: null, amr: [], authTime: null },
  raw: {},
};

const subjectOf = (subject: Json | undefined) => makeProfile({ ...nobody, subject }).subject;
const emailsOf = (emails: readonly ClaimedEmail[], trustsVerifiedEmail = true) =>
  makeProfile({ ...nobody, emails, trustsVerifiedEmail: () => trustsVerifiedEmail }).emails;
const addressesOf = (address: string) => emailsOf([{ address, claimedVerified: true }]).map((email) => email.address);
const givenNameOf = (given: string) => makeProfile({ ...nobody, name: { ...nobody.name, given } }).name.given;

const unusable: readonly (Json | undefined)[] = [
  undefined,
  null,
  '',
  ' ',
  '\t\n',
  '\u200b',
  '\u00a0\ufeff',
  'null',
  'NULL',
  'Null',
  ' null ',
  'undefined',
  'Undefined',
  true,
  false,
  [],
  ['1'],
  {},
  { sub: '1' },
  1.5,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  2 ** 53,
  'x'.repeat(256),
  'a\u0000',
  'a\nb',
  '\ud800',
];
for (const subject of unusable) {
  const shown =
    typeof subject === 'string' ? JSON.stringify(subject.slice(0, 12)) : String(JSON.stringify(subject) ?? subject);
  test(`DESIGN §6.1: the subject ${shown} is refused`, () => {
    assert.throws(
      () => subjectOf(subject),
      (error) => error instanceof SignInError && error.code === 'subject_unusable',
    );
  });
}

test('B-13: subjects that differ in case or in normal form stay different', () => {
  for (const subject of ['AbC', 'abc', 'ABC', '\u00e9', 'e\u0301', ' padded ', 'nullable', 'x'.repeat(255)]) {
    assert.equal(subjectOf(subject), subject);
  }
});

test('a subject sent as an exact integer is the same person as the one sent as its digits', () => {
  assert.equal(subjectOf(48213), '48213');
  assert.equal(subjectOf(0), '0');
  assert.equal(subjectOf(Number.MAX_SAFE_INTEGER), '9007199254740991');
});

for (const claimedVerified of ['true', 'True', 1, '1', 'false', false, [], {}, null, undefined] as const) {
  test(`B-16: a verified flag of ${JSON.stringify(claimedVerified)} verifies nothing`, () => {
    assert.deepEqual(emailsOf([{ address: 'ana@uni.mx', claimedVerified }]), [
      { address: 'ana@uni.mx', verified: false },
    ]);
  });
}

test('B-16: an address is verified only when the provider says so with a boolean and the operator trusts it', () => {
  const claimed = [{ address: 'ana@uni.mx', claimedVerified: true }];
  assert.equal(emailsOf(claimed, true)[0]?.verified, true);
  assert.equal(emailsOf(claimed, false)[0]?.verified, false);
});

test('L-02, L-04: what cannot be a mail address, or only looks like one, is left out', () => {
  for (const odd of [
    '',
    'ana',
    '@uni.mx',
    'ana@',
    'a@b@c',
    'ana @uni.mx',
    'ana@uni.mx\r\nbcc:x',
    'victim＠uni.mx@evil.test',
    'a﹫b@uni.mx',
    'ad\u200bmin@uni.mx',
    'ad\u00admin@uni.mx',
    'admin\u202e@uni.mx',
    'admin\u{e0061}@uni.mx',
    '\ud800@uni.mx',
    `${'a'.repeat(250)}@x.mx`,
  ]) {
    assert.deepEqual(addressesOf(odd), [], JSON.stringify(odd.slice(0, 30)));
  }
});

test('facts/llave-mx §8.2: made-up addresses are left out, whatever they claim', () => {
  for (const madeUp of [
    'x@llavemx.temp',
    'X@LLAVEMX.TEMP',
    'x@y.invalid',
    'x@invalid',
    'x@temp.',
    'x@y.ｉｎｖａｌｉｄ',
  ]) {
    assert.deepEqual(addressesOf(madeUp), [], madeUp);
  }
  assert.deepEqual(addressesOf('x@template.mx'), ['x@template.mx']);
});

test('an address is otherwise kept as written, once', () => {
  assert.deepEqual(addressesOf(' Ana.Ñ@Uni.MX '), ['Ana.Ñ@Uni.MX']);
  const twice = [true, false].map((claimedVerified) => ({ address: 'a@b.mx', claimedVerified }));
  assert.deepEqual(emailsOf(twice), [{ address: 'a@b.mx', verified: true }]);
});

test('L-13: names are delivered as written, in NFC', () => {
  for (const name of ["O'Brien", 'Null', 'NULL', 'María José de la Ñ', 'عائشة', 'x'.repeat(300)]) {
    assert.equal(givenNameOf(name), name);
  }
  assert.equal(givenNameOf(' Jose\u0301 '), 'José');
});

test('a name that is none is null, and one that is too long is left out, not cut', () => {
  for (const none of ['', '  ', 'null', 'undefined', '\u0000', 'x'.repeat(501)]) assert.equal(givenNameOf(none), null);
});

test('a name holds nothing that a database or a page cannot', () => {
  assert.equal(givenNameOf('a\u0000b\nc\ud800'), 'a b c\ufffd');
});

test('roles without an id are left out, and there are at most 100', () => {
  const roles = Array.from({ length: 150 }, (_, index) => ({ id: index === 0 ? ' ' : String(index), name: '' }));
  const read = makeProfile({ ...nobody, roles }).roles;
  assert.equal(read.length, 99);
  assert.deepEqual(read[0], { id: '1', name: '1' });
});

test('a country is its code; its name in some language, or what is none, is left out', () => {
  const countryOf = (country: string | null) => makeProfile({ ...nobody, country }).country;
  assert.deepEqual(['MX', 'gt'].map(countryOf), ['MX', 'GT']);
  for (const sent of [null, '', 'México', 'MEX', 'XX', '__proto__', 'M'.repeat(100_000)])
    assert.equal(countryOf(sent), null);
});
