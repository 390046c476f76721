/**
 * Signing in by e-mail, from the course site and back (F-01, F-02, F-04, F-05, F-08, F-10, F-11, F-14, F-16).
 */
import assert from 'node:assert/strict';
import type { Page } from '../browser.ts';
import { BROKER, forEachRig, type Rig, withOneRig } from '../rig.ts';
import { codeIn, isSignedIn, linkIn, ownWays, signInByMail, towards } from './own-ways.ts';

const ADDRESS = 'ana@uni.mx';
const MINUTE = 60_000;

async function atCode(rig: Rig, address = ADDRESS) {
  const browser = rig.browser();
  const page = await browser.submit(await towards(browser, 'email'), 'submit', { email: address });
  return { browser, page, mail: await rig.lastMail(address.toLowerCase()) };
}

forEachRig(
  'a code signs in to the course site, and the same mailbox is the same account the next time',
  async (rig) => {
    const first = await signInByMail(rig, rig.browser(), ADDRESS);
    assert.ok(isSignedIn(first), first.url.href);
    const second = await signInByMail(rig, rig.browser(), 'ANA@UNI.MX');
    assert.ok(isSignedIn(second));
    assert.equal(await rig.count('users'), 1);
    const { rows } = await emails(rig);
    assert.deepEqual(rows, [{ address: ADDRESS, verified_by: 'llavero' }]);
  },
  ownWays,
);

forEachRig(
  'the link is confirmed in the same browser, and the page that waited goes on to the course site',
  async (rig) => {
    const { browser, page, mail } = await atCode(rig);
    const asks = await browser.get(linkIn(mail));
    assert.equal(asks.url.href, `${BROKER}/sign-in/mail`, 'F-14: the token is out of the address');
    assert.match(asks.body, /ana@uni\.mx/);
    const done = await browser.submit(asks, 'submit');
    assert.equal(done.url.pathname, '/sign-in/mail/done');
    const progress = await browser.get(progressOf(page), { as: 'fetch' });
    assert.equal(progress.status, 200);
    const waited = await browser.get(onwardOf(page));
    assert.ok(isSignedIn(waited), waited.url.href);
    assert.equal(await rig.count('users'), 1);
  },
  ownWays,
);

withOneRig(
  'without script the person who opened the link presses a button in the page that waits',
  async (rig) => {
    const { browser, page, mail } = await atCode(rig);
    assert.equal((await browser.click(page, 'continue')).text('submit'), page.text('submit'), 'not yet');
    await browser.submit(await browser.get(linkIn(mail)), 'submit');
    assert.ok(isSignedIn(await browser.click(page, 'continue')));
  },
  ownWays,
);

withOneRig(
  'while nothing happened the page that waits is told to wait, and another browser is told nothing',
  async (rig) => {
    const { browser, page } = await atCode(rig);
    assert.equal((await browser.get(progressOf(page), { as: 'fetch' })).status, 204);
    const stranger = await rig.browser().get(progressOf(page), { as: 'fetch' });
    assert.deepEqual([stranger.status, stranger.body], [200, '']);
  },
  ownWays,
);

forEachRig(
  'F-01: nothing that only opens the link uses it up, with or without cookies, twice and by HEAD',
  async (rig) => {
    const { browser, mail } = await atCode(rig);
    const link = linkIn(mail);
    for (let time = 0; time < 5; time++) {
      assert.equal((await rig.browser().get(link)).status, 200);
      const bare = await rig.broker(new Request(link, { headers: { purpose: 'prefetch', 'sec-purpose': 'prefetch' } }));
      assert.equal(bare.status, 303);
      assert.equal(bare.headers.get('cache-control'), 'no-store');
      const head = await rig.broker(new Request(link, { method: 'HEAD' }));
      assert.ok(head.status < 400);
      assert.equal((await rig.broker(new Request(link, { method: 'OPTIONS' }))).status >= 400, true);
    }
    assert.equal(await rig.count('sessions'), 0);
    const done = await browser.submit(await browser.get(link), 'submit');
    assert.ok(isSignedIn(await browser.click(done, 'continue')), 'where the tab that waited was closed');
  },
  ownWays,
);

forEachRig(
  'F-02: opened in another browser it signs that one in, and the one that asked is told and stays out',
  async (rig) => {
    const { browser, page, mail } = await atCode(rig);
    const other = rig.browser();
    const asks = await other.get(linkIn(mail));
    assert.match(asks.body, /ana@uni\.mx/);
    assert.match(asks.body, /not the browser where you began/);
    const account = await other.submit(asks, 'submit');
    assert.equal(account.url.href, `${BROKER}/account`);

    assert.equal((await browser.get(progressOf(page), { as: 'fetch' })).status, 200);
    const told = await browser.get(onwardOf(page));
    assert.match(told.body, /another browser and went on there/);
    assert.equal((await browser.get(`${BROKER}/account`)).url.pathname, '/sign-in', 'nobody is signed in here');
    const late = await browser.submit(page, 'submit', { code: codeIn(mail) });
    assert.ok(!isSignedIn(late), 'the code went with its link');

    rig.clock.advance(MINUTE);
    const again = await browser.submit(told, 'submit', { email: ADDRESS });
    assert.ok(isSignedIn(await browser.submit(again, 'submit', { code: codeIn(await rig.lastMail(ADDRESS)) })));
    assert.equal(await rig.count('users'), 1);
  },
  ownWays,
);

