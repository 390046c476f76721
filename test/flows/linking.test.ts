/**
 * One person, one account: what happens when somebody comes with an identity that is new (DESIGN §6, socraticqs2.md §5).
 */
import assert from 'node:assert/strict';
import { practicePeople } from '../../simulators/llave-mx/people.ts';
import { resolveConflict, viewConflict } from '../../src/admin/conflicts.ts';
import { randomToken } from '../../src/crypto.ts';
import type { User } from '../../src/model.ts';
import { sql } from '../../src/store/database.ts';
import { newIdentity, newUser } from '../../src/users/arrival.ts';
import type { Page, TestBrowser } from '../browser.ts';
import { BROKER, COURSE_SITE, forEachRig, type Rig, withOneRig } from '../rig.ts';
import { profileWith } from '../store-fixture.ts';
import { codeIn, isSignedIn, linkIn, ownWays, signInByMail, towards } from './own-ways.ts';

const ADDRESS = 'lupita@uni.mx';
const asking = { ...ownWays, asksForAccount: true };
const MINUTE = 60_000;

const usersOf = async (rig: Rig) =>
  (await rig.databases.durable.all(sql`select user_id from identities order by created_at, id`)).map(
    ({ user_id }) => user_id,
  );

const leadsTo = (page: Page) => new URL(page.trail.at(-1)?.location ?? '', BROKER);

/** From the question to the code that was sent, in the attempt that proves an account. */
async function proveByMail(rig: Rig, browser: TestBrowser, question: Page, address = ADDRESS): Promise<Page> {
  const chooser = await browser.submit(question, 'existing-account');
  const form = await browser.click(chooser, 'provider-email');
  const asked = await browser.submit(form, 'submit', { email: address });
  return browser.submit(asked, 'submit', { code: codeIn(await rig.lastMail(address)) });
}

forEachRig(
  'DESIGN §6.2 somebody new without a verified address is asked once whether they have an account',
  async (rig) => {
    const browser = rig.browser();
    const question = await rig.signIn(browser, 'cuenta-basica');
    assert.equal(question.url.pathname, '/sign-in/step');
    assert.equal(await rig.count('users'), 0);
    assert.ok(isSignedIn(await browser.submit(question, 'new-account')));
    assert.ok(isSignedIn(await rig.signIn(rig.browser(), 'cuenta-basica')));
    assert.equal(await rig.count('users'), 1);
  },
  asking,
);

forEachRig(
  'DESIGN §6.2 they sign in to their account, and both identities are of one account, which is told by mail',
  async (rig) => {
    await signInByMail(rig, rig.browser(), ADDRESS);
    const browser = rig.browser();
    const page = await proveByMail(rig, browser, await rig.signIn(browser, 'cuenta-basica'));
    assert.ok(isSignedIn(page), page.url.href);
    const [owner, ...others] = await usersOf(rig);
    assert.deepEqual(others, [owner]);
    assert.match((await rig.lastMail(ADDRESS))?.text ?? '', /Llave MX/);
    // From now on each of them is enough.
    assert.ok(isSignedIn(await rig.signIn(rig.browser(), 'cuenta-basica')));
    assert.equal(await rig.count('users'), 1);
    assert.equal((await rig.audit()).filter(({ type }) => type === 'account.proved').length, 1);
  },
  asking,
);

withOneRig(
  'a proof signs nobody in by itself: until the attempt that waits goes on there is no session',
  async (rig) => {
    await signInByMail(rig, rig.browser(), ADDRESS);
    const before = await rig.count('sessions');
    const browser = rig.browser();
    const question = await rig.signIn(browser, 'cuenta-basica');
    const chooser = await browser.submit(question, 'existing-account');
    assert.equal(chooser.find('provider-guest'), null, 'a guest has nothing to prove');
    const asked = await browser.submit(await browser.click(chooser, 'provider-email'), 'submit', { email: ADDRESS });
    const proved = await browser.submit(
      asked,
      'submit',
      { code: codeIn(await rig.lastMail(ADDRESS)) },
      { follow: false },
    );
    const done = await browser.get(leadsTo(proved), { follow: false });
    assert.equal(done.trail.at(-1)?.location, question.url.pathname + question.url.search);
    assert.equal(await rig.count('sessions'), before);
    assert.equal((await browser.get(`${BROKER}/account`)).url.pathname, '/sign-in');
  },
  asking,
);

