/**
 * whichever call to a database is the last one, before it or after it, the person gets in afterwards, and
 * nothing is there half or twice.
 */
import assert from 'node:assert/strict';
import { generatedPerson } from '../../simulators/index.ts';
import { sql } from '../../src/store/database.ts';
import type { Page, TestBrowser } from '../browser.ts';
import type { DecideFate, Fate } from '../faulty-database.ts';
import { assertNothingLeaked, assertRefused } from '../refusal.ts';
import { BROKER, COURSE_SITE, forEachRig, type Rig } from '../rig.ts';

/** Each call that a whole sign-in makes, once on a database of each kind: a file behaves as one in memory does here. */
const kinds = ['SQLite in memory', 'PostgreSQL'] as const;

for (const fate of ['fails before', 'fails after'] as const) {
  forEachRig(
    `R-01 each database call of a first sign-in ${fate} its work, once: the person gets in, and nothing is half there`,
    async (rig) => {
      let call = 0;
      for (let wasReached = true; wasReached; call++) wasReached = await crashAt(rig, call, fate);
      assert.ok(call > 20, `a sign-in made only ${call} calls`);
      await assertSound(rig, call);
    },
    {},
    kinds,
  );
}

/** Answers whether the sign-in made that many calls at all. */
async function crashAt(rig: Rig, call: number, fate: Fate): Promise<boolean> {
  const person = generatedPerson(call);
  rig.llaveMx.addPerson(person);
  const browser = rig.browser();
  const people = await rig.toLlaveMx(browser);
  let made = 0;
  rig.breakDatabase(() => (made++ === call ? fate : 'works'));
  const page = await browser.submit(people, `person-${person.slug}`);
  rig.breakDatabase(null);
  assertAcceptable(page);
  await getIn(rig, browser, page, person.slug);
  return made > call;
}

/** Nobody sees more than a pause: 503 of the broker, the course site's own page about it, or nothing at all. */
function assertAcceptable(page: Page): void {
  assertNothingLeaked(page.body);
  if (page.url.origin !== BROKER) return;
  assert.equal(
    page.find('error-code')?.text ?? 'none',
    page.status === 200 ? 'none' : 'store_unavailable',
    page.url.href,
  );
  if (page.status !== 200) assert.equal(page.headers.get('retry-after'), '5');
}

/** Reloads, waits and begins again, as a person would: at most a handful of times. */
async function getIn(rig: Rig, browser: TestBrowser, first: Page, person: string): Promise<void> {
  let page = first.url.origin === BROKER ? await browser.get(first.url) : first;
  for (let tries = 0; tries < 6; tries++) {
    if (page.find('signed-in-as') !== null) return;
    if (page.refresh !== null) {
      rig.clock.advance(30_000);
      page = await browser.follow(page);
    } else if (page.find('start-again') !== null) {
      page = await browser.click(page, 'start-again');
    } else if (page.find('provider-llave-mx') !== null) {
      page = await browser.submit(await browser.click(page, 'provider-llave-mx'), `person-${person}`);
    } else {
      page = await browser.get(`${COURSE_SITE}/login`);
    }
  }
  assert.fail(`no way in for ${person}: ${page.url.href} ${page.status} ${page.find('error-code')?.text}`);
}

async function assertSound(rig: Rig, people: number): Promise<void> {
  const { durable } = rig.databases;
  for (const table of ['users', 'identities', 'emails'] as const) assert.equal(await rig.count(table), people, table);
  const lonely = await durable.all(sql`
    select users.id from users left join identities on identities.user_id = users.id where identities.id is null`);
  assert.deepEqual(lonely, []);
  const events = await durable.all(sql`
    select type, count(*) as events, count(distinct user_id) as users from audit_events
    where type in ('user.created', 'identity.linked') group by type`);
  assert.equal(events.length, 2);
  for (const event of events) assert.deepEqual([Number(event.events), Number(event.users)], [people, people]);
  assert.deepEqual(
    rig.logged.filter(({ code }) => code === 'internal_error'),
    [],
  );
}

forEachRig(
  'R-01 a process that died between the commit and the answer: whoever asks next completes it once',
  async (rig) => {
    const browser = rig.browser();
    const back = await browser.submit(await rig.toLlaveMx(browser), 'person-nacional', {}, { follow: false });
    const decided = await browser.get(back.redirect ?? '', { from: back, follow: false });
    rig.breakDatabase(onceOn('update sign_ins', 'fails before'));
    const lost = await browser.follow(decided);
    assert.equal(lost.text('error-code'), 'store_unavailable');
    assert.equal(await rig.count('users'), 1);
    const left = await rig.databases.ephemeral.get(sql`select state from sign_ins`);
    assert.equal(left?.state, 'decided');

    rig.breakDatabase(null);
    const ends = await Promise.all([1, 2, 3].map(() => browser.get(decided.redirect ?? '', { follow: false })));
    for (const end of ends) assert.equal(end.status, 303);
    assert.match((await browser.get(lost.url)).text('signed-in-as'), /Citlali/);
    assert.equal(await rig.count('users'), 1);
    assert.equal(await rig.count('sessions'), 1);
    const types = (await rig.audit()).map(({ type }) => type).sort();
    assert.deepEqual(types, ['identity.linked', 'sign_in.succeeded', 'user.created']);
  },
);

forEachRig(
  'R-02 a process that died while it asked the provider: after 30 seconds a clear page, and a way in',
  async (rig) => {
    const browser = rig.browser();
    const back = await browser.submit(await rig.toLlaveMx(browser), 'person-nacional', {}, { follow: false });
    rig.breakDatabase(onceOn('identities join users', 'fails before'));
    const lost = await browser.get(back.redirect ?? '', { from: back });
    assert.equal(lost.text('error-code'), 'store_unavailable');
    rig.breakDatabase(null);

    const waiting = await browser.get(back.redirect ?? '', { from: back });
    assert.equal(waiting.status, 200);
    assert.notEqual(waiting.refresh, null);
    rig.clock.advance(29_000);
    assert.notEqual((await browser.follow(waiting)).refresh, null);
    rig.clock.advance(1000);
    const page = await browser.follow(waiting);
    await assertRefused(rig, page, 'sign_in_expired');
    assert.equal(rig.llaveMx.requests.filter(({ endpoint }) => endpoint === 'token').length, 1);

    const people = await browser.click(await browser.click(page, 'start-again'), 'provider-llave-mx');
    assert.match((await browser.submit(people, 'person-nacional')).text('signed-in-as'), /Citlali/);
  },
);

function onceOn(part: string, fate: Fate): DecideFate {
  let met = false;
  return ({ text }) => {
    if (met || !text.includes(part)) return 'works';
    met = true;
    return fate;
  };
}
