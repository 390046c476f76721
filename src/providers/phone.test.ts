import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseForeignPhone, parseMexicanPhone } from './phone.ts';

for (const written of [
  '+52 1 55 1234 5678',
  '+52 55 1234 5678',
  '55 1234 5678',
  '044 55 1234 5678',
  '045 55 1234 5678',
  '01 55 1234 5678',
  '５５１２３４５６７８',
  '+52-(55)-1234-5678',
  '+5215512345678',
  '0052 55 1234 5678',
  '525512345678',
  '5215512345678',
]) {
  test(`L-11: ${written} is the number +525512345678`, () => assert.equal(parseMexicanPhone(written), '+525512345678'));
}

test('a number that is no Mexican number keeps its digits', () => {
  assert.equal(parseMexicanPhone('12345'), '12345');
  assert.equal(parseMexicanPhone('0012345'), '12345');
  assert.equal(parseMexicanPhone('0551234567'), '0551234567');
  assert.equal(parseMexicanPhone('+52 55 1234'), '52551234');
});

test('L-11: what is not a telephone number is none', () => {
  for (const odd of [
    '',
    '123',
    'null',
    '55 1234 5678 ext. 9',
    '+',
    '5'.repeat(21),
    '5'.repeat(100_000),
    '++525512345678',
  ]) {
    assert.equal(parseMexicanPhone(odd), null, odd.slice(0, 30));
  }
});

test('a number abroad is read with its country code however that is written', () => {
  for (const code of ['1', '+1', '001', ' +1 '])
    assert.equal(parseForeignPhone(code, '(212) 555-0100'), '+12125550100');
  assert.equal(parseForeignPhone('', '+34 600 000 000'), '+34600000000');
  assert.equal(parseForeignPhone('+52', '55 1234 5678'), '+525512345678');
});

test('a number abroad without a readable country code keeps its digits', () => {
  for (const code of ['', 'null', '9999', 'USA']) assert.equal(parseForeignPhone(code, '2125550100'), '2125550100');
});
