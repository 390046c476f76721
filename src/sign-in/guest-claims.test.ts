/**
 * DESIGN §6.6, socraticqs2.md §4.5 and §13.19-20: the work of a guest goes to the account that its person has already, in the one
 * commit of the sign-in that claims it.
 */
import assert from 'node:assert/strict';
import {
  countRows,
  forEachStore,
  forEachStoreAndInterleaved,
  profileWith,
  type TestStore,
} from '../../test/store-fixture.ts';
import { type Statement, sql } from '../store/database.ts';
import { assertSound, clear, dump, makeAccount, undoMerge } from '../users/merge.fixture.ts';
import { Crash, momentsOf, mortal } from './mortal.fixture.ts';
import { Attempt, createEngine, type Engine, visit } from './sign-in.fixture.ts';

const STEP = 'claim-guest-work';
const emails = [{ address: 'ana@uni.mx', claimedVerified: true }];

/** How the person comes: with what their account knows, or with something that is new to it. */
const ways = ['campus', 'other'] as const;
type Way = (typeof ways)[number];

/** An account that signs in with `campus`, has one session, and has proved an address that `other` says too. */
async function withAccount(given: TestStore) {
  const engine = createEngine(given);
  engine.campus.answer = async () => ({ profile: profileWith({ provider: 'campus', emails }), upstream: null });
  engine.other.answer = async () => ({ profile: profileWith({ provider: 'other', emails }), upstream: null });
  const first = await Attempt.arrived(engine);
  const end = await first.end();
  assert.ok(end.kind === 'signed-in');
  return { engine, account: end.userId };
}

/** A guest with work at the LMS, in two browsers. */
const makeGuest = (given: TestStore) =>
  makeAccount(given, {
    ...{ state: 'temporary', identities: [{ provider: 'guest', roles: [] }], clients: ['lms'], sessions: 2 },
    ...{ locale: 'en', country: 'US', agreements: [{ version: '1', at: 0 }] },
  });

/** At the question whose work it is. */
async function atQuestion(engine: Engine, guest: string, way: Way, elsewhere = false): Promise<Attempt> {
  const attempt = await Attempt.begin(engine, visit, { userId: guest, elsewhere });
  await attempt.depart(way);
  await attempt.arrive(way);
  const asked = await attempt.end();
  assert.ok(asked.kind === 'form' && asked.form.kind === 'guest-work');
  return attempt;
}

async function claimed(engine: Engine, guest: string, way: Way): Promise<Attempt> {
  const attempt = await atQuestion(engine, guest, way);
  await attempt.send(STEP, { answer: 'yes' });
  return attempt;
}

async function assertClaimed(given: TestStore, guest: string, account: string, identities: number): Promise<void> {
  const { store, databases, clock } = given;
  const graph = await store.accountGraphs.read(guest);
  assert.deepEqual([graph?.user.state, graph?.mergedInto], ['merged', account]);
  assert.equal(
    await store.clientSubjects.tell('lms', account, clock.now()),
    guest,
    'the app finds the work where it was',
  );
  assert.equal(await countRows(databases.durable, 'merges'), 1);
  assert.equal((await store.accounts.identitiesOf(account)).length, identities);
  assert.deepEqual(await databases.durable.all(sql`select id_hash from sessions where user_id = ${guest}`), []);
  const events = await databases.durable.all(sql`select user_id, detail from audit_events where type = 'user.merged'`);
  assert.deepEqual(new Set(events.map(({ user_id }) => user_id)), new Set([guest, account]));
  assert.equal(events.length, 2);
  assert.ok(events.every(({ detail }) => JSON.parse(String(detail)).by === 'person'));
  await assertSound(given);
}

