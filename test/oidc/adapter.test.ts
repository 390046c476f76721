/**
 * P-07: what oidc-provider relies on in its storage, on every database, also with other work between any two statements.
 */
import assert from 'node:assert/strict';
import { type Adapter, errors } from 'oidc-provider';
import { createAdapterFactory } from '../../src/oidc/adapter.ts';
import { forEachStoreAndInterleaved, type TestStore } from '../store-fixture.ts';

function forEachAdapter(
  promise: string,
  body: (adapterOf: (model: string) => Adapter, given: TestStore) => Promise<void>,
): void {
  forEachStoreAndInterleaved(`P-07 ${promise}`, (given) => {
    const factory = createAdapterFactory(given.store.oidcRecords, async () => undefined, {
      environment: given.clock,
      vault: given.vault,
    });
    return body(factory as (model: string) => Adapter, given);
  });
}

const payload = {
  accountId: 'u1',
  uid: 'uid-1',
  grantId: 'grant-1',
  kind: 'x',
  nested: { list: [1, 'ñ', null, true] },
};

forEachAdapter('what was stored is found by id and by uid, as it was', async (adapterOf) => {
  const sessions = adapterOf('Session');
  await sessions.upsert('s1', payload, 60);
  assert.deepEqual(await sessions.find('s1'), payload);
  assert.deepEqual(await sessions.findByUid('uid-1'), payload);
  assert.equal(await sessions.find('s2'), undefined);
  assert.equal(await sessions.findByUid('s1'), undefined);
});

forEachAdapter('storing again replaces, also uid and grant', async (adapterOf) => {
  const sessions = adapterOf('Session');
  await sessions.upsert('s1', payload, 60);
  await sessions.upsert('s1', { accountId: 'u2', uid: 'uid-2' }, 60);
  assert.deepEqual(await sessions.find('s1'), { accountId: 'u2', uid: 'uid-2' });
  assert.equal(await sessions.findByUid('uid-1'), undefined);
  await sessions.revokeByGrantId('grant-1');
  assert.ok(await sessions.find('s1'));
});

forEachAdapter('a record is gone when its time has come, to the millisecond', async (adapterOf, { clock }) => {
  const codes = adapterOf('AuthorizationCode');
  await codes.upsert('c1', payload, 60);
  clock.advance(59_999);
  assert.ok(await codes.find('c1'));
  clock.advance(1);
  assert.equal(await codes.find('c1'), undefined);
  assert.equal(await codes.findByUid('uid-1'), undefined);
});

forEachAdapter('a record is consumed once: the second consumer is told invalid_grant', async (adapterOf) => {
  const codes = adapterOf('AuthorizationCode');
  await codes.upsert('c1', payload, 60);
  await codes.consume('c1');
  const { consumed, ...rest } = (await codes.find('c1')) ?? {};
  assert.equal(typeof consumed, 'number');
  assert.deepEqual(rest, payload);
  await assert.rejects(async () => codes.consume('c1'), errors.InvalidGrant);
  await assert.rejects(async () => codes.consume('never-stored'), errors.InvalidGrant);
  // Storing a used record again must not make it new.
  await codes.upsert('c1', payload, 60);
  await assert.rejects(async () => codes.consume('c1'), errors.InvalidGrant);
});

forEachAdapter('of fifty parallel consumers exactly one succeeds', async (adapterOf) => {
  const codes = adapterOf('AuthorizationCode');
  await codes.upsert('c1', payload, 60);
  const results = await Promise.allSettled(Array.from({ length: 50 }, async () => codes.consume('c1')));
  const lost = results.filter((result) => result.status === 'rejected');
  assert.equal(lost.length, 49);
  for (const { reason } of lost) assert.ok(reason instanceof errors.InvalidGrant, String(reason));
});

forEachAdapter('revoking a grant takes all of its records of one kind, and nothing else', async (adapterOf) => {
  const [codes, tokens] = [adapterOf('AuthorizationCode'), adapterOf('AccessToken')];
  for (const id of ['a', 'b']) await tokens.upsert(id, payload, 60);
  await tokens.upsert('other', { ...payload, grantId: 'grant-2' }, 60);
  await codes.upsert('c', payload, 60);
  await tokens.revokeByGrantId('grant-1');
  assert.equal(await tokens.find('a'), undefined);
  assert.equal(await tokens.find('b'), undefined);
  assert.ok(await tokens.find('other'));
  assert.ok(await codes.find('c'));
});

forEachAdapter('what was destroyed is gone, and destroying nothing is no fault', async (adapterOf) => {
  const tokens = adapterOf('AccessToken');
  await tokens.upsert('t', payload, 60);
  await tokens.destroy('t');
  assert.equal(await tokens.find('t'), undefined);
  await tokens.destroy('t');
});

forEachAdapter('one id in two models is two records', async (adapterOf) => {
  await adapterOf('AuthorizationCode').upsert('same', { kind: 'code' }, 60);
  assert.equal(await adapterOf('AccessToken').find('same'), undefined);
  await adapterOf('AccessToken').upsert('same', { kind: 'token' }, 60);
  assert.deepEqual(await adapterOf('AuthorizationCode').find('same'), { kind: 'code' });
});

forEachAdapter('a payload of 64 KB comes back whole', async (adapterOf) => {
  const large = { kind: 'x', text: 'ñ'.repeat(32 * 1024) };
  await adapterOf('Interaction').upsert('i', large, 60);
  assert.deepEqual(await adapterOf('Interaction').find('i'), large);
});

forEachAdapter('there are no user codes, and clients are changed by nobody', async (adapterOf) => {
  assert.equal(await adapterOf('Session').findByUserCode('x'), undefined);
  const clients = adapterOf('Client');
  assert.equal(await clients.find('x'), undefined);
  await assert.rejects(async () => clients.upsert('x', {}, 60));
  await assert.rejects(async () => clients.destroy('x'));
});
