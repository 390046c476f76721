/**
 * V-17: whatever ends a session, every client that got tokens in it is owed one notice, written with the end itself.
 */
import assert from 'node:assert/strict';
import type { Session } from '../../src/model.ts';
import { endSessionsOf } from '../../src/store/session-clients.ts';
import {
  commitOf,
  countRows,
  createNewcomer,
  forEachStore,
  forEachStoreAndInterleaved,
  type Newcomer,
  NOW,
  profileWith,
  randomId,
  type TestStore,
} from '../store-fixture.ts';

const RACERS = 50;

interface SignedIn {
  readonly person: Newcomer;
  readonly sessionHash: string;
}

async function signedIn(given: TestStore): Promise<SignedIn> {
  const person = await createNewcomer(given, { profile: profileWith({ subject: randomId() }) });
  return { person, sessionHash: person.commit.session.idHash };
}

/** Another session of the same person. */
async function again(given: TestStore, { person }: SignedIn): Promise<SignedIn> {
  const commit = commitOf(person.user, person.commit.profile, given.clock);
  assert.ok(await given.store.accounts.admitUser(person.user, person.identity, commit, false));
  return { person, sessionHash: commit.session.idHash };
}

async function used(
  given: TestStore,
  { sessionHash }: SignedIn,
  clientId: string,
  backChannel = true,
): Promise<boolean> {
  const sid = `${sessionHash}.${clientId}`;
  const told = { kind: 'logged-out', subject: `sub at ${clientId}`, sid } as const;
  const notice = backChannel ? told : ({ kind: 'untold', sid } as const);
  return given.store.sessions.noteClient({ sessionHash, clientId, notice });
}

/** Everything that is owed, as `client: sid`. */
async function owed({ store }: TestStore): Promise<string[]> {
  const told: string[] = [];
  for (const clientId of await store.outgoingEvents.waitingClients()) {
    for (;;) {
      const claimed = await store.outgoingEvents.claim(clientId, NOW, 1000);
      if (claimed === null) break;
      assert.equal(claimed.event.kind, 'logged-out');
      assert.equal(claimed.event.subject, `sub at ${clientId}`);
      told.push(`${clientId}: ${claimed.event.kind === 'logged-out' ? claimed.event.sid : ''}`);
    }
  }
  return told.toSorted();
}

const sidOf = ({ sessionHash }: SignedIn, clientId: string) => `${clientId}: ${sessionHash}.${clientId}`;
const asSession = ({ sessionHash, person }: SignedIn) => ({ idHash: sessionHash, userId: person.user.id }) as Session;

forEachStore('a session that ends owes each of its clients one notice, and leaves nothing behind', async (given) => {
  const [ana, eva] = [await signedIn(given), await signedIn(given)];
  for (const clientId of ['lms', 'forum', 'lms']) assert.equal(await used(given, ana, clientId), true);
  await used(given, eva, 'lms');
  assert.deepEqual(await owed(given), []);
  assert.notEqual(await given.store.sessions.end(ana.sessionHash, NOW), null);
  assert.deepEqual(await owed(given), [sidOf(ana, 'forum'), sidOf(ana, 'lms')]);
  assert.equal(await countRows(given.databases.durable, 'session_clients'), 1);
});

forEachStore(
  'every session of a person, or every one but this, ends with its notices in one transaction',
  async (given) => {
    const first = await signedIn(given);
    const [second, third] = [await again(given, first), await again(given, first)];
    const other = await signedIn(given);
    for (const session of [first, second, third, other]) await used(given, session, 'lms');
    const { durable } = given.databases;
    await durable.atomically(endSessionsOf(first.person.user.id, second.sessionHash, NOW));
    assert.deepEqual(await owed(given), [sidOf(first, 'lms'), sidOf(third, 'lms')].toSorted());
    assert.notEqual(await given.store.sessions.use(second.sessionHash, NOW), null);
    await durable.atomically(endSessionsOf(first.person.user.id, null, NOW));
    assert.deepEqual(await owed(given), [sidOf(second, 'lms')]);
    assert.equal(await countRows(durable, 'sessions'), 1);
  },
);

forEachStore(
  'H-10: the session of somebody else that is replaced is told; that of the same person goes on',
  async (given) => {
    const ana = await signedIn(given);
    await used(given, ana, 'lms');
    const anaAgain = await again(given, ana);
    assert.notEqual(await given.store.sessions.replace(ana.sessionHash, asSession(anaAgain), NOW), null);
    assert.deepEqual(await owed(given), [], 'nobody signed out');
    assert.equal(await given.store.sessions.use(ana.sessionHash, NOW), null);
    const eva = await signedIn(given);
    assert.notEqual(await given.store.sessions.replace(anaAgain.sessionHash, asSession(eva), NOW), null);
    assert.deepEqual(await owed(given), [sidOf(ana, 'lms')], 'the client knows it by the first');
    assert.equal(await given.store.sessions.replace(anaAgain.sessionHash, asSession(eva), NOW), null);
  },
);

