/**
 * Stored passwords in every database: found by what people type, sealed, and renewed without undoing a change (G-01, G-17).
 */
import assert from 'node:assert/strict';
import type { NewEmail } from '../../src/store/accounts.ts';
import { writePassword } from '../../src/store/passwords.ts';
import { usernameKey } from '../../src/store/usernames.ts';
import {
  countRows,
  createNewcomer,
  forEachStore,
  NOW,
  profileWith,
  type TestStore,
  unverifiedEmail,
  verifiedEmail,
} from '../store-fixture.ts';

async function withPassword(given: TestStore, subject: string, emails: readonly NewEmail[]) {
  const newcomer = await createNewcomer(given, { profile: profileWith({ subject, provider: 'password' }), emails });
  const write = writePassword(newcomer.identity.id, `hash of ${subject}`, given.vault, NOW);
  await given.databases.durable.atomically([write]);
  return newcomer;
}

forEachStore('G-15: found by a verified address, by username, and of a user; each its own', async (given) => {
  const { store } = given;
  const ana = await withPassword(given, 'ana', [verifiedEmail('ana@uni.mx')]);
  await withPassword(given, 'beto', [verifiedEmail('beto@uni.mx')]);
  const expected = {
    identityId: ana.identity.id,
    userId: ana.user.id,
    subject: 'ana',
    hash: 'hash of ana',
    changedAt: NOW,
  };
  assert.deepEqual(await store.passwords.findByEmail('password', 'ana@uni.mx'), expected);
  assert.deepEqual(await store.passwords.findByUsername('password', usernameKey(ana.user.username)), expected);
  assert.deepEqual(await store.passwords.findOfUser('password', ana.user.id), expected);
  assert.equal(await store.passwords.findByEmail('other', 'ana@uni.mx'), null);
  assert.equal(await store.passwords.findByEmail('password', 'nobody@uni.mx'), null);
});

forEachStore('D-04: an address that nobody verified finds no password', async (given) => {
  await withPassword(given, 'ana', [unverifiedEmail('ana@uni.mx')]);
  assert.equal(await given.store.passwords.findByEmail('password', 'ana@uni.mx'), null);
});

forEachStore('an account without a password has none', async (given) => {
  const { user } = await createNewcomer(given, { emails: [verifiedEmail('ana@uni.mx')] });
  assert.equal(await given.store.passwords.findByEmail('campus', 'ana@uni.mx'), null);
  assert.equal(await given.store.passwords.findOfUser('campus', user.id), null);
});

forEachStore('G-17: a renewal replaces the form of the same password, and never a newer password', async (given) => {
  const { store, databases, vault } = given;
  const { identity, user } = await withPassword(given, 'ana', []);
  const old = await store.passwords.findOfUser('password', user.id);
  assert.ok(old);
  await store.passwords.renew(old, 'renewed');
  assert.deepEqual(await store.passwords.findOfUser('password', user.id), { ...old, hash: 'renewed' });
  await databases.durable.atomically([writePassword(identity.id, 'chosen anew', vault, NOW + 1)]);
  await store.passwords.renew(old, 'renewed too late');
  assert.equal((await store.passwords.findOfUser('password', user.id))?.hash, 'chosen anew');
  assert.equal(await countRows(databases.durable, 'passwords'), 1);
});

forEachStore('F-13: whether a password was chosen since is known of a verified address', async (given) => {
  const { store, databases, vault } = given;
  const emails = [verifiedEmail('ana@uni.mx'), unverifiedEmail('b@uni.mx')];
  const { identity } = await withPassword(given, 'ana', emails);
  await databases.durable.atomically([writePassword(identity.id, 'chosen anew', vault, NOW + 1)]);
  const since = (key: string, time: number) => store.passwords.changedSince(key, time);
  assert.deepEqual([await since('ana@uni.mx', NOW), await since('ana@uni.mx', NOW + 1)], [true, false]);
  assert.deepEqual([await since('b@uni.mx', NOW), await since('nobody@uni.mx', NOW)], [false, false]);
});

forEachStore('H-08: the form stands in no row in clear', async (given) => {
  await withPassword(given, 'ana', []);
  const rows = await given.databases.durable.all({ shape: ['select * from passwords'], values: [] });
  assert.doesNotMatch(JSON.stringify(rows), /hash of/);
});
