/**
 * What a provider's record does to a whole sign-in: who may use it, how long it lasts, what it vouches for, how it looks.
 */
import assert from 'node:assert/strict';
import { asDataAddress, png } from '../../src/configuration/icon.fixture.ts';
import { assertRefusalPage, assertRefused } from '../refusal.ts';
import { BROKER, COURSE_SITE, forEachRig, type Rig, withOneRig } from '../rig.ts';

const blog = (slug: string, members: string) => `
  - slug: ${slug}
    vendor: wordpress
    enabled: true
    ${members}
    settings: { base_address: "https://${slug}.test", client_id: a, client_secret: b }`;

const MINUTE = 60_000;

/** The test ids of the providers on a page, in their order. */
const shown = (page: { document: { all(...tags: string[]): { attribute(name: string): string | null }[] } }) =>
  page.document.all('a').flatMap((link) => {
    const id = link.attribute('data-testid') ?? '';
    return id.startsWith('provider-') ? [id.slice('provider-'.length)] : [];
  });

const toChooser = async (rig: Rig, browser = rig.browser()) => {
  const page = await browser.click(await browser.get(`${COURSE_SITE}/`), 'sign-in');
  return { browser, page };
};

// ------------------------------------------------------------------------------------------------------ who may use it

forEachRig(
  'a provider that a client does not allow is not shown to its people, and no address or hint leads to it',
  async (rig) => {
    const { browser, page } = await toChooser(rig);
    assert.deepEqual(shown(page), ['uni']);
    const id = page.url.searchParams.get('id');
    for (const address of [`/sign-in/llave-mx?id=${id}`, `/sign-in/llave-mx?id=${id}&ui_locales=en`]) {
      const refused = await browser.get(`${BROKER}${address}`);
      assertRefusalPage(refused, 'provider_unknown');
    }
    const hinted = await browser.get(`${COURSE_SITE}/login?idp_hint=llave-mx`);
    assert.equal(hinted.url.pathname, '/sign-in');
    assert.deepEqual(shown(hinted), ['uni']);
    assert.equal(rig.llaveMx.requests.length, 0);
    // Of a visit to the broker itself it is one of two.
    assert.deepEqual(shown(await browser.get(`${BROKER}/sign-in`)), ['llave-mx', 'uni']);
  },
  { moreProviders: blog('uni', 'name: Uni'), moreCourseSite: ['allowed_providers: [uni]'] },
  ['SQLite in memory', 'PostgreSQL'],
);

forEachRig(
  'single sign-on does not lead around it: who is signed in by another provider is asked to sign in anew',
  async (rig) => {
    const browser = rig.browser();
    await browser.submit(await browser.get(`${BROKER}/sign-in/llave-mx`), 'person-nacional');
    assert.equal((await browser.get(`${BROKER}/account`)).url.pathname, '/account');
    const { page } = await toChooser(rig, browser);
    assert.equal(page.url.pathname, '/sign-in');
    assert.deepEqual(shown(page), ['uni']);
    // The client is not told that somebody is there.
    const silent = await browser.get(`${COURSE_SITE}/login?prompt=none`);
    assert.doesNotMatch(silent.body, /Citlali/);
    assert.equal(await rig.count('sessions'), 1);

    await rig.configure({ moreCourseSite: ['allowed_providers: [uni, llave-mx]'] });
    const inside = await browser.click(await browser.get(`${COURSE_SITE}/`), 'sign-in');
    assert.match(inside.text('signed-in-as'), /Citlali/);
  },
  { moreProviders: blog('uni', 'name: Uni'), moreCourseSite: ['allowed_providers: [uni]'] },
  ['SQLite in memory', 'PostgreSQL'],
);

withOneRig(
  'a provider that a client stops allowing while the person is away lets nobody in',
  async (rig) => {
    const browser = rig.browser();
    const people = await rig.toLlaveMx(browser);
    await rig.configure({ moreCourseSite: ['allowed_providers: [uni]'] });
    await assertRefused(rig, await browser.submit(people, 'person-nacional'), 'provider_disabled');
    assert.equal(rig.llaveMx.requests.filter(({ endpoint }) => endpoint === 'token').length, 0);
  },
  { moreProviders: blog('uni', 'name: Uni') },
);

withOneRig(
  'a provider that is bound to a site serves there, and nowhere else',
  async (rig) => {
    assert.deepEqual(shown((await toChooser(rig)).page), ['here', 'llave-mx']);
    assert.deepEqual(shown(await rig.browser().get(`${BROKER}/sign-in`)), ['at-broker', 'llave-mx']);
    const elsewhere = await rig.browser().get(`${BROKER}/sign-in/here`);
    assertRefusalPage(elsewhere, 'provider_unknown');
  },
  {
    moreProviders:
      blog('here', 'name: A\n    site: cursos.test') +
      blog('there', 'site: lms.test') +
      blog('at-broker', 'name: A\n    site: broker.test'),
  },
);

