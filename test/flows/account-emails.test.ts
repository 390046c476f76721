/**
 * The addresses of an account: added when they are proved and not before, primary, removed; and who is told (D-07, D-08, §6.2).
 */
import assert from 'node:assert/strict';
import { sql } from '../../src/store/database.ts';
import type { Page, TestBrowser } from '../browser.ts';
import { BROKER, COURSE_SITE, forEachRig, type Rig, withOneRig } from '../rig.ts';
import {
  ADDRESS,
  addEmail,
  byLlaveMx,
  byMail,
  choosePasswordOf,
  connectLlaveMx,
  emailsOf,
  identitiesOf,
  MINUTE,
  mailsTo,
  open,
  toCode,
  typesOf,
} from './own-account.ts';
import { choosePassword, codeIn, linkIn, ownWays } from './own-ways.ts';

const SECOND = 'lupita.trabajo@uni.mx';
const OTHER = 'otra@uni.mx';

forEachRig(
  'D-09 V-24 an address is added by the code of a mail and not before; both addresses are told',
  async (rig) => {
    const browser = await byMail(rig);
    const asked = await toCode(browser, SECOND);
    assert.deepEqual(await emailsOf(rig), [[ADDRESS, 'llavero', true]]);
    const wrong = await browser.submit(asked, 'submit', { code: '000000' });
    assert.ok(wrong.find('code'));
    const page = await browser.submit(wrong, 'submit', { code: codeIn(await rig.lastMail(SECOND)) });
    assert.equal(page.url.pathname, '/account/emails');
    assert.deepEqual(await emailsOf(rig), [
      [ADDRESS, 'llavero', true],
      [SECOND, 'llavero', false],
    ]);
    for (const to of [ADDRESS, SECOND]) assert.equal(await mailsTo(rig, to, /was added.*account/s), 1, to);
    assert.equal((await typesOf(rig)).filter((type) => type === 'email.verified').length, 1);
    assert.equal((await open(browser, '')).url.pathname, '/account', 'still signed in');
    // From now on it opens the account.
    await byMail(rig, SECOND);
    assert.equal(await rig.count('users'), 1);
  },
  ownWays,
);

withOneRig(
  'F-20 the link of the mail does it in the browser that asked; in another one it is only told where to type the code',
  async (rig) => {
    const browser = await byMail(rig);
    await toCode(browser, SECOND);
    const link = linkIn(await rig.lastMail(SECOND));
    const stranger = rig.browser();
    const shown = await stranger.get(link);
    assert.equal(shown.find('submit'), null, 'no button');
    const opened = new URL(link).searchParams.get('token') ?? '';
    const forced = await stranger.post(`${BROKER}/sign-in/mail`, { link: opened }, { from: shown });
    assert.equal(forced.text('error-code'), 'mail_link_unusable');
    assert.equal((await emailsOf(rig)).length, 1);
    assert.equal((await open(stranger, '')).url.pathname, '/sign-in', 'nobody is signed in there');
    const done = await browser.submit(await browser.get(link), 'submit');
    assert.equal((await browser.click(done, 'continue')).url.pathname, '/account/emails');
    assert.equal((await emailsOf(rig)).length, 2);
  },
  ownWays,
);

forEachRig(
  'F-11 whether somebody has an address is said only to whoever reads its mail; then it is said, and nothing is added',
  async (rig) => {
    await byMail(rig, OTHER);
    const browser = await byMail(rig);
    const shown = ({ body }: Page) => body.replaceAll(/name="(?:id|token)" value="[^"]*"|[?&](?:amp;)?\w+=[\w-]+/g, '');
    const [known, unknown] = [await toCode(browser, OTHER), await toCode(browser, 'nadie@uni.mx')];
    assert.equal(shown(known).replaceAll(OTHER, ''), shown(unknown).replaceAll('nadie@uni.mx', ''));
    const refused = await browser.submit(known, 'submit', { code: codeIn(await rig.lastMail(OTHER)) });
    assert.equal(refused.text('error-code'), 'address_taken');
    assert.equal((await browser.click(refused, 'back-to-client')).url.pathname, '/account/emails');
    assert.equal((await emailsOf(rig)).length, 2);
    assert.equal(await rig.count('users'), 2);
  },
  ownWays,
);

