/**
 * What people of Socraticqs2 could do and nothing else here proves (socraticqs2.md §12, §13), and people who bring next to nothing
 * (D-22, D-24). docs/socraticqs2.md says for each of its cases where it is proved.
 */
import assert from 'node:assert/strict';
import { practicePeople } from '../../simulators/llave-mx/people.ts';
import { importUsers } from '../../src/admin/import-users.ts';
import type { JsonObject } from '../../src/model.ts';
import { sql } from '../../src/store/database.ts';
import { BROKER, COURSE_SITE, forEachRig, type Rig, withOneRig } from '../rig.ts';
import {
  choosePassword,
  codeIn,
  isSignedIn,
  ownWays,
  PHRASE,
  signInByMail,
  signInByPassword,
  towards,
} from './own-ways.ts';

const ADDRESS = 'lupita@uni.mx';

const dataOf = (slug: string): JsonObject => {
  const person = practicePeople.find((one) => one.slug === slug);
  return person?.answer === 'consents' ? person.userData : assert.fail(slug);
};

/** Somebody at Llave MX who is as the practice person `like`, but for this. */
function addPerson(rig: Rig, slug: string, like: string, userData: JsonObject): void {
  const sample = practicePeople.find((one) => one.slug === like);
  assert.ok(sample?.answer === 'consents');
  rig.llaveMx.addPerson({ ...sample, slug, name: slug, userData: { ...sample.userData, ...userData } });
}

const usersOf = async ({ databases }: Rig) =>
  (await databases.durable.all(sql`select id, state, username from users`)).map(({ id, state, username }) => {
    return { id: String(id), state: String(state), username: String(username) };
  });
const addressesOf = ({ databases }: Rig, user: string) =>
  databases.durable.all(sql`
    select address_key, verified_by, is_primary from emails where user_id = ${user} order by created_at, address_key`);

async function importOne(rig: Rig, line: JsonObject): Promise<void> {
  const { store, vault } = rig.open;
  const report = await importUsers(JSON.stringify(line), 'password', {
    store,
    vault,
    environment: rig.clock.environment,
  });
  assert.deepEqual(report.faults, []);
}

forEachRig(
  'D-01 fifty sign-ins from fifty browsers are one account, one identity and one sub',
  async (rig) => {
    const subs = new Set<string>();
    for (let time = 0; time < 50; time++) {
      const page = await rig.signIn(rig.browser(), 'nacional');
      subs.add(JSON.parse(page.text('claims-json')).userinfo.sub);
    }
    assert.deepEqual([subs.size, await rig.count('users'), await rig.count('identities')], [1, 1, 1]);
  },
  {},
  ['SQLite in memory', 'PostgreSQL'],
);

withOneRig(
  'D-22 dots and what follows a plus make another address, letter case does not: nobody knows what a mail server folds',
  async (rig) => {
    for (const address of ['a.b+x@gmail.test', 'ab@gmail.test', 'a.b@gmail.test']) {
      assert.ok(isSignedIn(await signInByMail(rig, rig.browser(), address)));
    }
    assert.equal(await rig.count('users'), 3);
    assert.ok(isSignedIn(await signInByMail(rig, rig.browser(), 'A.B+X@Gmail.test')));
    assert.equal(await rig.count('users'), 3);
  },
  ownWays,
);

const nameless = { nombre: null, primerApellido: null, segundoApellido: null, correo: null, telVigente: null };

forEachRig(
  'D-24 three people of whom nothing is said are three accounts, without an address and without a name',
  async (rig) => {
    for (const nth of [1, 2, 3]) {
      addPerson(rig, `nadie-${nth}`, 'cuenta-basica', { ...nameless, idUsuario: 800_000 + nth, login: `nadie-${nth}` });
      const page = await rig.signIn(rig.browser(), `nadie-${nth}`);
      assert.ok(isSignedIn(page));
      assert.equal(JSON.parse(page.text('claims-json')).userinfo.email, undefined);
    }
    assert.equal(await rig.count('users'), 3);
    assert.equal(await rig.count('emails'), 0);
    // And each is known again.
    for (const nth of [1, 2, 3]) assert.ok(isSignedIn(await rig.signIn(rig.browser(), `nadie-${nth}`)));
    assert.equal(await rig.count('users'), 3);
  },
);

forEachRig(
  '§12.8, §13.76 two people of one name, without addresses, are two accounts, and nobody is asked to merge',
  async (rig) => {
    for (const nth of [1, 2]) {
      addPerson(rig, `tocaya-${nth}`, 'cuenta-basica', { idUsuario: 810_000 + nth, login: `tocaya-${nth}` });
      assert.ok(isSignedIn(await rig.signIn(rig.browser(), `tocaya-${nth}`)));
    }
    assert.equal(await rig.count('users'), 2);
  },
);

