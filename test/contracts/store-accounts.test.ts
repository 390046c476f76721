/**
 * Users, identities and addresses over every database: what each verb promises when nobody races with it.
 */
import assert from 'node:assert/strict';
import { sql } from '../../src/store/database.ts';
import {
  commitOf,
  countRows,
  createNewcomer,
  forEachStore,
  newcomer,
  profileWith,
  type TestStore,
  unverifiedEmail,
  verifiedEmail,
} from '../store-fixture.ts';

const tables = ['users', 'identities', 'emails', 'user_identifiers', 'sessions', 'audit_events'] as const;

async function counts({ databases }: TestStore): Promise<number[]> {
  return Promise.all(tables.map((table) => countRows(databases.durable, table)));
}

async function emailsOf({ store }: TestStore, userId: string) {
  const found = await store.accounts.findUser(userId);
  return found?.emails.map(({ address, verifiedBy, primary }) => [address, verifiedBy, primary]) ?? null;
}

const curp = (value: string) => ({ kind: 'curp' as const, value, identifies: true });

forEachStore('a created user is found by identity and by id, exactly as written', async (given) => {
  const phone = { number: '+525512345678', verified: true };
  const profile = profileWith({ birthDate: '1999-12-31', phone, locale: 'es-MX' });
  const { user, identity } = await createNewcomer(given, { profile });
  assert.deepEqual(await given.store.accounts.findIdentity('campus', 's1'), { identity, profile, user });
  assert.deepEqual(await given.store.accounts.findUser(user.id), { user, emails: [] });
  assert.deepEqual(await given.store.accounts.identitiesOf(user.id), [identity]);
});

forEachStore('an identity is verified from the first sign-in on that vouches for it, and stays so', async (given) => {
  const { store, clock } = given;
  const { user, identity, commit } = await createNewcomer(given);
  const verifiedAt = async () => (await store.accounts.identitiesOf(user.id))[0]?.verifiedAt;
  const admit = (verifiesIdentity: boolean, refresh: boolean) => {
    clock.advance(1000);
    const again = { ...commitOf(user, commit.profile, clock), verifiesIdentity };
    return store.accounts.admitUser(user, identity, again, refresh);
  };
  assert.equal(await verifiedAt(), null);
  assert.ok(await admit(false, true));
  assert.equal(await verifiedAt(), null);
  assert.ok(await admit(true, false));
  const first = clock.now();
  assert.equal(await verifiedAt(), first);
  for (const [verifies, refresh] of [
    [true, true],
    [true, false],
    [false, true],
    [false, false],
  ] as const) {
    assert.ok(await admit(verifies, refresh));
    assert.equal(await verifiedAt(), first);
  }
  const known = await store.accounts.findIdentity('campus', 's1');
  assert.equal(known?.identity.verifiedAt, first);
});

forEachStore('a new identity is verified when the sign-in that makes it vouches for it', async ({ store, clock }) => {
  const { user, identity, commit } = newcomer(clock);
  assert.ok(await store.accounts.createUser(user, identity, { ...commit, verifiesIdentity: true }));
  assert.equal((await store.accounts.identitiesOf(user.id))[0]?.verifiedAt, clock.now());
});

forEachStore('who is not there is null, and has no identities and no identifier', async ({ store: { accounts } }) => {
  assert.equal(await accounts.findIdentity('campus', 's1'), null);
  assert.equal(await accounts.findUser('nobody'), null);
  assert.equal(await accounts.findIdentifier('nobody', 'curp'), null);
  assert.deepEqual(await accounts.identitiesOf('nobody'), []);
});

