/**
 * P-07: what oidc-provider is promised of its storage, over every database.
 */
import assert from 'node:assert/strict';
import { type Adapter, errors } from 'oidc-provider';
import { countRows, forEachStore, forEachStoreAndInterleaved, NOW, type TestStore } from '../../test/store-fixture.ts';
import { createAdapterFactory } from './adapter.ts';

const found = { client_id: 'lms', redirect_uris: ['https://lms.test/cb'] };

function adapterOf({ store, clock, vault }: TestStore, model: string): Adapter {
  return createAdapterFactory(store.oidcRecords, async (id) => (id === 'lms' ? found : undefined), {
    environment: clock,
    vault,
  })(model) as Adapter;
}

const payload = {
  kind: 'AuthorizationCode',
  accountId: 'u1',
  grantId: 'g1',
  uid: 'uid-1',
  iat: 1,
  nested: { a: ['é'] },
};

forEachStore('P-07: what was upserted is found by id and by uid, as it was', async (given) => {
  const adapter = adapterOf(given, 'AuthorizationCode');
  await adapter.upsert('id', payload, 60);
  assert.deepEqual(await adapter.find('id'), payload);
  assert.deepEqual(await adapter.findByUid('uid-1'), payload);
});

forEachStore('P-07: what is not there is undefined, which is what the library asks for', async (given) => {
  for (const model of ['AuthorizationCode', 'Client']) {
    const adapter = adapterOf(given, model);
    assert.equal(await adapter.find('nobody'), undefined);
    assert.equal(await adapter.findByUid('nobody'), undefined);
    assert.equal(await adapter.findByUserCode('nobody'), undefined);
  }
});

forEachStore('P-07: a second upsert replaces the first', async (given) => {
  const adapter = adapterOf(given, 'Session');
  await adapter.upsert('id', payload, 60);
  await adapter.upsert('id', { ...payload, iat: 2 }, 60);
  assert.deepEqual(await adapter.find('id'), { ...payload, iat: 2 });
  assert.equal(await countRows(given.databases.ephemeral, 'oidc_records'), 1);
});

forEachStore('P-07: a record lives for its seconds, to the millisecond', async (given) => {
  const adapter = adapterOf(given, 'AccessToken');
  await adapter.upsert('id', payload, 60);
  given.clock.set(NOW + 60_000 - 1);
  assert.notEqual(await adapter.find('id'), undefined);
  given.clock.set(NOW + 60_000);
  assert.equal(await adapter.find('id'), undefined);
  assert.equal(await adapter.findByUid('uid-1'), undefined);
});

forEachStore('P-07: a consumed record says since which second, and is not consumed again', async (given) => {
  const adapter = adapterOf(given, 'AuthorizationCode');
  await adapter.upsert('id', payload, 60);
  await adapter.consume('id');
  assert.deepEqual(await adapter.find('id'), { ...payload, consumed: Math.floor(NOW / 1000) });
  await assert.rejects(async () => adapter.consume('id'), errors.InvalidGrant);
});

forEachStore('P-07: consuming what is not there, or no longer, is an invalid grant', async (given) => {
  const adapter = adapterOf(given, 'RefreshToken');
  await assert.rejects(async () => adapter.consume('nothing'), errors.InvalidGrant);
  await adapter.upsert('id', payload, 60);
  given.clock.advance(60_000);
  await assert.rejects(async () => adapter.consume('id'), errors.InvalidGrant);
});

forEachStoreAndInterleaved(
  'P-07, A-10: of fifty that consume one record, one does and the others are told',
  async (given) => {
    const adapter = adapterOf(given, 'AuthorizationCode');
    await adapter.upsert('id', payload, 60);
    const settled = await Promise.allSettled(Array.from({ length: 50 }, async () => adapter.consume('id')));
    assert.equal(settled.filter(({ status }) => status === 'fulfilled').length, 1);
    for (const result of settled)
      assert.ok(result.status === 'fulfilled' || result.reason instanceof errors.InvalidGrant);
  },
);

forEachStore('P-07: destroying removes one record, and is no fault when there is none', async (given) => {
  const adapter = adapterOf(given, 'Session');
  await adapter.upsert('one', payload, 60);
  await adapter.upsert('two', { ...payload, uid: 'uid-2' }, 60);
  await adapter.destroy('one');
  await adapter.destroy('one');
  assert.equal(await adapter.find('one'), undefined);
  assert.equal(await adapter.findByUid('uid-1'), undefined);
  assert.notEqual(await adapter.find('two'), undefined);
});

forEachStore('P-07: revoking a grant removes its records of this model, and leaves those of others', async (given) => {
  const [tokens, codes] = [adapterOf(given, 'AccessToken'), adapterOf(given, 'AuthorizationCode')];
  await tokens.upsert('one', payload, 60);
  await tokens.upsert('two', payload, 60);
  await tokens.upsert('other', { ...payload, grantId: 'g2' }, 60);
  await codes.upsert('code', payload, 60);
  await tokens.revokeByGrantId('g1');
  assert.deepEqual([await tokens.find('one'), await tokens.find('two')], [undefined, undefined]);
  assert.notEqual(await tokens.find('other'), undefined);
  assert.notEqual(await codes.find('code'), undefined);
});

forEachStore('V-06: a token of one model is unknown to another', async (given) => {
  await adapterOf(given, 'RefreshToken').upsert('id', payload, 60);
  assert.equal(await adapterOf(given, 'AccessToken').find('id'), undefined);
  await assert.rejects(async () => adapterOf(given, 'AuthorizationCode').consume('id'), errors.InvalidGrant);
});

forEachStore('P-07: 64 KB come back whole', async (given) => {
  const adapter = adapterOf(given, 'Grant');
  const large = { ...payload, text: 'ñ'.repeat(32 * 1024) };
  await adapter.upsert('id', large, 60);
  assert.deepEqual(await adapter.find('id'), large);
});

forEachStore('clients come from the configuration and cannot be written', async (given) => {
  const adapter = adapterOf(given, 'Client');
  assert.deepEqual(await adapter.find('lms'), found);
  await assert.rejects(async () => adapter.upsert('lms', payload, 60), /configuration/);
  await assert.rejects(async () => adapter.destroy('lms'), /configuration/);
  await assert.rejects(async () => adapter.consume('lms'), /configuration/);
  await assert.rejects(async () => adapter.revokeByGrantId('lms'), /configuration/);
  assert.equal(await countRows(given.databases.ephemeral, 'oidc_records'), 0);
});
