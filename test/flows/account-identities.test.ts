/**
 * Connecting and disconnecting: never the last way in, never without a recent sign-in, and the person is told.
 */
import assert from 'node:assert/strict';
import { sql } from '../../src/store/database.ts';
import { type DisconnectStep, defaultDisconnectSteps } from '../../src/users/disconnect.ts';
import { BROKER, forEachRig, type Rig, withOneRig } from '../rig.ts';
import {
  ADDRESS,
  addEmail,
  byLlaveMx,
  byMail,
  chooseMail,
  choosePasswordOf,
  connectLlaveMx,
  identitiesOf,
  MINUTE,
  mailsTo,
  open,
  typesOf,
} from './own-account.ts';
import { choosePassword, isSignedIn, ownWays, PHRASE, signInByPassword } from './own-ways.ts';

const asking = { ...ownWays, asksForAccount: true };

forEachRig(
  'somebody connects a second way, disconnects it, is told of both, and the next sign-in with it is somebody new',
  async (rig) => {
    const browser = await byMail(rig);
    const list = await connectLlaveMx(browser);
    assert.equal(list.url.pathname, '/account/identities');
    assert.deepEqual(await identitiesOf(rig), ['email', 'llave-mx']);
    assert.equal(await mailsTo(rig, ADDRESS, /now also sign in .*Llave MX/), 1);

    const confirm = await browser.click(list, 'disconnect-llave-mx-2');
    const after = await browser.submit(confirm, 'confirm-yes');
    assert.equal(after.url.pathname, '/account/identities');
    assert.deepEqual(await identitiesOf(rig), ['email']);
    assert.equal(await mailsTo(rig, ADDRESS, /no longer sign in .*Llave MX/), 1);
    assert.equal((await typesOf(rig)).filter((type) => type === 'identity.unlinked').length, 1);
    assert.equal(await rig.count('users'), 1);
    await rig.signIn(rig.browser(), 'cuenta-basica');
    assert.equal(await rig.count('users'), 2);
  },
  ownWays,
);

withOneRig(
  'saying no to it, or nothing, disconnects nothing',
  async (rig) => {
    const browser = await byMail(rig);
    const list = await connectLlaveMx(browser);
    const confirm = await browser.click(list, 'disconnect-llave-mx-2');
    assert.equal((await browser.submit(confirm, 'confirm-no')).url.pathname, '/account/identities');
    assert.deepEqual(await identitiesOf(rig), ['email', 'llave-mx']);
  },
  ownWays,
);

withOneRig(
  'V-02 the last way in is not offered for removal, and not removed by a form that was kept',
  async (rig) => {
    const browser = await byLlaveMx(rig, 'cuenta-basica');
    const last = await browser.click(await open(browser, '/identities'), 'disconnect-llave-mx');
    assert.equal(last.find('confirm-yes'), null);
    assert.ok(last.find('connect') && last.find('add-email'), 'says what to add first');

    await addEmail(rig, browser, ADDRESS);
    const kept = await browser.click(await open(browser, '/identities'), 'disconnect-llave-mx');
    const page = await open(browser, '/emails');
    const removed = await browser.submit(await browser.click(page, 'remove-1'), 'confirm-yes');
    assert.equal(removed.status, 200);
    const refused = await browser.submit(kept, 'confirm-yes');
    assert.equal(refused.text('error-code'), 'last_way_in');
    assert.equal((await browser.click(refused, 'back-to-client')).url.pathname, '/account/identities');
    assert.deepEqual(await identitiesOf(rig), ['llave-mx']);
  },
  ownWays,
);

/** The same without mail as a way in. */
const off = String(ownWays.moreProviders).replace(/(vendor: email\s+enabled: )true/, '$1false');

