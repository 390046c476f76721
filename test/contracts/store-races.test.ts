/**
 * Fifty callers at once: for every verb that takes or moves something, exactly one of them does it.
 *
 * Each race also runs with other work between any two statements, where SQLite's quick answers would hide a loser's chance.
 */
import assert from 'node:assert/strict';
import { sql } from '../../src/store/database.ts';
import type { SigningKey } from '../../src/store/signing-keys.ts';
import {
  commitOf,
  countRows,
  createNewcomer,
  forEachStoreAndInterleaved,
  NOW,
  newcomer,
  profileWith,
  signInWith,
  type TestStore,
  verifiedEmail,
} from '../store-fixture.ts';

const RACERS = 50;
const race = <Result>(run: (racer: number) => Promise<Result>): Promise<Result[]> =>
  Promise.all(Array.from({ length: RACERS }, (_, racer) => run(racer)));
const winners = <Result>(results: readonly Result[]) =>
  results.filter((result) => result !== null && result !== false).length;

const arrows = [
  ['started', 'started'],
  ['started', 'returned'],
  ['returned', 'waiting'],
  ['returned', 'decided'],
  ['waiting', 'waiting'],
  ['waiting', 'decided'],
  ['decided', 'answered'],
] as const;
for (const [from, to] of arrows) {
  forEachStoreAndInterleaved(`of fifty that move a sign-in ${from} → ${to}, one does`, async ({ store }) => {
    const signIn = signInWith({ state: from });
    await store.signIns.insert(signIn);
    const outcome = (racer: number) => ({ outcome: { kind: 'succeeded', userId: `racer-${racer}` } }) as const;
    const results = await race((racer) => store.signIns.advance(signIn, to, outcome(racer), NOW));
    assert.equal(winners(results), 1);
    assert.deepEqual(
      await store.signIns.find(signIn.id),
      results.find((result) => result !== null),
    );
  });
}

forEachStoreAndInterleaved('of fifty browsers to which one sign-in is handed, one has it', async ({ store }) => {
  const signIn = signInWith({ purpose: { kind: 'test', slug: 'campus' } });
  await store.signIns.insert(signIn);
  const results = await race((racer) =>
    store.signIns.bind(signIn, { browserHash: `racer-${racer}`, locale: 'en' }, NOW),
  );
  assert.equal(winners(results), 1);
  assert.deepEqual(
    await store.signIns.find(signIn.id),
    results.find((result) => result !== null),
  );
});

forEachStoreAndInterleaved('E-09: of fifty that move one sign-in to different states, one does', async ({ store }) => {
  const signIn = signInWith({ state: 'returned' });
  await store.signIns.insert(signIn);
  const states = ['waiting', 'decided', 'answered'] as const;
  const results = await race((racer) => store.signIns.advance(signIn, states[racer % 3] ?? 'waiting', {}, NOW));
  assert.equal(winners(results), 1);
});

forEachStoreAndInterleaved('A-10: of fifty that redeem one code, one does', async ({ store: { oidcRecords } }) => {
  await oidcRecords.save('AuthorizationCode', 'code', {
    payload: {},
    uid: null,
    grantId: null,
    accountId: null,
    expiresAt: NOW + 9,
  });
  const results = await race(async () => {
    const found = await oidcRecords.find('AuthorizationCode', 'code', NOW);
    return found?.consumedAt === null && (await oidcRecords.consume('AuthorizationCode', 'code', NOW));
  });
  assert.equal(winners(results), 1);
});

forEachStoreAndInterleaved('of fifty that save and redeem one code, one redeems it', async ({ store }) => {
  const { oidcRecords } = store;
  const record = { payload: {}, uid: null, grantId: null, accountId: null, expiresAt: NOW + 9 };
  await oidcRecords.save('AuthorizationCode', 'code', record);
  const results = await race(async () => {
    const consumed = await oidcRecords.consume('AuthorizationCode', 'code', NOW);
    await oidcRecords.save('AuthorizationCode', 'code', record);
    return consumed;
  });
  assert.equal(winners(results), 1);
});

forEachStoreAndInterleaved('of fifty that end one session, one is told whose it was', async (given) => {
  const { commit } = await createNewcomer(given, {});
  const results = await race(() => given.store.sessions.end(commit.session.idHash, NOW));
  assert.equal(winners(results), 1);
});

forEachStoreAndInterleaved('H-04: of fifty that use a session when it is over, none is let in', async (given) => {
  const { commit } = await createNewcomer(given, {});
  const results = await race(() => given.store.sessions.use(commit.session.idHash, NOW + 24 * 60 * 60_000));
  assert.equal(winners(results), 0);
});

/** Rows that a loser of a race must not have left behind. */
async function rowsOf({ databases }: TestStore): Promise<{ [table: string]: number }> {
  const tables = ['users', 'identities', 'emails', 'user_identifiers', 'sessions', 'audit_events'];
  const counts = await Promise.all(tables.map((table) => countRows(databases.durable, table)));
  return Object.fromEntries(tables.map((table, index) => [table, counts[index] ?? 0]));
}

