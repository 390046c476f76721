/**
 * The registration page, from the course site and back: what is missing is asked for once, terms with a version, an address
 * that is proved.
 */
import assert from 'node:assert/strict';
import type { Page, TestBrowser } from '../browser.ts';
import { BROKER, COURSE_SITE, forEachRig, type Rig, type RigOptions, withOneRig } from '../rig.ts';
import { codeIn, isSignedIn, linkIn, ownWays, signInByMail, towards } from './own-ways.ts';

const TERMS =
  'terms: { version: "2026-1", address: "https://cursos.test/terminos", title: { es-MX: Aviso, en: Notice } }';
const asking = (fields: string, { verify = true, terms = '' } = {}): Partial<RigOptions> => ({
  registration: `{ verify_email: ${verify}, fields: { ${fields} }${terms === '' ? '' : `, ${terms}`} }`,
});
const everything = asking(
  'given_name: required, family_name: optional, username: required, email: required, country: required, year_of_birth: required, gender: optional, goals: optional',
  { terms: TERMS },
);

/** Nothing of hers is missing but what she is asked; she has no address yet. */
const LUPITA = 'cuenta-basica';
const filled = {
  family_name: 'Chan',
  username: 'lupita',
  email: 'Lupita@Uni.MX',
  country: 'MX',
  year_of_birth: '2001',
  gender: 'f',
  goals: 'Aprender inglés',
  terms: true,
};

async function rowsOf(rig: Rig, text: string) {
  return rig.databases.durable.all({ shape: [text], values: [] });
}

const proveByCode = async (rig: Rig, browser: TestBrowser, page: Page, address: string) => {
  const sent = await browser.submit(page, 'submit');
  return browser.submit(sent, 'submit', { code: codeIn(await rig.lastMail(address)) });
};

forEachRig(
  'somebody new fills in the page, proves the address, and is in the course site; the account page shows what was said',
  async (rig) => {
    const browser = rig.browser();
    const page = await rig.signIn(browser, LUPITA);
    assert.equal(page.url.pathname, '/sign-in/step');
    assert.equal(page.get('given_name').attribute('value'), 'Lupita');
    assert.notEqual(page.get('given_name').attribute('readonly'), null, 'the provider fills it and is synced');
    assert.equal(page.get('terms').attribute('checked'), null);
    assert.equal(page.get('read-terms').attribute('href'), 'https://cursos.test/terminos');
    const asksProof = await browser.submit(page, 'submit', filled);
    assert.equal(await rig.count('users'), 0);
    const end = await proveByCode(rig, browser, asksProof, 'lupita@uni.mx');
    assert.ok(isSignedIn(end), end.url.href);

    const account = await browser.get(`${BROKER}/account`);
    assert.equal(account.text('account-name'), 'Lupita Chan');
    assert.equal(account.text('about-country'), 'Mexico');
    assert.equal(account.text('about-year_of_birth'), '2001');
    assert.equal(account.text('about-gender'), 'Female');
    assert.equal(account.text('about-goals'), 'Aprender inglés');
    assert.match(account.body, /2026-1/);
    assert.deepEqual(await rowsOf(rig, 'select username from users'), [{ username: 'lupita' }]);
    assert.deepEqual(await rowsOf(rig, 'select address, verified_by, is_primary from emails'), [
      { address: 'Lupita@Uni.MX', verified_by: 'llavero', is_primary: 1 },
    ]);
    const types = (await rig.audit()).map(({ type }) => type).sort();
    assert.deepEqual(types, ['identity.linked', 'sign_in.succeeded', 'terms.agreed', 'user.created']);

    assert.ok(isSignedIn(await rig.signIn(rig.browser(), LUPITA)), 'the next time nobody is asked');
  },
  everything,
);

withOneRig(
  'somebody of whom nothing is missing sees no page',
  async (rig) => {
    assert.ok(isSignedIn(await rig.signIn(rig.browser(), 'nacional')));
  },
  asking('given_name: required, family_name: required, email: required, year_of_birth: optional'),
);