forEachRig(
  '§13.8 an address that another provider brings is kept beside the first one, which stays the primary',
  async (rig) => {
    await signInByMail(rig, rig.browser(), ADDRESS);
    const browser = rig.browser();
    const question = await rig.signIn(browser, 'correo-sin-verificar');
    const form = await browser.click(await browser.submit(question, 'existing-account'), 'provider-email');
    const asked = await browser.submit(form, 'submit', { email: ADDRESS });
    assert.ok(isSignedIn(await browser.submit(asked, 'submit', { code: codeIn(await rig.lastMail(ADDRESS)) })));
    const [account, ...others] = await usersOf(rig);
    assert.ok(account !== undefined && others.length === 0);
    const claimed = String(dataOf('correo-sin-verificar').correo).toLowerCase();
    assert.deepEqual(await addressesOf(rig, account.id), [
      { address_key: ADDRESS, verified_by: 'llavero', is_primary: 1 },
      { address_key: claimed, verified_by: null, is_primary: 0 },
    ]);
  },
  { ...ownWays, asksForAccount: true },
);

forEachRig(
  '§13.49 asking for a mail, or to choose a password, makes nobody until the mailbox is proved',
  async (rig) => {
    const browser = rig.browser();
    await browser.submit(await towards(browser, 'email'), 'submit', { email: ADDRESS });
    const forgot = await browser.submit(await towards(browser, 'password'), 'forgot');
    const sent = await browser.submit(forgot, 'submit', { email: ADDRESS });
    const choose = await browser.submit(sent, 'submit', { code: codeIn(await rig.lastMail(ADDRESS)) });
    for (const table of ['users', 'identities', 'emails', 'sessions'] as const) assert.equal(await rig.count(table), 0);
    assert.ok(isSignedIn(await browser.submit(choose, 'submit', { password: PHRASE })));
    assert.equal(await rig.count('users'), 1);
  },
  ownWays,
);

forEachRig(
  '§13.55, §12.14 a password opens its account by every address that is verified there, and by none that is not',
  async (rig) => {
    const { curp, correo } = dataOf('nacional');
    await importOne(rig, { username: 'lupita', email: 'solo.dicho@uni.mx', curp: String(curp) });
    // Verified by Llave MX, which also says by the CURP whose account it is.
    assert.ok(isSignedIn(await rig.signIn(rig.browser(), 'nacional')));
    const second = String(correo).toLowerCase();
    assert.ok(isSignedIn(await choosePassword(rig, rig.browser(), second)));
    assert.equal(await rig.count('users'), 1);
    assert.ok(isSignedIn(await signInByPassword(rig.browser(), second)), 'not the primary one');
    assert.ok(!isSignedIn(await signInByPassword(rig.browser(), 'solo.dicho@uni.mx')), 'that nobody proved');
  },
  ownWays,
);

forEachRig(
  '§13.61 a username says nothing: whoever is called anonymous1432 is no guest',
  async (rig) => {
    await importOne(rig, { username: 'anonymous1432', email: ADDRESS, email_verified: true });
    const browser = rig.browser();
    assert.ok(isSignedIn(await signInByMail(rig, browser, ADDRESS)));
    const account = await browser.get(`${BROKER}/account`);
    assert.equal(account.url.pathname, '/account');
    assert.deepEqual(
      (await usersOf(rig)).map(({ state, username }) => [state, username]),
      [['active', 'anonymous1432']],
    );
  },
  ownWays,
);

forEachRig(
  '§13.57 nobody sees the account page without signing in, and afterwards it is where they are',
  async (rig) => {
    const browser = rig.browser();
    const chooser = await browser.get(`${BROKER}/account`);
    assert.equal(chooser.url.pathname, '/sign-in');
    const asked = await browser.submit(await browser.click(chooser, 'provider-email'), 'submit', { email: ADDRESS });
    const page = await browser.submit(asked, 'submit', { code: codeIn(await rig.lastMail(ADDRESS)) });
    assert.equal(page.url.pathname, '/account');
    assert.ok(page.body.includes(ADDRESS));
  },
  ownWays,
);

withOneRig(
  '§13.64 whoever is signed in goes to the course at once, a guest too, and no second account is made',
  async (rig) => {
    const browser = rig.browser();
    assert.ok(isSignedIn(await browser.submit(await towards(browser, 'guest'), 'submit')));
    assert.ok(isSignedIn(await browser.get(`${COURSE_SITE}/login`)));
    assert.equal(await rig.count('users'), 1);
  },
  ownWays,
);

forEachRig(
  '§12.16 whoever was a guest is found by the address that they proved, which is their primary one',
  async (rig) => {
    const browser = rig.browser();
    await browser.submit(await towards(browser, 'guest'), 'submit');
    const form = await browser.click(await browser.get(`${BROKER}/sign-in`), 'provider-email');
    const asked = await browser.submit(form, 'submit', { email: ADDRESS });
    const question = await browser.submit(asked, 'submit', { code: codeIn(await rig.lastMail(ADDRESS)) });
    await browser.submit(question, 'guest-work-mine');
    const [account] = await usersOf(rig);
    assert.deepEqual(await addressesOf(rig, account?.id ?? ''), [
      { address_key: ADDRESS, verified_by: 'llavero', is_primary: 1 },
    ]);
    assert.ok(isSignedIn(await choosePassword(rig, rig.browser(), ADDRESS)));
    assert.ok(isSignedIn(await signInByPassword(rig.browser(), ADDRESS)));
    assert.deepEqual(await usersOf(rig), [account]);
  },
  ownWays,
);
