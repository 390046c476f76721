import assert from 'node:assert/strict';
import { test } from 'node:test';
import { numberOf, numberOrNull, textOf, textOrNull } from './rows.ts';

const row = { text: 'é', empty: '', number: 0, nothing: null };

test('a column is read as what it is', () => {
  assert.equal(textOf(row, 'text'), 'é');
  assert.equal(textOf(row, 'empty'), '');
  assert.equal(numberOf(row, 'number'), 0);
  assert.equal(textOrNull(row, 'nothing'), null);
  assert.equal(numberOrNull(row, 'nothing'), null);
  assert.equal(textOrNull(row, 'text'), 'é');
  assert.equal(numberOrNull(row, 'number'), 0);
});

test('a column that is missing, null or of another type is a fault, and its value is not repeated', () => {
  for (const read of [() => textOf(row, 'number'), () => textOf(row, 'nothing'), () => textOrNull(row, 'missing')]) {
    assert.throws(read, TypeError);
  }
  for (const read of [
    () => numberOf(row, 'empty'),
    () => numberOf(row, 'nothing'),
    () => numberOrNull(row, 'missing'),
  ]) {
    assert.throws(read, TypeError);
  }
  assert.throws(
    () => numberOf({ curp: 'HEGG560427MVZRRL04' }, 'curp'),
    (error) => !String(error).includes('HEGG'),
  );
});
