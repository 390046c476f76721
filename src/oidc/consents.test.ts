/**
 * what people agreed to is kept for each person and client, for a year, until they take it back.
 */
import assert from 'node:assert/strict';
import { forEachStore, type TestStore } from '../../test/store-fixture.ts';
import { createConsents } from './consents.ts';

const DAY = 24 * 60 * 60_000;
const nothing = { scopes: [], claims: [] };
const consentsOf = ({ store, clock }: TestStore) => createConsents(store.oidcRecords, clock);

forEachStore('A-43: of each person and client, and of no other', async (given) => {
  const consents = consentsOf(given);
  await consents.remember('ana', 'lms', { scopes: ['openid', 'email'], claims: ['name'] });
  const { scopes, claims } = await consents.find('ana', 'lms');
  assert.deepEqual([scopes, claims], [['openid', 'email'], ['name']]);
  for (const [userId, clientId] of [
    ['beto', 'lms'],
    ['ana', 'wiki'],
    ['lms', 'ana'],
  ] as const) {
    assert.deepEqual(await consents.find(userId, clientId), nothing);
  }
});

forEachStore('A-43: more is added to what was agreed to before', async (given) => {
  const consents = consentsOf(given);
  await consents.remember('ana', 'lms', { scopes: ['openid'], claims: [] });
  await consents.remember('ana', 'lms', { scopes: ['openid', 'email'], claims: ['name'] });
  await consents.remember('ana', 'wiki', { scopes: ['openid'], claims: [] });
  assert.deepEqual((await consents.find('ana', 'lms')).scopes, ['openid', 'email']);
  const all = await consents.ofUser('ana');
  assert.deepEqual(all.map(({ clientId }) => clientId).sort(), ['lms', 'wiki']);
});

forEachStore('A-43: taken back, or a year old, it is as if it had never been', async (given) => {
  const consents = consentsOf(given);
  await consents.remember('ana', 'lms', { scopes: ['openid'], claims: [] });
  await consents.remember('ana', 'wiki', { scopes: ['openid'], claims: [] });
  await consents.forget('ana', 'lms');
  assert.deepEqual(await consents.find('ana', 'lms'), nothing);
  given.clock.advance(365 * DAY - 1);
  assert.deepEqual((await consents.find('ana', 'wiki')).scopes, ['openid']);
  given.clock.advance(1);
  assert.deepEqual(await consents.find('ana', 'wiki'), nothing);
  assert.deepEqual(await consents.ofUser('ana'), []);
});

forEachStore('A-43: it is forgotten with everything else of the account that is kept here', async (given) => {
  const consents = consentsOf(given);
  await consents.remember('ana', 'lms', { scopes: ['openid'], claims: [] });
  await given.store.oidcRecords.deleteSessionsOf('ana');
  assert.deepEqual((await consents.find('ana', 'lms')).scopes, ['openid'], 'signing out takes nothing back');
  await given.store.oidcRecords.deleteOfAccount('ana');
  assert.deepEqual(await consents.find('ana', 'lms'), nothing);
});