withOneRig(
  'what opens no account is said, nothing is created, and the way back leads to the question',
  async (rig) => {
    const browser = rig.browser();
    const question = await rig.signIn(browser, 'cuenta-basica');
    const nobody = await proveByMail(rig, browser, question, 'nobody@uni.mx');
    assert.equal(nobody.text('error-code'), 'no_account');
    assert.equal(await rig.count('users'), 0);
    const again = await browser.click(nobody, 'back-to-client');
    assert.ok(again.find('new-account'));
    assert.ok(isSignedIn(await browser.submit(again, 'new-account')));
  },
  asking,
);

withOneRig(
  'F-11 the question is the same, whether the address that nobody verified has an account or not',
  async (rig) => {
    const without = await rig.signIn(rig.browser(), 'correo-sin-verificar');
    await signInByMail(rig, rig.browser(), 'iker.saldana@example.com');
    const withAccount = await rig.signIn(rig.browser(), 'correo-sin-verificar');
    const shown = ({ body }: Page) => body.replaceAll(/name="(?:id|token)" value="[^"]*"|\?id=[\w-]+/g, '');
    assert.equal(shown(withAccount), shown(without));
  },
  asking,
);

withOneRig(
  'D-14 a proof is good for ten minutes, and for the attempt that asked for it alone',
  async (rig) => {
    await signInByMail(rig, rig.browser(), ADDRESS);
    const browser = rig.browser();
    const question = await rig.signIn(browser, 'cuenta-basica');
    const chooser = await browser.submit(question, 'existing-account');
    const asked = await browser.submit(await browser.click(chooser, 'provider-email'), 'submit', { email: ADDRESS });
    const code = codeIn(await rig.lastMail(ADDRESS));
    const proved = await browser.submit(asked, 'submit', { code }, { follow: false });
    await browser.get(leadsTo(proved), { follow: false });
    rig.clock.advance(10 * MINUTE);
    const later = await browser.get(question.url.href);
    assert.ok(later.find('existing-account'), 'asked anew');
    // Another attempt of the same browser was proved nothing.
    const other = await rig.signIn(browser, 'cuenta-basica');
    assert.ok(other.find('existing-account'));
    assert.equal(await rig.count('users'), 1);
  },
  asking,
);

withOneRig(
  'E-02 a proof cannot be typed: fields of a form name none',
  async (rig) => {
    await signInByMail(rig, rig.browser(), ADDRESS);
    const [victim] = await usersOf(rig);
    const browser = rig.browser();
    const question = await rig.signIn(browser, 'cuenta-basica');
    const hidden = Object.fromEntries(
      question.document.all('input').map((input) => [input.attribute('name') ?? '', input.attribute('value') ?? '']),
    );
    for (const answer of ['existing', 'proof', 'yes', '']) {
      const typed = { ...hidden, answer, proof: hidden.id ?? '', user: String(victim) };
      const again = await browser.post(`${BROKER}/sign-in/step`, typed, { from: question });
      assert.ok(!isSignedIn(again));
    }
    assert.equal(await rig.count('users'), 1);
  },
  asking,
);

// ------------------------------------------------------------------------------------------------------- conflicts

const nacional = practicePeople.find(({ slug }) => slug === 'nacional');
const curp = String(nacional?.answer === 'consents' ? nacional.userData.curp : assert.fail());

/** An account from before, whose provider had verified this CURP. */
async function accountWithCurp({ open, clock }: Rig, value: string): Promise<User> {
  const { environment } = clock;
  const subject = randomToken(environment, 8);
  const identifiers = [{ kind: 'curp', value, identifies: true }] as const;
  const profile = profileWith({ provider: 'old', subject, identifiers });
  const user = newUser(profile, 'active', environment);
  const change = { session: null, profile, emails: [], verifiesIdentity: false, events: [], before: [], also: [] };
  await open.store.accounts.createUser(user, newIdentity(profile, user.id, environment), {
    ...change,
    now: environment.now(),
  });
  return user;
}

const because = { by: 'support', reason: 'seen with papers' };

