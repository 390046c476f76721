/**
 * Invitations of campuses in every database: one use, an end, one registration of a kind, nothing in clear (lti.md §3.13, H-08).
 */
import assert from 'node:assert/strict';
import { sql } from '../../src/store/database.ts';
import type { NewLtiInvitation, PlatformRegistration } from '../../src/store/lti-invitations.ts';
import { countRows, forEachStore, forEachStoreAndInterleaved, NOW, type TestStore } from '../store-fixture.ts';

const DAY = 24 * 60 * 60_000;

const invitationOf = (slug: string): NewLtiInvitation => ({
  ...{ id: `id-${slug}`, slug, decided: { slug, client: 'lms', linking: 'never' }, createdAt: NOW, createdBy: 'ana' },
  ...{ reason: 'agreement', expiresAt: NOW + DAY },
});

const registrationOf = (clientId: string): PlatformRegistration => ({
  ...{ issuer: 'https://campus.example', clientId, at: NOW },
  said: {
    ...{ platform: { jwks_uri: 'https://said.example' }, deploymentId: '1', family: 'moodle', scopes: ['score'] },
    ...{ sites: ['https://campus.example'], configuration: 'https://campus.example/c' },
  },
});

const fifty = <Result>(work: (n: number) => Promise<Result>) =>
  Promise.all(Array.from({ length: 50 }, (_, n) => work(n)));

async function taken({ store: { ltiInvitations } }: TestStore, slug: string): Promise<string> {
  const { id } = invitationOf(slug);
  assert.ok(await ltiInvitations.insert(invitationOf(slug), `token-${slug}`, []));
  assert.ok(await ltiInvitations.take(id, NOW));
  return id;
}

forEachStoreAndInterleaved('case 64: of fifty that use one invitation at once, one does', async (given) => {
  const { ltiInvitations } = given.store;
  assert.ok(await ltiInvitations.insert(invitationOf('uni'), 'the-token', []));
  const won = await fifty(() => ltiInvitations.take('id-uni', NOW));
  assert.equal(won.filter(Boolean).length, 1);
  assert.equal(await ltiInvitations.findOpen('the-token', NOW), null);
  assert.equal((await ltiInvitations.findUsed('the-token'))?.state, 'taken');
  await ltiInvitations.release('id-uni');
  assert.equal((await ltiInvitations.findOpen('the-token', NOW))?.slug, 'uni');
  assert.equal(await ltiInvitations.findUsed('the-token'), null);
});

forEachStoreAndInterleaved('case 65: of fifty that bring one issuer and client id, one is kept', async (given) => {
  const ids = await fifty((n) => taken(given, `uni-${n}`));
  const kept = await fifty((n) => given.store.ltiInvitations.register(ids[n] ?? '', registrationOf('c'), []));
  assert.equal(kept.filter(Boolean).length, 1);
  assert.ok(await given.store.ltiInvitations.findPending('https://campus.example', 'c'));
});

forEachStoreAndInterleaved('of fifty invitations under one name there is one', async ({ store, databases }) => {
  const made = await fifty((n) =>
    store.ltiInvitations.insert({ ...invitationOf('uni'), id: `id-${n}` }, `token-${n}`, []),
  );
  assert.equal(made.filter(Boolean).length, 1);
  assert.equal(await countRows(databases.durable, 'lti_invitations'), 1);
});

forEachStore('an invitation that is over, or that nobody made, is none', async ({ store: { ltiInvitations } }) => {
  await ltiInvitations.insert(invitationOf('uni'), 'the-token', []);
  assert.equal(await ltiInvitations.findOpen('another', NOW), null);
  assert.equal(await ltiInvitations.findOpen('', NOW), null);
  assert.equal((await ltiInvitations.findOpen('the-token', NOW + DAY - 1))?.state, 'open');
  assert.equal(await ltiInvitations.findOpen('the-token', NOW + DAY), null);
  assert.equal(await ltiInvitations.take('id-uni', NOW + DAY), false);
});

forEachStore('what was registered comes back as it was; without a use before, nothing is registered', async (given) => {
  const { ltiInvitations } = given.store;
  await ltiInvitations.insert(invitationOf('uni'), 'the-token', []);
  assert.equal(await ltiInvitations.register('id-uni', registrationOf('c'), []), false);
  assert.ok(await ltiInvitations.take('id-uni', NOW));
  assert.ok(await ltiInvitations.register('id-uni', registrationOf('c'), []));
  assert.equal(await ltiInvitations.register('id-uni', registrationOf('d'), []), false);
  assert.deepEqual(await ltiInvitations.find('uni'), {
    ...invitationOf('uni'),
    ...{ state: 'pending', registration: registrationOf('c') },
  });
  await ltiInvitations.release('id-uni');
  assert.equal((await ltiInvitations.find('uni'))?.state, 'pending', 'who waits is not made an invitation again');
  for (const [issuer, clientId, waits] of [
    ['https://campus.example', null, true],
    ['https://campus.example', 'd', false],
    ['https://campus.example/', 'c', false],
  ] as const) {
    assert.equal((await ltiInvitations.findPending(issuer, clientId)) !== null, waits);
  }
});

forEachStore('what nobody registered with goes when it is over; who waits stays', async (given) => {
  const { ltiInvitations } = given.store;
  await ltiInvitations.register(await taken(given, 'waits'), registrationOf('c'), []);
  await taken(given, 'died');
  await ltiInvitations.insert(invitationOf('open'), 'token-open', []);
  assert.equal(await ltiInvitations.deleteExpired(NOW + DAY, 10), 0);
  assert.equal(await ltiInvitations.deleteExpired(NOW + DAY + 1, 10), 2);
  assert.deepEqual(
    (await ltiInvitations.list()).map(({ slug }) => slug),
    ['waits'],
  );
});

forEachStore('one is removed only as its caller saw it', async (given) => {
  const { commit, ltiInvitations } = given.store;
  const id = await taken(given, 'uni');
  assert.equal(await commit(ltiInvitations.removal({ id, state: 'pending' })), false);
  assert.ok(await commit(ltiInvitations.removal({ id, state: 'taken' })));
  assert.equal(await ltiInvitations.find('uni'), null);
});

forEachStore('H-08: neither the invitation nor what it led to stands in its row', async (given) => {
  const { ltiInvitations } = given.store;
  await ltiInvitations.register(await taken(given, 'uni'), registrationOf('c'), []);
  const rows = JSON.stringify(await given.databases.durable.all(sql`select * from lti_invitations`));
  for (const secret of ['token-uni', 'said.example', '"linking"']) assert.ok(!rows.includes(secret), secret);
});
