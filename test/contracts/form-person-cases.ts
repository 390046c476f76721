/**
 * Who it is at the end of a way, and what of it may be believed: the subject, the addresses, how the person was
 * authenticated, and what an account that is there already has to say (DESIGN §6, B-28, D-04).
 */
import assert from 'node:assert/strict';
import { defaultSteps } from '../../src/sign-in/steps.ts';
import { sql } from '../../src/store/database.ts';
import type { Page } from '../browser.ts';
import { isSignedIn } from '../flows/own-ways.ts';
import { BROKER, COURSE_SITE } from '../rig.ts';
import { always, type FormCase, needing, needsProof, needsSamePerson } from './form-case.ts';
import { accountsMade, type FormWorld, fieldOf, SLUG, type Standing } from './form-world.ts';
import type { Person } from './provider-fixtures-form.ts';

const subOf = (page: Page): string => JSON.parse(page.text('claims-json')).userinfo.sub;

/** The identities of this account with the way. */
async function subjectsOf({ rig }: FormWorld, sub: string): Promise<string[]> {
  const rows = await rig.databases.durable.all(sql`
    select subject from identities where user_id = ${sub} and provider = ${SLUG} order by subject`);
  return rows.map(({ subject }) => String(subject));
}

async function addressesOf({ rig }: FormWorld, sub: string) {
  const rows = await rig.databases.durable.all(sql`
    select address_key, verified_by from emails where user_id = ${sub} order by address_key`);
  return rows.map(({ address_key: key, verified_by: by }) => [key, by]);
}

async function signIn(world: FormWorld, person?: Person): Promise<{ at: Standing; page: Page; sub: string }> {
  const at = await world.stand(0, person === undefined ? {} : { person });
  const page = await world.goOn(at);
  return { at, page, sub: subOf(page) };
}

const ofSubject: readonly FormCase[] = [
  always('a person goes the whole way from the course site and back', async (world) => {
    const { page } = await signIn(world);
    assert.ok(isSignedIn(page));
    assert.equal(page.url.href, `${COURSE_SITE}/`);
  }),
  always(
    'DESIGN §6.1 subjects are never empty, never shared, and random where they are not the address',
    async (world) => {
      const seen = new Set<string>();
      for (let people = 0; people < 3; people++) {
        const { at, sub } = await signIn(world);
        const subjects = await subjectsOf(world, sub);
        assert.equal(subjects.length, 1);
        for (const subject of subjects) {
          assert.ok(!seen.has(subject));
          seen.add(subject);
          if (world.fixture.subject === 'the address') assert.equal(subject, at.person.address);
          else assert.match(subject, /^[\w-]{22,64}$/);
        }
      }
    },
  ),
  needing(
    'DESIGN §6.1 the same person is the same account the next time, by the same identity',
    needsSamePerson,
    async (world) => {
      const first = await signIn(world);
      const subjects = await subjectsOf(world, first.sub);
      const again = await signIn(world, first.at.person);
      assert.equal(again.sub, first.sub);
      assert.deepEqual(await subjectsOf(world, first.sub), subjects);
    },
  ),
  always('A-17 the account is known to clients by a random id that says nothing of the person', async (world) => {
    const { at, sub } = await signIn(world);
    assert.match(sub, /^[0-9a-f]{32}$/);
    assert.ok(!sub.includes(at.person.address.split('@')[0] ?? ''));
  }),
  {
    name: 'DESIGN §6.6 each time is somebody else, with a temporary account',
    whyNot: ({ samePersonAgain }) => (samePersonAgain ? 'the same person comes back on this way' : null),
    run: async (world) => {
      const [first, second] = [await signIn(world), await signIn(world)];
      assert.notEqual(first.sub, second.sub);
      const states = await world.rig.databases.durable.all(sql`
        select state from users where id = ${first.sub} or id = ${second.sub}`);
      assert.deepEqual(states, [{ state: 'temporary' }, { state: 'temporary' }]);
    },
  },
];