forEachStore('P-03: subjects and providers that only look alike are different people', async (given) => {
  const subjects = ['É', 'é', 'e\u0301', '\u0130', 'i', '\u212a', 'K', 'k', '\u017f', 's', 'x', 'x ', ' x', 'ch', 'll'];
  const others = ['\u{1f511}', '\u{1f511}\u{fe0f}', 'ñ'.repeat(255), "'; drop table users --", '\\', '%', '_'];
  const ids = new Map<string, string>();
  for (const subject of [...subjects, ...others]) {
    const { user } = await createNewcomer(given, { profile: profileWith({ subject }) });
    ids.set(subject, user.id);
  }
  for (const [subject, id] of ids) {
    assert.equal((await given.store.accounts.findIdentity('campus', subject))?.user.id, id, JSON.stringify(subject));
    assert.equal(await given.store.accounts.findIdentity('Campus', subject), null);
  }
});

forEachStore('P-03: names come back exactly as they were written, whatever the language', async (given) => {
  const names = ['José', 'Иван', '李雷', '\u{1f511}\u200d', "O'Brien", 'Null', '\u0130', '\u017f', 'ñ'.repeat(500)];
  for (const [index, full] of names.entries()) {
    const name = { full, given: null, firstSurname: null, secondSurname: null };
    const { user } = await createNewcomer(given, { profile: profileWith({ subject: `s-${index}`, name }) });
    assert.deepEqual((await given.store.accounts.findUser(user.id))?.user.name, name);
  }
});

forEachStore('P-04: times to the year 9999 come back as the same numbers', async (given) => {
  given.clock.set(Date.UTC(9999, 11, 31, 23, 59, 59, 999));
  const { user } = await createNewcomer(given, {});
  assert.equal((await given.store.accounts.findUser(user.id))?.user.createdAt, 253402300799999);
});

forEachStore('creating somebody whose identity is taken writes nothing at all', async (given) => {
  await createNewcomer(given, {});
  const before = await counts(given);
  const second = newcomer(given.clock, {
    profile: profileWith({ identifiers: [curp('HEGG560427MVZRRL04')] }),
    emails: [verifiedEmail('ana@uni.mx')],
  });
  assert.equal(await given.store.accounts.createUser(second.user, second.identity, second.commit), false);
  assert.deepEqual(await counts(given), before);
});

forEachStore('L-03: creating somebody whose user name differs only in case or form writes nothing', async (given) => {
  const { user } = await createNewcomer(given, {});
  const before = await counts(given);
  for (const username of [user.username, user.username.toUpperCase(), user.username.replace('user', 'ｕser')]) {
    const second = newcomer(given.clock, { profile: profileWith({ subject: 's2' }) });
    const named = { ...second.user, username };
    assert.equal(await given.store.accounts.createUser(named, second.identity, second.commit), false);
  }
  assert.deepEqual(await counts(given), before);
});

forEachStore('the first address of a new user is the primary one', async (given) => {
  const emails = [unverifiedEmail('ana@uni.mx'), verifiedEmail('ana@casa.mx')];
  const { user } = await createNewcomer(given, { emails });
  assert.deepEqual(await emailsOf(given, user.id), [
    ['ana@uni.mx', null, true],
    ['ana@casa.mx', 'campus', false],
  ]);
});

forEachStore('D-02: an address that is verified for another account is kept, but not as verified', async (given) => {
  const owner = await createNewcomer(given, { emails: [verifiedEmail('ana@uni.mx')] });
  const emails = [verifiedEmail('ana@uni.mx'), verifiedEmail('otra@uni.mx')];
  const { user } = await createNewcomer(given, { profile: profileWith({ subject: 's2' }), emails });
  assert.deepEqual(await emailsOf(given, user.id), [
    ['ana@uni.mx', null, true],
    ['otra@uni.mx', 'campus', false],
  ]);
  assert.deepEqual(await emailsOf(given, owner.user.id), [['ana@uni.mx', 'campus', true]]);
});