withOneRig(
  'DESIGN §6.8: a link opened where somebody else is signed in names them, and changes nothing until the button is pressed',
  async (rig) => {
    const { mail } = await atCode(rig);
    const other = rig.browser();
    const before = await rig.signIn(other, 'nacional');
    const asks = await other.get(linkIn(mail));
    assert.match(asks.body, /signed in in this browser already/);
    const account = await other.get(`${BROKER}/account`);
    assert.ok(before.text('signed-in-as').endsWith(account.text('account-name')));
  },
  ownWays,
);

forEachRig(
  'F-04: of ten that press the button at once one signs in, in whichever browser',
  async (rig) => {
    const { mail } = await atCode(rig);
    const pages = await Promise.all(
      Array.from({ length: 10 }, async () => {
        const browser = rig.browser();
        return { browser, page: await browser.get(linkIn(mail)) };
      }),
    );
    const ends = await Promise.all(pages.map(({ browser, page }) => browser.submit(page, 'submit')));
    assert.equal(ends.filter(({ url }) => url.pathname === '/account').length, 1);
    assert.ok(ends.every(({ status }) => status < 500));
    assert.equal(await rig.count('users'), 1);
    assert.equal(await rig.count('sessions'), 1);
  },
  ownWays,
);

forEachRig(
  'F-05: code and link are good to the end of ten minutes and no longer; a newer mail ends the older',
  async (rig) => {
    const late = await atCode(rig);
    rig.clock.advance(10 * MINUTE);
    const dead = await late.browser.get(linkIn(late.mail));
    assert.deepEqual([dead.status, dead.text('error-code')], [410, 'mail_link_unusable']);
    const wrong = await late.browser.submit(late.page, 'submit', { code: codeIn(late.mail) });
    assert.match(wrong.body, /does not work/);

    const { browser, page, mail } = await atCode(rig);
    rig.clock.advance(MINUTE);
    await browser.submit(page, 'resend');
    const newer = await rig.lastMail(ADDRESS);
    assert.equal((await browser.get(linkIn(mail))).status, 410);
    const step = await browser.submit(page, 'submit', { code: codeIn(mail) });
    assert.match(step.body, /does not work/);
    rig.clock.advance(8 * MINUTE);
    assert.ok(isSignedIn(await browser.submit(step, 'submit', { code: codeIn(newer) })));
  },
  ownWays,
);

forEachRig(
  'F-06: of fifty-five wrong codes five are looked at, then the right one is wrong too, in the same words',
  async (rig) => {
    const { browser, page, mail } = await atCode(rig);
    const right = codeIn(mail);
    const wrong = right === '000000' ? '000001' : '000000';
    await Promise.all(Array.from({ length: 50 }, () => browser.submit(page, 'submit', { code: wrong })));
    let said = page;
    for (let time = 0; time < 5; time++) said = await browser.submit(page, 'submit', { code: wrong });
    assert.match(said.body, /does not work/);
    const [tried] = await rig.databases.ephemeral.all({ shape: ['select tries from mail_proofs'], values: [] });
    assert.equal(tried?.tries, 5);
    const refused = await browser.submit(page, 'submit', { code: right });
    assert.ok(!isSignedIn(refused));
    assert.equal(withoutTokens(refused), withoutTokens(said));
  },
  ownWays,
);

withOneRig(
  'F-11: what is shown and how is the same for an address with an account, without one, and disabled',
  async (rig) => {
    await signInByMail(rig, rig.browser(), 'known@uni.mx');
    await signInByMail(rig, rig.browser(), 'blocked@uni.mx');
    await rig.databases.durable.run({
      shape: [
        "update users set state = 'disabled' where id = (select user_id from emails where address_key = 'blocked@uni.mx')",
      ],
      values: [],
    });
    const seen = new Set<string>();
    for (const address of ['known@uni.mx', 'fresh@uni.mx', 'blocked@uni.mx']) {
      const { page, mail } = await atCode(rig, address);
      assert.notEqual(mail, null, address);
      seen.add(`${page.status} ${withoutTokens(page).replaceAll(address, 'ADDRESS')}`);
    }
    assert.equal(seen.size, 1);
  },
  ownWays,
);

