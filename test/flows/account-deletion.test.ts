/**
 * M-04, DESIGN §7: somebody deletes their account, keeps it after all, or is gone when the time is over.
 */
import assert from 'node:assert/strict';
import { sql } from '../../src/store/database.ts';
import type { Page, TestBrowser } from '../browser.ts';
import { BROKER, forEachRig, type Rig, withOneRig } from '../rig.ts';
import {
  ADDRESS,
  addEmail,
  byLlaveMx,
  byMail,
  chooseMail,
  choosePasswordOf,
  connectLlaveMx,
  MINUTE,
  mailsTo,
  open,
  typesOf,
  undoLinkIn,
  userIdOf,
} from './own-account.ts';
import { isSignedIn, ownWays, PHRASE, signInByMail, signInByPassword, towards } from './own-ways.ts';

const DAY = 24 * 60 * MINUTE;
const REQUESTED = /asked for your account to be deleted/;

/** From the page of the data to the one that says that it is done. */
async function deleteAccount(browser: TestBrowser): Promise<Page> {
  const page = await browser.click(await open(browser, '/data'), 'delete-account');
  return browser.submit(page, 'delete-account', { understood: page.find('understood')?.attribute('value') ?? '' });
}

/** Without a course: the library of the apps' side has a clock of its own, which cannot be moved by days. */
const visitByMail = async (rig: Rig, browser: TestBrowser, address = ADDRESS) =>
  chooseMail(rig, browser, await browser.get(`${BROKER}/sign-in?return_to=/account`), address);

const userRow = async (rig: Rig, id: string) =>
  rig.databases.durable.get(
    sql`select state, suspended_state, deletion_at, username, profile from users where id = ${id}`,
  );

forEachRig(
  'M-04 H-06 V-15 with the box and the button every session, grant and token ends, and every proved address is told',
  async (rig) => {
    const [browser, other] = [await byMail(rig), await byMail(rig)];
    const id = await userIdOf(rig);
    const page = await browser.click(await open(browser, '/data'), 'delete-account');
    const missing = await browser.submit(page, 'delete-account');
    assert.deepEqual([missing.status, missing.find('understood')?.attribute('aria-invalid')], [422, 'true']);
    assert.equal(await rig.count('sessions'), 2);

    const done = await deleteAccount(browser);
    assert.equal(done.url.pathname, '/account/data/deleted');
    assert.match(done.body, /It is deleted on/);
    assert.equal(await rig.count('sessions'), 0);
    const kept = await rig.databases.ephemeral.all(sql`select model from oidc_records where account_hash is not null`);
    assert.deepEqual(kept, []);
    for (const one of [browser, other]) assert.equal((await open(one, '')).url.pathname, '/sign-in');
    assert.equal(await mailsTo(rig, ADDRESS, REQUESTED), 1);
    const row = await userRow(rig, id);
    const due = rig.clock.environment.now() + 30 * DAY;
    assert.deepEqual([row?.state, row?.suspended_state], ['disabled', 'active']);
    assert.ok(Number(row?.deletion_at) > due - MINUTE && Number(row?.deletion_at) <= due);
    assert.ok((await typesOf(rig)).includes('user.deletion_requested'));
    assert.equal(await rig.deletion.endWhatIsDue(), 0);
  },
  ownWays,
);

withOneRig(
  'C-12 deleting takes a sign-in of the last ten minutes, and a form of this session',
  async (rig) => {
    const browser = await byMail(rig);
    const foreign = await open(await byMail(rig, 'otra@uni.mx'), '/data/delete');
    const page = await open(browser, '/data/delete');
    const token = foreign.document.all('input').find((input) => input.attribute('name') === 'token');
    const sent = { token: token?.attribute('value') ?? '', understood: 'later' };
    const refused = await browser.post(`${BROKER}/account/data/delete`, sent, { from: page });
    assert.equal(refused.text('error-code'), 'cross_site_request');
    rig.clock.advance(10 * MINUTE);
    assert.equal((await browser.submit(page, 'delete-account', { understood: 'later' })).url.pathname, '/sign-in');
    assert.equal((await open(browser, '/data/delete')).url.pathname, '/sign-in');
    assert.ok(!(await typesOf(rig)).includes('user.deletion_requested'));
  },
  ownWays,
);

