/**
 * The `sub` by which a client knows a user: given once, kept for ever, and cheap to look up.
 */
import assert from 'node:assert/strict';
import { sql } from '../../src/store/database.ts';
import { migrate } from '../../src/store/migrate.ts';
import { durableMigrations } from '../../src/store/migrations.ts';
import { forEachEmptyDatabase } from '../databases.ts';
import {
  countRows,
  createNewcomer,
  forEachStore,
  forEachStoreAndInterleaved,
  NOW,
  profileWith,
} from '../store-fixture.ts';

const DAY = 24 * 60 * 60_000;

forEachStore('a client knows a user from when it is told, and by the id while nothing was merged', async (given) => {
  const { store } = given;
  const { user } = await createNewcomer(given);
  assert.equal(await store.clientSubjects.find('lms', user.id), null);
  assert.equal(await store.clientSubjects.tell('lms', user.id, NOW), user.id);
  assert.equal(await store.clientSubjects.find('lms', user.id), user.id);
  assert.equal(await store.clientSubjects.find('wiki', user.id), null);
  assert.equal(await countRows(given.databases.durable, 'client_subjects'), 1, 'looking writes nothing');
});

forEachStoreAndInterleaved(
  'of fifty that are told at once all are told the same, and it is written once',
  async (given) => {
    const { user } = await createNewcomer(given);
    const told = await Promise.all(
      Array.from({ length: 50 }, () => given.store.clientSubjects.tell('lms', user.id, NOW)),
    );
    assert.deepEqual([...new Set(told)], [user.id]);
    assert.equal(await countRows(given.databases.durable, 'client_subjects'), 1);
  },
);

forEachStore('first and last time: the last is written once a day at most', async (given) => {
  const { store, databases } = given;
  const { user } = await createNewcomer(given);
  const seen = async () => databases.durable.get(sql`select first_seen_at, last_seen_at from client_subjects`);
  for (const [now, last] of [
    [NOW, NOW],
    [NOW + DAY - 1, NOW],
    [NOW + DAY, NOW + DAY],
    [NOW + DAY + 1, NOW + DAY],
  ] as const) {
    await store.clientSubjects.tell('lms', user.id, now);
    assert.deepEqual(await seen(), { first_seen_at: NOW, last_seen_at: last });
  }
});

for (const state of ['disabled', 'merged', 'deleted']) {
  forEachStore(`H-06: no client is told of an account that is ${state} for the first time`, async (given) => {
    const { user } = await createNewcomer(given);
    await given.databases.durable.run(sql`update users set state = ${state} where id = ${user.id}`);
    assert.equal(await given.store.clientSubjects.tell('lms', user.id, NOW), null);
    assert.equal(await given.store.clientSubjects.tell('lms', 'nobody', NOW), null);
    assert.equal(await countRows(given.databases.durable, 'client_subjects'), 0);
  });
}

forEachEmptyDatabase(
  'an upgrade keeps in mind whom each client was told of before there was such a table',
  async ({ durable }) => {
    const before = durableMigrations.findIndex(({ text }) => text.includes('client_subjects'));
    await migrate(durable, 'durable', durableMigrations.slice(0, before), NOW);
    const signedIn = (
      id: string,
      at: number,
      userId: string | null,
      clientId: string | null,
      type = 'sign_in.succeeded',
    ) => sql`
    insert into audit_events (id, at, type, user_id, client_id, detail)
    values (${id}, ${at}, ${type}, ${userId}, ${clientId}, '{}')`;
    const noUsername = { username: null, username_key: null };
    await durable.run(sql`
    insert into users (id, state, username, username_key, profile, created_at, updated_at)
    values ('ana', 'active', 'ana', 'ana', '', 0, 0)`);
    for (const statement of [
      signedIn('1', 10, 'ana', 'lms'),
      signedIn('2', 30, 'ana', 'lms'),
      signedIn('3', 20, 'ana', 'wiki'),
      signedIn('4', 20, 'ana', null),
      signedIn('5', 20, 'ana', 'forum', 'sign_in.refused'),
      signedIn('6', 20, 'nobody', 'lms'),
    ]) {
      await durable.run(statement);
    }
    await migrate(durable, 'durable', durableMigrations, NOW);
    assert.deepEqual(await durable.all(sql`select * from client_subjects order by client_id`), [
      { client_id: 'lms', user_id: 'ana', subject: 'ana', first_seen_at: 10, last_seen_at: 30, ...noUsername },
      { client_id: 'wiki', user_id: 'ana', subject: 'ana', first_seen_at: 20, last_seen_at: 20, ...noUsername },
    ]);
  },
);

forEachStoreAndInterleaved(
  'a username by which a client knows a user is the first that it was told, whatever comes later',
  async ({ store, ...given }) => {
    const { user } = await createNewcomer({ store, ...given });
    assert.equal(await store.clientSubjects.tellUsername('lms', user.id, 'ana'), null, 'never told of the user');
    await store.clientSubjects.tell('lms', user.id, NOW);
    const names = Array.from({ length: 50 }, (_, index) => `ana${index}`);
    const told = await Promise.all(names.map((name) => store.clientSubjects.tellUsername('lms', user.id, name)));
    const [first] = told;
    assert.ok(first?.kind === 'known' && names.includes(first.username));
    for (const other of told) assert.deepEqual(other, first);
  },
);

forEachStoreAndInterleaved(
  'of fifty users who are told by one username at once one gets it, in whatever case, and each client has its own',
  async (given) => {
    const { clientSubjects } = given.store;
    const users = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        createNewcomer(given, { profile: profileWith({ subject: `person-${index}` }) }),
      ),
    );
    for (const { user } of users) await clientSubjects.tell('lms', user.id, NOW);
    const told = await Promise.all(
      users.map(({ user }, index) => clientSubjects.tellUsername('lms', user.id, index % 2 === 0 ? 'ana' : 'ANA')),
    );
    assert.equal(told.filter((answer) => answer?.kind === 'known').length, 1);
    assert.equal(told.filter((answer) => answer?.kind === 'taken').length, 49);
    const [last] = users.slice(-1);
    await clientSubjects.tell('wiki', last?.user.id ?? '', NOW);
    assert.deepEqual(await clientSubjects.tellUsername('wiki', last?.user.id ?? '', 'ana'), {
      kind: 'known',
      username: 'ana',
    });
  },
);