withOneRig(
  'V-02 what cannot be signed in with now is no way in: a provider that is off, mail that is off, a password not chosen',
  async (rig) => {
    const browser = await byLlaveMx(rig, 'nacional');
    // The address that Llave MX verified is a way in by mail.
    const offers = async () => {
      const list = await open(browser, '/identities');
      return (await browser.click(list, 'disconnect-llave-mx')).find('confirm-yes') !== null;
    };
    assert.ok(await offers());
    await rig.configure({ moreProviders: off });
    assert.ok(!(await offers()), 'no way in by mail');
    // An account imported for passwords, without one.
    await rig.databases.durable.run(sql`
      insert into identities (id, provider, subject, user_id, profile, created_at, last_used_at)
      select 'i2', 'password', 'p', user_id, profile, created_at + 1, last_used_at from identities`);
    const sealed = rig.open.vault.seal(
      { table: 'identities', column: 'profile', row: 'i2' },
      '{"emails":[],"roles":[]}',
    );
    await rig.databases.durable.run(sql`update identities set profile = ${sealed} where id = 'i2'`);
    assert.ok(!(await offers()), 'no password was chosen');
  },
  ownWays,
);

withOneRig(
  'V-02 where no mail can be sent an address is no way in',
  async (rig) => {
    const browser = await byLlaveMx(rig, 'nacional');
    const last = await browser.click(await open(browser, '/identities'), 'disconnect-llave-mx');
    assert.equal(last.find('confirm-yes'), null);
    assert.equal(last.find('add-email'), null, 'nor is one offered');
  },
  { ...ownWays, canSendMail: false },
);

forEachRig(
  'C-14 V-02 fifty that remove the last two ways at once leave one',
  async (rig) => {
    const browser = await byLlaveMx(rig, 'cuenta-basica');
    await addEmail(rig, browser, ADDRESS);
    await choosePasswordOf(rig, browser);
    await rig.configure({ moreProviders: off });
    assert.deepEqual(await identitiesOf(rig), ['llave-mx', 'password']);
    const pages = [
      await browser.click(await open(browser, '/identities'), 'disconnect-llave-mx'),
      await browser.click(await open(browser, '/password'), 'remove-password'),
    ] as const;
    const presses = Array.from({ length: 50 }, (_, index) => (index % 2 === 0 ? pages[0] : pages[1]));
    const ends = await Promise.all(presses.map((confirm) => browser.submit(confirm, 'confirm-yes')));
    assert.equal((await identitiesOf(rig)).length, 1);
    assert.ok(ends.every(({ status }) => status === 200 || status === 409));
    assert.equal((await typesOf(rig)).filter((type) => type === 'identity.unlinked').length, 1);
  },
  ownWays,
);

forEachRig(
  'other sessions that began with it end, the one at work goes on, and what was kept of the provider is forgotten',
  async (rig) => {
    const browser = await byMail(rig);
    await connectLlaveMx(browser);
    const elsewhere = await byLlaveMx(rig, 'cuenta-basica');
    const byMailToo = await byMail(rig);
    assert.equal(await rig.count('users'), 1);
    const here = await byLlaveMx(rig, 'cuenta-basica');
    const asked = rig.llaveMx.requests.length;
    const confirm = await here.click(await open(here, '/identities'), 'disconnect-llave-mx-2');
    await here.submit(confirm, 'confirm-yes');
    assert.equal((await open(here, '')).url.pathname, '/account');
    assert.equal((await open(byMailToo, '')).url.pathname, '/account');
    assert.equal((await open(elsewhere, '')).url.pathname, '/sign-in');
    assert.deepEqual(
      await rig.databases.durable.all(sql`select upstream from sessions where upstream is not null`),
      [],
    );
    const told = rig.llaveMx.requests.slice(asked).filter(({ endpoint }) => endpoint === 'logout');
    assert.equal(told.length, 3, 'the session of each browser at the provider was ended');
  },
  ownWays,
);