forEachStore(
  'D-08: an unverified address belongs to nobody: many may hold it, and one may verify it',
  async (given) => {
    for (const subject of ['s1', 's2']) {
      await createNewcomer(given, { profile: profileWith({ subject }), emails: [unverifiedEmail('ana@uni.mx')] });
    }
    const emails = [verifiedEmail('ana@uni.mx')];
    const { user } = await createNewcomer(given, { profile: profileWith({ subject: 's3' }), emails });
    assert.deepEqual(await emailsOf(given, user.id), [['ana@uni.mx', 'campus', true]]);
  },
);

forEachStore(
  'admitting a known user writes session, event and time of use; without refresh nothing else',
  async (given) => {
    const first = profileWith({});
    const { user, identity } = await createNewcomer(given, { profile: first, emails: [verifiedEmail('ana@uni.mx')] });
    given.clock.advance(1000);
    const profile = profileWith({ identifiers: [curp('HEGG560427MVZRRL04')] });
    const renamed = { ...user, birthDate: '2000-01-01' };
    const commit = commitOf(user, profile, given.clock, [verifiedEmail('new@uni.mx')]);
    assert.equal(await given.store.accounts.admitUser(renamed, identity, commit, false), true);
    assert.deepEqual(await counts(given), [1, 1, 1, 0, 2, 2]);
    const lastUsedAt = given.clock.now();
    assert.deepEqual(await given.store.accounts.findIdentity('campus', 's1'), {
      identity: { ...identity, lastUsedAt },
      profile: first,
      user,
    });
  },
);

forEachStore('admitting with refresh writes what the provider says today', async (given) => {
  const { user, identity } = await createNewcomer(given, { emails: [unverifiedEmail('ana@uni.mx')] });
  given.clock.advance(1000);
  const profile = profileWith({ identifiers: [curp('HEGG560427MVZRRL04')] });
  const refreshed = { ...user, birthDate: '2000-01-01', updatedAt: given.clock.now() };
  const emails = [verifiedEmail('ana@uni.mx'), unverifiedEmail('new@uni.mx')];
  const commit = commitOf(user, profile, given.clock, emails);
  assert.equal(await given.store.accounts.admitUser(refreshed, identity, commit, true), true);
  const found = await given.store.accounts.findUser(user.id);
  assert.deepEqual(found?.user, refreshed);
  assert.deepEqual(await emailsOf(given, user.id), [
    ['ana@uni.mx', 'campus', true],
    ['new@uni.mx', null, false],
  ]);
  assert.equal(await given.store.accounts.findIdentifier(user.id, 'curp'), 'HEGG560427MVZRRL04');
});

forEachStore('a refresh never takes a verification, its first time or an address away', async (given) => {
  const emails = [verifiedEmail('ana@uni.mx'), verifiedEmail('ana@casa.mx')];
  const { user, identity } = await createNewcomer(given, { emails });
  const before = await given.store.accounts.findUser(user.id);
  given.clock.advance(1000);
  const commit = commitOf(user, profileWith({}), given.clock, [unverifiedEmail('ana@uni.mx')]);
  assert.equal(await given.store.accounts.admitUser(user, identity, commit, true), true);
  assert.deepEqual((await given.store.accounts.findUser(user.id))?.emails, before?.emails);
});

forEachStore('a refresh does not verify an address that another account holds as verified', async (given) => {
  const { user, identity } = await createNewcomer(given, { emails: [unverifiedEmail('ana@uni.mx')] });
  const profile = profileWith({ subject: 's2' });
  await createNewcomer(given, { profile, emails: [verifiedEmail('ana@uni.mx')] });
  const commit = commitOf(user, profileWith({}), given.clock, [verifiedEmail('ana@uni.mx')]);
  assert.equal(await given.store.accounts.admitUser(user, identity, commit, true), true);
  assert.deepEqual(await emailsOf(given, user.id), [['ana@uni.mx', null, true]]);
});

