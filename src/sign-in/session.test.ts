/**
 * From the cookie to the session and back: who is signed in, who no longer is, and what the provider is told.
 */
import assert from 'node:assert/strict';
import {
  commitOf,
  countRows,
  createNewcomer,
  forEachStore,
  NOW,
  profileWith,
  recordWith,
  type TestStore,
} from '../../test/store-fixture.ts';
import { SignInError } from '../errors.ts';
import { createLog } from '../events/log.ts';
import type { JsonObject, UpstreamSession } from '../model.ts';
import type { RedirectProvider } from '../providers/provider.ts';
import { DatabaseUnavailable } from '../store/database.ts';
import { createCookies } from '../web/cookies.ts';
import { sessionHash } from './commit.ts';
import { type BrowserSessions, createBrowserSessions } from './session.ts';
import { PlayedProvider } from './sign-in.fixture.ts';

interface World {
  readonly given: TestStore;
  readonly sessions: BrowserSessions;
  readonly told: UpstreamSession[];
  readonly logged: JsonObject[];
  /** What the provider does when it is told that a session ended. */
  upstream: () => Promise<void>;
  /** When patience with the provider ends; never, unless a test says otherwise. */
  patience: Promise<void>;
  /** Signs a user in and answers the value of the session's cookie. */
  signIn(subject: string, upstream?: UpstreamSession | null): Promise<string>;
}

const cookies = createCookies(new URL('https://broker.test'));
const sessionCookie = (token: string) => `${cookies.name('session')}=${token}`;
const UPSTREAM: UpstreamSession = { provider: 'campus', accessToken: 'upstream-token', expiresAt: NOW + 60_000 };
const FORGET = [cookies.clear('session'), cookies.clear('oidc-session')];

function createWorld(given: TestStore): World {
  const { store, vault, clock: environment } = given;
  const logged: JsonObject[] = [];
  const log = createLog({
    ...{ level: 'debug', environment, showPlaces: false },
    destination: { write: (line: string) => logged.push(JSON.parse(line)) },
  });
  const told: UpstreamSession[] = [];
  const endSession: RedirectProvider['endSession'] = async (upstream) => {
    told.push(upstream);
    await world.upstream();
  };
  const campus = Object.assign(new PlayedProvider('campus'), { endSession });
  const sessions = createBrowserSessions({
    ...{ environment, store, vault, cookies, log },
    findProvider: async (slug) => (slug === 'campus' ? { provider: campus, record: recordWith({}) } : null),
    providerContext: async () => ({ ...environment, outbound: () => Promise.reject(new Error('nobody is called')) }),
    delay: () => world.patience,
    wakeClientEvents: () => {},
  });
  const world: World = {
    ...{ given, sessions, told, logged, upstream: async () => {}, patience: new Promise<void>(() => {}) },
    async signIn(subject, upstream = null) {
      const token = `token-${subject}-${told.length}-${await countRows(given.databases.durable, 'sessions')}`;
      const profile = profileWith({ subject });
      const known = await store.accounts.findIdentity('campus', subject);
      const { user, identity } = known ?? (await createNewcomer(given, { profile }));
      const commit = commitOf(user, profile, environment);
      const session = { ...commit.session, idHash: sessionHash(vault, token), upstream };
      assert.ok(await store.accounts.admitUser(user, identity, { ...commit, session }, false));
      return token;
    },
  };
  return world;
}

function promise(name: string, body: (world: World) => Promise<void>): void {
  forEachStore(name, (given) => body(createWorld(given)), ['SQLite in memory']);
}

const isSignedIn = async ({ sessions }: World, token: string) => (await sessions.find(sessionCookie(token))) !== null;
const endings = async ({ given }: World) => {
  const rows = await given.databases.durable.all({
    shape: ["select detail, reference from audit_events where type = 'session.ended'"],
    values: [],
  });
  return rows.map(({ detail, reference }) => [detail, reference]);
};