forEachStoreAndInterleaved(
  'R-08: of fifty that create one person, one does, and the others leave nothing',
  async (given) => {
    const curp = { kind: 'curp', value: 'HEGG560427MVZRRL04', identifies: true } as const;
    const profile = profileWith({ identifiers: [curp] });
    const results = await race((racer) => {
      const { user, identity, commit } = newcomer(given.clock, {
        profile,
        emails: [verifiedEmail(`a${racer}@uni.mx`)],
      });
      return given.store.accounts.createUser(user, identity, commit);
    });
    assert.equal(winners(results), 1);
    const one = { users: 1, identities: 1, emails: 1, user_identifiers: 1, sessions: 1, audit_events: 1 };
    assert.deepEqual(await rowsOf(given), one);
  },
);

forEachStoreAndInterleaved(
  'V-02: of fifty people with one verified address, one owns it and all get in',
  async (given) => {
    const people = Array.from({ length: RACERS }, (_, racer) =>
      newcomer(given.clock, {
        profile: profileWith({ subject: `s${racer}` }),
        emails: [verifiedEmail('ana@uni.mx')],
      }),
    );
    const create = ({ user, identity, commit }: (typeof people)[number]) =>
      given.store.accounts.createUser(user, identity, commit);
    const first = await race((racer) => create(people[racer] as (typeof people)[number]));
    assert.ok(winners(first) >= 1);
    // Whoever lost decides anew, as a sign-in does; by now the owner is known.
    const losers = people.filter((_, racer) => first[racer] === false);
    for (const loser of losers) assert.equal(await create(loser), true);
    const { users, sessions, audit_events: events } = await rowsOf(given);
    assert.deepEqual([users, sessions, events], [RACERS, RACERS, RACERS]);
    const { durable } = given.databases;
    const verified = sql`select count(*) as n from emails where verified_at is not null`;
    assert.deepEqual([await durable.get(verified), await countRows(durable, 'emails')], [{ n: 1 }, RACERS]);
  },
);

forEachStoreAndInterleaved(
  'two refreshes that bring a different first address leave one primary one',
  async (given) => {
    const { user, identity } = await createNewcomer(given, {});
    await race(async (racer) => {
      const commit = commitOf(user, profileWith({}), given.clock, [verifiedEmail(`a${racer}@uni.mx`)]);
      const admit = () => given.store.accounts.admitUser(user, identity, commit, true);
      return (await admit()) || admit();
    });
    const emails = (await given.store.accounts.findUser(user.id))?.emails ?? [];
    assert.equal(emails.filter(({ primary }) => primary).length, 1);
  },
);

for (const refresh of [true, false]) {
  forEachStoreAndInterleaved(
    `R-12: who is admitted while being disabled gets in before or not at all (refresh: ${refresh})`,
    async (given) => {
      const { user, identity } = await createNewcomer(given, {});
      const disable = sql`update users set state = 'disabled' where id = ${user.id}`;
      const commits = Array.from({ length: RACERS }, () => commitOf(user, profileWith({}), given.clock));
      const results = await race((racer) => {
        if (racer === RACERS / 2) return given.databases.durable.run(disable).then(() => false);
        const commit = commits[racer] ?? assert.fail();
        return given.store.accounts.admitUser(user, identity, commit, refresh);
      });
      // Refused is refused whole: a session and an event stand for each that got in, and for the one who came first.
      const { sessions, audit_events: events } = await rowsOf(given);
      assert.deepEqual([sessions, events], [winners(results) + 1, winners(results) + 1]);
      const late = commitOf(user, profileWith({}), given.clock);
      assert.equal(await given.store.accounts.admitUser(user, identity, late, refresh), false);
      for (const { session } of commits) assert.equal(await given.store.sessions.use(session.idHash, NOW), null);
    },
  );
}

forEachStoreAndInterleaved('of fifty processes that make the first key, all read back the same one', async (given) => {
  const { signingKeys } = given.store;
  const read = await race(async (racer) => {
    const key: SigningKey = {
      ...{ kid: 'rs256-1', algorithm: 'RS256', jwk: { kty: 'RSA', n: `${racer}` }, createdAt: NOW },
      ...{ signsFrom: NOW, withdrawnAt: null },
    };
    await signingKeys.insert(key, []);
    return JSON.stringify(await signingKeys.all());
  });
  assert.equal(new Set(read).size, 1);
  assert.equal(await countRows(given.databases.durable, 'signing_keys'), 1);
});

forEachStoreAndInterleaved('of fifty that write one audit event, one row remains', async ({ store, databases }) => {
  const event = newcomer({ now: () => NOW, randomBytes: (bytes) => new Uint8Array(bytes) }).commit.events[0];
  assert.ok(event);
  await race(() => store.audit.record(event));
  assert.equal(await countRows(databases.durable, 'audit_events'), 1);
});
