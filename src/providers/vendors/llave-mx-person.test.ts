import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Json, JsonObject } from '../../model.ts';
import { mapLlaveMxUser } from './llave-mx-person.ts';

const curp = 'HEGG560427MVZRRL04';
const national: JsonObject = { curp, cuentaVerificada: true, cuentaBasica: false, esExtranjero: false };

const read = (userData: JsonObject, roles: Json = null) => mapLlaveMxUser(userData, { roles });
const kindOf = (userData: JsonObject) => read(userData).derived.person_kind;
const identifies = (userData: JsonObject) => read(userData).user.identifiers[0]?.identifies;
const phoneOf = (userData: JsonObject) => read(userData).user.phone;

const kinds: readonly [string, JsonObject, string][] = [
  ['a verified account with a CURP', national, 'national'],
  ['an older answer that holds a CURP and no flags', { curp }, 'national'],
  ['a CURP with the state NE', { ...national, curp: 'HEGG560427MNERRL01' }, 'national'],
  ['a malformed CURP', { ...national, curp: 'AAAA000000HDFBBB00' }, 'national'],
  ['esExtranjero', { ...national, esExtranjero: true }, 'foreign_resident'],
  ['the generic CURP', { curp: 'XEXX010101HDFXXX04' }, 'foreign_resident'],
  ['the other generic CURP in lower case', { curp: 'xexx010101mdfxxx04' }, 'foreign_resident'],
  ['no CURP and a phone abroad', { curp: null, telefonoExtranjero: '2125550100' }, 'foreign_resident'],
  ['no CURP', { telVigente: '5512345678' }, 'unverified'],
  ['an empty CURP', { curp: '' }, 'unverified'],
  ['the text null as CURP', { curp: 'null' }, 'unverified'],
  ['cuentaVerificada false', { ...national, cuentaVerificada: false }, 'unverified'],
  ['cuentaBasica', { ...national, cuentaBasica: true }, 'unverified'],
  ['"true" as text for esExtranjero', { ...national, esExtranjero: 'true' }, 'national'],
];
for (const [what, userData, kind] of kinds) {
  test(`facts §5: ${what} makes the kind ${kind}`, () => assert.equal(kindOf(userData), kind));
}

test('L-12: the CURP of an account that says it is unverified finds nobody', () => {
  assert.equal(identifies(national), true);
  assert.equal(identifies({ curp }), true, 'older answers lack the flags');
  assert.equal(identifies({ ...national, cuentaVerificada: false }), false);
  assert.equal(identifies({ ...national, cuentaBasica: true }), false);
});

test('facts §9: generic and malformed CURPs are kept and find nobody; a missing one is no identifier', () => {
  for (const odd of ['XEXX010101HDFXXX04', 'AAAA000000HDFBBB00']) {
    assert.deepEqual(read({ ...national, curp: odd }).user.identifiers, [
      { kind: 'curp', value: odd, identifies: false },
    ]);
  }
  for (const none of [null, '', ' ', 'null', 7.5, true, [], {}]) {
    const { identifiers } = read({ curp: none }).user;
    assert.ok(
      identifiers.every((identifier) => !identifier.identifies),
      JSON.stringify(none),
    );
  }
});

test('names are handed on as written, also those of people called Null', () => {
  assert.deepEqual(read({ nombre: 'ANA', primerApellido: 'NULL', segundoApellido: null }).user.name, {
    full: null,
    given: 'ANA',
    firstSurname: 'NULL',
    secondSurname: null,
  });
});

test('facts §5: both forms of the date of birth are read alike', () => {
  for (const fechaNacimiento of ['1956-04-27', '27/04/1956']) {
    assert.equal(read({ fechaNacimiento }).user.birthDate, '1956-04-27');
  }
  for (const fechaNacimiento of ['31/02/1956', '04/27/1956', '', null, 0]) {
    assert.equal(read({ fechaNacimiento }).user.birthDate, null);
  }
});

const phones: readonly [string, JsonObject, string | null][] = [
  ['telVigente', { telVigente: '5512345678' }, '+525512345678'],
  ['telVigente as a number', { telVigente: 5512345678 }, '+525512345678'],
  ['telefono in older answers', { telefono: '5512345678' }, '+525512345678'],
  ['telVigente before telefono', { telVigente: '5512345678', telefono: '3312345678' }, '+525512345678'],
  ['a phone abroad with its lada', { telefonoExtranjero: '2125550100', ladaExtranjero: '1' }, '+12125550100'],
  [
    'a foreigner with both',
    { esExtranjero: true, telVigente: '5512345678', telefonoExtranjero: '2125550100', ladaExtranjero: '+1' },
    '+12125550100',
  ],
  [
    'a national with both',
    { telVigente: '5512345678', telefonoExtranjero: '2125550100', ladaExtranjero: '+1' },
    '+525512345678',
  ],
  ['no phone', { telVigente: null, telefono: '' }, null],
];
for (const [what, userData, number] of phones) {
  test(`facts §5, L-11: ${what}`, () => assert.equal(phoneOf(userData)?.number ?? null, number));
}

test('a phone is verified only by a real boolean', () => {
  assert.equal(phoneOf({ telVigente: '5512345678', telefonoVerificado: true })?.verified, true);
  for (const telefonoVerificado of ['true', 1, null]) {
    assert.equal(phoneOf({ telVigente: '5512345678', telefonoVerificado })?.verified, false);
  }
});

test('facts §6: the roles of both generations are read', () => {
  const monitor = [{ id: '5', name: 'Monitor' }];
  assert.deepEqual(read({}, { codeResponse: 101, roles: [{ idRol: 5, rol: 'Monitor' }] }).user.roles, monitor);
  assert.deepEqual(read({}, { list: [{ id: 5, nombre: 'Monitor', descripcion: '…' }] }).user.roles, monitor);
});

for (const odd of [
  null,
  'x',
  [],
  {},
  { roles: null },
  { roles: {} },
  { roles: [null, 'x', [], {}] },
  { codeResponse: 500 },
]) {
  test(`roles of the shape ${JSON.stringify(odd)} are no roles`, () => assert.deepEqual(read({}, odd).user.roles, []));
}

test('sex is read from letters and words, where M is mujer', () => {
  const sexOf = (sexo: Json) => read({ sexo }).derived.sex;
  assert.deepEqual(['H', 'hombre', 'M', 'MUJER', 'Femenino', 'X'].map(sexOf), ['H', 'H', 'M', 'M', 'M', 'X']);
  assert.deepEqual(['', null, 'constructor', 1].map(sexOf), [null, null, null, null]);
});

test('the address is read with names of ours, and odd shapes are no address', () => {
  const addressOf = (domicilio: Json) => read({ domicilio }).derived.address;
  const { postal_code, interior_number } = addressOf({ codigoPostal: '01000', numInterior: null }) as JsonObject;
  assert.deepEqual([postal_code, interior_number], ['01000', null]);
  for (const odd of [null, 'x', [], 7]) assert.equal(addressOf(odd), null);
});

test('no shape of user data makes the mapping throw', () => {
  const names = [
    'curp',
    'correo',
    'nombre',
    'telVigente',
    'telefonoExtranjero',
    'ladaExtranjero',
    'fechaNacimiento',
    'sexo',
    'domicilio',
  ];
  for (const odd of [null, true, 0, '', 'null', [], {}, [[]], 'x'.repeat(100_000)]) {
    assert.doesNotThrow(() => read(Object.fromEntries(names.map((name) => [name, odd])), odd));
  }
});