withOneRig(
  'a disabled account is refused after its mailbox was proved, and gets no second one',
  async (rig) => {
    await signInByMail(rig, rig.browser(), ADDRESS);
    await rig.databases.durable.run({ shape: ["update users set state = 'disabled'"], values: [] });
    const end = await signInByMail(rig, rig.browser(), ADDRESS);
    assert.equal(end.text('error-code'), 'user_disabled');
    assert.equal(await rig.count('users'), 1);
  },
  ownWays,
);

withOneRig(
  'F-10: the mail goes to the canonical address, never to a look-alike of it',
  async (rig) => {
    for (const [written, mailed] of [
      ['MIKE@EXAMPLE.ORG', 'mike@example.org'],
      ['m\u0131ke@example.org', 'm\u0131ke@example.org'],
      ['mike@ex\u0430mple.org', null],
      ['mike@example.org\u200b', null],
      ['\u212aim@example.org', null],
    ] as const) {
      const before = rig.mailbox.length;
      const browser = rig.browser();
      await browser.submit(await towards(browser, 'email'), 'submit', { email: written });
      await rig.mail.settle();
      const sent = rig.mailbox.slice(before).map(({ to }) => String(to));
      assert.ok(
        sent.every((to) => to !== 'mike@example.org' || mailed === 'mike@example.org'),
        written,
      );
      if (mailed !== null) assert.deepEqual(sent, [mailed], written);
    }
  },
  ownWays,
);

withOneRig(
  'F-08: every address in the mail, in both of its parts, is our own',
  async (rig) => {
    const { mail } = await atCode(rig);
    const addresses = [...`${mail?.text} ${mail?.html}`.matchAll(/https?:\/\/[^\s"<]+/g)].map(([address]) => address);
    assert.ok(addresses.length >= 2);
    for (const address of addresses) assert.ok(address.startsWith(`${BROKER}/`), address);
  },
  ownWays,
);

withOneRig(
  'F-16: five mails an hour for one address, whoever asks; then it is said, and the last code still works',
  async (rig) => {
    let last = await atCode(rig);
    for (let time = 1; time < 5; time++) {
      rig.clock.advance(MINUTE);
      last = await atCode(rig);
    }
    rig.clock.advance(MINUTE);
    const { page } = await atCode(rig);
    assert.match(page.body, /several codes/);
    assert.equal(rig.mailbox.length, 5);
    assert.ok(isSignedIn(await last.browser.submit(last.page, 'submit', { code: codeIn(last.mail) })));
  },
  ownWays,
);

withOneRig(
  "F-16: a stranger's requests do not end the mail of the person",
  async (rig) => {
    const mine = await atCode(rig);
    await atCode(rig);
    await atCode(rig);
    assert.ok(isSignedIn(await mine.browser.submit(mine.page, 'submit', { code: codeIn(mine.mail) })));
  },
  ownWays,
);

forEachRig(
  'an address that Llave MX has verified for somebody leads to their account, and a mail there finds it too',
  async (rig) => {
    const page = await rig.signIn(rig.browser(), 'nacional');
    const [row] = (await emails(rig)).rows;
    assert.ok(row, 'the practice person has a verified address');
    const byMail = await signInByMail(rig, rig.browser(), row.address);
    assert.equal(byMail.text('signed-in-as'), page.text('signed-in-as'));
    assert.equal(await rig.count('users'), 1);
    assert.equal(await rig.count('identities'), 2);
  },
  ownWays,
);

forEachRig(
  'D-04: an address that nobody verified attracts no account: whoever proves the mailbox gets one of their own',
  async (rig) => {
    await rig.signIn(rig.browser(), 'correo-sin-verificar');
    const [row] = (await emails(rig)).all;
    assert.ok(row);
    assert.ok(isSignedIn(await signInByMail(rig, rig.browser(), row.address)));
    assert.equal(await rig.count('users'), 2);
  },
  ownWays,
);

async function emails(rig: Rig) {
  const rows = await rig.databases.durable.all({
    shape: ['select address, verified_by from emails order by address'],
    values: [],
  });
  const all = rows.map((row) => ({ address: String(row.address), verified_by: row.verified_by }));
  return { all, rows: all.filter(({ verified_by: by }) => by !== null) };
}

/** The addresses that the page's own script asks and goes on to. */
function attribute(page: Page, name: string): string {
  const value = new RegExp(`data-${name}="([^"]+)"`).exec(page.body)?.[1];
  assert.ok(value, `no data-${name}`);
  return `${BROKER}${value.replaceAll('&amp;', '&')}`;
}
const progressOf = (page: Page) => attribute(page, 'progress');
const onwardOf = (page: Page) => attribute(page, 'onward');

/** The page without what is new on each: tokens, ids, versions. */
function withoutTokens({ body }: Page): string {
  return body.replaceAll(/name="(?:token|id)" value="[^"]*"/g, '').replaceAll(/[?&](?:amp;)?(?:id|seen)=[\w-]+/g, '');
}
