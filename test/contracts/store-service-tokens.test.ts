/**
 * Service tokens over every database: stored hashed, worth something only while their owner is, ended once.
 */
import assert from 'node:assert/strict';
import { insertAuditEvent } from '../../src/store/audit.ts';
import { sql } from '../../src/store/database.ts';
import type { ServiceToken } from '../../src/store/service-tokens.ts';
import {
  countRows,
  createNewcomer,
  forEachStore,
  forEachStoreAndInterleaved,
  NOW,
  newcomer,
  randomId,
  type TestStore,
} from '../store-fixture.ts';

const MINUTE = 60_000;
const TEXT = 'llv_the-text-of-a-token';

const tokenWith = (changes: Partial<ServiceToken>): ServiceToken => ({
  ...{ id: randomId(), userId: null, clientId: 'lms', scopes: ['openid', 'email'], name: 'a token', createdAt: NOW },
  ...{ createdBy: 'ana', reason: 'a test', expiresAt: NOW + 60 * MINUTE, lastUsedAt: null, revokedAt: null },
  ...changes,
});

async function tokenOfUser(given: TestStore) {
  const { user } = await createNewcomer(given);
  const token = tokenWith({ userId: user.id });
  assert.ok(await given.store.serviceTokens.insert(token, TEXT, []));
  return { user, token };
}

const setState = ({ databases }: TestStore, id: string, state: string) =>
  databases.durable.run(sql`update users set state = ${state} where id = ${id}`);

forEachStore('a token is found by its text alone, as it was stored', async (given) => {
  const { serviceTokens } = given.store;
  const { token } = await tokenOfUser(given);
  assert.deepEqual(await serviceTokens.use(TEXT, NOW), token);
  for (const text of [`${TEXT}x`, token.id, '', TEXT.toUpperCase()])
    assert.equal(await serviceTokens.use(text, NOW), null);
  const ofClient = tokenWith({ scopes: [] });
  assert.ok(await serviceTokens.insert(ofClient, 'another', []));
  assert.deepEqual(await serviceTokens.use('another', NOW), ofClient);
  assert.deepEqual(
    (await serviceTokens.ofUser(String(token.userId))).map(({ id }) => id),
    [token.id],
  );
});

forEachStore('H-08: the text of a token stands nowhere in the database', async (given) => {
  await tokenOfUser(given);
  const rows = JSON.stringify(await given.databases.durable.all(sql`select * from service_tokens`));
  assert.ok(!rows.includes(TEXT));
  assert.ok(!rows.includes(TEXT.slice(4)));
});

forEachStore(
  'a token is worth something until the last millisecond of its time, and is kept a month to be seen',
  async (given) => {
    const { serviceTokens } = given.store;
    const { token } = await tokenOfUser(given);
    assert.ok(await serviceTokens.use(TEXT, token.expiresAt - 1));
    assert.equal(await serviceTokens.use(TEXT, token.expiresAt), null);
    assert.equal(await serviceTokens.findLive(token.id, token.expiresAt), null);
    assert.deepEqual(
      [
        (await serviceTokens.list('live', token.expiresAt)).length,
        (await serviceTokens.list('all', token.expiresAt)).length,
      ],
      [0, 1],
    );
    const month = 30 * 24 * 60 * MINUTE;
    assert.equal(await serviceTokens.deleteExpired(token.expiresAt + month, 10), 0);
    assert.equal(await serviceTokens.deleteExpired(token.expiresAt + month + 1, 10), 1);
  },
);

for (const state of ['disabled', 'deleted', 'merged']) {
  forEachStore(
    `H-06: a token of a user who is ${state} is worth nothing at its next use, and none is issued`,
    async (given) => {
      const { serviceTokens } = given.store;
      const { user, token } = await tokenOfUser(given);
      await setState(given, user.id, state);
      assert.equal(await serviceTokens.use(TEXT, NOW), null);
      assert.equal(await serviceTokens.findLive(token.id, NOW), null);
      assert.equal(await serviceTokens.insert(tokenWith({ userId: user.id }), 'another', []), false);
      assert.equal(await countRows(given.databases.durable, 'service_tokens'), 1);
    },
  );
}

forEachStore('no token is issued for a user who is not there', async ({ store }) => {
  assert.equal(await store.serviceTokens.insert(tokenWith({ userId: 'nobody' }), TEXT, []), false);
});

