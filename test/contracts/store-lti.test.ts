/**
 * Nonces of LTI 1.1 and logins of LTI 1.3 in every database: one use, an end, and nothing in clear (lti.md §2.2, §3.5, H-08).
 */
import assert from 'node:assert/strict';
import type { LtiLogin } from '../../src/store/lti-logins.ts';
import { countRows, forEachStore, forEachStoreAndInterleaved, NOW } from '../store-fixture.ts';

const nonce = { consumer: 'campus', timestamp: '1700000000', nonce: 'n' };
const fifty = <Result>(work: () => Promise<Result>) => Promise.all(Array.from({ length: 50 }, work));
const login: LtiLogin = {
  registration: 'moodle',
  nonce: 'the-nonce-of-the-token',
  browserSecret: 'the-secret-of-the-browser',
  request: {
    ...{ issuer: 'https://campus.example', loginHint: 'hint-of-ana é\u{1f511}', targetLinkUri: 'https://a.example/' },
    ...{ clientId: null, messageHint: 'hint', deploymentId: null, storageTarget: '_parent' },
  },
  startedAt: NOW,
  expiresAt: NOW + 10,
};

forEachStoreAndInterleaved('case 14: of fifty that bring one nonce, one is the first', async ({ store, databases }) => {
  const taken = await fifty(() => store.ltiNonces.take(nonce, NOW + 10));
  assert.equal(taken.filter(Boolean).length, 1);
  assert.equal(await countRows(databases.ephemeral, 'lti_nonces'), 1);
});

forEachStore('case 15: a nonce is one of its consumer and its second', async ({ store }) => {
  assert.ok(await store.ltiNonces.take(nonce, NOW + 10));
  for (const other of [{ consumer: 'b' }, { timestamp: '1700000001' }, { nonce: 'N' }]) {
    assert.ok(await store.ltiNonces.take({ ...nonce, ...other }, NOW + 10));
  }
  assert.equal(await store.ltiNonces.take(nonce, NOW + 20), false);
  assert.equal(await store.ltiNonces.deleteExpired(NOW + 10, 10), 0);
  assert.equal(await store.ltiNonces.deleteExpired(NOW + 11, 3), 3);
  assert.equal(await store.ltiNonces.deleteExpired(NOW + 11, 3), 1);
});

forEachStoreAndInterleaved('case 35: of fifty that end one login, one does', async ({ store: { ltiLogins } }) => {
  await ltiLogins.insert('state', login);
  const taken = await fifty(() => ltiLogins.take('state', NOW));
  assert.equal(taken.filter(Boolean).length, 1);
  assert.equal((await ltiLogins.find('state'))?.usedAt, NOW);
});

forEachStore('a login comes back as it was stored, and nothing that opens it stands in its row', async (given) => {
  const { ltiLogins } = given.store;
  await ltiLogins.insert('the-state', login);
  const found = (await ltiLogins.find('the-state')) ?? assert.fail();
  assert.deepEqual(found.request, login.request);
  assert.equal(found.nonceHash, ltiLogins.hashOf('nonce', login.nonce));
  assert.equal(found.browserHash, ltiLogins.hashOf('browser', login.browserSecret));
  assert.notEqual(ltiLogins.hashOf('nonce', 'x'), ltiLogins.hashOf('browser', 'x'));
  assert.equal(await ltiLogins.find('other'), null);
  const { shape, values } = { shape: ['select * from lti_logins'], values: [] };
  const rows = JSON.stringify(await given.databases.ephemeral.all({ shape, values }));
  for (const secret of ['the-state', login.nonce, login.browserSecret, 'hint-of-ana']) {
    assert.ok(!rows.includes(secret), secret);
  }
});

forEachStore(
  'case 36: it lives to the last millisecond of its life and no longer',
  async ({ store: { ltiLogins } }) => {
    await ltiLogins.insert('state', login);
    assert.equal(await ltiLogins.take('state', NOW + 10), false);
    assert.equal(await ltiLogins.take('state', NOW + 9), true);
    assert.equal(await ltiLogins.deleteExpired(NOW + 10, 5), 0);
    assert.equal(await ltiLogins.deleteExpired(NOW + 11, 5), 1);
  },
);
