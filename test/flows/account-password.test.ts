/**
 * The password of an account: chosen after the mailbox is proved, or after it was typed just now; the others are thrown out (G-20).
 */
import assert from 'node:assert/strict';
import { pbkdf2Sync } from 'node:crypto';
import { importUsers } from '../../src/admin/import-users.ts';
import { createPasswordHasher } from '../../src/passwords/hasher.ts';
import { TypedPassword } from '../../src/passwords/typed-password.ts';
import { BROKER, forEachRig, type Rig, withOneRig } from '../rig.ts';
import {
  ADDRESS,
  addEmail,
  byLlaveMx,
  byMail,
  choosePasswordOf,
  emailsOf,
  identitiesOf,
  MINUTE,
  mailsTo,
  open,
  typesOf,
} from './own-account.ts';
import { choosePassword, codeIn, isSignedIn, linkIn, ownWays, PHRASE, signInByPassword } from './own-ways.ts';

const ANOTHER = 'zapato verde sobre la luna';
const sessionOf = (browser: ReturnType<Rig['browser']>) =>
  browser.cookies('broker.test').find(({ name }) => name.endsWith('session'))?.value;

forEachRig(
  'G-20 somebody without a password chooses one by mail: every other session ends, this browser gets a new one, and a mail says so',
  async (rig) => {
    const [elsewhere, browser] = [await byMail(rig), await byMail(rig)];
    const before = sessionOf(browser);
    const page = await open(browser, '/password');
    assert.match(page.text('password-state'), /no password/);
    const asked = await browser.submit(page, 'choose-password');
    const choose = await browser.submit(asked, 'submit', { code: codeIn(await rig.lastMail(ADDRESS)) });
    const short = await browser.submit(choose, 'submit', { password: 'corta' });
    assert.ok(short.find('password'), 'the same rules');
    const done = await browser.submit(short, 'submit', { password: PHRASE });
    assert.equal(done.url.pathname, '/account/password');
    assert.match(done.text('password-state'), /You chose it/);
    assert.notEqual(sessionOf(browser), before, 'H-01');
    assert.equal((await open(elsewhere, '')).url.pathname, '/sign-in');
    assert.equal(await mailsTo(rig, ADDRESS, /password .* was changed/), 1);
    assert.deepEqual(await identitiesOf(rig), ['email', 'password']);
    assert.equal((await typesOf(rig)).filter((type) => type === 'password.changed').length, 1);
    assert.ok(isSignedIn(await signInByPassword(rig.browser(), ADDRESS)));
  },
  ownWays,
);

forEachRig(
  'G-20 whoever signed in with the password just now changes it without a mail; a quarter of an hour later it takes one',
  async (rig) => {
    await choosePassword(rig, rig.browser(), ADDRESS);
    const browser = rig.browser();
    await signInByPassword(browser, ADDRESS);
    const mails = rig.mailbox.length;
    await choosePasswordOf(rig, browser, ANOTHER);
    await rig.mail.settle();
    assert.equal(rig.mailbox.length, mails + 1, 'the notice alone');
    assert.ok(!isSignedIn(await signInByPassword(rig.browser(), ADDRESS)));
    assert.ok(isSignedIn(await signInByPassword(rig.browser(), ADDRESS, ANOTHER)));
    assert.deepEqual(await identitiesOf(rig), ['password'], 'the same one');
    // Signed in by something else just now: the password was not typed.
    const byOther = await byMail(rig);
    const asked = await byOther.submit(await open(byOther, '/password'), 'choose-password');
    assert.ok(asked.find('code'));
  },
  ownWays,
);

withOneRig(
  'G-20 the same password again is refused with its reason, whether it is changed or was forgotten; another is taken then',
  async (rig) => {
    await choosePassword(rig, rig.browser(), ADDRESS);
    const browser = rig.browser();
    await signInByPassword(browser, ADDRESS);
    const same = await choosePasswordOf(rig, browser, PHRASE);
    assert.match(same.body, /the one that you have now/);
    assert.equal((await browser.submit(same, 'submit', { password: ANOTHER })).url.pathname, '/account/password');
    const forgot = await choosePassword(rig, rig.browser(), ADDRESS, ANOTHER);
    assert.match(forgot.body, /the one that you have now/);
    assert.equal((await typesOf(rig)).filter((type) => type === 'password.changed').length, 2);
  },
  ownWays,
);

withOneRig(
  'G-20 the password of an old installation is the same password, in whatever form it is stored',
  async (rig) => {
    const key = pbkdf2Sync(PHRASE, 'salt-of-old', 1000, 32, 'sha256').toString('base64');
    const line = { username: 'ana', email: ADDRESS, email_verified: true };
    await importLine(rig, { ...line, password_hash: `pbkdf2_sha256$1000$salt-of-old$${key}` });
    const same = await choosePassword(rig, rig.browser(), ADDRESS);
    assert.match(same.body, /the one that you have now/);
    assert.ok(isSignedIn(await signInByPassword(rig.browser(), 'ana')), 'it is as it was');
  },
  ownWays,
);

