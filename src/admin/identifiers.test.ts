/**
 * What an institution calls somebody, as an operator gives and takes it; and what a merge makes of it.
 */
import assert from 'node:assert/strict';
import { forEachStore, type TestStore } from '../../test/store-fixture.ts';
import { sql } from '../store/database.ts';
import { makeAccount, mergeAccounts } from '../users/merge.fixture.ts';
import { changeInstitutionId, type IdentifierChange } from './identifiers.ts';
import { importUsers } from './import-users.ts';

const KIND = 'institution:udg';
const because = { by: 'ana', reason: 'ticket 12' };

function change(given: TestStore, userId: string, changes: Partial<IdentifierChange> = {}) {
  const { databases, store, vault, clock } = given;
  const administration = { environment: clock, database: databases.durable, store, vault };
  return changeInstitutionId(
    administration,
    userId,
    { namespace: 'udg', id: '217345678', action: 'give', ...changes },
    because,
  );
}

const holders = async ({ store }: TestStore, id = '217345678') =>
  (await store.accounts.findHolders(KIND, id)).map((user) => user.id);

forEachStore('DESIGN §6.3 an id is found by blind index, sealed, and written into no audit event', async (given) => {
  const id = await makeAccount(given, {});
  assert.deepEqual(await change(given, id), { id, changed: true });
  assert.deepEqual(await change(given, id), { id, changed: false });
  assert.deepEqual(await holders(given), [id]);
  assert.deepEqual(await holders(given, '217345679'), []);
  const { durable } = given.databases;
  const rows = [
    ...(await durable.all(sql`select value, value_index from user_identifiers`)),
    ...(await durable.all(sql`select type, detail from audit_events`)),
  ];
  assert.ok(!JSON.stringify(rows).includes('217345678'));
  assert.deepEqual(
    rows.slice(1).map(({ type, detail }) => [type, JSON.parse(String(detail))]),
    [['identifier.given', { namespace: 'udg', ...because }]],
  );
  assert.deepEqual(await change(given, id, { action: 'take' }), { id, changed: true });
  assert.deepEqual(await change(given, id, { action: 'take' }), { id, changed: false });
  assert.deepEqual(await holders(given), []);
});

forEachStore('an id that another account has is given to no second one, nor to one that is closed', async (given) => {
  const [first, second] = [await makeAccount(given, {}), await makeAccount(given, {})];
  await change(given, first);
  await assert.rejects(change(given, second), { reason: 'invalid', message: new RegExp(`${first} has this id`) });
  const closed = await makeAccount(given, { state: 'disabled' });
  await assert.rejects(change(given, closed, { id: '900' }), { reason: 'conflict' });
  await assert.rejects(change(given, first, { id: '0000' }), { reason: 'invalid' });
  assert.deepEqual(await holders(given), [first]);
});

forEachStore('of fifty who give one account one id at once, one does', async (given) => {
  const id = await makeAccount(given, {});
  const tries = await Promise.allSettled(Array.from({ length: 50 }, () => change(given, id)));
  const done = tries.filter((one) => one.status === 'fulfilled' && one.value.changed);
  assert.equal(done.length, 1);
  assert.deepEqual(await holders(given), [id]);
  assert.equal((await given.databases.durable.all(sql`select id from audit_events`)).length, 1);
});

forEachStore('one person may have two ids at an institution: merging brings both into one account', async (given) => {
  const [retired, survivor] = [await makeAccount(given, {}), await makeAccount(given, {})];
  await change(given, retired);
  await change(given, survivor, { id: 'E-4711' });
  assert.equal((await mergeAccounts(given, retired, survivor)).kind, 'merged');
  assert.deepEqual([await holders(given), await holders(given, 'E-4711')], [[survivor], [survivor]]);
});

forEachStore('an import gives ids by namespace, and refuses a line with one that many share', async (given) => {
  const { store, vault, clock } = given;
  const lines = [
    { username: 'ana', institution_ids: { udg: ' 217345678 ', 'udg-empleados': '42' } },
    { username: 'bea', institution_ids: { udg: 'N/A' } },
    { username: 'carla', institution_ids: { 'U de G': '217345679' } },
  ];
  const text = lines.map((line) => JSON.stringify(line)).join('\n');
  const report = await importUsers(text, 'password', { store, vault, environment: clock });
  assert.deepEqual([report.imported, report.faults.map(({ line }) => line)], [1, [2, 3]]);
  assert.ok(!JSON.stringify(report).includes('217345679'), 'no value of a line stands in a message');
  const [ana] = await holders(given);
  assert.equal(ana, (await store.accounts.findHolders('institution:udg-empleados', '42'))[0]?.id);
});