promise('H-02: nobody is signed in without a cookie, or with one that was invented', async (world) => {
  const token = await world.signIn('ana');
  for (const header of [null, '', sessionCookie('invented'), sessionCookie(''), `llavero-session=${token}`]) {
    assert.equal(await world.sessions.find(header), null);
  }
  assert.ok(await isSignedIn(world, token));
});

promise('H-08: the stored form of a session is no cookie', async (world) => {
  const token = await world.signIn('ana');
  assert.equal(await isSignedIn(world, sessionHash(world.given.vault, token)), false);
});

promise('C-08: two session cookies sign nobody in, in either order', async (world) => {
  const [mine, theirs] = [await world.signIn('ana'), await world.signIn('eva')];
  for (const [first, second] of [
    [mine, theirs],
    [theirs, mine],
  ] as const) {
    assert.equal(await world.sessions.find(`${sessionCookie(first)}; ${sessionCookie(second)}`), null);
  }
});

promise('a browser that nobody was signed in to gets the session until it is closed', async (world) => {
  const token = await world.signIn('ana');
  const expected = [cookies.set('session', token, null), cookies.clear('oidc-session')];
  assert.deepEqual(await world.sessions.establish(null, token, 'ref'), expected);
  assert.deepEqual(await endings(world), []);
});

promise(
  "H-01: a new sign-in ends the browser's earlier session at once, but not the one at the provider",
  async (world) => {
    const before = await world.signIn('ana', UPSTREAM);
    const after = await world.signIn('ana', UPSTREAM);
    await world.sessions.establish(sessionCookie(before), after, 'ref');
    assert.deepEqual([await isSignedIn(world, before), await isSignedIn(world, after)], [false, true]);
    assert.deepEqual(await endings(world), [['{"reason":"replaced-by-a-new-sign-in"}', 'ref']]);
    assert.deepEqual(world.told, []);
  },
);

promise('C-04: the same session established again stays as it is', async (world) => {
  const token = await world.signIn('ana');
  await world.sessions.establish(sessionCookie(token), token, 'ref');
  assert.ok(await isSignedIn(world, token));
  assert.deepEqual(await endings(world), []);
});

promise('C-04: a replayed sign-in whose session has ended does not end the one that came after it', async (world) => {
  const [old, current] = [await world.signIn('ana'), await world.signIn('eva')];
  await world.sessions.end(sessionCookie(old), 'ref');
  assert.deepEqual(await world.sessions.establish(sessionCookie(current), old, 'ref'), []);
  assert.ok(await isSignedIn(world, current));
});

promise('H-05: signing out ends the session here and at the provider, and forgets both cookies', async (world) => {
  const token = await world.signIn('ana', UPSTREAM);
  assert.deepEqual((await world.sessions.end(sessionCookie(token), 'ref')).setCookies, FORGET);
  assert.equal(await isSignedIn(world, token), false);
  assert.deepEqual(world.told, [UPSTREAM]);
  assert.deepEqual(await endings(world), [['{}', 'ref']]);
});

promise(
  'R-13: a session whose end cannot be written down ends all the same, at the provider and for clients too',
  async (world) => {
    const { store } = world.given;
    const record = { payload: {}, uid: null, grantId: null, accountId: null, expiresAt: NOW + 9 };
    const header = (token: string) => `${sessionCookie(token)}; ${cookies.name('oidc-session')}=sid`;
    const [first, other] = [await world.signIn('ana'), await world.signIn('eva', UPSTREAM)];
    await store.oidcRecords.save('Session', 'sid', record);
    Object.assign(store.audit, { record: () => Promise.reject(new DatabaseUnavailable('gone')) });

    await world.sessions.establish(header(first), other, 'ref');
    assert.equal(await store.oidcRecords.find('Session', 'sid', NOW), null, 'the second inherits nothing of the first');
    assert.deepEqual((await world.sessions.end(sessionCookie(other), 'ref')).setCookies, FORGET);
    assert.deepEqual(world.told, [UPSTREAM]);
    assert.deepEqual(
      world.logged.map(({ event }) => event),
      ['audit.failed', 'audit.failed'],
    );
  },
);

