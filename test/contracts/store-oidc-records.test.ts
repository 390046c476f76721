/**
 * Records of oidc-provider over every database: found by what they were named, for as long as they live, taken once.
 */
import assert from 'node:assert/strict';
import { sql } from '../../src/store/database.ts';
import type { NewOidcRecord } from '../../src/store/oidc-records.ts';
import { countRows, forEachStore, NOW } from '../store-fixture.ts';

const EXPIRY = NOW + 60_000;
const record = (changes: Partial<NewOidcRecord> = {}): NewOidcRecord => ({
  ...{
    payload: { kind: 'AuthorizationCode', list: [1, 'é'] },
    uid: null,
    grantId: null,
    accountId: null,
    expiresAt: EXPIRY,
  },
  ...changes,
});

forEachStore('a record is found by its model and id, with what was saved', async ({ store: { oidcRecords } }) => {
  await oidcRecords.save('AuthorizationCode', 'code-1', record());
  assert.deepEqual(await oidcRecords.find('AuthorizationCode', 'code-1', NOW), {
    payload: record().payload,
    consumedAt: null,
  });
  assert.equal(await oidcRecords.find('AuthorizationCode', 'code-2', NOW), null);
});

forEachStore('V-06: a token of one model is nothing in another', async ({ store: { oidcRecords } }) => {
  await oidcRecords.save('RefreshToken', 'token', record({ uid: 'uid' }));
  assert.equal(await oidcRecords.find('AuthorizationCode', 'token', NOW), null);
  assert.equal(await oidcRecords.findByUid('AuthorizationCode', 'uid', NOW), null);
  assert.equal(await oidcRecords.consume('AuthorizationCode', 'token', NOW), false);
  await oidcRecords.delete('AuthorizationCode', 'token');
  assert.notEqual(await oidcRecords.find('RefreshToken', 'token', NOW), null);
});

forEachStore('a record is found until the last millisecond before it expires', async ({ store: { oidcRecords } }) => {
  await oidcRecords.save('Session', 'id', record({ uid: 'uid' }));
  for (const find of [
    (now: number) => oidcRecords.find('Session', 'id', now),
    (now: number) => oidcRecords.findByUid('Session', 'uid', now),
  ]) {
    assert.notEqual(await find(EXPIRY - 1), null);
    assert.equal(await find(EXPIRY), null);
    assert.equal(await find(EXPIRY + 1), null);
  }
});

forEachStore('A-06: a record is consumed once, and says since when', async ({ store: { oidcRecords } }) => {
  await oidcRecords.save('AuthorizationCode', 'code', record());
  assert.equal(await oidcRecords.consume('AuthorizationCode', 'code', NOW + 1), true);
  assert.equal(await oidcRecords.consume('AuthorizationCode', 'code', NOW + 2), false);
  assert.equal((await oidcRecords.find('AuthorizationCode', 'code', NOW + 3))?.consumedAt, NOW + 1);
  assert.equal(await oidcRecords.consume('AuthorizationCode', 'unknown', NOW), false);
});

forEachStore('A-06: an expired record is consumed by nobody', async ({ store: { oidcRecords } }) => {
  await oidcRecords.save('AuthorizationCode', 'code', record());
  assert.equal(await oidcRecords.consume('AuthorizationCode', 'code', EXPIRY), false);
  assert.equal(await oidcRecords.consume('AuthorizationCode', 'code', EXPIRY - 1), true);
});

forEachStore(
  'A-06: saving a record again changes what it says, and a consumed one stays consumed',
  async ({ store }) => {
    const { oidcRecords } = store;
    await oidcRecords.save('AuthorizationCode', 'code', record({ uid: 'old', grantId: 'old' }));
    await oidcRecords.consume('AuthorizationCode', 'code', NOW);
    const later = record({ payload: { n: 2 }, uid: 'new', grantId: 'new', expiresAt: EXPIRY + 9 });
    await oidcRecords.save('AuthorizationCode', 'code', later);
    const found = { payload: { n: 2 }, consumedAt: NOW };
    assert.deepEqual(await oidcRecords.find('AuthorizationCode', 'code', EXPIRY + 8), found);
    assert.deepEqual(await oidcRecords.findByUid('AuthorizationCode', 'new', NOW), found);
    assert.equal(await oidcRecords.findByUid('AuthorizationCode', 'old', NOW), null);
    await oidcRecords.deleteOfGrant('AuthorizationCode', 'old');
    assert.equal(await oidcRecords.consume('AuthorizationCode', 'code', NOW), false);
  },
);

