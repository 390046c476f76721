/**
 * The `sub` by which a client knows a user: given once, kept for ever, and cheap to look up.
 */
import assert from 'node:assert/strict';
import { sql } from '../../src/store/database.ts';
import { countRows, createNewcomer, forEachStore, forEachStoreAndInterleaved, NOW } from '../store-fixture.ts';

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