for (const way of ways) {
  const who = way === 'campus' ? 'a known identity' : 'an identity that is new to the account';
  const identities = way === 'campus' ? 1 : 2;

  forEachStore(
    `socraticqs2.md §13.19-20 by ${who} the guest’s work goes to the account, and no value of the guest’s`,
    async (given) => {
      const { engine, account } = await withAccount(given);
      const before = await given.store.accounts.findUser(account);
      const guest = await makeGuest(given);
      const end = await (await claimed(engine, guest, way)).end();
      assert.ok(end.kind === 'signed-in');
      assert.equal(end.userId, account);
      await assertClaimed(given, guest, account, identities);
      const after = await given.store.accounts.findUser(account);
      for (const field of ['username', 'locale', 'country', 'name'] as const) {
        assert.deepEqual(after?.user[field], before?.user[field], field);
      }
      assert.equal(await countRows(given.databases.durable, 'sessions'), 2, 'the account’s own, and this one');
    },
  );

  forEachStoreAndInterleaved(
    `R-12 of fifty looks at once of ${who}, the work is claimed exactly once`,
    async (given) => {
      const { engine, account } = await withAccount(given);
      const guest = await makeGuest(given);
      const attempt = await claimed(engine, guest, way);
      const ends = await Promise.all(Array.from({ length: 50 }, () => attempt.end()));
      assert.ok(ends.every((end) => end.kind === 'signed-in' && end.userId === account));
      await assertClaimed(given, guest, account, identities);
      assert.equal(await countRows(given.databases.durable, 'sessions'), 2);
    },
  );

  forEachStore(
    `R-01 the process dies at any moment of claiming by ${who}: whoever reloads finds it done, once`,
    async (given) => {
      let moments = momentsOf(100);
      for (let done = 0; done < moments.length; done++) {
        const moment = moments[done];
        assert.ok(moment);
        await clear(given);
        const { engine, account } = await withAccount(given);
        const guest = await makeGuest(given);
        const attempt = await claimed(engine, guest, way);
        const { store, calls } = mortal(given.store, moment);
        const died = await attempt
          .at(engine.restarted(store))
          .end()
          .then(
            () => false,
            (error: unknown) => error instanceof Crash || assert.fail(String(error)),
          );
        // The first that gets to its end has counted them.
        if (!died) moments = moments.slice(0, Math.min(moments.length, 2 * calls()));
        const end = await attempt.end();
        assert.ok(end.kind === 'signed-in' && end.userId === account, JSON.stringify(moment));
        await assertClaimed(given, guest, account, identities);
        assert.equal(await countRows(given.databases.durable, 'sessions'), 2);
      }
      assert.ok(moments.length >= 16 && moments.length < 200, `${moments.length}`);
    },
    ['SQLite in memory'],
  );
}

forEachStoreAndInterleaved(
  'two people claim one guest at the same moment: one gets the work, both are signed in',
  async (given) => {
    const { engine, account } = await withAccount(given);
    engine.other.answer = async () => ({ profile: profileWith({ provider: 'other', subject: 'bea' }), upstream: null });
    const bea = await Attempt.begin(engine);
    await bea.depart('other');
    await bea.arrive('other');
    const beas = await bea.end();
    assert.ok(beas.kind === 'signed-in');
    const guest = await makeGuest(given);
    // Both have said that it is theirs before either is written.
    const both = [await claimed(engine, guest, 'campus'), await claimed(engine, guest, 'other')];
    const ends = await Promise.all(both.map((attempt) => attempt.end()));
    const signedIn = ends.map((end) => (end.kind === 'signed-in' ? end.userId : end.kind));
    assert.deepEqual(signedIn, [account, beas.userId]);
    assert.equal(await countRows(given.databases.durable, 'merges'), 1);
    assert.ok([account, beas.userId].includes((await given.store.accountGraphs.read(guest))?.mergedInto ?? ''));
    await assertSound(given);
  },
);

