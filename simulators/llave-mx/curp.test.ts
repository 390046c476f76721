import assert from 'node:assert/strict';
import { test } from 'node:test';
import { completeCurp, curpCheckDigit } from './curp.ts';

test('L-12: the check digit of a CURP known to be valid is computed', () => {
  assert.equal(curpCheckDigit('HEGG560427MVZRRL0'), '4');
});

test('Ñ counts 24 and the letters after it one more than their place in the English alphabet', () => {
  // Only the last position differs, whose weight is 2: N is 23, Ñ is 24, O is 25.
  const digits = ['N', 'Ñ', 'O'].map((letter) => Number(curpCheckDigit(`0000000000000000${letter}`)));
  assert.deepEqual(digits, [(100 - 46) % 10, (100 - 48) % 10, (100 - 50) % 10]);
});

test('something else than 17 characters of the alphabet is refused', () => {
  for (const wrong of ['', 'HEGG560427MVZRRL04', 'hegg560427mvzrrl0', 'HEGG 60427MVZRRL0']) {
    assert.throws(() => completeCurp(wrong), RangeError, wrong);
  }
});
