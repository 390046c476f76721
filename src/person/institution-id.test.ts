/**
 * Which texts are the id of somebody at an institution.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { institutionKind, namespaceOf, parseInstitutionId } from './institution-id.ts';

test('an id is taken as it is written, without the space around it', () => {
  for (const id of ['217345678', 'A01234567', 'a01234567', 'ana.ruiz', 'peña', '00']) {
    const expected = id === '00' ? null : id;
    assert.equal(parseInstitutionId(` ${id}\n`), expected, id);
  }
  assert.notEqual(parseInstitutionId('A1'), parseInstitutionId('a1'));
});

test('what many would share, and what is no id at all, is nobody’s', () => {
  const none = [
    '',
    ' ',
    '0',
    '0000000',
    '-----',
    'N/A',
    'null',
    'None',
    'undefined',
    'S/N',
    '-1',
    'guest',
    'Anonymous',
  ];
  for (const text of [...none, '$Person.sourcedId', 'ana ruiz', 'a\u0000b', 'a\u200bb', '7', 'x'.repeat(101)]) {
    assert.equal(parseInstitutionId(text), null, JSON.stringify(text));
  }
});

test('whatever is written, reading it twice is reading it once', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const id = parseInstitutionId(text);
      assert.ok(id === null || parseInstitutionId(id) === id);
    }),
  );
});

test('a kind names its namespace, and a CURP is of none', () => {
  assert.deepEqual([namespaceOf(institutionKind('udg')), namespaceOf('curp')], ['udg', null]);
});
