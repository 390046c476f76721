/**
 * Passwords, from the course site and back (G-06 to G-11, G-15, G-19, F-11 to F-13, D-04).
 */
import assert from 'node:assert/strict';
import { importUsers } from '../../src/admin/import-users.ts';
import { PHRASE as DJANGO_PHRASE, hashesOfPhrase } from '../../src/passwords/hashes.fixture.ts';
import { BROKER, COURSE_SITE, forEachRig, type Rig, withOneRig } from '../rig.ts';
import {
  choosePassword,
  isSignedIn,
  linkIn,
  ownWays,
  PHRASE,
  signInByMail,
  signInByPassword,
  towards,
} from './own-ways.ts';

const ADDRESS = 'ana@uni.mx';
const MINUTE = 60_000;

forEachRig(
  'a password is chosen after the mailbox is proved, and signs in from then on by address and by username',
  async (rig) => {
    const first = await choosePassword(rig, rig.browser(), ADDRESS);
    assert.ok(isSignedIn(first), first.url.href);
    const [user] = await rig.databases.durable.all({ shape: ['select username from users'], values: [] });
    for (const login of [
      ADDRESS,
      'ANA@UNI.MX',
      ' ana@uni.mx ',
      String(user?.username),
      String(user?.username).toUpperCase(),
    ]) {
      assert.ok(isSignedIn(await signInByPassword(rig.browser(), login)), login);
    }
    assert.equal(await rig.count('users'), 1);
  },
  ownWays,
);

forEachRig(
  'the link of the mail leads to the choice as well, in another browser too',
  async (rig) => {
    const browser = rig.browser();
    const asks = await browser.submit(await towards(browser, 'password'), 'forgot');
    await browser.submit(asks, 'submit', { email: ADDRESS });
    const other = rig.browser();
    const choose = await other.submit(await other.get(linkIn(await rig.lastMail(ADDRESS))), 'submit');
    const account = await other.submit(choose, 'submit', { password: PHRASE });
    assert.equal(account.url.href, `${BROKER}/account`);
    assert.ok(isSignedIn(await signInByPassword(rig.browser(), ADDRESS)));
  },
  ownWays,
);

forEachRig(
  'F-13: choosing a password ends every other session, the old password, and tells the person by mail',
  async (rig) => {
    const [here, elsewhere] = [rig.browser(), rig.browser()];
    await choosePassword(rig, elsewhere, ADDRESS);
    assert.equal((await elsewhere.get(`${BROKER}/account`)).url.pathname, '/account');
    const before = rig.mailbox.length;
    await choosePassword(rig, here, ADDRESS, 'otra frase bastante larga');
    assert.equal((await elsewhere.get(`${BROKER}/account`)).url.pathname, '/sign-in');
    assert.equal((await here.get(`${BROKER}/account`)).url.pathname, '/account');
    assert.ok(!isSignedIn(await signInByPassword(rig.browser(), ADDRESS, PHRASE)));
    assert.ok(isSignedIn(await signInByPassword(rig.browser(), ADDRESS, 'otra frase bastante larga')));
    await rig.mail.settle();
    const subjects = rig.mailbox.slice(before).map(({ subject }) => String(subject));
    assert.ok(
      subjects.some((subject) => /password/i.test(subject)),
      subjects.join(' | '),
    );
    const events = (await rig.audit()).filter(({ type }) => type === 'password.changed');
    assert.equal(events.length, 2);
  },
  ownWays,
);

withOneRig(
  'D-04 F-12: whoever waits in an account with an unverified address gets nothing of who proves the mailbox',
  async (rig) => {
    const attacker = rig.browser();
    await rig.signIn(attacker, 'correo-sin-verificar');
    const [row] = await rig.databases.durable.all({ shape: ['select address from emails'], values: [] });
    const victim = rig.browser();
    assert.ok(isSignedIn(await choosePassword(rig, victim, String(row?.address))));
    assert.equal(await rig.count('users'), 2);
    const [mine, theirs] = [await attacker.get(`${BROKER}/account`), await victim.get(`${BROKER}/account`)];
    assert.notEqual(mine.body, theirs.body);
  },
  ownWays,
);

withOneRig(
  'G-06 F-11: a wrong password, an unknown name and an account without a password are answered alike',
  async (rig) => {
    await choosePassword(rig, rig.browser(), ADDRESS);
    await signInByMail(rig, rig.browser(), 'social@uni.mx');
    const seen = new Set<string>();
    for (const [login, password] of [
      [ADDRESS, 'wrong'],
      [ADDRESS, ''],
      [ADDRESS, `${PHRASE}x`],
      [ADDRESS, PHRASE.slice(0, -1)],
      ['social@uni.mx', PHRASE],
      ['nobody@uni.mx', PHRASE],
      ['nobody', PHRASE],
      ['a@b@c', PHRASE],
      ['', PHRASE],
      ['x'.repeat(5000), PHRASE],
      [ADDRESS, 'x'.repeat(5000)],
      [ADDRESS, 'null'],
      ["' or 1=1 --", PHRASE],
    ] as const) {
      const page = await signInByPassword(rig.browser(), login, password);
      assert.ok(!isSignedIn(page));
      seen.add(
        `${page.status} ${page.body.replaceAll(/name="(?:token|id|email)" [^>]*value="[^"]*"|value="[^"]*"/g, '').replaceAll(/\?id=[\w-]+/g, '')}`,
      );
    }
    assert.equal(seen.size, 1, [...seen].join('\n\n'));
    assert.equal(await rig.count('sessions'), 2);
  },
  ownWays,
);

