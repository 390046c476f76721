/**
 * What a password that is chosen ends, and what it does not (F-05, F-12, F-13).
 */
import assert from 'node:assert/strict';
import { importUsers } from '../../src/admin/import-users.ts';
import { PHRASE as DJANGO_PHRASE, hashesOfPhrase } from '../../src/passwords/hashes.fixture.ts';
import type { Page, TestBrowser } from '../browser.ts';
import {
  choosePassword,
  codeIn,
  isSignedIn,
  linkIn,
  ownWays,
  PHRASE,
  signInByMail,
  signInByPassword,
  towards,
} from '../flows/own-ways.ts';
import {
  appBrowser,
  authorizationUrl,
  clientsInYaml,
  codeIn as codeOfClient,
  errorOf,
  redeem,
  redemption,
  userInfo,
} from '../oidc/relying-party.ts';
import { assertRefusalPage } from '../refusal.ts';
import { BROKER, forEachRig, type Rig, withOneRig } from '../rig.ts';

const ADDRESS = 'ana@uni.mx';
const MINUTE = 60_000;

/** In front of the form that asks for a code. */
async function atCode(rig: Rig, address = ADDRESS, browser = rig.browser()) {
  const page = await browser.submit(await towards(browser, 'email'), 'submit', { email: address });
  return { browser, page, mail: await rig.lastMail(address) };
}

forEachRig(
  'F-13 a password that is chosen ends everything older: sessions, tokens, codes of clients, mails, and open forms',
  async (rig) => {
    const old = appBrowser(rig);
    await signInAt(rig, old, await old.get(authorizationUrl('web', { idp_hint: 'email' })));
    const { access_token } = await redeem(rig, 'web', codeOfClient((await old.get(authorizationUrl('web'))).url));
    const held = codeOfClient((await old.get(authorizationUrl('other'))).url);
    assert.equal((await userInfo(rig, access_token)).status, 200);
    const byMail = await atCode(rig);
    const elsewhere = await atNewPassword(rig);
    rig.clock.advance(1);

    await choosePassword(rig, rig.browser(), ADDRESS);

    assert.equal((await old.get(`${BROKER}/account`)).url.pathname, '/sign-in', 'the session');
    assert.equal((await userInfo(rig, access_token)).status, 401, 'the token');
    assert.equal(
      await errorOf(await rig.broker(redemption('other', held))),
      '400 invalid_grant',
      'the code of a client',
    );
    assertRefusalPage(await byMail.browser.get(linkIn(byMail.mail)), 'mail_link_unusable');
    const code = await byMail.browser.submit(byMail.page, 'submit', { code: codeIn(byMail.mail) });
    assert.ok(!isSignedIn(code), 'the mail');
    const form = await elsewhere.browser.submit(elsewhere.page, 'submit', { password: 'la frase de quien ya no debe' });
    assert.ok(!isSignedIn(form) && form.find('email') !== null, 'the form');
    assert.ok(isSignedIn(await signInByPassword(rig.browser(), ADDRESS, PHRASE)));
  },
  { ...ownWays, moreClients: clientsInYaml() },
  ['SQLite in memory', 'PostgreSQL'],
);

/** Signs in by mail from wherever the browser is asked to. */
async function signInAt(rig: Rig, browser: TestBrowser, form: Page): Promise<Page> {
  const asked = await browser.submit(form, 'submit', { email: ADDRESS });
  return browser.submit(asked, 'submit', { code: codeIn(await rig.lastMail(ADDRESS)) });
}

/** In front of the form on which a password is chosen, the mailbox proved. */
async function atNewPassword(rig: Rig) {
  const browser = rig.browser();
  const asks = await browser.submit(await towards(browser, 'password'), 'forgot');
  const sent = await browser.submit(asks, 'submit', { email: ADDRESS });
  return { browser, page: await browser.submit(sent, 'submit', { code: codeIn(await rig.lastMail(ADDRESS)) }) };
}

forEachRig(
  'F-13 of two that were about to choose a password the later one is asked to prove the mailbox anew',
  async (rig) => {
    const [first, second] = [await atNewPassword(rig), await atNewPassword(rig)];
    rig.clock.advance(1);
    assert.ok(isSignedIn(await first.browser.submit(first.page, 'submit', { password: PHRASE })));
    const page = await second.browser.submit(second.page, 'submit', { password: 'otra frase bastante larga' });
    assert.ok(!isSignedIn(page));
    assert.ok(!isSignedIn(await signInByPassword(rig.browser(), ADDRESS, 'otra frase bastante larga')));
    assert.ok(isSignedIn(await signInByPassword(rig.browser(), ADDRESS, PHRASE)));
  },
  ownWays,
  ['SQLite in memory', 'PostgreSQL'],
);

forEachRig(
  'F-13 of two that chose a password and were not concluded yet one gets in, and its password is the one that counts',
  async (rig) => {
    await choosePassword(rig, rig.browser(), ADDRESS);
    rig.clock.advance(MINUTE);
    const [first, second] = [await atNewPassword(rig), await atNewPassword(rig)];
    const [one, other] = ['la primera de dos frases', 'la segunda de dos frases'];
    const decided = await second.browser.submit(second.page, 'submit', { password: other }, { follow: false });
    rig.clock.advance(1);
    assert.ok(isSignedIn(await first.browser.submit(first.page, 'submit', { password: one })));
    assertRefusalPage(await second.browser.follow(decided), 'sign_in_expired');
    assert.ok(isSignedIn(await signInByPassword(rig.browser(), ADDRESS, one)));
    assert.ok(!isSignedIn(await signInByPassword(rig.browser(), ADDRESS, other)));
  },
  ownWays,
  ['SQLite in memory', 'PostgreSQL'],
);

withOneRig(
  'F-05 signing in by one mail leaves that of another attempt as it is: it is the same person',
  async (rig) => {
    const waiting = await atCode(rig);
    await signInByMail(rig, rig.browser(), ADDRESS);
    assert.ok(isSignedIn(await waiting.browser.submit(waiting.page, 'submit', { code: codeIn(waiting.mail) })));
  },
  ownWays,
);

withOneRig(
  'F-12 a password of an account whose address nobody proved opens nothing for who proves the mailbox, and nothing of theirs',
  async (rig) => {
    const line = JSON.stringify({
      username: 'squatter',
      email: ADDRESS,
      email_verified: false,
      password_hash: hashesOfPhrase.pbkdf2_sha256,
    });
    await importUsers(line, 'password', { ...rig.open, environment: rig.clock.environment });
    const owner = rig.browser();
    assert.ok(isSignedIn(await signInByMail(rig, owner, ADDRESS)));
    assert.ok(!isSignedIn(await signInByPassword(rig.browser(), ADDRESS, DJANGO_PHRASE)), 'by the address');
    const squatter = rig.browser();
    assert.ok(
      isSignedIn(await signInByPassword(squatter, 'squatter', DJANGO_PHRASE)),
      'by the username it is their own',
    );
    const account = async (browser: TestBrowser) => (await browser.get(`${BROKER}/account`)).body;
    assert.ok(!(await account(squatter)).includes('user-') || (await account(squatter)) !== (await account(owner)));
    assert.equal(await rig.count('users'), 2);
  },
  ownWays,
);
