/**
 * DESIGN §6.5, issue of one person with two accounts: they sign in to both in one browser, see how the two would stand together,
 * choose, and confirm.
 */
import assert from 'node:assert/strict';
import { sql } from '../../src/store/database.ts';
import { BROKER, forEachRig, type Rig, withOneRig } from '../rig.ts';
import { withSecondProcess } from '../second-process.ts';
import { MERGE, MINE, mergesIn, OTHER, sessionsIn, toPreview, twoAccounts } from './own-merges.ts';
import { isSignedIn, ownWays, signInByMail, towards } from './own-ways.ts';

const usernameOf = async (rig: Rig, id: string) => (await rig.open.store.accounts.findUser(id))?.user.username ?? '';

forEachRig(
  'a person joins their two accounts: the one they are in stays, both are told, every other session ends',
  async (rig) => {
    const { mine, other, browser } = await twoAccounts(rig);
    await signInByMail(rig, rig.browser(), MINE);
    const before = rig.mailbox.length;
    const preview = await toPreview(rig, browser);
    assert.equal(preview.url.pathname, '/account/merge');
    for (const shown of [MINE, OTHER, await usernameOf(rig, mine), await usernameOf(rig, other)]) {
      assert.ok(preview.document.text.includes(shown), shown);
    }
    assert.deepEqual(await mergesIn(rig), []);
    const done = await browser.submit(preview, 'confirm-merge');
    assert.equal(done.url.pathname, '/account/merge');
    assert.ok(done.find('merge-id'));
    assert.deepEqual(await mergesIn(rig), [`${other} into ${mine}`]);
    assert.deepEqual(await sessionsIn(rig), [mine], 'only the session in which it was done');
    await rig.mail.settle();
    const told = rig.mailbox
      .slice(before)
      .filter(({ to, text }) => [MINE, OTHER].includes(to) && !/\d{3} \d{3}/.test(text));
    assert.deepEqual(told.map(({ to }) => to).toSorted(), [OTHER, MINE].toSorted());
    const account = await browser.get(`${BROKER}/account`);
    assert.ok(account.document.text.includes(OTHER) && account.document.text.includes(MINE));
    // Either way leads to the one account.
    assert.ok(isSignedIn(await signInByMail(rig, rig.browser(), OTHER)));
    assert.deepEqual(new Set(await sessionsIn(rig)), new Set([mine]));
    const events = await rig.audit();
    const merged = events.filter(({ type }) => type === 'user.merged').map(({ userId }) => userId);
    assert.deepEqual(new Set(merged), new Set([mine, other]));
  },
  ownWays,
);

forEachRig(
  'they may keep the other one: the browser goes on in it, with a session of its own',
  async (rig) => {
    const { mine, other, browser } = await twoAccounts(rig);
    const exchanged = await browser.click(await toPreview(rig, browser), 'exchange');
    const secrets = () => browser.cookies().filter(({ name }) => name === '__Host-llavero-session');
    const before = secrets().map(({ value }) => value);
    assert.equal(before.length, 1);
    const done = await browser.submit(exchanged, 'confirm-merge');
    assert.ok(done.find('merge-id'), done.url.href);
    assert.deepEqual(await mergesIn(rig), [`${mine} into ${other}`]);
    assert.deepEqual(await sessionsIn(rig), [other]);
    assert.ok(
      secrets().every(({ value }) => !before.includes(value)),
      'H-01',
    );
    assert.ok((await browser.get(`${BROKER}/account`)).document.text.includes(OTHER));
  },
  ownWays,
);

forEachRig(
  'signing out of the account that was kept reaches the provider of the session before',
  async (rig) => {
    assert.ok(isSignedIn(await signInByMail(rig, rig.browser(), OTHER)));
    const browser = rig.browser();
    assert.ok(isSignedIn(await rig.signIn(browser, 'nacional')));
    const exchanged = await browser.click(await toPreview(rig, browser), 'exchange');
    assert.ok((await browser.submit(exchanged, 'confirm-merge')).find('merge-id'));
    const logOuts = () => rig.llaveMx.requests.filter(({ endpoint }) => endpoint === 'logout').length;
    const before = logOuts();
    await browser.submit(await browser.get(`${BROKER}/account`), 'sign-out');
    assert.equal(logOuts(), before + 1);
  },
  ownWays,
);