withOneRig(
  'the page speaks the language of the person, with countries by their name and in its order',
  async (rig) => {
    for (const [language, first, mexico] of [
      ['es', 'Afganistán', 'México'],
      ['en', 'Afghanistan', 'Mexico'],
    ] as const) {
      const page = await rig.signIn(rig.browser(language), LUPITA);
      const names = page
        .get('country')
        .all('option')
        .map(({ text }) => text);
      assert.equal(names.length, 250);
      assert.equal(names[1], first);
      assert.ok(names.includes(mexico));
      const { compare } = new Intl.Collator(language === 'es' ? 'es-MX' : 'en');
      assert.deepEqual(names.slice(1), names.slice(1).toSorted(compare));
    }
  },
  asking('country: required'),
);

withOneRig(
  'all faults are said at once beside their fields, and what was typed and chosen is still there',
  async (rig) => {
    const browser = rig.browser();
    const typed = { ...filled, username: 'Ad-min', email: 'lupita', country: '', year_of_birth: '98', terms: false };
    const page = await browser.submit(await rig.signIn(browser, LUPITA), 'submit', typed);
    for (const name of ['username', 'email', 'country', 'year_of_birth', 'terms']) {
      const control = page.get(name);
      assert.equal(control.attribute('aria-invalid'), 'true', name);
      assert.ok(control.attribute('aria-describedby')?.includes(`${name}-fault`), name);
    }
    assert.equal(page.get('family_name').attribute('aria-invalid'), null);
    assert.equal(page.get('username').attribute('value'), 'Ad-min');
    const chosen = page
      .get('gender')
      .all('option')
      .find((option) => option.attribute('selected') !== null);
    assert.equal(chosen?.attribute('value'), 'f');
    assert.match(page.get('goals').rawText, /Aprender inglés/);
    assert.notEqual((await browser.submit(page, 'submit', filled)).find('email'), null, 'on to the proof');
  },
  everything,
);

forEachRig(
  'a new version of the terms is asked for at the next sign-in, of that alone, and every version stays in the account',
  async (rig) => {
    const terms = (version: string) =>
      asking('goals: optional', { verify: false, terms: TERMS.replace('2026-1', version) });
    await rig.configure(terms('1'));
    const browser = rig.browser();
    const page = await rig.signIn(browser, 'nacional');
    assert.ok(isSignedIn(await browser.submit(page, 'submit', { terms: true })));
    await rig.configure(terms('2'));
    const later = rig.browser();
    const again = await rig.signIn(later, 'nacional');
    assert.equal(again.find('goals'), null);
    assert.ok(isSignedIn(await later.submit(again, 'submit', { terms: true })));
    const rows = await rowsOf(rig, 'select version from terms_agreements order by version');
    assert.deepEqual(rows, [{ version: '1' }, { version: '2' }]);
    const account = await browser.get(`${BROKER}/account`);
    assert.equal(account.document.all('a').filter((link) => link.attribute('data-testid') === 'terms').length, 2);
  },
);

// ------------------------------------------------------------------------------------------------------ proving an address

const unproved = asking('email: optional');

forEachRig(
  'the link of the mail proves the address in the tab that waits; in another browser it only says what to do',
  async (rig) => {
    const browser = rig.browser();
    const waits = await browser.submit(await rig.signIn(browser, 'correo-sin-verificar'), 'submit');
    assert.equal(await rig.count('users'), 0);
    const link = linkIn(await rig.lastMail('iker.saldana@example.com'));
    const elsewhere = await rig.browser().get(link);
    assert.equal(elsewhere.find('submit'), null, 'F-02: no button where nobody has arrived');
    const done = await browser.submit(await browser.get(link), 'submit');
    assert.equal(done.url.pathname, '/sign-in/mail/done');
    assert.ok(isSignedIn(await browser.click(waits, 'continue')));
    assert.deepEqual(await rowsOf(rig, 'select address, verified_by from emails'), [
      { address: 'iker.saldana@example.com', verified_by: 'llavero' },
    ]);
  },
  unproved,
);

withOneRig(
  'who cannot read the mail there is not held: other ways to sign in are one link away',
  async (rig) => {
    const browser = rig.browser();
    const people = await browser.click(await browser.get(`${COURSE_SITE}/`), 'sign-in');
    const asks = await browser.submit(people, 'person-correo-sin-verificar');
    const chooser = await browser.click(asks, 'other-ways');
    assert.notEqual(chooser.find('provider-llave-mx'), null);
    assert.ok(isSignedIn(await browser.submit(await browser.click(chooser, 'provider-llave-mx'), 'person-nacional')));
  },
  { ...unproved, moreCourseSite: ['default_provider: llave-mx'] },
);

