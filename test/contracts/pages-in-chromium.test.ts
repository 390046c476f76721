/**
 * What every page promises, seen in a real browser: barriers (axe), keyboard, narrow screens, attacks, requests.
 *
 * Where this machine has no Chromium these tests say that they did not run.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { galleryOrigin, openTab, type Tab } from '../../scripts/gallery.ts';
import { locales } from '../../src/i18n/locale.ts';
import type { Locale } from '../../src/model.ts';
import { loadAssets } from '../../src/pages/assets.ts';
import { defaultBrand } from '../../src/pages/brand.ts';
import type { Write } from '../../src/pages/sample.ts';
import { sampleFrame, samples } from '../../src/pages/samples.ts';
import { assertNoBarriers, inChromium, runAxe } from '../browser/chromium.ts';
import { attacks, interactiveTags, structureOf, type Tag, tagsIn } from './pages-markup.ts';

const assets = loadAssets(defaultBrand);
const asItIs: Write = (text) => text;

interface Shown {
  readonly page: string;
  readonly where: string;
}

/** One page of each structure and language: what a browser makes of them does not depend on the words. */
function differentPages(write: Write = asItIs): readonly Shown[] {
  return locales.flatMap((locale) => pagesIn(locale, write));
}

/**
 * One page of each structure, in whichever language, for what depends neither on the language nor on how long its words are. The
 * list of languages is the one thing that stands in another order: of each language there is a page.
 */
function differentStructures(write: Write = asItIs): readonly Shown[] {
  const unordered = ({ page }: Shown) => structureOf(page).split('\n').toSorted().join('\n');
  const seen = new Set<string>();
  return locales.flatMap((locale) =>
    pagesIn(locale, write).filter((shown, index) => {
      const isNew = !seen.has(unordered(shown));
      seen.add(unordered(shown));
      return isNew || index === 0;
    }),
  );
}

function pagesIn(locale: Locale, write: Write): readonly Shown[] {
  const seen = new Map<string, Shown>();
  for (const { name, render } of samples(write)) {
    const page = render(sampleFrame(locale, assets, write));
    const structure = structureOf(page);
    if (!seen.has(structure)) seen.set(structure, { page, where: `${name} in ${locale}` });
  }
  return [...seen.values()];
}

async function withTab(
  browser: Browser,
  options: BrowserContextOptions,
  use: (tab: Tab) => Promise<void>,
): Promise<void> {
  const tab = await openTab(browser, assets, { reducedMotion: 'reduce', ...options });
  await use(tab);
  await tab.close();
}