forEachRig(
  'C-12 a change asks for a sign-in of the last ten minutes, gives the browser a new session, and comes back to the page',
  async (rig) => {
    const browser = await byMail(rig);
    const list = await connectLlaveMx(browser);
    const cookie = () => browser.cookies('broker.test').find(({ name }) => name.endsWith('session'))?.value;
    const before = cookie();
    rig.clock.advance(10 * MINUTE);
    const chooser = await browser.click(list, 'disconnect-llave-mx-2');
    assert.equal(chooser.url.pathname, '/sign-in');
    const confirm = await chooseMail(rig, browser, chooser);
    assert.equal(confirm.url.pathname, '/account/identities/disconnect');
    assert.notEqual(cookie(), before, 'H-01');
    assert.deepEqual(await identitiesOf(rig), ['email', 'llave-mx'], 'nothing is done for them');
    // They stay on the page for too long: the form is sent, they sign in once more, and press again.
    rig.clock.advance(10 * MINUTE);
    const again = await browser.submit(confirm, 'confirm-yes');
    assert.equal(again.url.pathname, '/sign-in');
    const back = await chooseMail(rig, browser, again);
    assert.equal(back.url.pathname, '/account/identities');
    assert.deepEqual(await identitiesOf(rig), ['email', 'llave-mx']);
    await browser.submit(await browser.click(back, 'disconnect-llave-mx-2'), 'confirm-yes');
    assert.deepEqual(await identitiesOf(rig), ['email']);
  },
  ownWays,
);

withOneRig(
  'C-12 asked to sign in once more, somebody else is not let through',
  async (rig) => {
    await byLlaveMx(rig, 'nacional');
    const browser = await byMail(rig);
    rig.clock.advance(10 * MINUTE);
    const chooser = await browser.submit(await open(browser, '/identities'), 'connect');
    const refused = await browser.submit(await browser.click(chooser, 'provider-llave-mx'), 'person-nacional');
    assert.equal(refused.text('error-code'), 'another_account');
  },
  ownWays,
);

withOneRig(
  'D-21 what opens another account is not connected, and whose it is is not said; freed there, it is',
  async (rig) => {
    const other = await byMail(rig, 'otra@uni.mx');
    await connectLlaveMx(other);
    const browser = await byMail(rig);
    const refused = await connectLlaveMx(browser);
    assert.equal(refused.text('error-code'), 'identity_taken');
    assert.equal(refused.status, 409);
    assert.doesNotMatch(refused.body, /otra/);
    await other.submit(await other.click(await open(other, '/identities'), 'disconnect-llave-mx-2'), 'confirm-yes');
    assert.equal((await connectLlaveMx(browser)).url.pathname, '/account/identities');
    assert.equal((await typesOf(rig)).filter((type) => type === 'identity.linked').length, 4);
  },
  ownWays,
);

forEachRig(
  'D-07 what somebody began to connect in an account ends when its owner throws them out',
  async (rig) => {
    // The attacker is in the account, and is on the way to connect their own Llave MX.
    const attacker = await byMail(rig);
    const chooser = await attacker.submit(await open(attacker, '/identities'), 'connect');
    const people = await attacker.click(chooser, 'provider-llave-mx');
    const owner = rig.browser();
    assert.ok(isSignedIn(await choosePassword(rig, owner, ADDRESS)));
    const refused = await attacker.submit(people, 'person-cuenta-basica');
    assert.equal(refused.text('error-code'), 'sign_in_expired');
    assert.deepEqual(await identitiesOf(rig), ['email', 'password']);
    assert.equal((await open(attacker, '')).url.pathname, '/sign-in');
  },
  ownWays,
);

withOneRig(
  'H-07 an identity of somebody else is not found, by whatever names it',
  async (rig) => {
    const other = await byMail(rig, 'otra@uni.mx');
    const foreign = (await connectLlaveMx(other)).get('disconnect-llave-mx-2').attribute('href') ?? '';
    const [{ id } = { id: '' }] = await rig.databases.durable.all(sql`select id from identities`);
    const browser = await byMail(rig);
    const page = await connectLlaveMx(browser, 'formato-antiguo');
    const confirm = await browser.click(page, 'disconnect-llave-mx-2');
    const token =
      confirm.document
        .all('input')
        .find((one) => one.attribute('name') === 'token')
        ?.attribute('value') ?? '';
    const handles = [
      new URL(foreign, BROKER).searchParams.get('identity') ?? '',
      String(id),
      '',
      '1.x',
      'x'.repeat(200),
    ];
    const before = await rig.count('identities');
    for (const identity of handles) {
      const url = `${BROKER}/account/identities/disconnect?identity=${encodeURIComponent(identity)}`;
      assert.equal((await browser.get(url)).status, 404, identity);
      const fields = { token, identity, answer: 'yes' };
      const sent = await browser.post(`${BROKER}/account/identities/disconnect`, fields, { from: confirm });
      assert.equal(sent.status, 404, identity);
    }
    assert.equal(await rig.count('identities'), before);
  },
  ownWays,
);

