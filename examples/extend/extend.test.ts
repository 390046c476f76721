/**
 * The example does what it says: notes and roles are merged and given back, and nothing that came since is touched.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadExtensions } from '../../src/extensions.ts';
import { type Step, sql } from '../../src/store/database.ts';
import { makeAccount, mergeAccounts, undoMerge } from '../../src/users/merge.fixture.ts';
import { forEachStore, type TestStore } from '../../test/store-fixture.ts';
import { courses, schema, wantsAnAddress } from './llavero.config.ts';

const note = (id: string, userId: string): Step => ({
  statement: sql`insert into course_notes (id, user_id, course, words) values (${id}, ${userId}, 'c', 'words')`,
  changes: 1,
});
const role = (userId: string, course: string, name: string): Step => ({
  statement: sql`insert into course_roles (user_id, course, role) values (${userId}, ${course}, ${name})`,
  changes: 1,
});

async function all({ databases }: TestStore) {
  return {
    notes: await databases.durable.all(sql`select id, user_id from course_notes order by id`),
    roles: await databases.durable.all(
      sql`select user_id, course, role from course_roles order by course, role, user_id`,
    ),
  };
}

test('the file of the example is one that the broker takes', async () => {
  const extensions = await loadExtensions(import.meta.dirname);
  assert.deepEqual(extensions.mergeParticipants, [courses]);
  assert.equal(extensions.steps[0], wantsAnAddress);
  assert.ok(extensions.steps.length > 1);
});

forEachStore(
  'notes and roles of the retired are the survivor\u2019s, each role once, and an undo gives back what was moved',
  async (given) => {
    const { durable } = given.databases;
    await durable.script(schema);
    const [retired, survivor] = [await makeAccount(given, {}), await makeAccount(given, {})];
    await durable.atomically([
      ...[note('1', retired), note('2', survivor)],
      ...[
        role(retired, 'algebra', 'student'),
        role(retired, 'botany', 'teacher'),
        role(survivor, 'algebra', 'student'),
      ],
    ]);
    const before = await all(given);
    const through = { with: { participants: [courses] } };
    const merged = await mergeAccounts(given, retired, survivor, through);
    assert.ok(merged.kind === 'merged');
    const after = await all(given);
    assert.deepEqual(
      after.notes.map(({ user_id: id }) => id),
      [survivor, survivor],
    );
    assert.deepEqual(
      after.roles.filter(({ user_id: id }) => id === survivor).map(({ course, role }) => `${course} ${role}`),
      ['algebra student', 'botany teacher'],
    );
    await durable.atomically([note('3', survivor)]);
    assert.equal((await undoMerge(given, merged.mergeId, through)).kind, 'unmerged');
    const undone = await all(given);
    assert.deepEqual(undone.roles, before.roles);
    assert.deepEqual(undone.notes, [...before.notes, { id: '3', user_id: survivor }]);
  },
);
