/**
 * The pages of a way: what comes with them, what they may do, both languages, no script, and nothing secret or personal
 * where it does not belong (I-01, I-02, F-14, G-19, M-01 to M-03, M-10).
 */
import assert from 'node:assert/strict';
import { readRoutes } from '../attacks/browser-surface.ts';
import { linkIn } from '../flows/own-ways.ts';
import { BROKER, COURSE_SITE } from '../rig.ts';
import { allTables } from '../tables.ts';
import { always, type FormCase, needing, needsMail } from './form-case.ts';
import {
  addressOf,
  assertSame,
  type FormWorld,
  fieldOf,
  formOf,
  isKnownThere,
  type Rows,
  type Seen,
  type Standing,
} from './form-world.ts';
import { interactiveTags, tagsIn, unlabelledFields } from './pages-markup.ts';

interface Walk {
  readonly at: Standing;
  /** What the broker itself answered on the way; the protocol library is held to the same by the tests of the surface. */
  readonly seen: readonly Seen[];
}

/** From the course site to the end. */
async function walk(world: FormWorld, language?: string): Promise<Walk> {
  const person = await world.newPerson();
  const first = world.seen.length;
  const at = await world.stand(0, { person, browser: world.browser(language) });
  await world.goOn(at);
  return { at, seen: world.seen.slice(first).filter(({ url }) => !url.pathname.startsWith('/oauth2/authorize')) };
}

const isPage = ({ headers }: Seen) => headers.get('content-type')?.startsWith('text/html') === true;
const isFormPage = ({ body }: Seen) => body.includes('name="form"');