forEachRig(
  'D-07 an address that is asked for before the owner chooses a password is not added after it',
  async (rig) => {
    // The attacker is in the victim's account, and asks to add their own address.
    const attacker = await byMail(rig);
    const pending = await toCode(attacker, 'evil@uni.mx');
    await choosePassword(rig, rig.browser(), ADDRESS);
    const refused = await attacker.submit(pending, 'submit', { code: codeIn(await rig.lastMail('evil@uni.mx')) });
    assert.equal(refused.text('error-code'), 'sign_in_expired');
    assert.deepEqual(await emailsOf(rig), [[ADDRESS, 'llavero', true]]);
  },
  ownWays,
);

for (const [what, end] of [
  ['signs out', async (browser: TestBrowser) => browser.submit(await open(browser, ''), 'sign-out')],
  [
    'is somebody else by now',
    async (browser: TestBrowser) => browser.submit(await browser.get(`${BROKER}/sign-in/llave-mx`), 'person-nacional'),
  ],
] as const) {
  withOneRig(
    `D-07 what was begun to be added ends when the browser ${what}`,
    async (rig) => {
      const browser = await byMail(rig);
      const pending = await toCode(browser, SECOND);
      await end(browser);
      const refused = await browser.submit(pending, 'submit', { code: codeIn(await rig.lastMail(SECOND)) });
      assert.equal(refused.text('error-code'), 'sign_in_expired');
      assert.ok(!(await emailsOf(rig)).some(([key]) => key === SECOND));
    },
    ownWays,
  );
}

withOneRig(
  'D-09 nothing but the mail verifies it: no provider, and no field of a form, ends the attempt',
  async (rig) => {
    const browser = await byMail(rig);
    const pending = await toCode(browser, SECOND);
    const id = pending.url.searchParams.get('id');
    for (const slug of ['llave-mx', 'email', 'password', 'guest']) {
      const led = await browser.get(`${BROKER}/sign-in/${slug}?id=${id}`);
      assert.equal(led.text('error-code'), 'provider_unknown', slug);
    }
    assert.equal((await browser.get(`${BROKER}/sign-in?id=${id}`)).url.pathname, '/sign-in/step', 'nor a chooser');
    const hidden = Object.fromEntries(
      pending.document.all('input').map((input) => [input.attribute('name') ?? '', input.attribute('value') ?? '']),
    );
    for (const typed of [{ address: SECOND }, { verified: 'true' }, { answer: 'yes' }, { email: SECOND }]) {
      await browser.post(`${BROKER}/sign-in/llavero`, { ...hidden, code: '', ...typed }, { from: pending });
    }
    assert.equal((await emailsOf(rig)).length, 1);
    // Nobody begins there.
    assert.equal((await browser.get(`${BROKER}/sign-in/llavero`)).text('error-code'), 'provider_unknown');
  },
  ownWays,
);

forEachRig(
  'F-20 clients see the primary address at the next token; only a verified one can be it; both addresses are told',
  async (rig) => {
    const browser = await byLlaveMx(rig, 'correo-sin-verificar');
    const page = await addEmail(rig, browser, ADDRESS);
    assert.equal(page.find('make-primary-1'), null);
    assert.deepEqual((await emailsOf(rig)).at(0), ['iker.saldana@example.com', null, true]);
    await browser.submit(page, 'make-primary-2');
    assert.deepEqual(
      (await emailsOf(rig)).map(([key, , primary]) => [key, primary]),
      [
        ['iker.saldana@example.com', false],
        [ADDRESS, true],
      ],
    );
    assert.equal(await mailsTo(rig, ADDRESS, /primary/), 1);
    const home = await browser.get(`${COURSE_SITE}/login`);
    const { userinfo } = JSON.parse(home.text('claims-json'));
    assert.deepEqual([userinfo.email, userinfo.email_verified], [ADDRESS, true]);
  },
  ownWays,
);

forEachRig(
  'a removed address is told of it, opens the account no longer, and is free for somebody else',
  async (rig) => {
    const browser = await byMail(rig);
    await addEmail(rig, browser, SECOND);
    await byMail(rig, SECOND);
    assert.deepEqual(await identitiesOf(rig), ['email', 'email']);
    const page = await open(browser, '/emails');
    assert.equal(page.find('remove-1'), null, 'the primary one stays until another one is');
    const confirm = await browser.click(page, 'remove-2');
    await browser.submit(confirm, 'confirm-yes');
    assert.deepEqual(await emailsOf(rig), [[ADDRESS, 'llavero', true]]);
    assert.deepEqual(await identitiesOf(rig), ['email'], 'with the identity of that mailbox');
    for (const to of [ADDRESS, SECOND]) assert.equal(await mailsTo(rig, to, /was removed/), 1, to);
    await byMail(rig, SECOND);
    assert.equal(await rig.count('users'), 2);
  },
  ownWays,
);