withOneRig(
  'NFC and NFD of one password are one password',
  async (rig) => {
    const phrase = 'corazón ñandú pingüino café';
    await choosePassword(rig, rig.browser(), ADDRESS, phrase.normalize('NFD'));
    for (const form of ['NFC', 'NFD'] as const) {
      assert.ok(isSignedIn(await signInByPassword(rig.browser(), ADDRESS, phrase.normalize(form))), form);
    }
  },
  ownWays,
);

withOneRig(
  'G-05: a password that is short, common or made of the address is refused with what to do',
  async (rig) => {
    const browser = rig.browser();
    const login = await towards(browser, 'password');
    const asks = await browser.submit(login, 'forgot');
    await browser.submit(asks, 'submit', { email: 'guadalupe@uni.mx' });
    const choose = await browser.submit(await browser.get(linkIn(await rig.lastMail('guadalupe@uni.mx'))), 'submit');
    let page = await browser.click(choose, 'continue');
    for (const [password, reason] of [
      ['corta', /at least 15|15 characters/],
      ['password1234567', /use one like it|would be tried|Many people/],
      ['guadalupeguadalupe', /./],
      ['', /./],
    ] as const) {
      page = await browser.submit(page, 'submit', { password });
      assert.equal(page.status, 200);
      assert.match(page.body, reason, password);
      assert.doesNotMatch(
        page.body,
        new RegExp(`value="${password}"`.replace('value=""', 'NOTHING')),
        'no password comes back',
      );
    }
    assert.ok(isSignedIn(await browser.submit(page, 'submit', { password: PHRASE })));
  },
  ownWays,
);

forEachRig(
  'G-07: of thirty wrong passwords at once ten are looked at; the right one then waits, from a strange browser only',
  async (rig) => {
    const known = rig.browser();
    await choosePassword(rig, known, ADDRESS);
    const strangers = await Promise.all(
      Array.from({ length: 30 }, (_, index) => signInByPassword(rig.browser(), ADDRESS, `wrong ${index}`)),
    );
    assert.ok(strangers.every((page) => !isSignedIn(page)));
    assert.ok(!isSignedIn(await signInByPassword(rig.browser(), ADDRESS)), 'a stranger with the right one waits');
    // G-10: strangers must not keep the owner out.
    await known.click(await known.get(`${COURSE_SITE}/`), 'sign-out');
    assert.ok(isSignedIn(await signInByPassword(known, ADDRESS)));
    rig.clock.advance(15 * MINUTE);
    assert.ok(isSignedIn(await signInByPassword(rig.browser(), ADDRESS)), 'and waits no longer than that');
  },
  ownWays,
);

withOneRig(
  "G-10: another account's device, or one that was made up, has no bucket of its own",
  async (rig) => {
    await choosePassword(rig, rig.browser(), ADDRESS);
    const other = rig.browser();
    await choosePassword(rig, other, 'beto@uni.mx');
    await other.click(await other.get(`${COURSE_SITE}/`), 'sign-out');
    for (let guess = 0; guess < 10; guess++) await signInByPassword(rig.browser(), ADDRESS, 'wrong');
    assert.ok(!isSignedIn(await signInByPassword(other, ADDRESS)));
  },
  ownWays,
);

withOneRig(
  'G-08: thirty right passwords at once are thirty sessions',
  async (rig) => {
    await choosePassword(rig, rig.browser(), ADDRESS);
    const pages = await Promise.all(Array.from({ length: 30 }, () => signInByPassword(rig.browser(), ADDRESS)));
    assert.equal(pages.filter(isSignedIn).length, 30);
  },
  ownWays,
);

withOneRig(
  'G-19: a password in an address is not looked at, and is not logged',
  async (rig) => {
    await choosePassword(rig, rig.browser(), ADDRESS);
    const browser = rig.browser();
    const page = await browser.get(
      `${BROKER}/sign-in/password?email=${ADDRESS}&password=${encodeURIComponent(PHRASE)}`,
    );
    assert.ok(page.find('submit'));
    assert.equal((await browser.get(`${BROKER}/account`)).url.pathname, '/sign-in');
    assert.doesNotMatch(JSON.stringify(rig.logged), /caballo|ana@uni/);
  },
  ownWays,
);

forEachRig(
  'G-17: an imported account signs in with its hash of Django, which is made anew once',
  async (rig) => {
    const hash = hashesOfPhrase.pbkdf2_sha256;
    const lines = [
      { username: 'ana.lopez', email: ADDRESS, email_verified: true, name: 'Ana López', password_hash: hash },
      { username: 'beto', email: 'beto@uni.mx', email_verified: false, password_hash: 'md5$x$y' },
      { username: 'ana.lopez', email: 'other@uni.mx' },
    ];
    const text = lines.map((line) => JSON.stringify(line)).join('\n');
    const dependencies = { ...rig.open, environment: rig.clock.environment };
    const report = await importUsers(text, 'password', dependencies);
    assert.deepEqual([report.imported, report.skipped, report.faults.map(({ line }) => line)], [1, 1, [2]]);
    const before = await storedHash(rig);
    assert.equal(before, hash);
    const page = await signInByPassword(rig.browser(), 'ana.lopez', DJANGO_PHRASE);
    assert.ok(isSignedIn(page));
    assert.match(page.text('signed-in-as'), /Ana López/);
    assert.match(await storedHash(rig), /^\$argon2id\$/);
    assert.ok(isSignedIn(await signInByPassword(rig.browser(), ADDRESS, DJANGO_PHRASE)));
    const again = await importUsers(text, 'password', dependencies);
    assert.deepEqual([again.imported, again.skipped], [0, 2], 'a second run changes nothing');
  },
  ownWays,
);

async function storedHash(rig: Rig): Promise<string> {
  const [row] = await rig.databases.durable.all({ shape: ['select id from users'], values: [] });
  return (await rig.open.store.passwords.findOfUser('password', String(row?.id)))?.hash ?? 'none';
}
