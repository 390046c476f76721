import assert from 'node:assert/strict';
import { test } from 'node:test';
import { moment, table } from './text.ts';

test('columns stand below each other by letters, not by bytes, and no line ends in blanks', () => {
  assert.equal(
    table([
      ['CLIENT', 'NAME'],
      ['ñandú', 'x'],
      ['lms', ''],
    ]),
    'CLIENT  NAME\nñandú   x\nlms',
  );
  assert.equal(table([]), '');
});

test('a moment says its time zone', () => {
  assert.equal(moment(0), '1970-01-01 00:00 UTC');
});