forEachRig(
  'a typed address that somebody has leads into their account after the proof, and they are told by mail',
  async (rig) => {
    await signInByMail(rig, rig.browser(), 'ana@uni.mx');
    await rig.configure({ ...ownWays, ...asking('email: required, city: optional') });
    const browser = rig.browser();
    const page = await rig.signIn(browser, LUPITA);
    const asks = await browser.submit(page, 'submit', { email: 'ana@uni.mx', city: 'Mérida' });
    const before = rig.mailbox.length;
    assert.ok(isSignedIn(await proveByCode(rig, browser, asks, 'ana@uni.mx')));
    await rig.mail.settle();
    assert.equal(await rig.count('users'), 1);
    assert.equal(await rig.count('identities'), 2);
    const notice = rig.mailbox.slice(before).find(({ text }) => /Llave MX/.test(text));
    assert.equal(notice?.to, 'ana@uni.mx');
  },
  ownWays,
);

withOneRig(
  'F-11: what is shown after an address was typed is the same whether somebody has it or not',
  async (rig) => {
    await signInByMail(rig, rig.browser(), 'known@uni.mx');
    await rig.configure({ ...ownWays, ...asking('email: required') });
    const seen = new Set<string>();
    for (const address of ['known@uni.mx', 'fresh@uni.mx']) {
      const browser = rig.browser();
      const asks = await browser.submit(await rig.signIn(browser, LUPITA), 'submit', { email: address });
      const sent = await browser.submit(asks, 'submit');
      assert.notEqual(await rig.lastMail(address), null);
      seen.add(
        `${asks.status} ${sent.status} ${withoutTokens(asks)} ${withoutTokens(sent)}`.replaceAll(address, 'ADDRESS'),
      );
    }
    assert.equal(seen.size, 1);
  },
  ownWays,
);

function withoutTokens({ body }: Page): string {
  return body
    .replaceAll(/name="(?:token|id)" value="[^"]*"/g, '')
    .replaceAll(/[?&](?:amp;)?(?:id|seen)=[\w-]+/g, '')
    .replaceAll(/interaction\/[\w-]+/g, '');
}

// ----------------------------------------------------------------------------------------------------- new, or known before

withOneRig(
  'somebody who is new says so once, and the next time nobody is asked',
  async (rig) => {
    const browser = rig.browser();
    assert.ok(isSignedIn(await browser.click(await rig.signIn(browser, LUPITA), 'new-account')));
    assert.ok(isSignedIn(await rig.signIn(rig.browser(), LUPITA)));
  },
  { registration: '{ verify_email: false }', asksForAccount: true },
);

// --------------------------------------------------------------------------------------------------------------- own ways

withOneRig(
  'a guest is asked for nothing but the terms',
  async (rig) => {
    const browser = rig.browser();
    const page = await browser.submit(await towards(browser, 'guest'), 'submit');
    assert.equal(page.find('country'), null);
    assert.notEqual(page.find('terms'), null);
    assert.ok(isSignedIn(await browser.submit(page, 'submit', { terms: true })));
    assert.deepEqual(await rowsOf(rig, 'select state from users'), [{ state: 'temporary' }]);
    assert.equal((await rowsOf(rig, 'select version from terms_agreements')).length, 1);
  },
  { ...ownWays, registration: `{ verify_email: true, fields: { country: required, email: required }, ${TERMS} }` },
);

forEachRig(
  'by e-mail the mailbox is proved once: an address that nobody has is new, and who has it is not asked',
  async (rig) => {
    const browser = rig.browser();
    const page = await signInByMail(rig, browser, 'ana@uni.mx');
    assert.equal(page.get('email').attribute('value'), 'ana@uni.mx');
    assert.notEqual(page.get('email').attribute('readonly'), null);
    assert.ok(isSignedIn(await browser.submit(page, 'submit', { given_name: 'Ana' })));
    assert.equal(rig.mailbox.length, 1);
    const account = await browser.get(`${BROKER}/account`);
    assert.equal(account.text('account-name'), 'Ana');
  },
  { ...ownWays, registration: '{ verify_email: true, fields: { given_name: required, email: required } }' },
);
