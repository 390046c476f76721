/**
 * Sessions over every database: how long they live by a clock that a test moves, and how they end.
 */
import assert from 'node:assert/strict';
import type { UpstreamSession, User } from '../../src/model.ts';
import { sql } from '../../src/store/database.ts';
import { endSessionsOfIdentity } from '../../src/store/session-clients.ts';
import { insertSession, type NewSession, SESSION_IDLE, SESSION_LIFE } from '../../src/store/sessions.ts';
import {
  commitOf,
  countRows,
  createNewcomer,
  forEachStore,
  NOW,
  newcomer,
  profileWith,
  type TestStore,
} from '../store-fixture.ts';

const MINUTE = 60_000;
const assurance = { acr: 'nivel-2', amr: ['pwd', 'otp'], authTime: NOW - 5 };

/** Somebody who is signed in; answers the hash of the session. */
async function signedIn(given: TestStore): Promise<{ idHash: string; userId: string; identityId: string | null }> {
  const { user, commit } = await createNewcomer(given, { profile: profileWith({ assurance }) });
  return { idHash: commit.session.idHash, userId: user.id, identityId: commit.session.identityId };
}

const isLive = async ({ store, clock }: TestStore, idHash: string) =>
  (await store.sessions.use(idHash, clock.now())) !== null;

forEachStore('a session comes back as it was established; an unknown one is null', async (given) => {
  const { idHash, userId, identityId } = await signedIn(given);
  assert.deepEqual(await given.store.sessions.use(idHash, NOW), {
    ...{ idHash, userId, provider: 'campus', identityId, assurance, createdAt: NOW, lastSeenAt: NOW },
    expiresAt: NOW + SESSION_LIFE,
  });
  assert.equal(await given.store.sessions.use(`${idHash}x`, NOW), null);
});

const lengths: readonly [longest: number | null, life: number][] = [
  [null, SESSION_LIFE],
  [60_000, 60_000],
  [SESSION_LIFE - 1, SESSION_LIFE - 1],
  [SESSION_LIFE + 1, SESSION_LIFE],
  [31_536_000_000, SESSION_LIFE],
];
for (const [longest, life] of lengths) {
  forEachStore(
    `H-04: a session that may last ${longest} ms lives ${life} ms at most, and not one more`,
    async (given) => {
      const { store, clock } = given;
      const { user, identity, commit } = newcomer(clock);
      assert.ok(
        await store.accounts.createUser(user, identity, { ...commit, session: { ...commit.session, longest } }),
      );
      const { idHash } = commit.session;
      for (let at = 0; at < life - 1; at += Math.min(life / 2, 30 * MINUTE)) {
        clock.set(NOW + Math.floor(at));
        assert.equal(await isLive(given, idHash), true);
      }
      clock.set(NOW + life - 1);
      assert.equal(await isLive(given, idHash), true);
      clock.set(NOW + life);
      assert.equal(await isLive(given, idHash), false);
    },
  );
}

forEachStore('H-04: unused for a millisecond less than the idle time it lives', async (given) => {
  const { idHash } = await signedIn(given);
  given.clock.set(NOW + SESSION_IDLE - 1);
  assert.equal(await isLive(given, idHash), true);
});

for (const late of [0, 1]) {
  forEachStore(
    `H-04: ${late} ms after the idle time it is over, and a clock that steps back does not revive it`,
    async (given) => {
      const { idHash } = await signedIn(given);
      given.clock.set(NOW + SESSION_IDLE + late);
      assert.equal(await isLive(given, idHash), false);
      given.clock.set(NOW);
      assert.equal(await isLive(given, idHash), false);
      assert.equal(await countRows(given.databases.durable, 'sessions'), 0);
    },
  );
}

forEachStore(
  'H-04: however much it is used, it lives to the last millisecond of its life and no longer',
  async (given) => {
    const { idHash } = await signedIn(given);
    for (let at = 0; at < SESSION_LIFE; at += 30 * MINUTE) {
      given.clock.set(NOW + at);
      assert.equal(await isLive(given, idHash), true);
    }
    given.clock.set(NOW + SESSION_LIFE - 1);
    assert.equal(await isLive(given, idHash), true);
    given.clock.set(NOW + SESSION_LIFE);
    assert.equal(await isLive(given, idHash), false);
    given.clock.set(NOW + SESSION_LIFE - 1);
    assert.equal(await isLive(given, idHash), false);
  },
);

forEachStore('a clock that steps back ends no session and does not shorten its idle time', async (given) => {
  const { idHash } = await signedIn(given);
  given.clock.set(NOW - 60 * MINUTE);
  assert.equal(await isLive(given, idHash), true);
  given.clock.set(NOW + SESSION_IDLE - 1);
  assert.equal(await isLive(given, idHash), true);
});

forEachStore('use within a minute writes nothing, use after it is noted', async (given) => {
  const { idHash } = await signedIn(given);
  const lastSeen = async () =>
    (await given.databases.durable.get(sql`select last_seen_at from sessions`))?.last_seen_at;
  given.clock.set(NOW + MINUTE - 1);
  await isLive(given, idHash);
  assert.equal(await lastSeen(), NOW);
  given.clock.set(NOW + MINUTE);
  await isLive(given, idHash);
  assert.equal(await lastSeen(), NOW + MINUTE);
});

