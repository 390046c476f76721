/**
 * M-09: what has expired goes, a little later and in bounded portions; what has not, stays.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { outgoing } from '../../src/mail/fixture.ts';
import { sql } from '../../src/store/database.ts';
import { DEAD_LETTER_LIFE } from '../../src/store/outgoing-events.ts';
import type { Store } from '../../src/store/store.ts';
import { sweep } from '../../src/store/sweep.ts';
import {
  countRows,
  createNewcomer,
  forEachStore,
  NOW,
  newcomer,
  proofWith,
  signInWith,
  type TestStore,
} from '../store-fixture.ts';

/** How long expired rows are kept, so that a person who comes late is told so. */
const GRACE = 15 * 60_000;

/** A sign-in, a proof of a mailbox, a record, a session, a mail, a dead letter and a count that expire at each of these times. */
async function fill({ store, databases, clock }: TestStore, expiries: readonly number[]): Promise<void> {
  const { user } = await createNewcomer({ store, clock }, {});
  await databases.durable.run(sql`delete from sessions`);
  for (const [index, expiresAt] of expiries.entries()) {
    await store.signIns.insert(signInWith({ id: `sign-in-${index}`, expiresAt }));
    await store.mailProofs.insert(proofWith({ id: `proof-${index}`, expiresAt }), { code: 'c', link: `link-${index}` });
    await store.oidcRecords.save('Session', `${index}`, {
      payload: {},
      uid: null,
      grantId: null,
      accountId: null,
      expiresAt,
    });
    await store.rateLimits.take({ kind: 'codesPerAccount', key: `${index}` }, { limit: 1, windowMs: 1 }, expiresAt - 1);
    await databases.durable.run(sql`
      insert into sessions (id_hash, user_id, provider, assurance, created_at, last_seen_at, expires_at)
      values (${`session-${index}`}, ${user.id}, 'campus', '{}', 0, 0, ${expiresAt})`);
    await store.outbox.enqueue({ ...outgoing(), notAfter: expiresAt }, 0);
    await databases.durable.run(sql`
      insert into outgoing_events (id, client_id, user_id, kind, payload, created_at, not_after, attempts,
                                   next_attempt_at, given_up_at)
      values (${`event-${index}`}, 'lms', 'ana', 'logged-out', '', 0, 0, 1, 0, ${expiresAt - DEAD_LETTER_LIFE})`);
  }
}

const left = async ({ databases: { durable, ephemeral } }: TestStore) => [
  await countRows(ephemeral, 'sign_ins'),
  await countRows(ephemeral, 'oidc_records'),
  await countRows(durable, 'sessions'),
  await countRows(ephemeral, 'mail_proofs'),
  await countRows(durable, 'outgoing_mails'),
  await countRows(durable, 'outgoing_events'),
  await countRows(ephemeral, 'rate_limits'),
];

forEachStore('V-13 M-09: a sweep removes what expired more than the grace ago, and nothing else', async (given) => {
  const cut = NOW - GRACE;
  await fill(given, [cut - 1, cut - 60_000, cut, cut + 1, NOW - 1, NOW, NOW + 1, NOW + 60_000]);
  assert.equal(await sweep(given.store, NOW), 14);
  assert.deepEqual(await left(given), [6, 6, 6, 6, 6, 6, 6]);
  assert.equal(await given.store.signIns.find('sign-in-0'), null);
  assert.notEqual(await given.store.signIns.find('sign-in-2'), null, 'at the very end of its grace');
  assert.equal(await sweep(given.store, NOW), 0, 'a second sweep finds nothing');
});

forEachStore('M-09: a sweep never touches people, their ties or what happened', async (given) => {
  await createNewcomer(given, {});
  await sweep(given.store, NOW + 100 * 365 * 24 * 60 * 60_000);
  for (const table of ['users', 'identities', 'audit_events']) {
    assert.equal(await countRows(given.databases.durable, table), 1, table);
  }
});

forEachStore('a portion is as large as asked for, and no larger', async (given) => {
  await fill(given, [1, 2, 3, NOW]);
  const { signIns, mailProofs, oidcRecords, sessions, outbox, outgoingEvents, rateLimits } = given.store;
  for (const table of [signIns, mailProofs, oidcRecords, sessions, outbox, outgoingEvents, rateLimits]) {
    assert.equal(await table.deleteExpired(NOW, 2), 2);
    assert.equal(await table.deleteExpired(NOW, 2), 1);
    assert.equal(await table.deleteExpired(NOW, 2), 0);
  }
  assert.deepEqual(await left(given), [1, 1, 1, 1, 1, 1, 1]);
});

/** A store in which each table has this many expired rows, and notes each portion that is asked of it. */
function counting(rows: number): { store: Store; portions: number[] } {
  const portions: number[] = [];
  const table = () => {
    let remaining = rows;
    return {
      forgetExpiredUpstream: async () => 0,
      forgetSnapshots: async () => 0,
      async deleteExpired(_before: number, atMost: number): Promise<number> {
        const portion = Math.min(atMost, remaining);
        remaining -= portion;
        portions.push(portion);
        return portion;
      },
    };
  };
  const store = {
    signIns: table(),
    mailProofs: table(),
    oidcRecords: table(),
    sessions: table(),
    outbox: table(),
    outgoingEvents: table(),
    outgoingScores: table(),
    scorePlaces: table(),
    rosters: table(),
    rateLimits: table(),
    addressUndos: table(),
    serviceTokens: table(),
    ltiNonces: table(),
    ltiLogins: table(),
    ltiDeepLinks: table(),
    ltiInvitations: table(),
    merges: table(),
  };
  return { store: store as unknown as Store, portions };
}

test('M-09: any number of expired rows goes in portions, with no question more than needed', async () => {
  const { store, portions } = counting(1_200);
  assert.equal(await sweep(store, NOW), 19_200);
  assert.deepEqual(portions, Array.from({ length: 16 }, () => [500, 500, 200]).flat());
});

forEachStore(
  'llave-mx.md §4: a token of a provider is forgotten when it can end nothing there any more',
  async (given) => {
    const { user, identity, commit } = newcomer(given.clock, {});
    const upstream = { provider: 'campus', accessToken: 'upstream-token', expiresAt: NOW + 1000 };
    const session = { ...commit.session, idHash: 'short', upstream };
    await given.store.accounts.createUser(user, identity, { ...commit, session });
    await sweep(given.store, NOW + 999);
    assert.equal((await storedUpstream(given))?.upstream_expires_at, NOW + 1000);
    await sweep(given.store, NOW + 1000);
    assert.deepEqual(await storedUpstream(given), { upstream: null, upstream_expires_at: null });
    assert.equal((await given.store.sessions.end('short', NOW))?.upstream, null);
  },
);

const storedUpstream = ({ databases }: TestStore) =>
  databases.durable.get(sql`select upstream, upstream_expires_at from sessions where id_hash = 'short'`);
