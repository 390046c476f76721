/**
 * What is a button, what a list, and what is only found by search.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recordWith } from '../../test/store-fixture.ts';
import { PlayedProvider } from '../sign-in/sign-in.fixture.ts';
import { arrange, type Choices, MOST_BUTTONS, withFirst } from './choices.ts';

const provider = (slug: string, vendor = 'oidc') => ({
  record: recordWith({ slug, vendor, name: { 'es-MX': slug, en: slug } }),
  provider: new PlayedProvider(slug),
});
type One = ReturnType<typeof provider>;
const several = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, index) => provider(`${prefix}-${String(index).padStart(3, '0')}`));

function arranged(primary: readonly One[], institutions: readonly One[], own: readonly One[] = []) {
  const enabled: string[] = [];
  const choices = arrange({
    ...{ primary, institutions, own },
    inOrder: (offers) => offers.toSorted((a, b) => (a.record.slug < b.record.slug ? -1 : 1)),
    enable(offer) {
      enabled.push(offer.record.slug);
      return offer.record.slug.startsWith('broken') ? null : offer;
    },
  });
  return { choices, enabled };
}

const slugs = (providers: readonly { readonly record: { readonly slug: string } }[]) =>
  providers.map(({ record }) => record.slug);
const seen = ({ buttons, institutions, ownWays }: Choices) => ({
  buttons: slugs(buttons),
  institutions: institutions.kind === 'list' ? slugs(institutions.providers) : institutions.kind,
  ownWays: slugs(ownWays),
});

test('a few are buttons in order of name, and ways of our own come after them, e-mail first', () => {
  const own = [provider('a-guest', 'guest'), provider('b-password', 'password'), provider('c-email', 'email')];
  assert.deepEqual(seen(arranged([provider('z'), provider('a')], [], own).choices), {
    ...{ buttons: ['a', 'z'], institutions: 'none' },
    ownWays: ['c-email', 'b-password', 'a-guest'],
  });
});

const shapes: readonly [primary: number, institutions: number, kind: Choices['institutions']['kind']][] = [
  [0, 0, 'none'],
  [3, 1, 'list'],
  [3, 7, 'list'],
  [3, 8, 'search'],
  [8, 7, 'list'],
  [9, 7, 'search'],
  [0, 8, 'search'],
  [MOST_BUTTONS, 0, 'none'],
  [MOST_BUTTONS + 1, 0, 'search'],
  [3, 10_000, 'search'],
  [10_000, 0, 'search'],
];
for (const [primary, institutions, kind] of shapes) {
  test(`${primary} providers and ${institutions} institutions: ${kind}`, () => {
    const { choices, enabled } = arranged(several('p', primary), several('i', institutions));
    assert.equal(choices.institutions.kind, kind);
    assert.equal(choices.buttons.length, Math.min(primary, MOST_BUTTONS));
    assert.ok(enabled.length <= MOST_BUTTONS + 7, 'no provider is made that is not shown');
  });
}

test('one that cannot be used is left out, and keeps nobody from the others', () => {
  const { choices } = arranged([provider('a'), provider('broken')], [provider('broken-too')]);
  assert.deepEqual(seen(choices), { buttons: ['a'], institutions: 'none', ownWays: [] });
});

test('the one that was used last comes first, and stands nowhere else', () => {
  const own = [provider('mail', 'email')];
  const few = arranged([provider('a'), provider('b')], [provider('i'), provider('j')], own).choices;
  const many = arranged([provider('a')], several('i', 50)).choices;
  assert.deepEqual(seen(withFirst(few, provider('b'))), {
    ...{ buttons: ['b', 'a'], institutions: ['i', 'j'], ownWays: ['mail'] },
  });
  assert.deepEqual(seen(withFirst(few, provider('i'))), {
    ...{ buttons: ['i', 'a', 'b'], institutions: ['j'], ownWays: ['mail'] },
  });
  assert.deepEqual(seen(withFirst(few, provider('mail', 'email'))), {
    ...{ buttons: ['mail', 'a', 'b'], institutions: ['i', 'j'], ownWays: [] },
  });
  assert.deepEqual(seen(withFirst(many, provider('i-033'))), {
    ...{ buttons: ['i-033', 'a'], institutions: 'search', ownWays: [] },
  });
  assert.equal(withFirst(few, null), few);
});