for (const state of ['disabled', 'merged', 'deleted']) {
  forEachStore(`H-06: the session of a ${state} user is refused at its next use`, async (given) => {
    const { idHash } = await signedIn(given);
    await given.databases.durable.run(sql`update users set state = ${state}`);
    assert.equal(await isLive(given, idHash), false);
  });
}

forEachStore('H-06: a temporary user is signed in like any other', async (given) => {
  const { idHash } = await signedIn(given);
  await given.databases.durable.run(sql`update users set state = 'temporary'`);
  assert.equal(await isLive(given, idHash), true);
});

forEachStore('H-05: an ended session is over at once, and is given to one caller only', async (given) => {
  const { idHash, userId } = await signedIn(given);
  const ended = await given.store.sessions.end(idHash, NOW);
  assert.equal(ended?.session.userId, userId);
  assert.equal(ended?.upstream, null);
  assert.equal(await given.store.sessions.end(idHash, NOW), null);
  assert.equal(await isLive(given, idHash), false);
});

forEachStore('ending one session leaves the others of the same user alone', async (given) => {
  const { user, identity, commit } = await createNewcomer(given, {});
  const second = commitOf(user, profileWith({}), given.clock);
  await given.store.accounts.admitUser(user, identity, second, false);
  await given.store.sessions.end(commit.session.idHash, NOW);
  assert.equal(await isLive(given, second.session.idHash), true);
});

forEachStore('the session at the provider comes back when ours ends, and is not stored in clear', async (given) => {
  const upstream: UpstreamSession = { provider: 'campus', accessToken: 'secret-upstream-token', expiresAt: NOW + 5 };
  const { user, identity, commit } = newcomer(given.clock, {});
  const session = { ...commit.session, upstream };
  assert.ok(await given.store.accounts.createUser(user, identity, { ...commit, session }));
  const row = await given.databases.durable.get(sql`select * from sessions`);
  assert.doesNotMatch(JSON.stringify(row), /secret-upstream-token/);
  assert.deepEqual((await given.store.sessions.end(session.idHash, NOW))?.upstream, upstream);
});

forEachStore('writing a session again neither prolongs it nor hands it to another user', async (given) => {
  const { idHash, userId } = await signedIn(given);
  given.clock.advance(MINUTE);
  const other = newcomer(given.clock, { profile: profileWith({ subject: 's2' }) });
  const session = { ...other.commit.session, idHash };
  await given.store.accounts.createUser(other.user, other.identity, { ...other.commit, session });
  const found = await given.store.sessions.use(idHash, given.clock.now());
  assert.deepEqual([found?.userId, found?.expiresAt], [userId, NOW + SESSION_LIFE]);
});

/** One more session of a user. */
async function another(given: TestStore, user: User, changes: Partial<NewSession>): Promise<NewSession> {
  const { session } = commitOf(user, profileWith({}), given.clock);
  const made = { ...session, ...changes };
  await given.store.commit([insertSession(made, given.vault, given.clock.now())]);
  return made;
}

forEachStore('the sessions of an account are those that are live, with where they began', async (given) => {
  const { store, clock } = given;
  const { user, commit } = await createNewcomer(given, {});
  await createNewcomer(given, { profile: profileWith({ subject: 'other' }) });
  const device = { browser: 'Firefox', system: 'Windows' };
  const short = await another(given, user, { longest: MINUTE });
  clock.advance(MINUTE);
  const last = await another(given, user, { device, networkHash: 'n' });
  const listed = await store.sessions.ofUser(user.id, clock.now());
  assert.deepEqual(
    listed.map(({ idHash }) => idHash),
    [last.idHash, commit.session.idHash],
  );
  assert.deepEqual([listed[0]?.device, listed[0]?.networkHash], [device, 'n']);
  assert.ok(!listed.some(({ idHash }) => idHash === short.idHash));
  clock.advance(SESSION_IDLE);
  assert.deepEqual(await store.sessions.ofUser(user.id, clock.now()), []);
});

forEachStore('H-08: the device stands in no column in clear', async (given) => {
  const { user } = await createNewcomer(given, {});
  await another(given, user, { device: { browser: 'Samsung Internet', system: 'Android' } });
  const rows = await given.databases.durable.all(sql`select * from sessions`);
  assert.doesNotMatch(JSON.stringify(rows), /Samsung|Android/);
});

forEachStore(
  'with an identity its sessions end; one that is kept forgets the identity and its token; others stay',
  async (given) => {
    const { store, databases } = given;
    const { user } = await createNewcomer(given, {});
    const upstream: UpstreamSession = { provider: 'campus', accessToken: 'secret', expiresAt: NOW + 1000 };
    const kept = await another(given, user, { identityId: 'i', upstream });
    await another(given, user, { identityId: 'i', upstream });
    const stays = await another(given, user, { identityId: 'j', upstream });
    assert.ok(await store.commit(endSessionsOfIdentity({ id: 'i', userId: user.id }, kept.idHash, NOW)));
    const rows = await databases.durable.all(sql`
      select id_hash, identity_id, upstream is null as forgotten from sessions where identity_id is null or identity_id = 'j'`);
    assert.deepEqual(
      new Map(rows.map((row) => [row.id_hash, Number(row.forgotten)])),
      new Map([
        [kept.idHash, 1],
        [stays.idHash, 0],
      ]),
    );
    assert.equal((await store.sessions.ofUser(user.id, NOW)).length, 3);
    assert.deepEqual(await store.sessions.upstreamsOf(await store.sessions.ofUser(user.id, NOW)), [upstream]);
  },
);