withOneRig(
  'V-02 the only address of somebody who signs in by mail stays',
  async (rig) => {
    const browser = await byMail(rig);
    const page = await browser.click(await open(browser, '/emails'), 'remove-1');
    assert.equal(page.find('confirm-yes'), null);
    assert.ok(page.find('manage-identities'));
    // With another way it goes.
    await connectLlaveMx(browser);
    await browser.submit(await browser.click(await open(browser, '/emails'), 'remove-1'), 'confirm-yes');
    assert.deepEqual(await emailsOf(rig), []);
    assert.deepEqual(await identitiesOf(rig), ['llave-mx']);
  },
  ownWays,
);

forEachRig(
  'C-14 V-02 fifty that remove the last address and the last identity at once leave one of them',
  async (rig) => {
    const browser = await byMail(rig);
    await connectLlaveMx(browser);
    const confirmEmail = await browser.click(await open(browser, '/emails'), 'remove-1');
    const confirmIdentity = await browser.click(await open(browser, '/identities'), 'disconnect-llave-mx-2');
    const presses = Array.from({ length: 50 }, (_, index) => (index % 2 === 0 ? confirmEmail : confirmIdentity));
    const ends = await Promise.all(presses.map((page) => browser.submit(page, 'confirm-yes')));
    assert.ok(ends.every(({ status }) => status === 200 || status === 409));
    assert.equal(
      (await emailsOf(rig)).length + (await identitiesOf(rig)).filter((one) => one === 'llave-mx').length,
      1,
    );
  },
  ownWays,
);

forEachRig(
  'fifty removals of one address are one, and of verifying and removing at once one serial order comes out',
  async (rig) => {
    const browser = await byMail(rig);
    await addEmail(rig, browser, SECOND);
    const confirm = await browser.click(await open(browser, '/emails'), 'remove-2');
    const ends = await Promise.all(Array.from({ length: 50 }, () => browser.submit(confirm, 'confirm-yes')));
    assert.ok(ends.every(({ status }) => status === 200));
    assert.equal((await typesOf(rig)).filter((type) => type === 'email.removed').length, 1);
    assert.equal(await mailsTo(rig, SECOND, /was removed/), 1);

    const code = await toCode(browser, SECOND);
    const typed = { code: codeIn(await rig.lastMail(SECOND)) };
    const both = [
      ...Array.from({ length: 10 }, () => browser.submit(code, 'submit', typed)),
      ...Array.from({ length: 10 }, () => browser.submit(confirm, 'confirm-yes')),
    ];
    const pages = await Promise.all(both);
    assert.ok(pages.every(({ status }) => status === 200));
    const verified = (await typesOf(rig)).filter((type) => type === 'email.verified').length;
    const removed = (await typesOf(rig)).filter((type) => type === 'email.removed').length;
    assert.equal(verified, 2, 'the code was good once');
    assert.equal((await emailsOf(rig)).length, 1 + verified - removed, 'what is there is what was written down');
  },
  ownWays,
);

forEachRig(
  'V-02 of two accounts that prove one address at the same moment one gets it',
  async (rig) => {
    const [ana, bob] = [await byMail(rig), await byMail(rig, OTHER)];
    const pages = [await toCode(ana, SECOND), await toCode(bob, SECOND)] as const;
    await rig.mail.settle();
    const codes = rig.mailbox.filter(({ to }) => to === SECOND).map((mail) => codeIn(mail));
    const ends = await Promise.all([
      ana.submit(pages[0], 'submit', { code: codes[0] ?? '' }),
      bob.submit(pages[1], 'submit', { code: codes[1] ?? '' }),
    ]);
    assert.deepEqual(ends.map(({ status }) => status).sort(), [200, 409]);
    assert.equal((await emailsOf(rig)).filter(([key]) => key === SECOND).length, 1);
  },
  ownWays,
);

// ----------------------------------------------------------------------------------------------- pre-hijacking (ADR 0015)

const UNVERIFIED = 'iker.saldana@example.com';