forEachStore('last used is written once a minute, however often it is used', async (given) => {
  const { serviceTokens } = given.store;
  const { token } = await tokenOfUser(given);
  const lastUsed = async () => (await serviceTokens.find(token.id))?.lastUsedAt;
  await serviceTokens.use(TEXT, NOW);
  await serviceTokens.use(TEXT, NOW + MINUTE - 1);
  assert.equal(await lastUsed(), NOW);
  await serviceTokens.use(TEXT, NOW + MINUTE);
  assert.equal(await lastUsed(), NOW + MINUTE);
});

forEachStore('the end of a token is moved in both directions, but what has ended does not come back', async (given) => {
  const { serviceTokens } = given.store;
  const { token } = await tokenOfUser(given);
  assert.equal(await serviceTokens.changeExpiry(token.id, NOW + 500 * MINUTE, NOW, []), true);
  assert.ok(await serviceTokens.use(TEXT, NOW + 400 * MINUTE));
  assert.equal(await serviceTokens.changeExpiry(token.id, NOW + 2 * MINUTE, NOW, []), true);
  assert.equal(await serviceTokens.changeExpiry(token.id, NOW + 9 * MINUTE, NOW + 2 * MINUTE, []), false);
  assert.equal(await serviceTokens.use(TEXT, NOW + 2 * MINUTE), null);
  assert.equal(await serviceTokens.revoke(token.id, NOW + 3 * MINUTE, []), false);
  assert.equal(await serviceTokens.changeExpiry('none', NOW + 9 * MINUTE, NOW, []), false);
});

forEachStoreAndInterleaved(
  'of fifty who revoke a token while fifty use it and fifty extend it, one does, and it stays revoked',
  async (given) => {
    const { serviceTokens } = given.store;
    const { token } = await tokenOfUser(given);
    const [event] = newcomer(given.clock).commit.events;
    assert.ok(event);
    const events = await countRows(given.databases.durable, 'audit_events');
    let isRevoked = false;
    const fifty = Array.from({ length: 50 }, (_, n) => n);
    const revocations = fifty.map(async (n) => {
      const done = await serviceTokens.revoke(token.id, NOW + n, [insertAuditEvent({ ...event, id: `revoked ${n}` })]);
      isRevoked ||= done;
      return done;
    });
    const uses = fifty.map(async () => {
      // Whoever begins once it is revoked gets nothing.
      const wasRevoked = isRevoked;
      const used = await serviceTokens.use(TEXT, NOW);
      assert.ok(!wasRevoked || used === null);
    });
    const extensions = fifty.map((n) => serviceTokens.changeExpiry(token.id, NOW + (100 + n) * MINUTE, NOW, []));
    const won = await Promise.all(revocations);
    await Promise.all([...uses, ...extensions]);
    assert.equal(won.filter(Boolean).length, 1);
    assert.equal(await serviceTokens.use(TEXT, NOW), null);
    // What one of them wrote is one line of the audit trail.
    assert.equal(await countRows(given.databases.durable, 'audit_events'), events + 1);
  },
);

forEachStoreAndInterleaved('of a user who is disabled while fifty tokens are issued, none works', async (given) => {
  const { user } = await createNewcomer(given);
  const texts = Array.from({ length: 50 }, (_, n) => `text ${n}`);
  await Promise.all([
    ...texts.map((text) => given.store.serviceTokens.insert(tokenWith({ userId: user.id }), text, [])),
    setState(given, user.id, 'disabled'),
  ]);
  for (const text of texts) assert.equal(await given.store.serviceTokens.use(text, NOW), null);
});

forEachStore('what a user has at one client ends without what they have at another', async (given) => {
  const { serviceTokens } = given.store;
  const { user } = await tokenOfUser(given);
  await serviceTokens.insert(tokenWith({ userId: user.id, clientId: 'wiki' }), 'wiki', []);
  await serviceTokens.insert(tokenWith({}), 'of the client', []);
  assert.equal(await serviceTokens.revokeOf(user.id, 'lms', NOW), 1);
  assert.equal(await serviceTokens.use(TEXT, NOW), null);
  assert.ok(await serviceTokens.use('wiki', NOW));
  assert.ok(await serviceTokens.use('of the client', NOW));
});