forEachRig('llave-mx.md §8.1 one account with the CURP is the person’s, from the first sign-in on', async (rig) => {
  const user = await accountWithCurp(rig, curp);
  assert.ok(isSignedIn(await rig.signIn(rig.browser(), 'nacional')));
  assert.deepEqual(new Set(await usersOf(rig)), new Set([user.id]));
});

forEachRig(
  'DESIGN §6.3 several accounts with the CURP: a case number, nothing created, and support decides',
  async (rig) => {
    const accounts = [await accountWithCurp(rig, curp), await accountWithCurp(rig, curp)];
    const dependencies = { store: rig.open.store, environment: rig.clock.environment };
    const refused = await rig.signIn(rig.browser(), 'nacional');
    assert.equal(refused.text('error-code'), 'account_conflict');
    const caseNumber = refused.text('case-number');
    assert.match(caseNumber, /^[0-9A-Z]{4}-[0-9A-Z]{4}$/);
    for (const { id, username } of accounts) assert.ok(!refused.body.includes(id) && !refused.body.includes(username));
    // The same case, however often it is tried.
    assert.equal((await rig.signIn(rig.browser(), 'nacional')).text('case-number'), caseNumber);
    const view = await viewConflict(caseNumber, because, dependencies);
    assert.equal(view.times, 2);
    assert.deepEqual(new Set(view.accounts.map(({ id }) => id)), new Set(accounts.map(({ id }) => id)));
    assert.equal(await rig.count('identities'), 2);
    const [, chosen] = accounts;
    await resolveConflict(caseNumber, { kind: 'link', userId: chosen?.id ?? '' }, because, dependencies);
    assert.ok(isSignedIn(await rig.signIn(rig.browser(), 'nacional')));
    assert.equal((await usersOf(rig)).at(-1), chosen?.id);
    const types = (await rig.audit()).map(({ type }) => type);
    for (const type of ['conflict.opened', 'personal_data.viewed', 'conflict.resolved']) {
      assert.equal(types.filter((one) => one === type).length, 1, type);
    }
    await assert.rejects(resolveConflict(caseNumber, { kind: 'refuse' }, because, dependencies), /settled/);
  },
);

withOneRig(
  'a conflict that is refused stays refused, until support decides otherwise; then it gets its own account',
  async (rig) => {
    await accountWithCurp(rig, curp);
    await accountWithCurp(rig, curp);
    const dependencies = { store: rig.open.store, environment: rig.clock.environment };
    const caseNumber = (await rig.signIn(rig.browser(), 'nacional')).text('case-number');
    await resolveConflict(caseNumber, { kind: 'refuse' }, because, dependencies);
    assert.equal((await rig.signIn(rig.browser(), 'nacional')).text('error-code'), 'refused_by_support');
    await resolveConflict(caseNumber, { kind: 'create' }, because, dependencies);
    assert.ok(isSignedIn(await rig.signIn(rig.browser(), 'nacional')));
    assert.equal(await rig.count('users'), 3);
  },
);

withOneRig('a decision names an account of the case that is open, and nobody else’s', async (rig) => {
  const accounts = [await accountWithCurp(rig, curp), await accountWithCurp(rig, curp)];
  const stranger = await accountWithCurp(rig, 'XXXX010101HDFXXX99');
  const dependencies = { store: rig.open.store, environment: rig.clock.environment };
  const caseNumber = (await rig.signIn(rig.browser(), 'nacional')).text('case-number');
  const link = (userId: string) => resolveConflict(caseNumber, { kind: 'link', userId }, because, dependencies);
  await assert.rejects(link(stranger.id), /none of the accounts/);
  await assert.rejects(link('nobody'), /none of the accounts/);
  await rig.databases.durable.run(sql`update users set state = 'disabled' where id = ${accounts[0]?.id ?? ''}`);
  await assert.rejects(link(accounts[0]?.id ?? ''), /nobody can sign in/);
  await assert.rejects(resolveConflict('AAAA-0000', { kind: 'create' }, because, dependencies), /no case/);
});

// ----------------------------------------------------------------------------------------------------------- guests

async function asGuest(rig: Rig): Promise<TestBrowser> {
  const browser = rig.browser();
  assert.ok(isSignedIn(await browser.submit(await towards(browser, 'guest'), 'submit')));
  return browser;
}