const ofTrust: readonly FormCase[] = [
  always(
    'B-16 an address counts as verified only where it was proved, by us, and it is the one that was proved',
    async (world) => {
      const { at, sub } = await signIn(world);
      const proved = world.fixture.provesAddress || world.fixture.before.length > 0;
      assert.deepEqual(await addressesOf(world, sub), proved ? [[at.person.address, 'llavero']] : []);
    },
  ),
  always('what clients are told of the address is what was proved', async (world) => {
    const { at, page } = await signIn(world);
    const { email, email_verified: verified } = JSON.parse(page.text('claims-json')).userinfo;
    const proved = world.fixture.provesAddress || world.fixture.before.length > 0;
    assert.deepEqual([email, verified], proved ? [at.person.address, true] : [undefined, undefined]);
  }),
  always('A-20 how the person was authenticated is told as it was, and no higher', async (world) => {
    const { sub } = await signIn(world);
    const row = await world.rig.databases.durable.get(sql`
      select assurance from sessions where user_id = ${sub} order by created_at desc, id_hash limit 1`);
    const { acr, amr } = JSON.parse(String(row?.assurance));
    assert.equal(acr, null);
    const expected = [world.fixture.amr, ...(world.fixture.before.length > 0 ? [['pwd', 'otp']] : [])];
    assert.ok(
      expected.some((methods) => JSON.stringify(methods) === JSON.stringify(amr)),
      JSON.stringify(amr),
    );
  }),
  always(
    'a way of ours vouches for nobody: no identity is marked as that of seen papers, no name is made up',
    async (world) => {
      const { page, sub } = await signIn(world);
      const rows = await world.rig.databases.durable.all(
        sql`select verified_at from identities where user_id = ${sub}`,
      );
      assert.ok(rows.every(({ verified_at: at }) => at === null));
      const { userinfo } = JSON.parse(page.text('claims-json'));
      for (const claim of ['name', 'given_name', 'family_name', 'birthdate', 'curp'])
        assert.equal(userinfo[claim], undefined);
    },
  ),
  needing(
    'D-04 an address that somebody else only typed or was told attracts nobody: the owner gets an account of their own',
    needsProof,
    async (world) => {
      const squatter = await world.rig.signIn(world.rig.browser(), 'correo-sin-verificar');
      const address = String(JSON.parse(squatter.text('claims-json')).userinfo.email);
      const { sub } = await signIn(world, { address, password: 'correct horse battery staple' });
      assert.notEqual(sub, subOf(squatter));
      assert.deepEqual(await addressesOf(world, sub), [[address, 'llavero']]);
      await forgetPerson(world, address);
    },
  ),
  needing(
    'DESIGN §6.2 an address that Llave MX verified for somebody leads to their account',
    needsProof,
    async (world) => {
      const known = await world.rig.signIn(world.rig.browser(), 'nacional');
      const address = String(JSON.parse(known.text('claims-json')).userinfo.email);
      const { sub } = await signIn(world, { address, password: 'correct horse battery staple' });
      assert.equal(sub, subOf(known));
      await forgetPerson(world, address);
    },
  ),
];

/** Practice people are the same in each case: what one leaves behind must not help the next. */
async function forgetPerson({ rig }: FormWorld, address: string): Promise<void> {
  await rig.databases.durable.run(sql`
    update emails set verified_at = null, verified_by = null where address_key = ${address} and verified_by = 'llavero'`);
}

const disable = ({ rig }: FormWorld, sub: string) =>
  rig.databases.durable.run(sql`update users set state = 'disabled' where id = ${sub}`);