promise('signing out twice is told once', async (world) => {
  const token = await world.signIn('ana', UPSTREAM);
  await Promise.all([world.sessions.end(sessionCookie(token), 'r1'), world.sessions.end(sessionCookie(token), 'r2')]);
  assert.deepEqual([world.told.length, (await endings(world)).length], [1, 1]);
});

promise('whoever is not signed in can sign out all the same', async (world) => {
  for (const header of [null, sessionCookie('invented')]) {
    assert.deepEqual((await world.sessions.end(header, 'ref')).setCookies, FORGET);
  }
  assert.deepEqual(await endings(world), []);
});

promise('H-05: signing out also ends what the OpenID provider remembers of this browser', async (world) => {
  const { oidcRecords } = world.given.store;
  await oidcRecords.save('Session', 'sid', {
    payload: {},
    uid: null,
    grantId: null,
    accountId: null,
    expiresAt: NOW + 9,
  });
  await world.sessions.end(`${cookies.name('oidc-session')}=sid`, 'ref');
  assert.equal(await oidcRecords.find('Session', 'sid', NOW), null);
});

promise(
  'H-10: another person in the same browser does not inherit what the OpenID provider remembers',
  async (world) => {
    const { oidcRecords } = world.given.store;
    const record = { payload: {}, uid: null, grantId: null, accountId: null, expiresAt: NOW + 9 };
    const header = (token: string) => `${sessionCookie(token)}; ${cookies.name('oidc-session')}=sid`;
    const [first, again, other] = [await world.signIn('ana'), await world.signIn('ana'), await world.signIn('eva')];
    await oidcRecords.save('Session', 'sid', record);
    await world.sessions.establish(header(first), again, 'ref');
    assert.notEqual(await oidcRecords.find('Session', 'sid', NOW), null, 'the same person keeps it');
    await world.sessions.establish(header(again), other, 'ref');
    assert.equal(await oidcRecords.find('Session', 'sid', NOW), null);
  },
);

for (const error of [new SignInError('provider_unreachable', 'down'), new TypeError('a fault of ours')]) {
  promise(
    `a provider that cannot be told (${error.name}) keeps nobody signed in, and leaves a line in the log`,
    async (world) => {
      world.upstream = () => Promise.reject(error);
      const token = await world.signIn('ana', UPSTREAM);
      const signedOut = await world.sessions.end(sessionCookie(token), 'ref');
      assert.deepEqual([signedOut.setCookies, signedOut.unconfirmedProvider], [FORGET, 'campus']);
      assert.equal(await isSignedIn(world, token), false);
      const [line] = world.logged;
      assert.equal(line?.event, 'upstream_sign_out.failed');
      assert.doesNotMatch(JSON.stringify(world.logged), /upstream-token/);
    },
  );
}

promise('a provider that never answers keeps nobody waiting beyond our patience', async (world) => {
  world.upstream = () => new Promise<void>(() => {});
  world.patience = Promise.resolve();
  const token = await world.signIn('ana', UPSTREAM);
  const signedOut = await world.sessions.end(sessionCookie(token), 'ref');
  assert.deepEqual([signedOut.setCookies, signedOut.unconfirmedProvider], [FORGET, 'campus']);
  assert.equal(world.told.length, 1);
});

promise('a provider that has answered is no cause for a warning', async (world) => {
  const token = await world.signIn('ana', UPSTREAM);
  assert.equal((await world.sessions.end(sessionCookie(token), 'ref')).unconfirmedProvider, null);
  assert.equal(world.told.length, 1);
});

promise('an upstream session that is over, or of a provider that is gone, is not ended', async (world) => {
  for (const upstream of [
    { ...UPSTREAM, expiresAt: NOW },
    { ...UPSTREAM, provider: 'gone' },
  ]) {
    const token = await world.signIn('ana', upstream);
    assert.deepEqual((await world.sessions.end(sessionCookie(token), 'ref')).setCookies, FORGET);
  }
  assert.deepEqual([world.told, world.logged], [[], []]);
});
