/**
 * The signed-in browser under attack: rotation, fixation, cookie attributes, time-outs, log-out, kill switch, switching
 * people (area H of the security cases, and C-08, C-09).
 */
import assert from 'node:assert/strict';
import { changeUser } from '../../src/admin/users.ts';
import { createAnnounce } from '../../src/client-events/announce.ts';
import { sql } from '../../src/store/database.ts';
import { SESSION_IDLE, SESSION_LIFE } from '../../src/store/sessions.ts';
import type { Page, TestBrowser } from '../browser.ts';
import { assertRefused } from '../refusal.ts';
import { BROKER, COURSE_SITE, forEachRig, type Rig, withOneRig } from '../rig.ts';

const SESSION = '__Host-llavero-session';

const sessionCookie = (browser: TestBrowser) =>
  browser.cookies('broker.test').find(({ name }) => name === SESSION)?.value ?? null;

/** Signs in at the broker itself, without a client. */
async function visit(browser: TestBrowser, person = 'nacional'): Promise<Page> {
  const people = await browser.click(await browser.get(`${BROKER}/sign-in`), 'provider-llave-mx');
  return browser.submit(people, `person-${person}`);
}

/** Who the account page shows to a request with exactly this Cookie field; null for nobody. */
async function shownTo(rig: Rig, cookie: string): Promise<string | null> {
  const answer = await rig.broker(new Request(`${BROKER}/account`, { headers: { cookie } }));
  if (answer.status === 303) return null;
  assert.equal(answer.status, 200);
  return /data-testid="account-name"[^>]*>([^<]*)/.exec(await answer.text())?.[1] ?? '';
}

/** As the operator does it to the only account that there is. */
async function change({ open, databases, clock }: Rig, action: 'disable' | 'enable'): Promise<void> {
  const { environment } = clock;
  const announce = createAnnounce(open.configuration, { vault: open.vault, environment });
  const [user, ...more] = await databases.durable.all(sql`select id from users`);
  assert.deepEqual(more, []);
  const administration = { environment, database: databases.durable, store: open.store, announce };
  const done = await changeUser(administration, String(user?.id), action, { by: 'operator', reason: 'test' });
  assert.equal(done.changed, true);
}

forEachRig('H-01 each sign-in has a new session id, and the one before is worth nothing at once', async (rig) => {
  const browser = rig.browser();
  await visit(browser);
  const first = sessionCookie(browser);
  await visit(browser);
  const second = sessionCookie(browser);
  assert.notEqual(first, second);
  assert.equal(await shownTo(rig, `${SESSION}=${first}`), null);
  assert.match((await shownTo(rig, `${SESSION}=${second}`)) ?? '', /Citlali/);
  assert.equal(await rig.count('sessions'), 1);
  await browser.submit(await browser.get(`${BROKER}/account`), 'sign-out');
  assert.equal(await shownTo(rig, `${SESSION}=${second}`), null);
});

withOneRig('H-02 an invented session id is not adopted by signing in', async (rig) => {
  const planted = 'A'.repeat(43);
  const browser = rig.browser();
  const people = await browser.click(await browser.get(`${BROKER}/sign-in`), 'provider-llave-mx');
  const back = await browser.submit(people, 'person-nacional', {}, { follow: false });
  const own = browser.cookies('broker.test').map(({ name, value }) => `${name}=${value}`);
  const ask = (url: URL | string) =>
    rig.broker(new Request(url, { headers: { cookie: [...own, `${SESSION}=${planted}`].join('; ') } }));
  const callback = await ask(String(back.redirect));
  const step = await ask(new URL(callback.headers.get('location') ?? '', BROKER));
  const set = step.headers.getSetCookie().find((header) => header.startsWith(`${SESSION}=`)) ?? '';
  assert.match(set, /^__Host-llavero-session=[\w-]{43};/);
  assert.doesNotMatch(set, new RegExp(planted));
  assert.equal(await shownTo(rig, `${SESSION}=${planted}`), null);
});

