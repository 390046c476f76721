/**
 * DESIGN §6.6, socraticqs2.md §5: a guest turns out to be somebody who has an account. In the same browser, and in the one in which
 * the mail was opened; what the course site is told, and which sessions end.
 */
import assert from 'node:assert/strict';
import { sql } from '../../src/store/database.ts';
import type { Page, TestBrowser } from '../browser.ts';
import { BROKER, forEachRig, type Rig, withOneRig } from '../rig.ts';
import { withSecondProcess } from '../second-process.ts';
import { codeIn, isSignedIn, linkIn, ownWays, signInByMail, towards } from './own-ways.ts';

const ADDRESS = 'lupita@uni.mx';
const APP = 'https://cursos-server.test';
const told = {
  ...ownWays,
  moreCourseSite: [
    ...(ownWays.moreCourseSite ?? []),
    `event_endpoint: ${APP}/events`,
    `backchannel_logout_uri: ${APP}/log-out`,
  ],
};

interface TwoAccounts {
  readonly account: string;
  readonly guest: string;
  /** Where the guest is. */
  readonly browser: TestBrowser;
}

/** Somebody has an account at the course site, and works there as a guest in another browser. */
async function asGuestWithAccount(rig: Rig): Promise<TwoAccounts> {
  assert.ok(isSignedIn(await signInByMail(rig, rig.browser(), ADDRESS)));
  const browser = rig.browser();
  assert.ok(isSignedIn(await browser.submit(await towards(browser, 'guest'), 'submit')));
  const ids = await rig.databases.durable.all(sql`select id, state from users`);
  const idOf = (state: string) => String(ids.find((row) => row.state === state)?.id);
  return { account: idOf('active'), guest: idOf('temporary'), browser };
}

const askForMail = async (browser: TestBrowser): Promise<Page> =>
  browser.submit(await browser.click(await browser.get(`${BROKER}/sign-in`), 'provider-email'), 'submit', {
    email: ADDRESS,
  });

/** Signs in by mail where the guest is; stops at the question whose work it is. */
async function toQuestion(rig: Rig, browser: TestBrowser): Promise<Page> {
  const asked = await askForMail(browser);
  return browser.submit(asked, 'submit', { code: codeIn(await rig.lastMail(ADDRESS)) });
}

async function assertMerged(rig: Rig, { guest, account }: TwoAccounts): Promise<void> {
  const rows = await rig.databases.durable.all(sql`select id, merged_into from users where state = 'merged'`);
  assert.deepEqual(rows, [{ id: guest, merged_into: account }]);
  const sessions = await rig.databases.durable.all(sql`select user_id from sessions`);
  assert.deepEqual(new Set(sessions.map(({ user_id }) => user_id)), new Set([account]), 'V-15');
  const merges = await rig.databases.durable.all(sql`select retired_id from merges`);
  assert.deepEqual(merges, [{ retired_id: guest }]);
}

forEachRig(
  'socraticqs2.md §5a the history of a guest who proves a known address goes to its account, and the course site is told',
  async (rig) => {
    const events: { type: string; from: string; to: string }[] = [];
    rig.serve(APP, async (request) => {
      if (new URL(request.url).pathname === '/log-out') return new Response(null, { status: 200 });
      const [, payload = ''] = (await request.text()).split('.');
      const { sub_id: from, events: said } = JSON.parse(Buffer.from(payload, 'base64url').toString());
      for (const [type, { merged_into: to }] of Object.entries<{ merged_into: { sub: string } }>(said)) {
        events.push({ type, from: from.sub, to: to.sub });
      }
      return new Response(null, { status: 202 });
    });
    const two = await asGuestWithAccount(rig);
    const question = await toQuestion(rig, two.browser);
    assert.match(question.document.text, /goes to your account/);
    const page = await two.browser.submit(question, 'guest-work-mine');
    assert.equal(page.url.pathname, '/account');
    assert.match(page.document.text, new RegExp(ADDRESS));
    await assertMerged(rig, two);
    await rig.clientEvents.settle();
    assert.deepEqual(
      events.map(({ from, to }) => [from, to]),
      [[two.guest, two.account]],
    );
    // Nobody is written to: a guest has no mailbox, and the account lost nothing.
    assert.ok(rig.mailbox.every(({ subject }) => !/joined|unieron/.test(subject)));
    assert.ok(isSignedIn(await signInByMail(rig, rig.browser(), ADDRESS)));
  },
  told,
);