/** Signs in by mail in a browser where a guest is; stops at the question whose work it is. */
async function toGuestQuestion(rig: Rig, browser: TestBrowser, address = ADDRESS): Promise<Page> {
  const form = await browser.click(await browser.get(`${BROKER}/sign-in`), 'provider-email');
  const asked = await browser.submit(form, 'submit', { email: address });
  return browser.submit(asked, 'submit', { code: codeIn(await rig.lastMail(address)) });
}

forEachRig(
  'DESIGN §6.6 a guest who is nobody here yet becomes the person: the same account, and every other session ends',
  async (rig) => {
    const browser = await asGuest(rig);
    const [guest] = await usersOf(rig);
    const question = await toGuestQuestion(rig, browser);
    assert.ok(question.find('guest-work-mine') && question.find('guest-work-not-mine'));
    const page = await browser.submit(question, 'guest-work-mine');
    assert.equal(page.url.pathname, '/account');
    const rows = await rig.databases.durable.all(sql`select id, state from users`);
    assert.deepEqual(rows, [{ id: guest, state: 'active' }]);
    assert.equal(await rig.count('identities'), 1);
    assert.equal(await rig.count('sessions'), 1);
    // The app knows the same person as before.
    const home = await browser.get(`${COURSE_SITE}/`);
    assert.ok(home.find('signed-in-as'));
  },
  ownWays,
);

withOneRig(
  'at a shared computer the next person says that the work is not theirs, and the guest stays as they were',
  async (rig) => {
    const browser = await asGuest(rig);
    const question = await toGuestQuestion(rig, browser);
    assert.equal((await browser.submit(question, 'guest-work-not-mine')).url.pathname, '/account');
    const states = await rig.databases.durable.all(sql`select state from users order by state`);
    assert.deepEqual(states, [{ state: 'active' }, { state: 'temporary' }]);
  },
  ownWays,
);

withOneRig(
  'of fifty that answer at once one makes the guest the person’s',
  async (rig) => {
    const browser = await asGuest(rig);
    const question = await toGuestQuestion(rig, browser);
    await Promise.all(Array.from({ length: 50 }, () => browser.submit(question, 'guest-work-mine')));
    const states = await rig.databases.durable.all(sql`select state from users`);
    assert.deepEqual(states, [{ state: 'active' }]);
    assert.equal(await rig.count('identities'), 1);
  },
  ownWays,
);

/** A guest asked for a mail, and its link is opened in another browser: at the question there. */
async function toGuestQuestionElsewhere(rig: Rig) {
  const browser = await asGuest(rig);
  const form = await browser.click(await browser.get(`${BROKER}/sign-in`), 'provider-email');
  await browser.submit(form, 'submit', { email: ADDRESS });
  const other = rig.browser();
  const question = await other.submit(await other.get(linkIn(await rig.lastMail(ADDRESS))), 'submit');
  return { browser, other, question };
}

forEachRig(
  'socraticqs2.md §11 the claim goes on where the mail is read, and the browser that asked is signed out (§12.2)',
  async (rig) => {
    const { browser, other, question } = await toGuestQuestionElsewhere(rig);
    const [guest] = await usersOf(rig);
    assert.equal((await other.submit(question, 'guest-work-mine')).url.pathname, '/account');
    const rows = await rig.databases.durable.all(sql`select id, state from users`);
    assert.deepEqual(rows, [{ id: guest, state: 'active' }]);
    assert.equal((await browser.get(`${BROKER}/account`)).url.pathname, '/sign-in');
  },
  ownWays,
);

withOneRig(
  'socraticqs2.md §12.6 whoever opens the mail that a stranger asked for says so, and gets nothing of theirs',
  async (rig) => {
    const { browser, other, question } = await toGuestQuestionElsewhere(rig);
    assert.equal((await other.submit(question, 'guest-work-not-mine')).url.pathname, '/account');
    const states = await rig.databases.durable.all(sql`select state from users order by state`);
    assert.deepEqual(states, [{ state: 'active' }, { state: 'temporary' }]);
    assert.equal((await browser.get(`${BROKER}/account`)).url.pathname, '/account', 'the guest goes on');
  },
  ownWays,
);