/** The colours of the dark scheme are all that it changes: they are the same in each language. */
const schemes = { light: differentPages, dark: differentStructures } as const;

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds no barrier on any page, in any language, in the ${colorScheme} scheme`, async (t) => {
    await inChromium(t, (browser) =>
      withTab(browser, { colorScheme }, async (tab) => {
        for (const { page, where } of schemes[colorScheme]()) {
          await tab.show(page);
          await assertNoBarriers(tab.page, where);
        }
      }),
    );
  });
}

test('axe is really asked: a page with a barrier is refused', async (t) => {
  await inChromium(t, (browser) =>
    withTab(browser, {}, async (tab) => {
      await tab.show('<!doctype html><html><title>x</title><main><h1>x</h1><input name="email"></main></html>');
      const { violations } = await runAxe(tab.page);
      assert.ok(violations.some((violation) => violation.startsWith('label: ')));
      assert.ok(violations.some((violation) => violation.startsWith('html-has-lang: ')));
    }),
  );
});

test('the keyboard reaches everything in the order of the page, with a focus that is seen', async (t) => {
  await inChromium(t, (browser) =>
    withTab(browser, {}, async (tab) => {
      for (const { page, where } of differentStructures()) {
        await tab.show(page);
        const tags = interactiveTags(page);
        const isRadio = ({ attributes }: Tag) => attributes.get('type') === 'radio';
        // Of a group of radio buttons the chosen one is reached, or the first where none is; from there the arrows choose.
        const chosen = tags.filter((tag) => isRadio(tag) && tag.attributes.has('checked'));
        const ofRadios = chosen.length > 0 ? chosen : tags.filter(isRadio).slice(0, 1);
        const expected = tags
          .filter((tag) => !isRadio(tag) || ofRadios.includes(tag))
          .map(({ attributes }) => attributes.get('data-testid'));
        const reached: (string | null)[] = [];
        for (const _ of expected) {
          await tab.page.keyboard.press('Tab');
          const [id, outline] = await tab.page.evaluate<[string | null, number]>(
            '[document.activeElement.getAttribute("data-testid"), parseFloat(getComputedStyle(document.activeElement).outlineWidth)]',
          );
          reached.push(id);
          assert.ok(outline >= 2, `${id} on ${where} shows no focus`);
        }
        assert.deepEqual(reached, expected, where);
      }
    }),
  );
});

test('the first key press offers to skip to the content', async (t) => {
  await inChromium(t, (browser) =>
    withTab(browser, {}, async (tab) => {
      await tab.show(differentPages()[0]?.page ?? '');
      await tab.page.keyboard.press('Tab');
      const box = await tab.page.getByTestId('skip-to-content').boundingBox();
      assert.ok(box !== null && box.y >= 0);
      await tab.page.keyboard.press('Enter');
      assert.equal(await tab.page.evaluate('document.activeElement.id'), 'content');
    }),
  );
});

const names: { readonly [kind: string]: Write } = {
  'as they are': asItIs,
  'of 300 characters': (text) => text.padEnd(300, ` ${text}`),
  'of 300 characters without a space': (text) => text.replaceAll(' ', '').padEnd(300, 'W'),
};

for (const [kind, write] of Object.entries(names)) {
  test(`a screen of 320 pixels needs no sideways scrolling with names ${kind}, and targets are 44 pixels`, async (t) => {
    await inChromium(t, (browser) =>
      withTab(browser, { viewport: { width: 320, height: 640 } }, async (tab) => {
        for (const { page, where } of differentPages(write)) {
          await tab.show(page);
          assert.equal(await tab.page.evaluate('document.documentElement.scrollWidth'), 320, where);
          const small = await tab.page.evaluate<readonly string[]>(`[...document.querySelectorAll('a, button')]
            .filter((e) => { const { width, height } = e.getBoundingClientRect(); return width < 44 || height < 44; })
            .map((e) => e.dataset.testid)`);
          assert.deepEqual(small, [], where);
        }
      }),
    );
  });
}

/** Element and attribute names, and the schemes of links, as Chromium's parser understands each of many pages. */
function parsedBy(
  tab: Tab,
  shown: readonly Shown[],
): Promise<readonly { structure: string; schemes: readonly string[] }[]> {
  return tab.page.evaluate(`${JSON.stringify(shown)}.map(({ page }) => {
    const parsed = new DOMParser().parseFromString(page, 'text/html');
    return {
      structure: [...parsed.querySelectorAll('*')].map((e) => e.tagName + e.getAttributeNames()).join('\\n'),
      schemes: [...parsed.links].map((a) => new URL(a.getAttribute('href'), location.href).protocol),
    };
  })`);
}

test('I-06, I-07: Chromium finds no element, attribute or scheme of an attack on any page', async (t) => {
  await inChromium(t, (browser) =>
    withTab(browser, {}, async (tab) => {
      await tab.show(differentPages()[0]?.page ?? '');
      const harmless = await parsedBy(tab, differentPages());
      for (const attack of attacks) {
        const attacked = differentPages(() => attack);
        for (const [index, { structure, schemes }] of (await parsedBy(tab, attacked)).entries()) {
          assert.equal(structure, harmless[index]?.structure, `${attack} on ${attacked[index]?.where}`);
          assert.deepEqual(
            schemes.filter((scheme) => scheme !== 'https:' && scheme !== 'mailto:'),
            [],
          );
        }
      }
    }),
  );
});

test('I-06, I-07: attacks in every text of a page stay silent when it is opened', async (t) => {
  await inChromium(t, (browser) =>
    withTab(browser, {}, async (tab) => {
      const alarms: string[] = [];
      tab.page.on('dialog', (dialog) => {
        alarms.push(dialog.message());
        void dialog.dismiss();
      });
      // A refused inline script is reported on the console: the policy must never be what saves us.
      tab.page.on('console', (message) => alarms.push(message.text()));
      let turn = 0;
      // A different attack in each text, so that every page meets many of them at once.
      for (const { page } of differentStructures(() => attacks[turn++ % attacks.length] ?? '')) await tab.show(page);
      assert.deepEqual(alarms, []);
      // An attack that is not escaped is noticed: otherwise this test would wait in vain.
      const noticed = tab.page.waitForEvent('console');
      await tab.show(`<!doctype html><title>x</title><p>${attacks[1]}</p>`);
      assert.match((await noticed).text(), /inline script/);
    }),
  );
});

test('I-02: the browser asks nobody but us, under a policy that allows nothing inline', async (t) => {
  await inChromium(t, (browser) =>
    withTab(browser, {}, async (tab) => {
      const complaints: string[] = [];
      tab.page.on('console', (message) => complaints.push(message.text()));
      for (const { page } of differentStructures()) await tab.show(page);
      assert.ok(tab.requested.includes(galleryOrigin + assets.stylesheetPath));
      // Of others only the apps in the frames of the page that signs out of them, and the campus that a page goes on to by itself.
      const wanted = differentPages().flatMap(({ page }) =>
        tagsIn(page).flatMap(({ name, attributes }) => {
          if (name === 'iframe') return [attributes.get('src')];
          return name === 'script' ? [attributes.get('data-onward')] : [];
        }),
      );
      assert.deepEqual(
        tab.requested.filter((url) => new URL(url).origin !== galleryOrigin && !wanted.includes(url)),
        [],
      );
      assert.deepEqual(complaints, []);
    }),
  );
});
