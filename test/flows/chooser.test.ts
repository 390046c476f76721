/**
 * The chooser: what a person sees first, and how an institution is found among many.
 */
import assert from 'node:assert/strict';
import type { TestBrowser } from '../browser.ts';
import type { Page } from '../browser-page.ts';
import { BROKER, COURSE_SITE, type Rig, withOneRig } from '../rig.ts';

/** Applications of the same product: only where the browser wanted to go counts here. */
const provider = (slug: string, members: readonly string[]) => `
  - slug: ${slug}
    vendor: llave-mx
    enabled: true
${members.map((line) => `    ${line}\n`).join('')}    settings: { environment: val, mode: apps, client_id: "202508101834311999" }`;

const schools = (count: number) =>
  Array.from({ length: count }, (_, index) =>
    provider(`escuela-${index}`, [
      `name: Escuela ${index % 2 === 0 ? 'Tecnológica' : 'Normal'} N.º ${index}`,
      'hint: { es-MX: Pública, en: Public }',
      'secondary: true',
    ]),
  ).join('');

const shown = (page: Page) =>
  page.document.all('a').flatMap((link) => {
    const id = link.attribute('data-testid') ?? '';
    return id.startsWith('provider-') ? [id.slice('provider-'.length)] : [];
  });
const open = async (rig: Rig, browser = rig.browser()) => ({
  browser,
  page: await browser.click(await browser.get(`${COURSE_SITE}/`), 'sign-in'),
});
const searchFor = (browser: TestBrowser, page: Page, q: string) => browser.submit(page, 'submit', { q });
const lastUsed = /Así entraste la última vez|What you used last time/;

withOneRig(
  'the provider that this browser went to last comes first, and says so; another browser sees the order of names',
  async (rig) => {
    const seen = async (browser: TestBrowser) => {
      const { page } = await open(rig, browser);
      return { page, choices: shown(page).map((slug) => [slug, lastUsed.test(page.text(`provider-${slug}`))]) };
    };
    const byName = [
      ['llave-mx', false],
      ['otra', false],
    ];
    const browser = rig.browser();
    const first = await seen(browser);
    assert.deepEqual(first.choices, byName);

    await browser.click(first.page, 'provider-otra', { follow: false });
    assert.deepEqual((await seen(browser)).choices, [
      ['otra', true],
      ['llave-mx', false],
    ]);
    assert.deepEqual((await seen(rig.browser())).choices, byName);
  },
  { moreProviders: provider('otra', ['name: Otra']) },
);

withOneRig(
  'a few institutions are a list of their own, without a search',
  async (rig) => {
    const { page } = await open(rig);
    assert.deepEqual(shown(page), ['llave-mx', 'escuela-1', 'escuela-0', 'escuela-2']);
    assert.equal(page.find('search'), null);
    assert.ok(page.document.all('h2').some(({ text }) => text === 'Your institution'));
    // What is not searched cannot be asked for either.
    const asked = await rig.browser().get(page.url);
    assert.equal(asked.find('nothing-found'), null);
  },
  { moreProviders: schools(3) },
);

withOneRig(
  'many institutions are searched, without script: results first, the other ways after them',
  async (rig) => {
    const { browser, page } = await open(rig);
    assert.deepEqual(shown(page), ['llave-mx']);
    const found = await searchFor(browser, page, 'TECNOLOGICA');
    assert.equal(found.url.searchParams.get('q'), 'TECNOLOGICA');
    assert.equal(found.url.searchParams.get('id'), page.url.searchParams.get('id'));
    assert.equal(found.get('search').attribute('value'), 'TECNOLOGICA');
    assert.deepEqual(shown(found), ['escuela-0', 'escuela-2', 'escuela-4', 'escuela-6', 'escuela-8', 'llave-mx']);
    assert.deepEqual(shown(await searchFor(browser, found, 'escuela 7')), ['escuela-7', 'llave-mx']);
    assert.deepEqual(shown(await searchFor(browser, found, 'escuela-7')), ['escuela-7', 'llave-mx']);
    // Also what stands on the page as a button, once.
    assert.deepEqual(shown(await searchFor(browser, found, 'llave')), ['llave-mx']);
    assert.deepEqual(shown(await searchFor(browser, found, '')), ['llave-mx']);
  },
  { moreProviders: schools(9) },
);

withOneRig(
  'nothing found is said in words, with the query as text, and the search goes on',
  async (rig) => {
    const { browser, page } = await open(rig);
    for (const query of ['no such school', '<b>"x"</b>', "'; drop table users --", '%', 'x'.repeat(10_000), '\u202e']) {
      const nothing = await searchFor(browser, page, query);
      assert.equal(nothing.status, 200);
      assert.match(nothing.text('nothing-found'), /^We found nothing for “/, query.slice(0, 20));
      assert.equal(nothing.document.all('b').length, 0);
      assert.ok(nothing.text('nothing-found').length < 200);
      assert.deepEqual(shown(nothing), ['llave-mx']);
      assert.deepEqual(shown(await searchFor(browser, nothing, 'normal 3')), ['escuela-3', 'llave-mx']);
    }
  },
  { moreProviders: schools(9) },
);

withOneRig(
  'at most twenty are shown, and the page says that there may be more',
  async (rig) => {
    const { browser, page } = await open(rig);
    const many = await searchFor(browser, page, 'escuela');
    assert.equal(shown(many).length, 21);
    assert.match(many.document.text, /There may be more/);
    assert.doesNotMatch((await searchFor(browser, page, 'normal 21')).document.text, /There may be more/);
  },
  { moreProviders: schools(30) },
);

withOneRig(
  'whoever came by an institution finds it as the first button the next time',
  async (rig) => {
    const { browser, page } = await open(rig);
    const found = await searchFor(browser, page, 'normal 5');
    await browser.click(found, 'provider-escuela-5', { follow: false });
    const again = await open(rig, browser);
    assert.deepEqual(shown(again.page), ['escuela-5', 'llave-mx']);
    assert.match(again.page.text('provider-escuela-5'), lastUsed);
    // Searched for, it stands among the results alone.
    assert.deepEqual(shown(await searchFor(browser, again.page, 'normal 5')), ['escuela-5', 'llave-mx']);
  },
  { moreProviders: schools(9) },
);

withOneRig(
  'a search belongs to an attempt of this browser, and to the language that it was made in',
  async (rig) => {
    const { page } = await open(rig);
    const url = new URL(page.url);
    url.searchParams.set('q', 'normal');
    const other = await rig.browser().get(url);
    assert.equal(other.text('error-code'), 'sign_in_other_browser');
    const { browser, page: mine } = await open(rig);
    const found = await searchFor(browser, mine, 'normal');
    const spanish = await browser.click(found, 'language-es-MX');
    assert.equal(spanish.url.searchParams.get('q'), 'normal');
    assert.ok(shown(spanish).includes('escuela-1'));
    assert.equal(spanish.text('submit'), 'Buscar');
    assert.equal(spanish.url.origin, BROKER);
  },
  { moreProviders: schools(9) },
);
