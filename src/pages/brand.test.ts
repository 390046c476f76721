import assert from 'node:assert/strict';
import test from 'node:test';
import { loadAssets } from './assets.ts';
import { brandFaults, cardGround, defaultBrand } from './brand.ts';
import { color, contrast, mostReadable, parseColor } from './color.ts';

test('contrast is WCAG 2.2: 21 for black on white, 1 for the same colour', () => {
  assert.equal(contrast(color('#000000'), color('#ffffff')), 21);
  assert.equal(contrast(color('#777777'), color('#777777')), 1);
  assert.equal(contrast(color('#767676'), color('#ffffff')).toFixed(2), '4.54');
});

test('a colour can only be a colour, never a rule of CSS', () => {
  for (const value of ['red', '#fff', '#12345', '#1234567', '#000000;}', '#00000g', '', 'url(//evil.test)']) {
    assert.equal(parseColor(value), null, value);
  }
  assert.equal(parseColor('#ABCDEF'), '#abcdef');
});

test('text on the accent is black or white, whichever can be read', () => {
  const choices = [color('#ffffff'), color('#000000')] as const;
  assert.equal(mostReadable(color('#003366'), choices), '#ffffff');
  assert.equal(mostReadable(color('#ffee88'), choices), '#000000');
});

test('an unreadable accent, an empty name and an unknown zone are all reported', () => {
  assert.deepEqual(brandFaults(defaultBrand), []);
  const faults = brandFaults({
    ...defaultBrand,
    productName: ' ',
    accent: { light: color('#ffee88'), dark: color('#222222') },
    timeZone: 'Mars/Olympus',
  });
  assert.equal(faults.length, 4);
});

test('the stylesheet draws the card on the ground that contrast is checked against', () => {
  const { css } = loadAssets(defaultBrand);
  assert.match(css, new RegExp(`--card: light-dark\\(${cardGround.light}, ${cardGround.dark}\\)`));
  assert.match(css, new RegExp(`--card: ${cardGround.light};`));
});