withOneRig(
  'a password is disconnected as any way in: it opens nothing any more',
  async (rig) => {
    const browser = rig.browser();
    await choosePassword(rig, browser, ADDRESS);
    const list = await open(browser, '/identities');
    assert.equal(list.find('disconnect-password'), null);
    assert.ok(list.find('change-password'));
    assert.deepEqual(await identitiesOf(rig), ['password']);
    assert.ok(isSignedIn(await signInByPassword(rig.browser(), ADDRESS, PHRASE)));
    const confirm = await browser.click(await browser.click(list, 'change-password'), 'remove-password');
    await browser.submit(confirm, 'confirm-yes');
    assert.deepEqual(await identitiesOf(rig), []);
    const wrong = await signInByPassword(rig.browser(), ADDRESS, PHRASE);
    assert.ok(wrong.find('submit'), 'the form once more');
    assert.equal(wrong.url.pathname, '/sign-in/step');
    // The mailbox still opens the account.
    await byMail(rig);
    assert.equal(await rig.count('users'), 1);
  },
  ownWays,
);

const veto: DisconnectStep = {
  name: 'not-while-enrolled',
  objects: ({ identity }) =>
    identity.provider === 'llave-mx' ? { code: 'change_refused_by_rule', reason: 'enrolled' } : null,
};
const told: string[] = [];
const cleansUp: DisconnectStep = {
  name: 'own-table',
  writes: ({ user }) => [
    { statement: sql`update users set updated_at = updated_at where id = ${user.id}`, changes: 1 },
  ],
  async afterwards({ identity }) {
    told.push(identity.provider);
    throw new Error('the outside is away');
  },
};

withOneRig(
  'a program adds a step of its own: it may refuse',
  async (rig) => {
    const browser = await byMail(rig);
    const list = await connectLlaveMx(browser);
    const page = await browser.click(list, 'disconnect-llave-mx-2');
    assert.equal(page.find('confirm-yes'), null);
    assert.deepEqual(await identitiesOf(rig), ['email', 'llave-mx']);
  },
  { ...ownWays, disconnectSteps: [...defaultDisconnectSteps, veto] },
);

withOneRig(
  'a program adds a step of its own: it writes with the others, and what fails afterwards undoes nothing',
  async (rig) => {
    told.length = 0;
    const browser = await byMail(rig);
    const list = await connectLlaveMx(browser);
    await browser.submit(await browser.click(list, 'disconnect-llave-mx-2'), 'confirm-yes');
    assert.deepEqual([await identitiesOf(rig), told], [['email'], ['llave-mx']]);
    assert.ok(rig.logged.some(({ event }) => event === 'disconnect.failed'));
  },
  { ...ownWays, disconnectSteps: [...defaultDisconnectSteps, cleansUp] },
);

withOneRig(
  'a guest has no ways in to connect or to remove: the account page says how to keep the work',
  async (rig: Rig) => {
    const browser = rig.browser();
    await browser.get('https://cursos.test/');
    const guest = await browser.get(`https://cursos.test/login`);
    const form = await browser.click(guest, 'provider-guest');
    await browser.submit(form, 'submit');
    const account = await open(browser, '');
    assert.equal(account.get('keep-guest').attribute('href'), '/sign-in?return_to=/account');
    for (const page of ['/identities', '/emails']) assert.equal((await open(browser, page)).url.pathname, '/account');
  },
  asking,
);
