/**
 * F-20: whoever had an address of an account takes a change of its addresses back, also when they were thrown out.
 */
import assert from 'node:assert/strict';
import type { Page, TestBrowser } from '../browser.ts';
import { BROKER, forEachRig, type Rig, withOneRig } from '../rig.ts';
import {
  ADDRESS,
  addEmail,
  byMail,
  choosePasswordOf,
  connectLlaveMx,
  emailsOf,
  identitiesOf,
  MINUTE,
  open,
  typesOf,
  undoLinkIn,
} from './own-account.ts';
import { codeIn, ownWays } from './own-ways.ts';

const EVIL = 'mala@uni.mx';
const WORSE = 'peor@uni.mx';
const DAY = 24 * 60 * MINUTE;

/** From one address to another one alone, in a session that somebody else holds. */
async function changeTo(rig: Rig, browser: TestBrowser, address: string): Promise<void> {
  rig.clock.advance(MINUTE);
  await addEmail(rig, browser, address);
  await browser.submit(await open(browser, '/emails'), 'make-primary-2');
  const page = await open(browser, '/emails');
  await browser.submit(await browser.click(page, 'remove-2'), 'confirm-yes');
  assert.deepEqual(
    (await emailsOf(rig)).map(([key]) => key),
    [address],
  );
}

async function undo(rig: Rig, link: string): Promise<Page> {
  const browser = rig.browser();
  const page = await browser.get(link);
  return page.find('submit') ? browser.submit(page, 'submit') : page;
}

const lastLink = async (rig: Rig, address: string) => undoLinkIn(await rig.lastMail(address));

forEachRig(
  'F-20 the old address takes the change back: it opens the account again, the new one does not, and sessions end',
  async (rig) => {
    await byMail(rig);
    const attacker = await byMail(rig);
    await changeTo(rig, attacker, EVIL);
    await connectLlaveMx(attacker);
    await choosePasswordOf(rig, attacker);
    const thief = await byMail(rig, EVIL);
    const done = await undo(rig, await lastLink(rig, ADDRESS));
    assert.equal(done.url.pathname, '/account/emails/undone');
    assert.deepEqual(await emailsOf(rig), [[ADDRESS, 'llavero', true]]);
    assert.deepEqual(await identitiesOf(rig), [], 'what was attached since is gone, with its password');
    for (const browser of [attacker, thief]) assert.equal((await open(browser, '')).url.pathname, '/sign-in');
    assert.ok((await typesOf(rig)).includes('email.change_undone'));
    await byMail(rig);
    assert.equal(await rig.count('users'), 1, 'it is the account that it was');
    await byMail(rig, EVIL);
    assert.equal(await rig.count('users'), 2, 'and theirs is another');
  },
  ownWays,
);

withOneRig(
  'F-20 what the owner had for longer stays: ways to sign in, and other addresses',
  async (rig) => {
    const owner = await byMail(rig);
    await connectLlaveMx(owner);
    await addEmail(rig, owner, 'otra@uni.mx');
    rig.clock.advance(8 * DAY);
    const attacker = rig.browser();
    const form = await attacker.get(`${BROKER}/sign-in/email?return_to=/account`);
    const asked = await attacker.submit(form, 'submit', { email: ADDRESS });
    await attacker.submit(asked, 'submit', { code: codeIn(await rig.lastMail(ADDRESS)) });
    await addEmail(rig, attacker, EVIL);
    await undo(rig, await lastLink(rig, ADDRESS));
    assert.deepEqual(await identitiesOf(rig), ['email', 'llave-mx']);
    assert.ok(!(await emailsOf(rig)).some(([key]) => key === EVIL));
    assert.ok((await emailsOf(rig)).some(([key, , primary]) => key === ADDRESS && primary));
    assert.ok((await emailsOf(rig)).some(([key]) => key === 'otra@uni.mx'));
  },
  ownWays,
);

forEachRig(
  'F-20 of two changes each old address takes back what came after it, and the oldest has the last word',
  async (rig) => {
    const attacker = await byMail(rig);
    await changeTo(rig, attacker, EVIL);
    const ofOwner = await lastLink(rig, ADDRESS);
    await changeTo(rig, attacker, WORSE);
    const ofThief = await lastLink(rig, EVIL);
    await undo(rig, ofThief);
    assert.deepEqual(await emailsOf(rig), [[EVIL, 'llavero', true]]);
    await undo(rig, ofOwner);
    assert.deepEqual(await emailsOf(rig), [[ADDRESS, 'llavero', true]]);
    // Neither link works again, nor any other of the address that came later.
    for (const link of [ofOwner, ofThief, ...linksTo(rig, EVIL), ...linksTo(rig, ADDRESS)]) {
      assert.equal((await undo(rig, link)).text('error-code'), 'undo_link_unusable');
    }
    assert.deepEqual(await emailsOf(rig), [[ADDRESS, 'llavero', true]]);
  },
  ownWays,
);

const linksTo = (rig: Rig, address: string) =>
  rig.mailbox.filter((mail) => mail.to === address && mail.text.includes('/emails/undo')).map(undoLinkIn);

forEachRig(
  'F-20 fifty that use one link at once use it once',
  async (rig) => {
    const attacker = await byMail(rig);
    await changeTo(rig, attacker, EVIL);
    const undoToken = new URL(await lastLink(rig, ADDRESS)).searchParams.get('token') ?? '';
    const browsers = await Promise.all(
      Array.from({ length: 50 }, async () => {
        const browser = rig.browser();
        return [browser, await browser.get(`${BROKER}/account/emails/undone`)] as const;
      }),
    );
    const pages = await Promise.all(
      browsers.map(([browser, from]) => browser.post(`${BROKER}/account/emails/undo`, { undo: undoToken }, { from })),
    );
    assert.equal(pages.filter(({ url }) => url.pathname === '/account/emails/undone').length, 1);
    assert.equal((await typesOf(rig)).filter((type) => type === 'email.change_undone').length, 1);
    assert.deepEqual(await emailsOf(rig), [[ADDRESS, 'llavero', true]]);
  },
  ownWays,
);

withOneRig(
  'F-20 opening the link changes nothing; after seven days it is worth nothing; what is made up never was',
  async (rig) => {
    const attacker = await byMail(rig);
    await changeTo(rig, attacker, EVIL);
    const link = await lastLink(rig, ADDRESS);
    const shown = await rig.browser().get(link);
    assert.doesNotMatch(shown.url.search, /token/);
    assert.ok(shown.body.includes(ADDRESS) && !shown.body.includes(EVIL), 'the new address is not told');
    assert.deepEqual(await emailsOf(rig), [[EVIL, 'llavero', true]]);
    rig.clock.advance(7 * DAY);
    for (const dead of [link, `${BROKER}/account/emails/undo?token=made-up`, `${BROKER}/account/emails/undo`]) {
      assert.equal((await undo(rig, dead)).text('error-code'), 'undo_link_unusable');
    }
    assert.deepEqual(await emailsOf(rig), [[EVIL, 'llavero', true]]);
  },
  ownWays,
);

withOneRig(
  'F-20 an address that is another account’s by now is not taken from it',
  async (rig) => {
    const attacker = await byMail(rig);
    await changeTo(rig, attacker, EVIL);
    const link = await lastLink(rig, ADDRESS);
    await byMail(rig);
    assert.equal((await undo(rig, link)).text('error-code'), 'address_taken');
    assert.equal((await emailsOf(rig)).length, 2);
  },
  ownWays,
);
