/**
 * DESIGN §6.6, M-09: a guest whom nobody claims does not stay for ever, and nobody else goes with one.
 */
import assert from 'node:assert/strict';
import { forEachStore, forEachStoreAndInterleaved, type TestStore } from '../../test/store-fixture.ts';
import { sql } from '../store/database.ts';
import type { Announcement } from '../store/outgoing-events.ts';
import { type AccountShape, makeAccount } from '../users/merge.fixture.ts';
import { createAccountDeletion } from './account-deletion.ts';
import { createAccountRetention } from './account-retention.ts';
import type { Notices } from './notices.ts';

const DAY = 24 * 3_600_000;
const silentNotices: Notices = { prepare: async () => [], wake: () => {} };
const guest: Partial<AccountShape> = {
  ...{ state: 'temporary' as const, identities: [{ provider: 'guest', roles: [] }], clients: ['lms'], country: 'MX' },
  ...{ details: { city: 'Mérida' }, agreements: [{ version: '1', at: 0 }] },
};

function retentionOver(given: TestStore) {
  const told: Announcement[] = [];
  let woken = 0;
  const { clock, store, vault, databases } = given;
  const deletion = createAccountDeletion({
    ...{ environment: clock, database: databases.durable, store, vault, notices: silentNotices },
    grace: async () => 30 * DAY,
    async announce(announcements) {
      told.push(...announcements);
      return [];
    },
    wakeClientEvents: () => {
      woken += 1;
    },
  });
  const run = createAccountRetention({
    ...{ environment: clock, database: databases.durable, deletion },
    guestRetention: async () => 90 * DAY,
  });
  return { run, told, woken: () => woken };
}

const stateOf = async ({ store }: TestStore, id: string) => (await store.accounts.findUser(id))?.user.state;

forEachStore(
  'M-09: a guest nobody claimed is emptied, its names stay taken, and the apps that know it are told',
  async (given) => {
    const { clock, store, databases } = given;
    const id = await makeAccount(given, guest);
    const username = (await store.accounts.findUser(id))?.user.username ?? '';
    const token = { id: 'token', userId: id, clientId: 'lms', scopes: ['openid'], name: 'a token', createdBy: 'ana' };
    const times = { createdAt: clock.now(), expiresAt: clock.now() + 365 * DAY, lastUsedAt: null, revokedAt: null };
    assert.ok(await store.serviceTokens.insert({ ...token, ...times, reason: 'a test' }, 'text', []));
    const { run, told, woken } = retentionOver(given);
    clock.advance(90 * DAY);
    assert.equal(await run(), 0, 'not to the millisecond when it is due');
    clock.advance(1);
    assert.equal(await run(), 1);
    assert.equal(await run(), 0);
    const found = await store.accounts.findUser(id);
    assert.deepEqual([found?.user.state, found?.user.country, found?.user.details], ['deleted', null, {}]);
    assert.notEqual(found?.user.username, username);
    assert.ok(await store.accounts.isUsernameTaken(username));
    assert.deepEqual(await store.accounts.identitiesOf(id), []);
    assert.deepEqual(await databases.durable.all(sql`select version from terms_agreements where user_id = ${id}`), []);
    assert.deepEqual(
      (await store.clientSubjects.ofUser(id)).map(({ subject }) => subject),
      [id],
      'a `sub` is never given to somebody else',
    );
    assert.deepEqual(await store.serviceTokens.ofUser(id), []);
    const [{ event, clientId } = assert.fail()] = told;
    assert.deepEqual([told.length, clientId, event], [1, 'lms', { kind: 'account-purged', subject: id }]);
    assert.equal(woken(), 1);
    const audit = await databases.durable.all(sql`select type, detail from audit_events where user_id = ${id}`);
    assert.deepEqual(
      audit.map(({ type, detail }) => [type, JSON.parse(String(detail))]),
      [['user.deleted', { by: 'llavero', reason: 'unclaimed-guest' }]],
    );
  },
);

forEachStore('who has a session, who is held by the law, who is young and who is no guest stay', async (given) => {
  const { clock, databases } = given;
  const [open, held, member, barred] = [
    await makeAccount(given, { ...guest, sessions: 1 }),
    await makeAccount(given, guest),
    await makeAccount(given, { ...guest, state: 'active' }),
    await makeAccount(given, { ...guest, state: 'disabled' }),
  ];
  await databases.durable.run(sql`insert into legal_holds (user_id, placed_by, placed_at) values (${held}, 'x', 0)`);
  clock.advance(91 * DAY);
  const young = await makeAccount(given, guest);
  assert.equal(await retentionOver(given).run(), 0);
  const states = await Promise.all([open, held, member, barred, young].map((id) => stateOf(given, id)));
  assert.deepEqual(states, ['temporary', 'temporary', 'active', 'disabled', 'temporary']);
});

forEachStoreAndInterleaved(
  'of fifty rounds at once one empties the guest, and one that is claimed meanwhile stays',
  async (given) => {
    const { clock, databases } = given;
    const [lost, claimed] = [await makeAccount(given, guest), await makeAccount(given, guest)];
    clock.advance(91 * DAY);
    const { run } = retentionOver(given);
    const claim = databases.durable.run(sql`
    update users set state = 'active' where id = ${claimed} and state = 'temporary'`);
    const rounds = await Promise.all(Array.from({ length: 50 }, run));
    const isClaimed = (await claim) === 1;
    assert.equal(
      rounds.reduce((sum, emptied) => sum + emptied, 0),
      isClaimed ? 1 : 2,
    );
    assert.equal(await stateOf(given, lost), 'deleted');
    assert.equal(await stateOf(given, claimed), isClaimed ? 'active' : 'deleted');
    const events = await databases.durable.all(sql`select id from audit_events where type = 'user.deleted'`);
    assert.equal(events.length, isClaimed ? 1 : 2);
  },
);

forEachStore('one that cannot be read keeps none of the others, and is not passed over in silence', async (given) => {
  const { clock, databases } = given;
  const [broken, whole] = [await makeAccount(given, guest), await makeAccount(given, guest)];
  await databases.durable.run(
    sql`update users set profile = 'broken', created_at = created_at - 1 where id = ${broken}`,
  );
  clock.advance(91 * DAY);
  await assert.rejects(retentionOver(given).run(), AggregateError);
  assert.equal(await stateOf(given, whole), 'deleted');
  const left = await databases.durable.all(sql`select state from users where id = ${broken}`);
  assert.deepEqual(left, [{ state: 'temporary' }]);
});
