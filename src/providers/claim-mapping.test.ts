import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Json, JsonObject } from '../model.ts';
import { claimMappingSchema, mapClaims, namedRoles, roleIdsIn, splitFullName, valueAt } from './claim-mapping.ts';

const read = (mapping: object, userData: JsonObject, roleNames: Record<string, string> = {}) =>
  mapClaims(claimMappingSchema.parse(mapping), roleNames)(userData).user;

/** The names of the members at fault. */
const faultsOf = (mapping: object) =>
  claimMappingSchema
    .safeParse(mapping)
    .error?.issues.flatMap((issue) => (issue.code === 'unrecognized_keys' ? issue.keys : [String(issue.path[0])])) ??
  [];

test('a mapping that names nothing reads nothing, however much was sent', () => {
  const sent = { email: 'a@b.mx', email_verified: true, name: 'Ana', phone: '+525512345678', roles: ['admin'] };
  assert.deepEqual(read({}, sent, { admin: 'Admin' }), {
    emails: [{ address: null, claimedVerified: undefined }],
    name: { full: null, given: null, firstSurname: null, secondSurname: null },
    birthDate: null,
    phone: null,
    identifiers: [],
    roles: [],
    locale: null,
    country: null,
    assurance: { acr: null, amr: [], authTime: null },
  });
});

const paths: readonly [string, Json | undefined][] = [
  ['a', 1],
  ['b.c', 'x'],
  ['b.list.1.d', 'y'],
  ['b', { c: 'x', list: [{}, { d: 'y' }] }],
  ['b.list.2.d', undefined],
  ['b.list.-1', undefined],
  ['b.list.length', undefined],
  ['a.b', undefined],
  ['constructor', undefined],
  ['b.constructor.name', undefined],
  ['__proto__', undefined],
];
for (const [path, value] of paths) {
  test(`the path ${path} leads to ${JSON.stringify(value)}`, () =>
    assert.deepEqual(valueAt({ a: 1, b: { c: 'x', list: [{}, { d: 'y' }] } }, path), value));
}

test('each part is read from its own path', () => {
  const mapping = {
    email: 'contact.mail',
    email_verified: 'contact.ok',
    full_name: 'n.full',
    given_name: 'n.first',
    first_surname: 'n.last',
    second_surname: 'n.mother',
    birth_date: 'born',
    phone: 'tel',
    phone_verified: 'tel_ok',
    locale: 'lang',
    country: 'home.code',
    roles: 'groups',
  };
  const sent = {
    contact: { mail: 'ana@uni.mx', ok: true },
    n: { full: 'Ana Null Paz', first: 'Ana', last: 'NULL', mother: 'Paz' },
    born: '1991-03-14',
    tel: '+52 55 1234 5678',
    tel_ok: true,
    lang: 'es_ES',
    home: { code: 'mx' },
    groups: ['staff', 'root'],
  };
  assert.deepEqual(read(mapping, sent, { staff: 'Docente' }), {
    emails: [{ address: 'ana@uni.mx', claimedVerified: true }],
    name: { full: 'Ana Null Paz', given: 'Ana', firstSurname: 'NULL', secondSurname: 'Paz' },
    birthDate: '1991-03-14',
    phone: { number: '+525512345678', verified: true },
    identifiers: [],
    roles: [{ id: 'staff', name: 'Docente' }],
    locale: 'es-MX',
    country: 'mx',
    assurance: { acr: null, amr: [], authTime: null },
  });
});

test('a phone is verified only by a real boolean, and only with its country', () => {
  const verified = (tel: string, ok: Json) => read({ phone: 'tel', phone_verified: 'ok' }, { tel, ok }).phone?.verified;
  assert.equal(verified('+525512345678', true), true);
  for (const ok of ['true', 1, null]) assert.equal(verified('+525512345678', ok), false);
  assert.equal(verified('5512345678', true), false);
});

const names: readonly [string | null, string | null, string | null][] = [
  ['Ana', 'Ana', null],
  ['Ana Paz', 'Ana', 'Paz'],
  ['María de la Cruz Olvera', 'María', 'de la Cruz Olvera'],
  ['  Ana \t Paz  ', 'Ana', 'Paz'],
  ['', null, null],
  ['   ', null, null],
  [null, null, null],
];
for (const [full, given, firstSurname] of names) {
  test(`facts/wordpress-oauth: ${JSON.stringify(full)} loses no word`, () =>
    assert.deepEqual(splitFullName(full), { full, given, firstSurname, secondSurname: null }));
}

test('a full name is taken apart only where the operator says so', () => {
  const sent = { name: 'Ana Paz' };
  assert.equal(read({ full_name: 'name' }, sent).name.given, null);
  assert.equal(read({ full_name: 'name', split_full_name: 'first_word' }, sent).name.given, 'Ana');
});

const roleShapes: readonly [Json | undefined, readonly string[]][] = [
  [
    ['a', 'b', 'a'],
    ['a', 'b'],
  ],
  [{ '0': 'a', '2': 'b' }, ['a', 'b']],
  ['a', ['a']],
  [[7], ['7']],
  [{ administrator: true, editor: false }, []],
  [[null, '', ' ', {}, [], 'a'], ['a']],
  [null, []],
  [undefined, []],
  [Array.from({ length: 500 }, (_, index) => `r${index}`), Array.from({ length: 100 }, (_, index) => `r${index}`)],
];
for (const [sent, ids] of roleShapes) {
  test(`roles of the shape ${JSON.stringify(sent)?.slice(0, 40)}`, () => assert.deepEqual(roleIdsIn(sent), ids));
}

test('a role that the operator did not name is none', () => {
  assert.deepEqual(namedRoles(['administrator', 'constructor', '__proto__'], {}), []);
  assert.deepEqual(namedRoles(['administrator', 'author'], { author: 'Autora' }), [{ id: 'author', name: 'Autora' }]);
});

const refused: readonly [string, object][] = [
  ['email_verified', { email_verified: 'ok' }],
  ['phone_verified', { phone_verified: 'ok' }],
  ['split_full_name', { split_full_name: 'first_word' }],
  ['given_name', { full_name: 'n', given_name: 'g', split_full_name: 'first_word' }],
  ['email', { email: '' }],
  ['email', { email: 'a..b' }],
  ['email', { email: 'a.b.c.d.e.f' }],
  ['email', { email: 7 }],
  ['subject', { subject: 'id' }],
  ['curp', { curp: 'curp' }],
  ['identifiers', { identifiers: 'curp' }],
];
for (const [name, mapping] of refused) {
  test(`the mapping ${JSON.stringify(mapping)} is refused at ${name}`, () =>
    assert.deepEqual(faultsOf(mapping), [name]));
}

test('no shape of user data makes the mapping throw', () => {
  const mapping = { email: 'v', full_name: 'v', birth_date: 'v.w', phone: 'v', locale: 'v', roles: 'v.0' };
  for (const odd of [null, true, 0, '', 'null', [], {}, [[]], 'x'.repeat(100_000)]) {
    assert.doesNotThrow(() => read(mapping, { v: odd }));
  }
});