forEachRig(
  'what both have is chosen one by one',
  async (rig) => {
    const { mine, other, browser } = await twoAccounts(rig);
    const [kept, left] = [await usernameOf(rig, other), await usernameOf(rig, mine)];
    const preview = await toPreview(rig, browser);
    await browser.submit(preview, 'confirm-merge', { 'choice-username': 'retired', 'choice-primaryEmail': 'retired' });
    const found = await rig.open.store.accounts.findUser(mine);
    assert.equal(found?.user.username, kept);
    assert.equal(found?.emails.find(({ primary }) => primary)?.address, OTHER);
    assert.equal(await usernameOf(rig, other), left, 'neither is free again');
  },
  ownWays,
);

for (const keep of ['mine', 'other'] as const) {
  forEachRig(
    `R-12 of fifty confirmations at once, at two processes, one merges, and every one leads to the end: ${keep} stays`,
    (rig) =>
      withSecondProcess(rig, async (second) => {
        let turn = 0;
        const { mine, other } = await twoAccounts(rig);
        const browser = rig.browser('en', { [BROKER]: (request) => (turn++ % 2 === 0 ? rig.broker : second)(request) });
        await signInByMail(rig, browser, MINE);
        const preview = await toPreview(rig, browser);
        const page = keep === 'mine' ? preview : await browser.click(preview, 'exchange');
        const ends = await Promise.all(Array.from({ length: 50 }, () => browser.submit(page, 'confirm-merge')));
        assert.deepEqual(
          new Set(ends.map(({ status, url }) => `${status} ${url.pathname}`)),
          new Set(['200 /account/merge']),
        );
        assert.ok(ends.every((end) => end.find('merge-id')));
        assert.deepEqual(await mergesIn(rig), [keep === 'mine' ? `${other} into ${mine}` : `${mine} into ${other}`]);
        assert.equal((await sessionsIn(rig)).length, 1);
      }),
    ownWays,
    ['SQLite file', 'PostgreSQL'],
  );
}

const WORDS = { user_disabled: /is disabled/, user_not_mergeable: /cannot be merged/ };

withOneRig(
  'what is refused is said in words, and never that the law holds an account',
  async (rig) => {
    const { other, browser } = await twoAccounts(rig);
    const preview = await toPreview(rig, browser);
    const refusedAs = async (code: keyof typeof WORDS) => {
      const page = await browser.submit(preview, 'confirm-merge');
      assert.equal(page.text('error-code'), code);
      assert.match(page.document.text, WORDS[code]);
      assert.ok(page.find('back-to-client'));
      assert.deepEqual(await mergesIn(rig), []);
    };
    const { durable } = rig.databases;
    await durable.run(sql`insert into legal_holds (user_id, placed_by, placed_at) values (${other}, 'support', 0)`);
    await refusedAs('user_not_mergeable');
    await durable.run(sql`delete from legal_holds`);
    await durable.run(sql`update users set state = 'disabled' where id = ${other}`);
    await refusedAs('user_disabled');
  },
  ownWays,
);

withOneRig(
  'DESIGN §6.4 two accounts of one provider are not merged, and the page says of which',
  async (rig) => {
    await rig.signIn(rig.browser(), 'extranjero');
    const browser = rig.browser();
    await rig.signIn(browser, 'nacional');
    const intro = await browser.get(MERGE);
    const chooser = await browser.submit(intro, 'prove-other');
    const page = await browser.submit(await browser.click(chooser, 'provider-llave-mx'), 'person-extranjero');
    assert.deepEqual([page.status, page.text('error-code')], [409, 'same_provider']);
    assert.match(page.document.text, /Llave MX/);
    assert.deepEqual(await mergesIn(rig), []);
  },
  ownWays,
);

withOneRig(
  'a guest has nothing to join, and who is not signed in comes back here',
  async (rig) => {
    const browser = rig.browser();
    await browser.submit(await towards(browser, 'guest'), 'submit');
    assert.equal((await browser.get(MERGE)).url.pathname, '/account');
    const page = await rig.browser().get(MERGE);
    assert.equal(page.url.pathname, '/sign-in');
  },
  ownWays,
);

forEachRig(
  'what the courses know goes on: an app that knew only the other account keeps its subject',
  async (rig) => {
    const { mine, other, browser } = await twoAccounts(rig);
    const { clientSubjects } = rig.open.store;
    const now = rig.clock.environment.now();
    await clientSubjects.tell('library', other, now);
    const preview = await toPreview(rig, browser);
    assert.match(preview.document.text, /know you by both, and are told that it is one now: /);
    assert.match(preview.document.text, /go on knowing you as before: library/);
    await browser.submit(preview, 'confirm-merge');
    assert.equal(await clientSubjects.tell('library', mine, now), other);
  },
  ownWays,
);