withOneRig(
  'a hidden provider is on no chooser, and is reached by its address and by a hint',
  async (rig) => {
    const { page } = await toChooser(rig);
    assert.deepEqual(shown(page), []);
    const people = await rig.browser().get(`${COURSE_SITE}/login?idp_hint=llave-mx`);
    people.get('person-nacional');
    const browser = rig.browser();
    const account = await browser.submit(await browser.get(`${BROKER}/sign-in/llave-mx`), 'person-nacional');
    assert.equal(account.url.pathname, '/account');
    // Not even as the one that was used last.
    assert.deepEqual(shown(await browser.get(`${BROKER}/sign-in`)), []);
  },
  { moreRecord: ['visible: false'] },
);

// -------------------------------------------------------------------------------------------------- how long it lasts

forEachRig(
  'max_session_length ends the session, on the server, however much it is used',
  async (rig) => {
    const browser = rig.browser();
    await browser.submit(await browser.get(`${BROKER}/sign-in/llave-mx`), 'person-nacional');
    for (let minutes = 0; minutes < 55; minutes += 5) {
      rig.clock.advance(5 * MINUTE);
      assert.equal((await browser.get(`${BROKER}/account`)).url.pathname, '/account');
    }
    rig.clock.advance(5 * MINUTE);
    assert.equal((await browser.get(`${BROKER}/account`)).url.pathname, '/sign-in');
    const silent = await browser.get(`${COURSE_SITE}/login?prompt=none`);
    assert.doesNotMatch(silent.body, /Citlali/);
  },
  { moreRecord: ['max_session_length: 3600'] },
);

// ------------------------------------------------------------------------------------------------ what it vouches for

forEachRig(
  'enable_sso_id_verification marks the identity: the person sees it, from the first sign-in with it on',
  async (rig) => {
    const browser = rig.browser();
    const account = () => browser.get(`${BROKER}/account`);
    const signIn = async () => browser.submit(await browser.get(`${BROKER}/sign-in/llave-mx`), 'person-nacional');
    await signIn();
    assert.equal((await account()).find('identity-verified'), null);
    await rig.configure({ moreRecord: ['enable_sso_id_verification: true'] });
    assert.equal((await account()).find('identity-verified'), null, 'not before a sign-in with it');
    await signIn();
    assert.match((await account()).text('identity-verified'), /^Identity verified on \w+ \d+, \d{4}$/);
  },
  {},
  ['SQLite in memory', 'PostgreSQL'],
);

// -------------------------------------------------------------------------------------------------------- how it looks

withOneRig(
  'I-08: the picture of a provider comes from us, as a PNG whatever its bytes are, and may be kept for ever',
  async (rig) => {
    const { browser, page } = await toChooser(rig);
    const [image] = page.document.all('img');
    const source = image?.attribute('src') ?? '';
    assert.match(source, /^\/assets\/provider\.[\w-]{16}\.png$/);
    assert.ok(!page.body.includes('data:'));
    const answer = await rig.broker(new Request(`${BROKER}${source}`));
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get('content-type'), 'image/png');
    assert.equal(answer.headers.get('x-content-type-options'), 'nosniff');
    assert.equal(answer.headers.get('cache-control'), 'public, max-age=31536000, immutable');
    assert.match(
      answer.headers.get('content-security-policy') ?? '',
      /default-src 'none'; style-src 'self'; img-src 'self'/,
    );
    assert.equal(answer.headers.get('set-cookie'), null);
    assert.ok(picture.equals(Buffer.from(await answer.arrayBuffer())));

    await rig.configure({ moreRecord: [`icon: ${asDataAddress(png(20, 20))}`] });
    const renewed = await browser.get(page.url);
    assert.notEqual(renewed.document.all('img')[0]?.attribute('src'), source);
    assert.equal((await rig.broker(new Request(`${BROKER}${source}`))).status, 404);
  },
  { moreRecord: [`icon: ${asDataAddress(png(36, 36))}`] },
);
const picture = png(36, 36);

withOneRig(
  'I-07: a name and a line that an operator wrote are text on every page that shows them',
  async (rig) => {
    const { browser, page } = await toChooser(rig);
    assert.ok(page.get('provider-llave-mx').text.includes('<b>"Llave"</b>'));
    assert.equal(page.document.all('b').length, 0);
    const denied = await browser.get(`${BROKER}/callback/llave-mx?error=access_denied&state=x`);
    assert.equal(denied.document.all('b').length, 0);
  },
  { moreRecord: [`name: '<b>"Llave"</b>'`, `hint: { es-MX: '<script>', en: '<script>' }`] },
);
