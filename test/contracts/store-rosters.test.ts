/**
 * Where campuses tell who is in a course, over every database: the newest launch says it, of each course for each app alone.
 */
import assert from 'node:assert/strict';
import { sql } from '../../src/store/database.ts';
import { ROSTER_KEPT } from '../../src/store/rosters.ts';
import { sweep } from '../../src/store/sweep.ts';
import { countRows, createNewcomer, forEachStore, NOW, profileWith } from '../store-fixture.ts';

const DAY = 24 * 60 * 60_000;
const word = {
  ...{ registration: 'campus', deploymentId: '1', context: { id: 'c1', label: null, title: 'Algebra' } },
  memberships: 'https://campus.test/c1/members',
};
const course = { clientId: 'lms', registration: 'campus', deploymentId: '1', contextId: 'c1' };

forEachStore(
  'the newest launch says where the roster of a course is, and one that says nothing changes nothing',
  async ({ store }) => {
    await store.rosters.note('lms', word, NOW);
    const later = 'https://campus.test/c1/members?v=2';
    await store.rosters.note('lms', { ...word, memberships: later }, NOW + 2);
    await store.rosters.note('lms', { ...word, memberships: 'https://campus.test/late' }, NOW + 1);
    await store.rosters.note('lms', { ...word, memberships: null }, NOW + 3);
    const roster = await store.rosters.find(course);
    assert.deepEqual([roster?.address, roster?.launchedAt], [later, NOW + 2]);
    assert.deepEqual(await store.rosters.ofCourse('campus', 'c1'), [roster]);
  },
);

forEachStore(
  'what is of another app, campus, installation or course is another roster; LTI 1.1 leaves none',
  async ({ store, databases }) => {
    await store.rosters.note('lms', word, NOW);
    for (const other of [{ clientId: 'other' }, { registration: 'c' }, { deploymentId: '2' }, { contextId: 'c2' }]) {
      assert.equal(await store.rosters.find({ ...course, ...other }), null, JSON.stringify(other));
    }
    await store.rosters.note('lms', { ...word, deploymentId: null }, NOW);
    await store.rosters.note('lms', { ...word, context: null }, NOW);
    assert.equal(await countRows(databases.durable, 'rosters'), 1);
    await store.rosters.note('other', { ...word, deploymentId: '2' }, NOW + 1);
    const rosters = await store.rosters.ofCourse('campus', 'c1');
    assert.deepEqual(
      rosters.map(({ clientId, deploymentId }) => [clientId, deploymentId]),
      [
        ['other', '2'],
        ['lms', '1'],
      ],
    );
  },
);

forEachStore('a class that comes at once leaves one row, which is written once a day', async ({ store, databases }) => {
  await Promise.all(Array.from({ length: 50 }, (_, n) => store.rosters.note('lms', word, NOW + n)));
  assert.equal(await countRows(databases.durable, 'rosters'), 1);
  const first = (await store.rosters.find(course))?.launchedAt ?? assert.fail();
  await store.rosters.note('lms', word, first + DAY - 1);
  assert.equal((await store.rosters.find(course))?.launchedAt, first);
  await store.rosters.note('lms', word, first + DAY);
  assert.equal((await store.rosters.find(course))?.launchedAt, first + DAY);
});

forEachStore(
  'a roster is forgotten when nobody came from its course for more than a year, and not before',
  async ({ store }) => {
    await store.rosters.note('lms', word, NOW);
    assert.equal(await store.rosters.deleteExpired(NOW + ROSTER_KEPT, 10), 0);
    assert.equal(await store.rosters.deleteExpired(NOW + ROSTER_KEPT + 1, 10), 1);
    assert.equal(await store.rosters.find(course), null);
    await store.rosters.note('lms', word, NOW);
    assert.equal(await sweep(store, NOW + ROSTER_KEPT + DAY), 1);
  },
);

forEachStore(
  'whom a provider calls so is known to an app that was told of them, while the account is open',
  async (given) => {
    const { store, databases } = given;
    const { user } = await createNewcomer(given, { profile: profileWith({ provider: 'lti:campus', subject: 'u-1' }) });
    const known = (clientId = 'lms', subject = 'u-1', provider = 'lti:campus') =>
      store.clientSubjects.ofIdentity(clientId, provider, subject);
    assert.equal(await known(), null, 'nobody told the app');
    await store.clientSubjects.tell('lms', user.id, NOW, 'pairwise');
    assert.equal(await known(), 'pairwise');
    assert.deepEqual(
      [await known('other'), await known('lms', 'u-2'), await known('lms', 'u-1', 'lti:c')],
      [null, null, null],
    );
    await databases.durable.run(sql`update users set state = 'disabled' where id = ${user.id}`);
    assert.equal(await known(), null);
  },
);