forEachStore('a session whose successor is gone ends all the same, and is told', async (given) => {
  const ana = await signedIn(given);
  await used(given, ana, 'lms');
  const anaAgain = await again(given, ana);
  await given.store.sessions.end(anaAgain.sessionHash, NOW);
  assert.notEqual(await given.store.sessions.replace(ana.sessionHash, asSession(anaAgain), NOW), null);
  assert.deepEqual(await owed(given), [sidOf(ana, 'lms')]);
});

forEachStore('a session that runs out is told to nobody', async (given) => {
  const ana = await signedIn(given);
  await used(given, ana, 'lms');
  const later = NOW + 24 * 60 * 60_000;
  assert.equal(await given.store.sessions.deleteExpired(later, 10), 1);
  const eva = await signedIn(given);
  await used(given, eva, 'lms');
  assert.equal(await given.store.sessions.use(eva.sessionHash, later), null);
  assert.deepEqual(await owed(given), []);
  assert.equal(await countRows(given.databases.durable, 'session_clients'), 0);
});

forEachStore('no client is noted for a session that is gone, or never was', async (given) => {
  const ana = await signedIn(given);
  await given.store.sessions.end(ana.sessionHash, NOW);
  assert.equal(await used(given, ana, 'lms'), false);
  assert.equal(await used(given, { ...ana, sessionHash: 'invented' }, 'lms'), false);
  assert.deepEqual(await owed(given), []);
});

forEachStoreAndInterleaved(
  'V-17: of fifty clients that come while the session ends, each is noted and told, or neither',
  async (given) => {
    const ana = await signedIn(given);
    const results = await Promise.all(
      Array.from({ length: RACERS }, async (_, racer) => {
        if (racer === RACERS / 2) {
          await given.store.sessions.end(ana.sessionHash, NOW);
          return null;
        }
        return (await used(given, ana, `client-${racer}`)) ? sidOf(ana, `client-${racer}`) : null;
      }),
    );
    assert.deepEqual(await owed(given), results.filter((told) => told !== null).toSorted());
  },
);

forEachStoreAndInterleaved('of fifty that end one session, one does, and each client is told once', async (given) => {
  const ana = await signedIn(given);
  await used(given, ana, 'lms');
  const ends = await Promise.all(Array.from({ length: RACERS }, () => given.store.sessions.end(ana.sessionHash, NOW)));
  assert.equal(ends.filter((ended) => ended !== null).length, 1);
  assert.deepEqual(await owed(given), [sidOf(ana, 'lms')]);
});

forEachStore(
  'a client that is told in the browser only is owed nothing, and named with the end of the session',
  async (given) => {
    const { sessions } = given.store;
    const [ana, eva] = [await signedIn(given), await signedIn(given)];
    for (const person of [ana, eva]) {
      await used(given, person, 'lms', false);
      await used(given, person, 'forum');
    }
    const noted = [
      { clientId: 'forum', sid: `${ana.sessionHash}.forum` },
      { clientId: 'lms', sid: `${ana.sessionHash}.lms` },
    ];
    assert.deepEqual(await sessions.clientsOf(ana.sessionHash), noted);
    assert.equal(await sessions.isAlive(`${ana.sessionHash}.lms`), true);
    assert.deepEqual((await sessions.end(ana.sessionHash, NOW))?.clients, noted);
    assert.deepEqual(await owed(given), [sidOf(ana, 'forum')]);
    assert.equal(await sessions.isAlive(`${ana.sessionHash}.lms`), false);
    // Also where all sessions of somebody end.
    await given.databases.durable.atomically(endSessionsOf(eva.person.user.id, null, NOW));
    assert.deepEqual(await owed(given), [sidOf(eva, 'forum')]);
  },
);

forEachStoreAndInterleaved(
  'of fifty clients that come while somebody signs out, each is named with the end, or was not noted',
  async (given) => {
    const ana = await signedIn(given);
    const [ended, ...noted] = await Promise.all([
      given.store.sessions.end(ana.sessionHash, NOW),
      ...Array.from({ length: RACERS }, async (_, racer) => {
        const clientId = `client-${racer}`;
        return (await used(given, ana, clientId, false)) ? clientId : null;
      }),
    ]);
    const named = ended?.clients.map(({ clientId }) => clientId) ?? [];
    assert.deepEqual(named.toSorted(), noted.filter((clientId) => clientId !== null).toSorted());
  },
);