withOneRig(
  'H-03 H-12 every cookie of a whole visit is as strict as it can be, and personal pages are not stored',
  async (rig) => {
    const seen: { url: string; set: string[]; cache: string | null; type: string | null }[] = [];
    const { broker } = rig;
    const watched = async (request: Request) => {
      const answer = await broker(request);
      const { headers } = answer;
      seen.push({
        url: request.url,
        set: headers.getSetCookie(),
        cache: headers.get('cache-control'),
        type: headers.get('content-type'),
      });
      return answer;
    };
    const browser = rig.browser('es-MX', { [BROKER]: watched });
    const page = await rig.signIn(browser, 'nacional');
    await browser.get(`${BROKER}/account?ui_locales=en`);
    await browser.submit(await browser.get(page.url), 'sign-out');
    await browser.get(`${BROKER}/callback/llave-mx?state=x`);

    const cookies = seen.flatMap(({ set }) => set);
    assert.ok(cookies.length > 8);
    for (const header of cookies) {
      assert.match(header, /; ?secure/i, header);
      assert.match(header, /; ?httponly/i, header);
      assert.match(header, /; ?samesite=lax/i, header);
      assert.doesNotMatch(header, /; ?domain/i, header);
      assert.ok(header.length <= 4096);
      const lives = /max-age=(\d+)/i.exec(header)?.[1];
      assert.ok(Number(lives ?? 0) <= 400 * 24 * 3600, header);
      // Two of the protocol library are bound to the path of one request, which `__Host-` forbids.
      assert.match(header, /^(__Host-llavero-|__Secure-llavero-(interaction|resume)(\.|=))/, header);
      if (header.startsWith('__Host-')) assert.match(header, /; ?path=\/(;|$)/i, header);
    }
    assert.deepEqual(
      browser.refusedCookies.filter(({ url }) => url.startsWith(BROKER)),
      [],
    );
    for (const { url, cache, type } of seen) {
      const isPersonal = !/\/(assets|\.well-known|oauth2\/jwks)/.test(url);
      if (isPersonal && type?.includes('html')) assert.equal(cache, 'no-store', url);
    }
  },
);

forEachRig('H-04 a session ends when it was not used, just then', async (rig) => {
  const browser = rig.browser();
  await visit(browser);
  rig.clock.advance(SESSION_IDLE - 5_000);
  assert.equal((await browser.get(`${BROKER}/account`)).url.pathname, '/account');
  rig.clock.advance(SESSION_IDLE - 5_000);
  assert.equal((await browser.get(`${BROKER}/account`)).url.pathname, '/account');
  rig.clock.advance(SESSION_IDLE);
  assert.equal((await browser.get(`${BROKER}/account`)).url.pathname, '/sign-in');
});

forEachRig('H-04 a session ends after its life however much it is used, and no clock revives it', async (rig) => {
  const browser = rig.browser();
  await visit(browser);
  const step = 60 * 60_000;
  for (let used = step; used < SESSION_LIFE; used += step) {
    rig.clock.advance(step);
    assert.equal((await browser.get(`${BROKER}/account`)).url.pathname, '/account', `after ${used} ms`);
  }
  rig.clock.advance(step);
  const cookie = `${SESSION}=${sessionCookie(browser)}`;
  assert.equal(await shownTo(rig, cookie), null);
  rig.clock.advance(-2 * step);
  assert.equal(await shownTo(rig, cookie), null);
});

forEachRig('H-05 after signing out the cookie is worth nothing, and no new code is given', async (rig) => {
  const browser = rig.browser();
  const page = await rig.signIn(browser, 'nacional');
  const cookies = browser.cookies('broker.test').map(({ name, value }) => `${name}=${value}`);
  await browser.submit(page, 'sign-out');
  assert.equal(await shownTo(rig, cookies.join('; ')), null);
  const asked = await rig.broker(
    new Request(authorizeAddress({ prompt: 'none' }), { headers: { cookie: cookies.join('; ') } }),
  );
  const location = new URL(asked.headers.get('location') ?? '');
  assert.equal(location.searchParams.get('error'), 'login_required');
  assert.equal(location.searchParams.get('code'), null);
});

forEachRig('H-05 signing out while other requests are under way leaves nobody signed in', async (rig) => {
  const browser = rig.browser();
  await visit(browser);
  const cookie = `${SESSION}=${sessionCookie(browser)}`;
  const account = await browser.get(`${BROKER}/account`);
  const underWay = Array.from({ length: 10 }, () => shownTo(rig, cookie));
  await browser.submit(account, 'sign-out');
  await Promise.all(underWay);
  assert.equal(await shownTo(rig, cookie), null);
  assert.equal(await rig.count('sessions'), 0);
});

forEachRig(
  'H-06 V-15 a disabled user is signed out everywhere at the next request, and is not let in again',
  async (rig) => {
    const browser = rig.browser();
    const other = rig.browser();
    await rig.signIn(browser, 'nacional');
    await visit(other);
    await change(rig, 'disable');
    assert.equal(await rig.count('sessions'), 0, 'V-15');
    for (const one of [browser, other]) assert.equal(await shownTo(rig, `${SESSION}=${sessionCookie(one)}`), null);
    const silent = await browser.get(authorizeAddress({ prompt: 'none' }), { follow: false });
    assert.equal(silent.redirect?.searchParams.get('error'), 'login_required');

    const refused = await visit(rig.browser());
    await assertRefused(rig, refused, 'user_disabled');
    assert.equal(await rig.count('users'), 1);
    assert.equal(await rig.count('sessions'), 0);

    await change(rig, 'enable');
    for (const one of [browser, other]) assert.equal(await shownTo(rig, `${SESSION}=${sessionCookie(one)}`), null);
    assert.equal((await visit(rig.browser())).url.pathname, '/account');
  },
);