const ofHeaders: readonly FormCase[] = [
  always('I-01 every answer on the way: its policy, its type, and kept by nobody', async (world) => {
    const { seen } = await walk(world);
    assert.ok(seen.filter(isFormPage).length >= world.fixture.presses.length);
    for (const { url, headers } of seen) {
      const policy = headers.get('content-security-policy') ?? '';
      for (const directive of ["default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "style-src 'self'"]) {
        assert.ok(policy.includes(directive), `${url.pathname}: ${policy}`);
      }
      assert.doesNotMatch(policy, /unsafe|\*|data:/);
      assert.equal(headers.get('x-content-type-options'), 'nosniff');
      assert.equal(headers.get('x-frame-options'), 'DENY');
      assert.equal(headers.get('referrer-policy'), 'same-origin');
      assert.match(headers.get('strict-transport-security') ?? '', /max-age=\d{8}/);
      assert.equal(headers.get('cache-control'), 'no-store', url.pathname);
    }
  }),
  always('I-01 a script only on the page that waits for a link, and only our own', async (world) => {
    const { seen } = await walk(world);
    for (const { body, headers } of seen.filter(isPage)) {
      const policy = headers.get('content-security-policy') ?? '';
      const scripts = tagsIn(body).filter(({ name }) => name === 'script');
      const waits = body.includes('data-testid="code"');
      assert.deepEqual(
        scripts.map(({ attributes }) => /^\/assets\/waiting\.[\w-]+\.js$/.test(attributes.get('src') ?? '')),
        waits ? [true] : [],
      );
      assert.equal(policy.includes("script-src 'self'; connect-src 'self'"), waits);
      assert.equal(/script-src|connect-src/.test(policy), waits);
    }
  }),
  always('a form may end where the client is, and nowhere else', async (world) => {
    const { seen } = await walk(world);
    for (const { headers } of seen.filter(isFormPage)) {
      const [, targets = ''] = /form-action ([^;]+)/.exec(headers.get('content-security-policy') ?? '') ?? [];
      assert.deepEqual(targets.split(' ').sort(), ["'self'", COURSE_SITE].sort());
    }
  }),
  always('H-03 every cookie on the way is as strict as it can be', async (world) => {
    const { seen } = await walk(world);
    for (const cookie of seen.flatMap(({ headers }) => headers.getSetCookie())) {
      assert.match(cookie, /^__(?:Host|Secure)-/);
      for (const attribute of ['HttpOnly', 'Secure', 'SameSite=Lax']) {
        assert.ok(cookie.toLowerCase().includes(attribute.toLowerCase()), cookie);
      }
    }
  }),
];

const ofMarkup: readonly FormCase[] = [
  always(
    'each form works without script: one button that sends it to us, labels, and words for a password manager',
    async (world) => {
      const { seen } = await walk(world);
      for (const { body } of seen.filter(isFormPage)) {
        assert.deepEqual(unlabelledFields(body), []);
        for (const { name, attributes } of tagsIn(body)) {
          if (name === 'form')
            assert.deepEqual([attributes.get('method'), attributes.get('action')], ['post', '/sign-in/subject']);
          if (name === 'input' && attributes.get('type') !== 'hidden') {
            assert.match(
              attributes.get('autocomplete') ?? '',
              /^(?:email|username|one-time-code|current-password|new-password)$/,
            );
            // The browser's own bubbles speak its language, not that of the page.
            for (const own of ['required', 'pattern', 'maxlength']) assert.ok(!attributes.has(own), own);
          }
          for (const attribute of attributes.keys()) assert.doesNotMatch(attribute, /^on|^style$/);
        }
        assert.equal(
          interactiveTags(body).filter(({ attributes }) => attributes.get('class')?.includes('primary')).length,
          1,
        );
      }
    },
  ),
  always('each form has a way out: another way in, or a form that came before', async (world) => {
    for (const step of world.fixture.presses.keys()) {
      const at = await world.stand(step);
      if (at.page.find('other-ways') === null) {
        // Where a proof would be thrown away by it, the list of ways is still there by its address.
        assert.equal(at.press.form, 'new-password');
        continue;
      }
      const chooser = await at.browser.click(at.page, 'other-ways');
      assert.notEqual(chooser.find('provider-llave-mx'), null);
      assert.notEqual(chooser.find('cancel'), null);
    }
  }),
];

const ofLanguages: readonly FormCase[] = (['es-MX', 'en'] as const).map((language) =>
  always(`every page on the way speaks the language of the person (${language})`, async (world) => {
    const { seen } = await walk(world, language);
    const pages = seen.filter(isFormPage);
    assert.ok(pages.length >= world.fixture.presses.length);
    for (const { body } of pages) assert.match(body, new RegExp(`<html lang="${language}"`));
    // Without the name of the course site, which is the same in each language.
    const titles = pages
      .map(({ body }) => /<h1>([^<]*)/.exec(body)?.[1]?.replace('Cursos de práctica', '') ?? '')
      .join(' ');
    const others = language === 'en' ? /[áéíóúñ¿¡]|contraseña|correo/i : /\b(?:your|mail|password|sign in|guest)\b/i;
    assert.doesNotMatch(titles, others);
  }),
);

// ------------------------------------------------------------------------------------------------ opening changes nothing

/** Each page of an account, bare and with all that such an address can have. */
const ofAccount = Object.fromEntries(
  readRoutes
    .filter((route) => route.startsWith('GET /account/'))
    .map((route) => route.replace('GET ', ''))
    .map((page) => [`GET ${page}`, [page, `${page}?email=x&identity=x&token=x&proof=x&keep=other`]]),
);

/** The addresses of each route, as somebody in front of this form might open them. */
function addressesIn(at: Standing, link: string | null): { readonly [route: string]: readonly string[] } {
  const id = fieldOf(at.page, 'id');
  return {
    'GET *': ['/nowhere'],
    'GET /': ['/'],
    'GET /account': ['/account'],
    ...ofAccount,
    'GET /assets/:file': ['/assets/x.css'],
    'GET /callback/:provider': ['/callback/subject', '/callback/nobody?state=x'],
    'GET /healthz': ['/healthz'],
    'GET /oauth2/interaction/:uid': ['/oauth2/interaction/x'],
    'GET /oauth2/interaction/:uid/cancel': ['/oauth2/interaction/x/cancel'],
    'GET /readyz': ['/readyz'],
    'GET /sign-in': [`/sign-in?id=${id}`, `/sign-in?id=${id}&hint=subject`, '/sign-in'],
    'GET /sign-in/:provider': [`/sign-in/subject?id=${id}`, '/sign-in/subject', '/sign-in/nobody'],
    'GET /sign-in/mail': ['/sign-in/mail', '/sign-in/mail?token=x', ...(link === null ? [] : [link])],
    'GET /sign-in/mail/done': [`/sign-in/mail/done?id=${id}`, '/sign-in/mail/done?id=x'],
    'GET /sign-in/progress': [`/sign-in/progress?id=${id}&seen=1`, '/sign-in/progress'],
    'GET /sign-in/test': [`/sign-in/test?id=${id}`, '/sign-in/test'],
    'GET /sign-in/step': [`/sign-in/step?id=${id}`, '/sign-in/step'],
    'GET /sign-out': ['/sign-out'],
  };
}

/** The stored attempt of this page alone: opening an address without one begins another. */
async function attemptOf(world: FormWorld, { page }: Standing): Promise<Rows> {
  const rows = await world.rows([...allTables.durable, ...allTables.ephemeral.filter((table) => table !== 'sign_ins')]);
  const mine = rows.get('sign_ins')?.filter((row) => row.includes(fieldOf(page, 'id'))) ?? [];
  return new Map([['sign_ins', mine]]);
}

/** All that opening an address may not change: people, mails, proofs, counts, and this attempt. */
async function everything(world: FormWorld, at: Standing): Promise<Rows> {
  const rows = await world.rows(['audit_events', 'configuration_revisions', 'sign_ins', 'oidc_records']);
  return new Map([...rows, ...(await world.people()), ...(await attemptOf(world, at))]);
}

const programs: readonly { readonly [header: string]: string }[] = [
  { 'sec-purpose': 'prefetch', purpose: 'prefetch' },
  { 'x-moz': 'prefetch' },
  { 'user-agent': 'Mozilla/5.0 (compatible; SafeLinks)' },
  { 'user-agent': 'Barracuda' },
];

const ofOpening: readonly FormCase[] = [
  always(
    '§6.8 opening any address, in front of any form, changes nothing: no person, no mail, no proof, no count',
    async (world) => {
      for (const step of world.fixture.presses.keys()) {
        const at = await world.stand(step);
        const mail = await world.rig.lastMail(at.person.address);
        const addresses = addressesIn(at, step > 0 && mail !== null ? linkIn(mail) : null);
        assert.deepEqual(Object.keys(addresses).sort(), [...readRoutes].sort(), 'every route is opened');
        const before = await everything(world, at);
        for (const address of Object.values(addresses).flat()) {
          const page = await at.browser.get(new URL(address, BROKER), { follow: false });
          assert.ok(page.status < 500, address);
        }
        assertSame(before, await everything(world, at), at.press.form);
        await world.goOn(at);
      }
    },
  ),
  always(
    'F-01 programs that open, look ahead or ask for the head only: nothing is begun for anybody',
    async (world) => {
      for (const step of world.fixture.presses.keys()) {
        const at = await world.stand(step);
        const mail = step > 0 ? await world.rig.lastMail(at.person.address) : null;
        const before = await everything(world, at);
        for (const address of [
          addressOf(),
          `${BROKER}/sign-in/step?id=${fieldOf(at.page, 'id')}`,
          ...(mail === null ? [] : [linkIn(mail)]),
        ]) {
          for (const headers of programs) {
            for (const method of ['GET', 'HEAD', 'OPTIONS']) {
              const answer = await world.rig.broker(new Request(address, { method, headers }));
              assert.ok(answer.status < 500, `${method} ${address}`);
            }
          }
        }
        assertSame(before, await everything(world, at), at.press.form);
        await world.goOn(at);
      }
    },
  ),
  needing(
    'F-01 F-14 the link of a mail leaves the address bar at once, and is used up by nothing but its button',
    needsMail,
    async (world) => {
      const step = world.fixture.presses.findIndex((press) => press.readsMail);
      const at = await world.stand(step);
      const link = linkIn(await world.rig.lastMail(at.person.address));
      const opened = await at.browser.get(link);
      assert.equal(opened.url.href, `${BROKER}/sign-in/mail`);
      for (let times = 0; times < 10; times++) assert.equal((await world.browser().get(link)).status, 200);
      assert.equal(formOf(await world.stored(at.page)), at.press.form);
      await at.browser.submit(opened, 'submit');
      assert.notEqual(formOf(await world.stored(at.page)), at.press.form);
      const token = new URL(link).searchParams.get('token') ?? assert.fail();
      const elsewhere = world.seen.filter(({ url }) => url.href !== link && url.href.includes(token));
      assert.deepEqual(elsewhere, []);
    },
  ),
];

// ------------------------------------------------------------------------------------------------ secrets and people

/** As a word of its own: six digits stand in many a number. */
function holds(text: string, secret: string): boolean {
  const isPartOfWord = (character: string | undefined) => character !== undefined && /\w/.test(character);
  for (let at = text.indexOf(secret); at >= 0; at = text.indexOf(secret, at + 1)) {
    if (!isPartOfWord(text[at - 1]) && !isPartOfWord(text[at + secret.length])) return true;
  }
  return false;
}

const ofSecrets: readonly FormCase[] = [
  always('M-01 no secret of the way is in a log, an address, a page, or a row in clear', async (world) => {
    const { at } = await walk(world);
    const mails = world.rig.mailbox.filter(({ to }) => to === at.person.address).map(({ text }) => text);
    const codes = mails.flatMap((text) => /^(\d{3}) (\d{3})$/m.exec(text)?.slice(1).join('') ?? []);
    const tokens = mails.flatMap((text) => /token=([\w-]+)/.exec(text)?.[1] ?? []);
    const cookies = at.browser
      .cookies('broker.test')
      .filter(({ name }) => !/last-provider|locale|-interaction|-resume/.test(name));
    const secrets = [...codes, ...tokens, at.person.password, ...cookies.map(({ value }) => value)].filter(
      (value) => value !== '',
    );
    assert.ok(cookies.length > 0);
    const logged = JSON.stringify(world.rig.logged);
    const rows = await world.rows([]);
    for (const secret of secrets) {
      assert.ok(!holds(logged, secret), 'in the log');
      for (const { url, body } of world.seen) {
        assert.ok(!holds(decodeURIComponent(url.href), secret), 'in an address');
        assert.ok(!holds(body, secret), `on the page ${url.pathname}`);
      }
      for (const [table, texts] of rows) assert.ok(!texts.some((text) => holds(text, secret)), `in clear in ${table}`);
    }
    assert.ok(await isKnownThere(at.browser));
  }),
  always(
    'M-10 M-03 nothing personal is in the audit trail or in the log: neither address nor device nor network',
    async (world) => {
      const { at } = await walk(world);
      // And as it is when things go wrong.
      const other = await world.stand(0, { person: at.person });
      world.refused(
        await other.browser.post(
          addressOf(),
          { email: at.person.address, password: at.person.password },
          { from: other.page },
        ),
        'sign_in_unknown',
      );
      const audit = (await world.rows([])).get('audit_events')?.join('\n') ?? '';
      const logged = JSON.stringify(world.rig.logged);
      assert.ok(audit.includes('sign_in.succeeded') && logged.includes('sign_in.succeeded'));
      for (const personal of [
        at.person.address,
        at.person.address.split('@')[0] ?? '',
        'TestBrowser',
        world.lastAddress,
      ]) {
        assert.ok(!audit.includes(personal), `${personal} in the audit trail`);
        assert.ok(!logged.includes(personal), `${personal} in the log`);
      }
    },
  ),
];

export const pageCases: readonly FormCase[] = [...ofHeaders, ...ofMarkup, ...ofLanguages, ...ofOpening, ...ofSecrets];