forEachStore('the first address that a refresh brings becomes the primary one, a later one does not', async (given) => {
  const { user, identity } = await createNewcomer(given, {});
  for (const emails of [[unverifiedEmail('b@uni.mx'), verifiedEmail('a@uni.mx')], [verifiedEmail('c@uni.mx')]]) {
    given.clock.advance(1000);
    const commit = commitOf(user, profileWith({}), given.clock, emails);
    assert.equal(await given.store.accounts.admitUser(user, identity, commit, true), true);
  }
  assert.deepEqual(await emailsOf(given, user.id), [
    ['b@uni.mx', null, true],
    ['a@uni.mx', 'campus', false],
    ['c@uni.mx', 'campus', false],
  ]);
});

for (const refresh of [true, false]) {
  for (const state of ['disabled', 'merged', 'deleted']) {
    forEachStore(
      `H-06: a ${state} user is not admitted, and nothing is written (refresh: ${refresh})`,
      async (given) => {
        const { user, identity } = await createNewcomer(given, {});
        await given.databases.durable.run(sql`update users set state = ${state}`);
        const before = await counts(given);
        given.clock.advance(1000);
        const commit = commitOf(user, profileWith({}), given.clock, [verifiedEmail('ana@uni.mx')]);
        assert.equal(await given.store.accounts.admitUser(user, identity, commit, refresh), false);
        assert.deepEqual(await counts(given), before);
        assert.deepEqual((await given.store.accounts.findIdentity('campus', 's1'))?.identity, identity);
      },
    );
  }

  forEachStore(
    `an identity that moved to another user admits nobody to the old one (refresh: ${refresh})`,
    async (given) => {
      const { user, identity } = await createNewcomer(given, {});
      const other = await createNewcomer(given, { profile: profileWith({ subject: 's2' }) });
      await given.databases.durable.run(
        sql`update identities set user_id = ${other.user.id} where id = ${identity.id}`,
      );
      const before = await counts(given);
      const commit = commitOf(user, profileWith({}), given.clock);
      assert.equal(await given.store.accounts.admitUser(user, identity, commit, refresh), false);
      assert.deepEqual(await counts(given), before);
    },
  );
}

forEachStore('a commit that is repeated writes its session and its event once', async (given) => {
  const { user, identity, commit } = await createNewcomer(given, {});
  for (const refresh of [false, true]) {
    assert.equal(await given.store.accounts.admitUser(user, identity, commit, refresh), true);
  }
  assert.deepEqual(await counts(given), [1, 1, 0, 0, 1, 1]);
});

forEachStore(
  'the identifier of a user is the one that came last; one that identifies nobody is not kept',
  async (given) => {
    const generic = { kind: 'curp' as const, value: 'XEXX010101HDFXXX04', identifies: false };
    const first = profileWith({ identifiers: [generic, curp('HEGG560427MVZRRL04')] });
    const { user, identity } = await createNewcomer(given, { profile: first });
    assert.equal(await countRows(given.databases.durable, 'user_identifiers'), 1);
    given.clock.advance(1);
    const second = profileWith({ identifiers: [curp('SABC560626MDFLRN01')] });
    const commit = commitOf(user, second, given.clock);
    assert.equal(await given.store.accounts.admitUser(user, identity, commit, true), true);
    assert.equal(await given.store.accounts.findIdentifier(user.id, 'curp'), 'SABC560626MDFLRN01');
    assert.equal(await given.store.accounts.findIdentifier(user.id, 'other'), null);
  },
);

forEachStore('identities of a user are listed from the oldest to the newest', async (given) => {
  const { user } = await createNewcomer(given, {});
  await given.databases.durable.run(sql`
    insert into identities (id, provider, subject, user_id, profile, created_at, last_used_at)
    values ('older', 'google', 'g', ${user.id}, '', 0, 5)`);
  const identities = await given.store.accounts.identitiesOf(user.id);
  assert.deepEqual(
    identities.map(({ provider }) => provider),
    ['google', 'campus'],
  );
});