forEachRig('H-06 a user who was disabled between the decision and the commit gets no session', async (rig) => {
  await visit(rig.browser());
  const browser = rig.browser();
  const people = await browser.click(await browser.get(`${BROKER}/sign-in`), 'provider-llave-mx');
  const back = await browser.submit(people, 'person-nacional', {}, { follow: false });
  const decided = await browser.get(back.redirect ?? '', { follow: false });
  await change(rig, 'disable');
  await assertRefused(rig, await browser.follow(decided), 'user_disabled');
  assert.equal(await rig.count('sessions'), 0);
});

forEachRig('H-10 a request begun as one person and finished as another: the code is of the second', async (rig) => {
  const browser = rig.browser();
  const first = await rig.signIn(browser, 'nacional');
  const before = sessionCookie(browser);
  const chooser = await browser.get(authorizeAddress({ prompt: 'login' }));
  const people = await browser.click(chooser, 'provider-llave-mx');
  const back = await browser.submit(people, 'person-correo-sin-verificar');
  assert.equal(back.url.origin, COURSE_SITE);
  assert.notEqual(back.url.searchParams.get('code'), null);
  assert.notEqual(sessionCookie(browser), before);
  assert.equal(await shownTo(rig, `${SESSION}=${before}`), null);
  assert.match((await browser.get(`${BROKER}/account`)).text('account-name'), /Iker/);

  await browser.submit(await browser.get(`${COURSE_SITE}/`), 'sign-out');
  const second = await browser.click(await browser.get(`${COURSE_SITE}/`), 'sign-in');
  assert.match(second.text('signed-in-as'), /Iker/);
  assert.notEqual(subjectOn(first), subjectOn(second));
});

withOneRig('H-14 no session id, and no hash of one, is ever logged', async (rig) => {
  const browser = rig.browser();
  await rig.signIn(browser, 'nacional');
  const values = browser.cookies('broker.test').map(({ value }) => value);
  const hashes = await rig.databases.durable.all(sql`select id_hash from sessions`);
  const log = JSON.stringify(rig.logged);
  for (const value of [...values, ...hashes.map(({ id_hash: hash }) => String(hash))]) {
    if (value.length > 8) assert.ok(!log.includes(value));
  }
});

forEachRig('C-08 two session cookies are nobody, and a cookie of another name is none', async (rig) => {
  const good = rig.browser();
  const evil = rig.browser();
  await visit(good);
  await visit(evil, 'correo-sin-verificar');
  const [mine, planted] = [sessionCookie(good), sessionCookie(evil)];
  assert.match((await shownTo(rig, `${SESSION}=${mine}`)) ?? '', /Citlali/);
  for (const cookie of [
    `${SESSION}=${planted}; ${SESSION}=${mine}`,
    `${SESSION}=${mine}; ${SESSION}=${planted}`,
    `session=${planted}`,
    `llavero-session=${planted}`,
    `__host-llavero-session=${planted}`,
    `$Version=1; $Path=/; __proto__=${planted}; constructor=${planted}`,
    `${SESSION}="${planted}"`,
  ]) {
    assert.equal(await shownTo(rig, cookie), null, cookie.replaceAll(/[\w-]{43}/g, '…'));
  }
  const besides = `__proto__=x; $Version=1; session=${planted}; ${SESSION}=${mine}`;
  assert.match((await shownTo(rig, besides)) ?? '', /Citlali/);
});

forEachRig('C-09 a changed session cookie is nobody, whichever character was changed', async (rig) => {
  const browser = rig.browser();
  await visit(browser);
  const value = sessionCookie(browser) ?? '';
  const at = (index: number, character: string) => value.slice(0, index) + character + value.slice(index + 1);
  const other = (index: number) => (value[index] === 'A' ? 'B' : 'A');
  const variants = [0, 1, 21, 41, 42].map((index) => at(index, other(index)));
  variants.push(`${value}=`, `${value}==`, value.slice(1), value.slice(0, -1), `${value}A`, value.toUpperCase());
  variants.push(
    Buffer.from(value, 'base64url').toString('base64'),
    `%${value}`,
    '',
    '%00',
    'null',
    'undefined',
    `"${value}"`,
  );
  // The last character of 256 bits in base64 holds two bits that mean nothing: a reader who decodes would take four forms.
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  variants.push(...[...alphabet].map((character) => at(42, character)).filter((variant) => variant !== value));
  for (const variant of variants) {
    if (variant === value) continue;
    assert.equal(await shownTo(rig, `${SESSION}=${variant}`), null);
  }
  assert.match((await shownTo(rig, `${SESSION}=${value}`)) ?? '', /Citlali/);
});

function subjectOn(page: Page): string {
  return JSON.parse(page.text('claims-json')).userinfo.sub;
}

function authorizeAddress(more: Record<string, string>): string {
  const parameters = {
    client_id: 'course-site',
    redirect_uri: `${COURSE_SITE}/callback`,
    response_type: 'code',
    scope: 'openid',
    state: 'a-state-of-the-client',
    ...more,
  };
  return `${BROKER}/oauth2/authorize?${new URLSearchParams(parameters)}`;
}
