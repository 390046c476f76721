import assert from 'node:assert/strict';
import test from 'node:test';
import { displayName, initial } from './display.ts';

test('a name cannot turn the direction of the text around it or break its line', () => {
  assert.equal(displayName('Campus\u202e\u2066 LMS\n\u2028 Norte\u0000'), 'Campus LMS Norte');
});

test('a name of 300 characters is cut at 120, and never through the middle of a character', () => {
  const cut = displayName('🗝'.repeat(300));
  assert.equal([...cut].length, 120);
  assert.ok(cut.endsWith('🗝…'));
  assert.equal(displayName('María José Núñez Peña'), 'María José Núñez Peña');
});

test('the mark of a name is its first letter or digit', () => {
  assert.equal(initial('llave MX'), 'L');
  assert.equal(initial('  «Ágora»'), 'Á');
  assert.equal(initial('<>'), '·');
});
