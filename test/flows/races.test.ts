/**
 * Many at once: impatient people, and many browsers of one person who is new (R-08, C-04).
 */
import assert from 'node:assert/strict';
import { sql } from '../../src/store/database.ts';
import type { Page, TestBrowser } from '../browser.ts';
import { BROKER, COURSE_SITE, forEachRig, type Rig } from '../rig.ts';

const BROWSERS = 50;

forEachRig(
  `R-08 V-01 ${BROWSERS} first sign-ins of one person at once: one account, one identity, no error`,
  async (rig) => {
    const browsers = Array.from({ length: BROWSERS }, () => rig.browser());
    const people: (readonly [TestBrowser, Page])[] = [];
    for (const browser of browsers) people.push([browser, await rig.toLlaveMx(browser)]);
    const ends = await Promise.all(people.map(([browser, page]) => browser.submit(page, 'person-nacional')));
    const subjects = new Set(ends.map((end) => JSON.parse(end.text('claims-json')).userinfo.sub));
    assert.equal(subjects.size, 1);
    assert.equal(await rig.count('users'), 1);
    assert.equal(await rig.count('identities'), 1);
    assert.equal(await rig.count('emails'), 1);
    assert.equal(await rig.count('sessions'), BROWSERS);
    await assertAudit(rig, { 'user.created': 1, 'identity.linked': 1, 'sign_in.succeeded': BROWSERS });
  },
);

forEachRig('V-12 double callbacks at once: one account, one session, one code spent, and no error', async (rig) => {
  const browser = rig.browser();
  const people = await browser.click(await browser.get(`${BROKER}/sign-in`), 'provider-llave-mx');
  const back = await browser.submit(people, 'person-nacional', {}, { follow: false });
  const ends = await Promise.all(
    Array.from({ length: 5 }, async () => waitedFor(browser, await browser.get(back.redirect ?? ''))),
  );
  for (const end of ends) assert.equal(end.url.href, `${BROKER}/account`);
  assert.equal(await rig.count('users'), 1);
  assert.equal(await rig.count('sessions'), 1);
  assert.equal(rig.llaveMx.requests.filter(({ endpoint }) => endpoint === 'token').length, 1);
  await assertAudit(rig, { 'user.created': 1, 'identity.linked': 1, 'sign_in.succeeded': 1 });
});

forEachRig(
  'two buttons pressed at once at the provider: the second code is not needed, and nothing is refused',
  async (rig) => {
    const browser = rig.browser();
    const people = await browser.click(await browser.get(`${BROKER}/sign-in`), 'provider-llave-mx');
    const ends = await Promise.all(
      [1, 2].map(async () => waitedFor(browser, await browser.submit(people, 'person-nacional'))),
    );
    for (const end of ends) assert.equal(end.url.pathname, '/account');
    assert.equal(await rig.count('sessions'), 1);
    await assertAudit(rig, { 'user.created': 1, 'identity.linked': 1, 'sign_in.succeeded': 1 });
  },
);

/** What a browser does when somebody presses twice: the first journey is given up on the way, the second goes to its end. */
for (const hops of [0, 1, 2, 3, 4, 5]) {
  forEachRig(`C-04 a journey given up after ${hops} redirects and begun again ends in the course site`, async (rig) => {
    const browser = rig.browser();
    const people = await rig.toLlaveMx(browser);
    let page = await browser.submit(people, 'person-nacional', {}, { follow: false });
    const callback = page.redirect ?? new URL(BROKER);
    for (let hop = 0; hop < hops && page.redirect?.origin === BROKER; hop++) {
      page = await browser.get(page.redirect, { from: page, follow: false });
    }
    const end = await browser.get(callback);
    assert.equal(end.url.href, `${COURSE_SITE}/`, end.body.slice(0, 300));
    assert.match(end.text('signed-in-as'), /Citlali/);
    assert.equal(await rig.count('sessions'), 1);
  });
}

/** As a browser does with the page between two steps: on a slow machine the first of the requests outlasts our patience. */
async function waitedFor(browser: TestBrowser, page: Page): Promise<Page> {
  const further = page.find('continue');
  return further === null ? page : waitedFor(browser, await browser.click(page, 'continue'));
}

async function assertAudit(rig: Rig, expected: Record<string, number>): Promise<void> {
  const rows = await rig.databases.durable.all(sql`
    select type, count(*) as events from audit_events where type <> 'config.changed' group by type`);
  assert.deepEqual(Object.fromEntries(rows.map(({ type, events }) => [String(type), Number(events)])), expected);
}