forEachRig(
  'whoever signs in meanwhile is asked before any session begins, and the account that they keep is as it was',
  async (rig) => {
    const browser = await byMail(rig);
    const id = await userIdOf(rig);
    await deleteAccount(browser);
    rig.clock.advance(29 * DAY);
    const asked = await visitByMail(rig, browser);
    assert.equal(asked.url.pathname, '/sign-in/step');
    assert.match(asked.body, /Keep your account/);
    assert.equal(await rig.count('sessions'), 0);
    // Opening it again changes nothing.
    await browser.get(asked.url.href);
    assert.equal((await userRow(rig, id))?.state, 'disabled');
    assert.equal((await browser.submit(asked, 'keep-account')).url.pathname, '/account');
    assert.equal(await rig.count('sessions'), 1);
    const row = await userRow(rig, id);
    assert.deepEqual([row?.state, row?.suspended_state, row?.deletion_at], ['active', null, null]);
    assert.equal(await mailsTo(rig, ADDRESS, /is kept|se conserva|not going to be deleted|ya no se va/), 1);
    assert.ok((await typesOf(rig)).includes('user.kept'));
    rig.clock.advance(2 * DAY);
    assert.equal(await rig.deletion.endWhatIsDue(), 0);
  },
  ownWays,
);

withOneRig(
  'whoever leaves it is not signed in, their course is told that they declined, and they may still come back',
  async (rig) => {
    const browser = await byMail(rig);
    const id = await userIdOf(rig);
    await deleteAccount(browser);
    const another = rig.browser();
    const left = await another.submit(await signInByMail(rig, another, ADDRESS), 'leave-account');
    assert.equal(left.text('error-code'), 'deletion_goes_on');
    assert.equal(await rig.count('sessions'), 0);
    assert.equal((await userRow(rig, id))?.state, 'disabled');
    const third = rig.browser();
    assert.ok(isSignedIn(await third.submit(await signInByMail(rig, third, ADDRESS), 'keep-account')));
  },
  ownWays,
);

withOneRig(
  'every kind of way leads to the question: upstream, password, mail',
  async (rig) => {
    const browser = await byMail(rig);
    await connectLlaveMx(browser, 'nacional');
    await choosePasswordOf(rig, browser);
    await deleteAccount(browser);
    const pages = [
      await rig.signIn(rig.browser(), 'nacional'),
      await signInByPassword(rig.browser(), ADDRESS, PHRASE),
      await signInByMail(rig, rig.browser(), ADDRESS),
    ];
    for (const page of pages) assert.ok(page.find('keep-account'), page.url.href);
    assert.equal(await rig.count('sessions'), 0);
  },
  ownWays,
);

withOneRig(
  'F-20 the link of a mail that tells of a change of addresses keeps an account that somebody else wants deleted',
  async (rig) => {
    const thief = await byMail(rig);
    const id = await userIdOf(rig);
    rig.clock.advance(MINUTE);
    await addEmail(rig, thief, 'mala@uni.mx');
    await thief.submit(await open(thief, '/emails'), 'make-primary-2');
    await thief.submit(await thief.click(await open(thief, '/emails'), 'remove-2'), 'confirm-yes');
    const link = undoLinkIn(await rig.lastMail(ADDRESS));
    await deleteAccount(thief);
    rig.clock.advance(DAY);
    const owner = rig.browser();
    const done = await owner.submit(await owner.get(link), 'submit');
    assert.equal(done.url.pathname, '/account/emails/undone');
    assert.equal((await userRow(rig, id))?.state, 'active');
    assert.equal((await visitByMail(rig, owner)).url.pathname, '/account');
    assert.equal(await userIdOf(rig), id);
    const types = await typesOf(rig);
    assert.ok(types.includes('user.kept') && types.includes('email.change_undone'));
  },
  ownWays,
);

withOneRig(
  'its identities and addresses are taken meanwhile: nobody connects them, and a merge says what can be done',
  async (rig) => {
    const browser = await byLlaveMx(rig, 'nacional');
    await deleteAccount(browser);
    const other = await byMail(rig, 'otra@uni.mx');
    const taken = await connectLlaveMx(other, 'nacional');
    assert.equal(taken.text('error-code'), 'identity_taken');
    const chooser = await other.submit(await open(other, '/merge'), 'prove-other');
    const refused = await other.submit(await other.click(chooser, 'provider-llave-mx'), 'person-nacional');
    assert.equal(refused.text('error-code'), 'deletion_pending');
    assert.deepEqual(await rig.databases.durable.all(sql`select id from merges`), []);
  },
  ownWays,
);