/** From the list of addresses to the code for the one that stands there unverified. */
async function verifyFirst(rig: Rig, browser: TestBrowser): Promise<{ told: Page; page: Page }> {
  const told = await browser.click(await open(browser, '/emails'), 'verify-1');
  const asked = await browser.submit(told, 'submit');
  return { told, page: await browser.submit(asked, 'submit', { code: codeIn(await rig.lastMail(UNVERIFIED)) }) };
}

/** Somebody put a foreign address into an account, and an identity of their own beside it, before anybody proved anything. */
async function hijacked(rig: Rig): Promise<TestBrowser> {
  const attacker = await byLlaveMx(rig, 'correo-sin-verificar');
  const { databases, open: opened } = rig;
  await databases.durable.run(sql`
    insert into identities (id, provider, subject, user_id, profile, created_at, last_used_at)
    select 'trojan', 'wordpress', '9', user_id, profile, created_at, last_used_at from identities`);
  const profile = opened.vault.seal(
    { table: 'identities', column: 'profile', row: 'trojan' },
    '{"emails":[],"roles":[]}',
  );
  await databases.durable.run(sql`update identities set profile = ${profile} where id = 'trojan'`);
  return attacker;
}

forEachRig(
  'D-05 §6.2 verifying ends every other session, and what was attached before anybody had proved an address',
  async (rig) => {
    const attacker = await hijacked(rig);
    const owner = await byLlaveMx(rig, 'correo-sin-verificar');
    const { told, page } = await verifyFirst(rig, owner);
    assert.match(told.body, /wordpress/, 'said before it is done');
    assert.equal(page.url.pathname, '/account/emails');
    assert.deepEqual(await emailsOf(rig), [[UNVERIFIED, 'llavero', true]]);
    assert.deepEqual(await identitiesOf(rig), ['llave-mx'], 'what the person signed in with stays');
    assert.equal((await open(attacker, '')).url.pathname, '/sign-in');
    assert.equal((await open(owner, '')).url.pathname, '/account');
    assert.equal(await mailsTo(rig, UNVERIFIED, /ways to sign in .* removed/s), 1);
    assert.deepEqual((await typesOf(rig)).filter((type) => type === 'identity.unlinked').length, 1);
  },
  ownWays,
);

withOneRig(
  '§6.2 what was attached after somebody had proved an address stays, and a new address ends nothing',
  async (rig) => {
    const browser = await byMail(rig);
    await connectLlaveMx(browser, 'correo-sin-verificar');
    assert.deepEqual(await emailsOf(rig), [
      [ADDRESS, 'llavero', true],
      [UNVERIFIED, null, false],
    ]);
    await choosePasswordOf(rig, browser);
    const elsewhere = await byMail(rig);
    await addEmail(rig, browser, SECOND);
    assert.equal((await open(elsewhere, '')).url.pathname, '/account', 'a new address ends no session');
    rig.clock.advance(MINUTE);
    const told = await browser.click(await open(browser, '/emails'), 'verify-2');
    const asked = await browser.submit(told, 'submit');
    await browser.submit(asked, 'submit', { code: codeIn(await rig.lastMail(UNVERIFIED)) });
    assert.deepEqual(await identitiesOf(rig), ['email', 'llave-mx', 'password']);
    assert.equal((await open(elsewhere, '')).url.pathname, '/sign-in', 'one that was there unverified ends them');
  },
  ownWays,
);

withOneRig(
  'C-12 without a recent sign-in nothing is added, verified, made primary or removed; the person comes back to the page',
  async (rig) => {
    const browser = await byMail(rig);
    await addEmail(rig, browser, SECOND);
    const page = await open(browser, '/emails');
    const confirm = await browser.click(page, 'remove-2');
    rig.clock.advance(10 * MINUTE);
    for (const [from, button] of [
      [page, 'add-email'],
      [page, 'make-primary-2'],
      [confirm, 'confirm-yes'],
    ] as const) {
      const led = await browser.submit(from, button);
      assert.equal(led.url.pathname, '/sign-in', button);
      assert.match(led.title, /once more/);
    }
    assert.deepEqual(await emailsOf(rig), [
      [ADDRESS, 'llavero', true],
      [SECOND, 'llavero', false],
    ]);
  },
  ownWays,
);

withOneRig(
  'where no mail can be sent, nothing is offered that would take one',
  async (rig) => {
    const browser = await byLlaveMx(rig, 'correo-sin-verificar');
    const page = await open(browser, '/emails');
    assert.equal(page.find('add-email'), null);
    assert.equal(page.find('verify-1'), null);
  },
  { ...ownWays, canSendMail: false },
);