forEachRig(
  'socraticqs2.md §11 the same where the mail is read in another browser, and the one that asked is signed out',
  async (rig) => {
    const two = await asGuestWithAccount(rig);
    await askForMail(two.browser);
    const other = rig.browser();
    const question = await other.submit(await other.get(linkIn(await rig.lastMail(ADDRESS))), 'submit');
    assert.equal((await other.submit(question, 'guest-work-mine')).url.pathname, '/account');
    await assertMerged(rig, two);
    assert.equal((await two.browser.get(`${BROKER}/account`)).url.pathname, '/sign-in');
  },
  ownWays,
);

withOneRig(
  'D-14 a work that is said not to be theirs stays with the guest, who goes on',
  async (rig) => {
    const two = await asGuestWithAccount(rig);
    await askForMail(two.browser);
    const other = rig.browser();
    const question = await other.submit(await other.get(linkIn(await rig.lastMail(ADDRESS))), 'submit');
    assert.equal((await other.submit(question, 'guest-work-not-mine')).url.pathname, '/account');
    assert.equal((await two.browser.get(`${BROKER}/account`)).url.pathname, '/account');
    assert.deepEqual(await rig.databases.durable.all(sql`select id from merges`), []);
  },
  ownWays,
);

forEachRig(
  'R-12 of fifty presses at once, at two processes, the work is claimed once and everybody ends at the account',
  (rig) =>
    withSecondProcess(rig, async (second) => {
      const two = await asGuestWithAccount(rig);
      let turn = 0;
      const browser = rig.browser('en', { [BROKER]: (request) => (turn++ % 2 === 0 ? rig.broker : second)(request) });
      assert.ok(isSignedIn(await browser.submit(await towards(browser, 'guest'), 'submit')));
      const mine = await rig.databases.durable.all(sql`
        select id from users where state = 'temporary' and id <> ${two.guest}`);
      const question = await toQuestion(rig, browser);
      const pages = await Promise.all(Array.from({ length: 50 }, () => browser.submit(question, 'guest-work-mine')));
      assert.deepEqual(new Set(pages.map(({ url }) => url.pathname)), new Set(['/account']));
      const rows = await rig.databases.durable.all(sql`select retired_id, survivor_id from merges`);
      assert.deepEqual(rows, [{ retired_id: mine[0]?.id, survivor_id: two.account }]);
    }),
  ownWays,
  ['SQLite file', 'PostgreSQL'],
);

withOneRig(
  'what may not be merged stays with the guest: the person reads where, and is signed in',
  async (rig) => {
    const two = await asGuestWithAccount(rig);
    const question = await toQuestion(rig, two.browser);
    await rig.databases.durable.run(sql`
      insert into legal_holds (user_id, placed_by, placed_at) values (${two.account}, 'support', 0)`);
    const page = await two.browser.submit(question, 'guest-work-mine');
    const name = (await rig.open.store.accounts.findUser(two.guest))?.user.username ?? '?';
    assert.match(page.document.text, new RegExp(name));
    assert.doesNotMatch(page.document.text, /legal|law|hold/i);
    const end = await two.browser.submit(page, 'guest-work-go-on');
    assert.equal(end.url.pathname, '/account');
    assert.match(end.document.text, new RegExp(ADDRESS));
    assert.deepEqual(await rig.databases.durable.all(sql`select id from merges`), []);
  },
  ownWays,
);
