import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { nextLink } from './link-header.ts';
import { withQuery } from './pages.ts';
import { belowLineItem } from './scores.ts';

const word = fc.string({ unit: fc.constantFrom(...'aZ09-._~%2Fé'), maxLength: 12 }).map(encodeURIComponent);
const query = fc
  .array(fc.tuple(word, word), { maxLength: 3 })
  .map((pairs) => pairs.map((pair) => pair.join('=')).join('&'));
const address = fc
  .tuple(
    fc.array(
      word.filter((part) => part !== '' && part !== '.' && part !== '..'),
      { maxLength: 4 },
    ),
    query,
  )
  .map(([parts, search]) => new URL(`https://campus.test/${parts.join('/')}${search === '' ? '' : `?${search}`}`));

test('case 57: whatever the address of a column, only its path becomes longer', () => {
  fc.assert(
    fc.property(address, fc.constantFrom('scores' as const, 'results' as const), (lineItem, name) => {
      const below = belowLineItem(lineItem, name);
      assert.equal(below.href, `${lineItem.origin}${lineItem.pathname.replace(/\/$/, '')}/${name}${lineItem.search}`);
    }),
  );
  assert.equal(
    belowLineItem(new URL('https://a.test/1?type_id=3#x'), 'scores').href,
    'https://a.test/1/scores?type_id=3',
  );
});

test('what is asked for is added to a query, and changes nothing of it', () => {
  fc.assert(
    fc.property(address, fc.string({ unit: 'grapheme' }), (url, value) => {
      const more = withQuery(url, { resource_link_id: value });
      assert.ok(more.search.startsWith(url.search));
      assert.equal(more.searchParams.getAll('resource_link_id').at(-1), new URLSearchParams({ v: value }).get('v'));
    }),
  );
});

test('case 56: the next page is the one that the field names, letter by letter', () => {
  const title = fc.string({ unit: fc.constantFrom(...'aB ,;<>=\\"') }).map((text) => text.replaceAll(/[\\"]/g, '\\$&'));
  const rel = fc.constantFrom('rel=next', 'rel="next"', 'REL = "Next"', 'rel="last next"', 'rel="next"; rel="prev"');
  const other = fc.constantFrom(
    'rel="prev"',
    'rel=differences',
    'rel="nextpage"',
    'title="; rel=next"',
    'rel="prev"; rel="next"',
  );
  fc.assert(
    fc.property(address, title, rel, fc.array(other, { maxLength: 2 }), (url, text, relation, others) => {
      const before = others.map((each) => `<https://campus.test/other>; ${each}, `).join('');
      assert.equal(nextLink(`${before}<${url.href}>; title="${text}"; ${relation}`), url.href);
      assert.equal(nextLink(`${before}<${url.href}>; title="${text}"`), null);
    }),
  );
});

test('a Link field that cannot be read leads nowhere, and takes no time', () => {
  for (const field of [
    '',
    ' ',
    ',',
    '<',
    '<a',
    '<a>; rel',
    'https://a.test; rel="next"',
    '<a>; rel="next',
    '<a> rel="next"',
    '<a>;;rel="next"',
  ]) {
    assert.equal(nextLink(field), null, field);
  }
  const began = process.hrtime.bigint();
  for (const piece of ['<a>;', '<a>; b=', ' ;', '<a>; b="\\"', '<a> , ', '; a = '])
    nextLink(piece.repeat(16_384 / piece.length));
  for (const piece of [' ', '\t', ' ;', '="']) nextLink(`<a>; b${piece.repeat(16_000)}!`);
  assert.ok(process.hrtime.bigint() - began < 1_000_000_000n);
});
