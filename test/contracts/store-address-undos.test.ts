/**
 * F-20: what takes a change of addresses back, in every database: how long it lives, and what is stored of it.
 */
import assert from 'node:assert/strict';
import {
  type AddressUndo,
  insertAddressUndo,
  restoreAddress,
  takeAddressUndo,
  UNDO_LIFE,
} from '../../src/store/address-undos.ts';
import { sql } from '../../src/store/database.ts';
import { sweep } from '../../src/store/sweep.ts';
import { countRows, createNewcomer, forEachStore, NOW } from '../store-fixture.ts';

const undoWith = (changes: Partial<AddressUndo>): AddressUndo => ({
  ...{ userId: 'ana', key: 'ana@uni.mx', address: 'Ana@uni.mx', verifiedAt: NOW - 5, verifiedBy: 'llavero' },
  ...{ primary: true, at: NOW, ...changes },
});

forEachStore(
  'F-20: a link works to the last millisecond of its seven days, and is swept away after them',
  async (given) => {
    const { store, vault, databases } = given;
    assert.ok(await store.commit([insertAddressUndo(undoWith({}), 'link', vault)]));
    assert.deepEqual(await store.addressUndos.find('link', NOW + UNDO_LIFE - 1), undoWith({}));
    assert.equal(await store.addressUndos.find('link', NOW + UNDO_LIFE), null);
    await sweep(store, NOW + UNDO_LIFE + 60 * 60_000);
    assert.equal(await countRows(databases.durable, 'address_undos'), 0);
  },
);

forEachStore(
  'H-08: neither the person nor the address stands in the row in clear',
  async ({ store, vault, databases }) => {
    await store.commit([
      insertAddressUndo(undoWith({ userId: 'secret-user', address: 'secret@uni.mx' }), 'link', vault),
    ]);
    assert.doesNotMatch(JSON.stringify(await databases.durable.all(sql`select * from address_undos`)), /secret/);
  },
);

forEachStore('F-20: using one ends those of addresses that were proved later, and of nobody else', async (given) => {
  const { store, vault } = given;
  const links = {
    used: undoWith({}),
    older: undoWith({ key: 'older@uni.mx', verifiedAt: NOW - 9 }),
    younger: undoWith({ key: 'younger@uni.mx', verifiedAt: NOW - 1 }),
    other: undoWith({ userId: 'bea' }),
  };
  await store.commit(Object.entries(links).map(([link, undo]) => insertAddressUndo(undo, link, vault)));
  assert.ok(await store.commit(takeAddressUndo(links.used, 'used', vault)));
  assert.ok(!(await store.commit(takeAddressUndo(links.used, 'used', vault))), 'used once');
  const left = [];
  for (const link of Object.keys(links)) if ((await store.addressUndos.find(link, NOW)) !== null) left.push(link);
  assert.deepEqual(left, ['older', 'other']);
});

forEachStore('P-02: an address that is verified for another account by now is not given back', async (given) => {
  const { store } = given;
  const { user } = await createNewcomer(given, {
    emails: [{ key: 'ana@uni.mx', address: 'ana@uni.mx', verifiedBy: 'llavero' }],
  });
  const [row] = await given.databases.durable.all(sql`select address_key from emails where verified_at is not null`);
  assert.notEqual(row, undefined);
  await given.databases.durable.run(sql`
    insert into users (id, state, username, username_key, profile, created_at, updated_at)
    values ('bea', 'active', 'bea', 'bea', '', 0, 0)`);
  const undo = undoWith({ userId: 'bea', key: String(row?.address_key) });
  assert.equal(await store.commit(restoreAddress(undo, 0, NOW)), false);
  assert.equal((await store.accounts.findOwnerOfEmail(undo.key))?.id, user.id);
});
