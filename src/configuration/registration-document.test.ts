/**
 * What an operator may ask of people, and which slips are faults.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConfigurationError } from '../errors.ts';
import { registrationFields } from '../person/fields.ts';
import { parseConfigurationFile } from './file.ts';
import { registrationOf } from './registration-document.ts';

const parse = (section: string) =>
  parseConfigurationFile(`registration: ${section}`, { env: {}, vendors: [] }).registration;

function faultsOf(section: string): string {
  try {
    parse(section);
  } catch (error) {
    assert.ok(error instanceof ConfigurationError, String(error));
    return error.faults.join('\n');
  }
  return '';
}

test('what is not named is hidden, and a section that is not there asks nothing', () => {
  const registration = parse('{ verify_email: true, fields: { country: required, goals: optional } }');
  assert.ok(registration);
  const hidden = Object.fromEntries(registrationFields.map((name) => [name, 'hidden']));
  assert.deepEqual(registration, {
    fields: { ...hidden, country: 'required', goals: 'optional' },
    verify_email: true,
    terms: null,
  });
  assert.equal(parseConfigurationFile('brand: {}', { env: {}, vendors: [] }).registration, null);
});

test('terms have a name in each language, in one for all, or none', () => {
  const titleOf = (title: string) => {
    const terms = `{ version: "2", address: "https://campus.test/t", title: ${title} }`;
    const registration = parse(`{ verify_email: false, terms: ${terms} }`);
    return registration && registrationOf(registration).terms?.title;
  };
  assert.deepEqual(titleOf('{ es-MX: Términos, en: Terms }'), { 'es-MX': 'Términos', en: 'Terms' });
  assert.deepEqual(titleOf('Aviso'), { 'es-MX': 'Aviso', en: 'Aviso' });
  assert.equal(titleOf('null'), null);
});

const faults: readonly (readonly [section: string, fault: RegExp])[] = [
  ['{}', /registration\.verify_email is missing/],
  ['{ verify_email: "yes" }', /verify_email must be true or false/],
  ['{ verify_email: true, fields: { shoe_size: required } }', /fields\.shoe_size is unknown/],
  ['{ verify_email: true, fields: { first_name: required } }', /fields\.first_name is unknown/],
  [
    '{ verify_email: true, fields: { country: mandatory } }',
    /fields\.country must be one of required, optional, hidden/,
  ],
  ['{ verify_email: true, fields: [country] }', /fields must be a map/],
  ['{ verify_email: true, honor_code: required }', /registration\.honor_code is unknown/],
  ['{ verify_email: true, terms: { address: "https://campus.test/t" } }', /terms\.version is missing/],
  [
    '{ verify_email: true, terms: { version: 2, address: "https://campus.test/t" } }',
    /version must be text: put it in quotes/,
  ],
  ['{ verify_email: true, terms: { version: "2" } }', /terms\.address is missing/],
];
for (const [section, fault] of faults) {
  test(`${section} is a fault`, () => assert.match(faultsOf(section), fault));
}

const addresses = [
  'http://campus.test/t',
  'javascript:alert(1)',
  '//campus.test/t',
  '/terms',
  'https://campus.test@evil.test/',
  'https://campus.test/a b',
  'https://campus.test/"><script>',
  'https://campus.test\\\\@evil.test',
  `https://campus.test/${'a'.repeat(500)}`,
];
for (const address of addresses) {
  test(`I-07: ${address.slice(0, 40)} is no address of terms`, () => {
    assert.match(
      faultsOf(`{ verify_email: true, terms: { version: "1", address: "${address.replaceAll('"', '\\"')}" } }`),
      /terms\.address/,
    );
  });
}

test('all faults are told at once', () => {
  const told = faultsOf('{ fields: { a: required, country: x }, terms: { version: "" } }').split('\n');
  assert.equal(told.length, 5, told.join('\n'));
});