forEachStore(
  'H-06: what ends with an account is everything of it and nothing else',
  async ({ store: { oidcRecords } }) => {
    const models = ['AuthorizationCode', 'AccessToken', 'RefreshToken', 'Grant', 'Session'];
    for (const model of models) {
      for (const accountId of ['ana', 'bob', null])
        await oidcRecords.save(model, `${accountId}`, record({ accountId }));
    }
    // Saved again for somebody else, a record is theirs.
    await oidcRecords.save('Session', 'shared', record({ accountId: 'ana' }));
    await oidcRecords.save('Session', 'shared', record({ accountId: 'bob' }));
    await oidcRecords.deleteOfAccount('ana');
    for (const model of models) {
      const left = await Promise.all(['ana', 'bob', 'null'].map((id) => oidcRecords.find(model, id, NOW)));
      assert.deepEqual(
        left.map((found) => found !== null),
        [false, true, true],
        model,
      );
    }
    assert.notEqual(await oidcRecords.find('Session', 'shared', NOW), null);
  },
);

forEachStore(
  'revoking a grant removes its records of that model, and no others',
  async ({ store: { oidcRecords } }) => {
    await oidcRecords.save('AccessToken', 'a1', record({ grantId: 'g' }));
    await oidcRecords.save('AccessToken', 'a2', record({ grantId: 'g' }));
    await oidcRecords.save('AccessToken', 'a3', record({ grantId: 'other' }));
    await oidcRecords.save('AccessToken', 'a4', record());
    await oidcRecords.save('RefreshToken', 'r1', record({ grantId: 'g' }));
    await oidcRecords.deleteOfGrant('AccessToken', 'g');
    const left = await Promise.all(['a1', 'a2', 'a3', 'a4'].map((id) => oidcRecords.find('AccessToken', id, NOW)));
    assert.deepEqual(
      left.map((found) => found !== null),
      [false, false, true, true],
    );
    assert.notEqual(await oidcRecords.find('RefreshToken', 'r1', NOW), null);
  },
);

forEachStore('a deleted record is gone; deleting what is not there is no fault', async ({ store: { oidcRecords } }) => {
  await oidcRecords.save('Grant', 'g', record());
  await oidcRecords.delete('Grant', 'g');
  await oidcRecords.delete('Grant', 'g');
  assert.equal(await oidcRecords.find('Grant', 'g', NOW), null);
});

forEachStore('P-07: a payload of 64 KB comes back whole', async ({ store: { oidcRecords } }) => {
  const payload = { text: 'ñ'.repeat(32 * 1024) };
  await oidcRecords.save('Interaction', 'i', record({ payload }));
  assert.deepEqual((await oidcRecords.find('Interaction', 'i', NOW))?.payload, payload);
});

forEachStore('H-08: neither code nor uid nor grant nor payload stands in the row in clear', async (given) => {
  const payload = { code: 'secret-code', person: 'secret-person' };
  const saved = record({ payload, uid: 'secret-uid', grantId: 'secret-grant' });
  await given.store.oidcRecords.save('AuthorizationCode', 'secret-code', saved);
  assert.equal(await countRows(given.databases.ephemeral, 'oidc_records'), 1);
  assert.doesNotMatch(JSON.stringify(await given.databases.ephemeral.all(sql`select * from oidc_records`)), /secret/);
});

forEachStore('F-13: the sessions of one account are forgotten together, and nothing else of anybody', async (given) => {
  const { oidcRecords } = given.store;
  for (const [id, owner] of [
    ['s1', 'ana'],
    ['s2', 'ana'],
    ['s3', 'beto'],
  ] as const) {
    await oidcRecords.save('Session', id, record({ accountId: owner }));
  }
  await oidcRecords.save('AccessToken', 'a1', record({ accountId: 'ana' }));
  await oidcRecords.deleteSessionsOf('ana');
  const left = async (model: string, id: string) => (await oidcRecords.find(model, id, NOW)) !== null;
  assert.deepEqual([await left('Session', 's1'), await left('Session', 's2')], [false, false]);
  assert.deepEqual([await left('Session', 's3'), await left('AccessToken', 'a1')], [true, true]);
});

forEachStore(
  'the grants of an account are those that are live, and end with all else that it was given',
  async (given) => {
    const { oidcRecords } = given.store;
    const owned = { accountId: 'ana', payload: { accountId: 'ana' } };
    for (const model of ['Grant', 'AccessToken', 'Session']) await oidcRecords.save(model, 'a', record(owned));
    await oidcRecords.save('AccessToken', 'b', record({ accountId: 'bob' }));
    await oidcRecords.save('Grant', 'old', record({ ...owned, expiresAt: NOW }));
    assert.deepEqual(await oidcRecords.ofAccount('Grant', 'ana', NOW), [owned.payload]);
    await oidcRecords.deleteOfAccount('ana');
    assert.deepEqual(await oidcRecords.ofAccount('Grant', 'ana', NOW), []);
    assert.equal(await oidcRecords.find('AccessToken', 'a', NOW), null);
    assert.notEqual(await oidcRecords.find('AccessToken', 'b', NOW), null);
  },
);