const ofAccount: readonly FormCase[] = [
  needing(
    'H-06 an account that was disabled: user_disabled at the end of the way, no session, and no second account',
    needsSamePerson,
    async (world) => {
      const { at, sub } = await signIn(world);
      await disable(world, sub);
      const users = await world.rig.count('users');
      const again = await world.stand(world.fixture.presses.length - 1, { person: at.person });
      const sessions = await world.rig.count('sessions');
      world.refused(await world.press(again), 'user_disabled');
      assert.deepEqual([await world.rig.count('users'), await world.rig.count('sessions')], [users, sessions]);
    },
  ),
  needing(
    'F-11 a disabled account is met only at the end: every form before it is as for anybody',
    needsSamePerson,
    async (world) => {
      const { at, sub } = await signIn(world);
      const shown: string[] = [];
      for (const state of ['active', 'disabled']) {
        await world.rig.databases.durable.run(sql`update users set state = ${state} where id = ${sub}`);
        const pages: string[] = [];
        for (const step of world.fixture.presses.keys()) {
          pages.push(withoutWhatIsNew(await world.stand(step, { person: at.person })));
        }
        shown.push(pages.join('\n'));
      }
      assert.equal(shown[0], shown[1]);
    },
  ),
  always('H-01 each sign-in has a session of its own, and ends the one before it in this browser', async (world) => {
    const { at, sub } = await signIn(world);
    const token = () => at.browser.cookies('broker.test').find(({ name }) => name.endsWith('llavero-session'))?.value;
    const before = token();
    const { redirect } = await at.browser.get(`${COURSE_SITE}/login`, { follow: false });
    assert.ok(redirect);
    redirect.searchParams.set('prompt', 'login');
    const page = await at.browser.click(await at.browser.get(redirect), `provider-${SLUG}`);
    await world.goOn({ ...at, page, person: world.again(at.person) });
    assert.notEqual(token(), before);
    const live = await world.rig.databases.durable.all(sql`select id_hash from sessions where user_id = ${sub}`);
    assert.ok(world.fixture.samePersonAgain ? live.length <= 1 + world.fixture.before.length : live.length === 0);
  }),
  always('every step that decided is kept with its reason, and nothing that was on its way', async (world) => {
    const { at } = await signIn(world);
    const { state, outcome, trace, departure, arrival } = await world.stored(at.page);
    assert.deepEqual([state, outcome?.kind, departure, arrival], ['answered', 'succeeded', null, null]);
    assert.deepEqual(
      trace.map(({ step }) => step),
      defaultSteps.map(({ name }) => name),
    );
    assert.ok(trace.every(({ reason }) => /^[a-z-]+$/.test(reason)));
  }),
  always('who has signed out is asked again: nothing of the way lets the browser in by itself', async (world) => {
    const { at } = await signIn(world);
    await at.browser.submit(await at.browser.get(`${COURSE_SITE}/`), 'sign-out');
    assert.equal((await at.browser.get(`${BROKER}/account`)).url.pathname, '/sign-in');
    const again = await at.browser.get(`${BROKER}/sign-in/step?id=${fieldOf(at.page, 'id')}`);
    assert.ok(!isSignedIn(again));
    assert.equal((await at.browser.get(`${BROKER}/account`)).url.pathname, '/sign-in', again.url.href);
  }),
  always('a first visit makes one account, one identity, one session, and says so in three events', async (world) => {
    const at = await world.stand(0);
    const count = async () =>
      Promise.all(
        (['users', 'identities', 'sessions', 'audit_events'] as const).map((table) => world.rig.count(table)),
      );
    const before = await count();
    await world.goOn(at);
    const [users = 0, identities = 0, sessions = 0, events = 0] = await count();
    const made = accountsMade(world);
    const difference = [users, identities, sessions, events].map((value, index) => value - (before[index] ?? 0));
    const changed = world.fixture.amr.includes('pwd') && world.fixture.amr.includes('otp') ? 1 : 0;
    assert.deepEqual(difference, [made, made, 1, 1 + 2 * made + changed]);
  }),
];

/** A page without what is new on each: tokens, ids, versions. */
const withoutWhatIsNew = ({ page }: Standing) =>
  page.body.replaceAll(/name="(?:token|id)" value="[^"]*"/g, '').replaceAll(/[?&](?:amp;)?(?:id|seen)=[\w-]+/g, '');

export const personCases: readonly FormCase[] = [...ofSubject, ...ofTrust, ...ofAccount];