withOneRig(
  'a merge that was proved before the other account was to be deleted merges nothing',
  async (rig) => {
    const [mine, other] = [await byMail(rig), await byMail(rig, 'otra@uni.mx')];
    const chooser = await mine.submit(await open(mine, '/merge'), 'prove-other');
    const preview = await chooseMail(rig, mine, chooser, 'otra@uni.mx');
    await deleteAccount(other);
    const end = await mine.submit(preview, 'confirm-merge');
    assert.deepEqual(await rig.databases.durable.all(sql`select id from merges`), []);
    assert.equal(end.text('error-code'), 'deletion_pending');
  },
  ownWays,
);

forEachRig(
  'M-04 A-17 V-08 when the time is over the account is empty, its address and identity are free, and its `sub` and username are not',
  async (rig) => {
    const browser = await byMail(rig);
    await connectLlaveMx(browser, 'nacional');
    const id = await userIdOf(rig);
    const username = String((await userRow(rig, id))?.username);
    await deleteAccount(browser);
    rig.clock.advance(30 * DAY);
    assert.equal(await rig.deletion.endWhatIsDue(), 1);
    assert.equal(await rig.deletion.endWhatIsDue(), 0);
    const row = await userRow(rig, id);
    assert.deepEqual([row?.state, row?.profile, row?.deletion_at], ['deleted', '', null]);
    assert.notEqual(row?.username, username);
    assert.ok(await rig.open.store.accounts.isUsernameTaken(username.toUpperCase()));
    assert.equal(await mailsTo(rig, ADDRESS, /were deleted|se eliminaron/), 1);
    assert.ok((await typesOf(rig)).includes('user.deleted'));

    const anew = rig.browser();
    assert.equal((await visitByMail(rig, anew)).url.pathname, '/account');
    assert.notEqual(await userIdOf(rig), id);
    assert.equal((await connectLlaveMx(anew, 'nacional')).url.pathname, '/account/identities');
  },
  ownWays,
);

withOneRig(
  'M-04 a guest, to whom nobody could come back, is deleted at once',
  async (rig) => {
    const browser = rig.browser();
    await browser.submit(await towards(browser, 'guest'), 'submit');
    const done = await deleteAccount(browser);
    assert.match(done.body, /was deleted/);
    const users = await rig.databases.durable.all(sql`select state, profile from users`);
    assert.deepEqual(users, [{ state: 'deleted', profile: '' }]);
    assert.equal(await rig.count('sessions'), 0);
  },
  ownWays,
);

withOneRig(
  'without a grace period the page says so, and the account is gone at once',
  async (rig) => {
    const browser = await byMail(rig);
    const before = await open(browser, '/data/delete');
    assert.match(before.body, /It is deleted on/);
    await rig.configure({ moreClients: '\naccounts: { deletion_grace_days: 0 }' });
    // What the person read has changed: it is shown to them first.
    const again = await browser.submit(before, 'delete-account', { understood: 'later' });
    assert.equal(again.status, 422);
    const done = await browser.submit(again, 'delete-account', { understood: 'now' });
    assert.match(done.body, /was deleted/);
    assert.equal(await mailsTo(rig, ADDRESS, /were deleted/), 1);
  },
  ownWays,
);

withOneRig(
  'M-04 what the law holds is not deleted, neither when it is asked for nor when its time is over',
  async (rig) => {
    const [held, later] = [await byMail(rig), await byMail(rig, 'otra@uni.mx')];
    const hold = async (address: string) => {
      const id = await userIdOf(rig, address);
      await rig.databases.durable.run(
        sql`insert into legal_holds (user_id, placed_by, placed_at) values (${id}, 'x', 0)`,
      );
    };
    await hold(ADDRESS);
    const refused = await deleteAccount(held);
    assert.equal(refused.text('error-code'), 'account_not_deletable');
    // That it is held for the law may be what its owner must not learn.
    assert.doesNotMatch(refused.body, /hold|law/i);
    await deleteAccount(later);
    await hold('otra@uni.mx');
    rig.clock.advance(31 * DAY);
    assert.equal(await rig.deletion.endWhatIsDue(), 0);
    assert.equal(await rig.count('emails'), 2);
  },
  ownWays,
);
