/**
 * What every page promises, in every language, whatever the names on it: read from the markup alone.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import test from 'node:test';
import { refusals } from '../../src/errors.ts';
import { locales } from '../../src/i18n/locale.ts';
import { loadAssets, type ScriptName } from '../../src/pages/assets.ts';
import { defaultBrand } from '../../src/pages/brand.ts';
import { path } from '../../src/pages/href.ts';
import type { Write } from '../../src/pages/sample.ts';
import { sampleFrame, samples } from '../../src/pages/samples.ts';
import { attacks, interactiveTags, structureOf, tagsIn, unlabelledFields } from './pages-markup.ts';

const assets = loadAssets(defaultBrand);
const asItIs: Write = (text) => text;
const veryLong: Write = (text) => text.padEnd(300, ` ${text}`);
const unbroken: Write = (text) => text.replaceAll(' ', '').padEnd(300, 'W');

/** Every page in every language, as `check(page, 'name in language')`. */
function everyPage(check: (page: string, where: string) => void, write: Write = asItIs): void {
  for (const locale of locales) {
    for (const { name, render } of samples(write))
      check(render(sampleFrame(locale, assets, write)), `${name} in ${locale}`);
  }
}

test('every page of the folder is among the samples, so none escapes these promises', () => {
  const folder = new URL('../../src/pages/', import.meta.url);
  const files = readdirSync(folder);
  const source = files
    .filter((file) => /(^|-)samples\.ts$/.test(file))
    .map((file) => readFileSync(new URL(file, folder), 'utf8'))
    .join();
  const pages = files
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .flatMap((file) => [...readFileSync(new URL(file, folder), 'utf8').matchAll(/export function (\w+Page)\(/g)])
    .map(([, name]) => `${name}(`);
  assert.ok(pages.length >= 8);
  assert.deepEqual(
    pages.filter((page) => !source.includes(page)),
    [],
  );
});

test('every refusal code has a page that shows the code and the reference', () => {
  const names = samples().map(({ name }) => name);
  for (const code of Object.keys(refusals)) assert.ok(names.includes(`refusal-${code}`), code);
  everyPage((page, where) => {
    const code = /^refusal-(\w+) /.exec(where)?.[1];
    if (code === undefined || !(code in refusals)) return;
    assert.match(page, new RegExp(`data-testid="error-code">${code}<`), where);
    assert.match(page, /data-testid="error-reference">7KQ2-M9XD</, where);
  });
});

test('I-15: the page says its language and direction', () => {
  for (const locale of locales) {
    for (const { name, render } of samples()) {
      const [first] = tagsIn(render(sampleFrame(locale, assets)));
      assert.equal(first?.name, 'html', name);
      assert.equal(first?.attributes.get('lang'), locale, name);
      assert.equal(first?.attributes.get('dir'), 'ltr', name);
    }
  }
});

test('one h1, one main, one title, and at most one primary action', () => {
  everyPage((page, where) => {
    const names = tagsIn(page).map(({ name }) => name);
    for (const single of ['h1', 'main', 'title']) {
      assert.equal(names.filter((name) => name === single).length, 1, `${single} of ${where}`);
    }
    const primary = tagsIn(page).filter(({ attributes }) => attributes.get('class')?.split(' ').includes('primary'));
    assert.ok(primary.length <= 1, where);
  });
});

test('a field without a label is found, and no page has one', () => {
  assert.equal(unlabelledFields('<input name="email">').length, 1);
  assert.equal(unlabelledFields('<label for="email"></label><input id="email">').length, 0);
  everyPage((page, where) => assert.deepEqual(unlabelledFields(page), [], where));
});

/** By the beginning of a page's name; the first that fits. */
const scriptOf: { readonly [page: string]: ScriptName } = {
  'email-code': 'waiting',
  'signing-out': 'signing-out',
  'lti-deep-link-sent': 'submit',
  'lti-registered': 'lti-close',
  'lti-': 'lti-storage',
};

test('I-01: no script, no inline style, no handler: a policy that forbids all of them loses nothing', () => {
  everyPage((page, where) => {
    for (const { name, attributes } of tagsIn(page)) {
      // The pages that wait for another tab, for apps and for an LMS, each with a button or a link that does the same.
      if (name === 'script' && /^(?:email-code|signing-out|lti-)/.test(where)) {
        const own = Object.entries(scriptOf).find(([page]) => where.startsWith(page))?.[1];
        assert.equal(attributes.get('src'), assets.scriptPaths[own ?? assert.fail(where)], where);
        continue;
      }
      if (name === 'iframe' && where.startsWith('signing-out')) {
        assert.equal(attributes.get('sandbox'), 'allow-scripts allow-same-origin allow-forms', where);
        assert.ok(attributes.has('title') && attributes.has('hidden'), where);
        continue;
      }
      assert.ok(!['script', 'style', 'iframe', 'object', 'embed', 'base'].includes(name), `${name} in ${where}`);
      for (const attribute of attributes.keys()) assert.doesNotMatch(attribute, /^(?:on|style$|srcdoc$)/i, where);
    }
  });
});

test('I-02: nothing is loaded from, and no form is sent to, another origin', () => {
  everyPage((page, where) => {
    for (const { name, attributes } of tagsIn(page)) {
      const loaded = ['src', 'action', 'formaction', 'srcset', 'data', 'poster'].map((key) => attributes.get(key));
      if (name === 'link') loaded.push(attributes.get('href'));
      // The apps that are told in frames, which the policy of that one page names.
      if (name === 'iframe' && where.startsWith('signing-out')) continue;
      // The answer that a campus waits for, likewise.
      if (name === 'form' && where.startsWith('lti-deep-link-sent')) continue;
      for (const address of loaded) {
        if (address !== undefined) assert.match(address, /^\/(?!\/)/, `${name} in ${where}`);
      }
    }
  });
  assert.doesNotMatch(assets.css, /url\(|@import|https?:/);
});

test('only the page that waits moves on by itself, and at once (WCAG 2.2 §2.2.1)', () => {
  everyPage((page, where) => {
    const refresh = tagsIn(page).filter(({ attributes }) => attributes.get('http-equiv') === 'refresh');
    assert.deepEqual(
      refresh.map(({ attributes }) => attributes.get('content')),
      where.startsWith('wait ') ? ['0; url=/sign-in/next'] : [],
      where,
    );
  });
});

test('everything that can be pressed has a data-testid of its own', () => {
  everyPage((page, where) => {
    const ids = interactiveTags(page).map(({ attributes }) => attributes.get('data-testid'));
    assert.ok(!ids.includes(undefined), where);
    assert.equal(new Set(ids).size, ids.length, `${where}: ${ids.join(' ')}`);
  });
});

test('the names of machines are kept: provider-llave-mx, confirm-yes, confirm-no, sign-in, sign-out (DESIGN §11)', () => {
  const found = new Set<string | undefined>();
  everyPage((page) => {
    for (const { attributes } of interactiveTags(page)) found.add(attributes.get('data-testid'));
  });
  for (const id of ['provider-llave-mx', 'cancel', 'confirm-yes', 'confirm-no', 'sign-in', 'sign-out', 'start-again']) {
    assert.ok(found.has(id), id);
  }
});

test('saying nothing is saying no: only the yes button sends a value', () => {
  everyPage((page, where) => {
    for (const { attributes } of interactiveTags(page)) {
      if (attributes.get('data-testid') === 'confirm-yes') assert.equal(attributes.get('value'), 'yes', where);
      if (attributes.get('data-testid') === 'confirm-no') assert.ok(!attributes.has('name'), where);
    }
  });
});

test('no sentence ends in two full stops, also where an hour ends in "a.m."', () => {
  everyPage((page, where) => assert.doesNotMatch(page.replaceAll(/<[^>]*>/g, ''), /\.\.(?!\.)/, where));
});

test('I-06, I-07: no text from outside changes the structure of a page', () => {
  const harmless: string[] = [];
  everyPage((page) => harmless.push(structureOf(page)));
  for (const attack of attacks) {
    const expected = harmless.values();
    everyPage(
      (page, where) => {
        assert.equal(structureOf(page), expected.next().value, `${attack} on ${where}`);
        for (const { attributes } of tagsIn(page)) {
          const href = attributes.get('href');
          if (href !== undefined) assert.match(href, /^(?:https:|mailto:|\/(?!\/)|#content$)/, where);
        }
      },
      () => attack,
    );
  }
});

test('a page is under 50 kB, also with names of 300 characters, and the stylesheet under 10 kB', () => {
  for (const write of [asItIs, veryLong, unbroken]) {
    everyPage(
      (page, where) => assert.ok(Buffer.byteLength(page) + Buffer.byteLength(assets.css) < 50_000, where),
      write,
    );
  }
  assert.ok(Buffer.byteLength(assets.css) < 10_000);
});

test("a deployment's logo replaces the keyring, and is read to nobody twice", () => {
  const frame = sampleFrame('en', assets);
  const branded = { ...frame, brand: { ...frame.brand, logo: path('/assets/logo.png') } };
  for (const { render } of samples()) {
    const images = tagsIn(render(branded))
      .filter(({ name }) => name === 'img' || name === 'svg')
      .filter(({ attributes }) => !['picture', 'drawing'].includes(attributes.get('class') ?? ''));
    assert.deepEqual(
      images.map(({ attributes }) => [attributes.get('src'), attributes.get('alt')]),
      [['/assets/logo.png', '']],
    );
  }
});