withOneRig(
  'a page on which a password is chosen is no key for ever: after a quarter of an hour it is shown anew',
  async (rig) => {
    await choosePassword(rig, rig.browser(), ADDRESS);
    const browser = rig.browser();
    await signInByPassword(browser, ADDRESS);
    const choose = await browser.submit(await open(browser, '/password'), 'choose-password');
    assert.ok(choose.find('password') && !choose.find('code'));
    rig.clock.advance(16 * MINUTE);
    const late = await browser.submit(choose, 'submit', { password: ANOTHER });
    assert.equal(late.text('error-code'), 'sign_in_expired');
    assert.ok(isSignedIn(await signInByPassword(rig.browser(), ADDRESS)));
  },
  ownWays,
);

withOneRig(
  'the mail goes to the primary address, whatever is sent; its link is for this browser, and elsewhere the code is typed here',
  async (rig) => {
    const browser = await byMail(rig);
    await addEmail(rig, browser, 'segunda@uni.mx');
    await browser.submit(await open(browser, '/emails'), 'make-primary-2');
    const asked = await browser.submit(await open(browser, '/password'), 'choose-password');
    assert.equal(asked.find('change'), null);
    const link = linkIn(await rig.lastMail('segunda@uni.mx'));
    const shown = await rig.browser().get(link);
    assert.equal(shown.find('submit'), null);
    const done = await browser.submit(await browser.get(link), 'submit');
    assert.ok((await browser.click(done, 'continue')).find('password'));
  },
  ownWays,
);

forEachRig(
  'D-07 of two that choose at once, the one whose session the other has ended chooses nothing',
  async (rig) => {
    const attacker = await byMail(rig);
    const asked = await attacker.submit(await open(attacker, '/password'), 'choose-password');
    const pending = await attacker.submit(asked, 'submit', { code: codeIn(await rig.lastMail(ADDRESS)) });
    await choosePassword(rig, rig.browser(), ADDRESS);
    const refused = await attacker.submit(pending, 'submit', { password: ANOTHER });
    assert.equal(refused.text('error-code'), 'sign_in_expired');
    assert.ok(isSignedIn(await signInByPassword(rig.browser(), ADDRESS)));
    assert.ok(!isSignedIn(await signInByPassword(rig.browser(), ADDRESS, ANOTHER)));
  },
  ownWays,
);

function importLine({ open: { store, vault }, clock: { environment } }: Rig, line: object) {
  return importUsers(JSON.stringify(line), 'password', { store, vault, environment });
}

async function importAna(rig: Rig): Promise<void> {
  const hasher = createPasswordHasher({ environment: rig.clock.environment });
  const typed = TypedPassword.parse(PHRASE);
  assert.ok(typed instanceof TypedPassword);
  const hash = await hasher.inSlot((slot) => slot.hash(typed));
  await importLine(rig, { username: 'ana', email: ADDRESS, password_hash: hash });
}

withOneRig(
  'where no mail can be sent, whoever has a password changes it after typing it; nobody else is offered one',
  async (rig) => {
    await importAna(rig);
    const browser = rig.browser();
    assert.ok(isSignedIn(await signInByPassword(browser, 'ana')));
    rig.clock.advance(10 * MINUTE);
    const page = await open(browser, '/password');
    const login = await browser.submit(page, 'choose-password');
    const back = await browser.submit(login, 'submit', { email: 'ana', password: PHRASE });
    assert.equal(back.url.pathname, '/account/password');
    await choosePasswordOf(rig, browser, ANOTHER);
    assert.ok(isSignedIn(await signInByPassword(rig.browser(), 'ana', ANOTHER)));
    assert.deepEqual(await emailsOf(rig), [[ADDRESS, null, true]], 'V-24 nothing was proved by it');

    const other = await byLlaveMx(rig, 'nacional');
    assert.equal((await open(other, '/password')).find('choose-password'), null);
  },
  { ...ownWays, canSendMail: false },
);

withOneRig(
  'F-12 verifying the address of an imported account ends the password that was set before anybody proved it',
  async (rig) => {
    await importAna(rig);
    const attacker = rig.browser();
    await signInByPassword(attacker, 'ana');
    // The owner comes in by what support has tied to the account.
    const owner = await byLlaveMx(rig, 'cuenta-basica');
    const { databases } = rig;
    await databases.durable.run({
      shape: [
        "update identities set user_id = (select id from users where username = 'ana') where provider = 'llave-mx'",
      ],
      values: [],
    });
    await databases.durable.run({
      shape: ["update sessions set user_id = (select id from users where username = 'ana')"],
      values: [],
    });
    const told = await owner.click(await open(owner, '/emails'), 'verify-1');
    const asked = await owner.submit(told, 'submit');
    await owner.submit(asked, 'submit', { code: codeIn(await rig.lastMail(ADDRESS)) });
    assert.deepEqual(await identitiesOf(rig), ['llave-mx']);
    assert.ok(!isSignedIn(await signInByPassword(rig.browser(), 'ana')));
    assert.equal((await open(attacker, '')).url.pathname, '/sign-in');
  },
  ownWays,
);

withOneRig('where there is no way in by password, the page says so', async (rig) => {
  const browser = await byLlaveMx(rig, 'nacional');
  const page = await open(browser, '/password');
  assert.equal(page.url.href, `${BROKER}/account/password`);
  assert.equal(page.find('choose-password'), null);
});