forEachStore('V-16 support undoes a claim as any merge, and the guest has their work again', async (given) => {
  const { engine, account } = await withAccount(given);
  const guest = await makeGuest(given);
  assert.equal((await (await claimed(engine, guest, 'other')).end()).kind, 'signed-in');
  const [merge] = await given.store.merges.ofUser(guest);
  assert.ok(merge);
  assert.deepEqual([merge.mergedBy, merge.changedSurvivor], ['person', false]);
  assert.equal((await undoMerge(given, merge.id)).kind, 'unmerged');
  const graph = await given.store.accountGraphs.read(guest);
  assert.deepEqual([graph?.user.state, graph?.identities.length, graph?.subjects.length], ['temporary', 1, 1]);
  assert.equal((await given.store.accounts.identitiesOf(account)).length, 2, 'what they signed in with stays theirs');
});

forEachStore(
  'where the merge is refused the person is told where the work stays, and signs in all the same',
  async (given) => {
    const { engine, account } = await withAccount(given);
    const guest = await makeGuest(given);
    const attempt = await claimed(engine, guest, 'other');
    // After they said that it is theirs: the law holds what the guest has.
    await given.databases.durable.run(sql`
    insert into legal_holds (user_id, placed_by, placed_at) values (${guest}, 'support', 0)`);
    const told = await attempt.end();
    const name = (await given.store.accounts.findUser(guest))?.user.username;
    assert.ok(told.kind === 'form');
    assert.deepEqual(told.form, { kind: 'guest-work-stays', guestName: name });
    assert.deepEqual(
      await given.store.accounts.identitiesOf(account).then((all) => all.length),
      1,
      'nothing is written yet',
    );
    // Anything but the button asks once more.
    await attempt.send(STEP, { answer: 'yes' });
    assert.deepEqual(await attempt.end(), told);
    await attempt.send(STEP, { answer: 'go-on' });
    const end = await attempt.end();
    assert.ok(end.kind === 'signed-in' && end.userId === account);
    const graph = await given.store.accountGraphs.read(guest);
    assert.deepEqual([graph?.user.state, graph?.sessions], ['temporary', 2]);
    assert.ok(engine.logged.some(({ event, code }) => event === 'guest_claim.refused' && code === 'legal_hold'));
  },
);

const stubbornness: { readonly [how: string]: Statement } = {
  'changes another number of rows than it must': sql`delete from users where id = 'nobody'`,
  'names a table that is not there': sql`delete from forum_posts`,
  'leaves a value out that must be there': sql`update users set username = null`,
  'doubles what is unique': sql`update users set username_key = 'one'`,
};

for (const [how, statement] of Object.entries(stubbornness)) {
  forEachStore(`an app of which a statement ${how} keeps nobody out, and nothing is written by it`, async (given) => {
    const forum = { name: 'forum', merge: () => [{ statement, changes: 1 }], undo: () => [] };
    const engine = createEngine(given, undefined, [forum]);
    engine.campus.answer = async () => ({ profile: profileWith({ provider: 'campus', emails }), upstream: null });
    assert.equal((await (await Attempt.arrived(engine)).end()).kind, 'signed-in');
    const guest = await makeGuest(given);
    const attempt = await claimed(engine, guest, 'campus');
    const before = await dump(given);
    const told = await attempt.end();
    assert.ok(told.kind === 'form' && told.form.kind === 'guest-work-stays');
    assert.deepEqual(await dump(given), before);
    assert.ok(engine.logged.some(({ event, code }) => event === 'guest_claim.refused' && code === 'merge_running'));
    await attempt.send(STEP, { answer: 'go-on' });
    assert.equal((await attempt.end()).kind, 'signed-in');
    assert.equal((await given.store.accountGraphs.read(guest))?.user.state, 'temporary');
  });
}

forEachStore('a guest who became a person meanwhile is nobody’s to claim', async (given) => {
  const { engine, account } = await withAccount(given);
  const guest = await makeGuest(given);
  const attempt = await claimed(engine, guest, 'campus');
  await given.databases.durable.run(sql`update users set state = 'active' where id = ${guest}`);
  const end = await attempt.end();
  assert.ok(end.kind === 'signed-in' && end.userId === account);
  assert.equal(await countRows(given.databases.durable, 'merges'), 0);
  assert.equal((await given.store.accountGraphs.read(guest))?.sessions, 2);
});
