import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Content, contentItems, find, itemType } from './deep-link.ts';

const settings = {
  ...{ returnUrl: 'https://campus.example/dl', data: null, acceptTypes: ['html', 'link', 'ltiResourceLink'] },
  ...{ acceptMultiple: true, acceptLineItem: true },
};
const algebra: Content = { title: 'Álgebra I', url: 'https://lms.example/a', scoreMaximum: 10 };
const geometry: Content = { title: 'Geometría', url: 'https://lms.example/g', scoreMaximum: null };

test('§3.11 an item is a link that launches; where a platform takes none, a plain link; else there is nothing to send', () => {
  assert.deepEqual(contentItems([algebra, geometry], settings), [
    {
      ...{ type: 'ltiResourceLink', title: 'Álgebra I', url: 'https://lms.example/a' },
      lineItem: { scoreMaximum: 10, label: 'Álgebra I' },
    },
    { type: 'ltiResourceLink', title: 'Geometría', url: 'https://lms.example/g' },
  ]);
  assert.deepEqual(contentItems([algebra], { ...settings, acceptTypes: ['image', 'link'] }), [
    { type: 'link', title: 'Álgebra I', url: 'https://lms.example/a' },
  ]);
  assert.equal(itemType({ ...settings, acceptTypes: ['image', 'html'] }), null);
  assert.deepEqual(contentItems([algebra], { ...settings, acceptTypes: [] }), []);
});

test('a column of grades goes along unless the platform takes none', () => {
  const [item] = contentItems([algebra], { ...settings, acceptLineItem: false });
  assert.deepEqual(item, { type: 'ltiResourceLink', title: 'Álgebra I', url: 'https://lms.example/a' });
});

test('a search knows no case and no accents, wants each word, and keeps what was chosen', () => {
  const offered = [algebra, geometry];
  const titles = (query: string, chosen: readonly Content[] = []) =>
    find(offered, query, chosen).content.map(({ title }) => title);
  assert.deepEqual(titles(''), ['Álgebra I', 'Geometría']);
  assert.deepEqual(titles('ALGEBRA'), ['Álgebra I']);
  assert.deepEqual(titles('i  álg'), ['Álgebra I']);
  assert.deepEqual(titles('algebra geometria'), []);
  assert.deepEqual(titles('geo', [algebra]), ['Álgebra I', 'Geometría']);
  const many = Array.from({ length: 60 }, (_, index) => ({ ...geometry, url: `https://lms.example/${index}` }));
  assert.deepEqual([find(many, 'geo', []).content.length, find(many, 'geo', []).mayBeMore], [40, true]);
});
