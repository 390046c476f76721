/**
 * A sealed value opens only where it was sealed: one that was moved to another row, changed, or sealed under another
 * secret fails closed (H-08, C-09). Whoever can write to the database must not become somebody else by copying a column.
 */
import assert from 'node:assert/strict';
import { createVault, SealBroken } from '../../src/crypto.ts';
import { outgoing } from '../../src/mail/fixture.ts';
import { sql } from '../../src/store/database.ts';
import { insertMerge } from '../../src/store/merges.ts';
import { insertOutgoingEvent } from '../../src/store/outgoing-events.ts';
import { noteSessionLaunch } from '../../src/store/session-launches.ts';
import { createStore } from '../../src/store/store.ts';
import { deepLink } from '../lti/deep-link.fixture.ts';
import {
  countRows,
  createNewcomer,
  forEachStore,
  NOW,
  newcomer,
  profileWith,
  signInWith,
  type TestStore,
} from '../store-fixture.ts';

interface Sealed {
  /** Writes two rows with a sealed column each. */
  write(given: TestStore): Promise<void>;
  /** Moves the sealed value of the first row into the second. */
  move(given: TestStore): Promise<number>;
  /** Reads the second row. */
  read(given: Pick<TestStore, 'store'>): Promise<unknown>;
}

const curp = (value: string) => ({ kind: 'curp' as const, value, identifies: true });
const people = ['HEGG560427MVZRRL04', 'SABC560626MDFLRN01'];
const upstream = { provider: 'campus', accessToken: 'token', expiresAt: NOW + 1 };

const sealedColumns: { readonly [column: string]: Sealed } = {
  'users.profile': {
    async write({ store, clock }) {
      for (const subject of ['a', 'b']) {
        const { user, identity, commit } = newcomer(clock, { profile: profileWith({ subject }) });
        await store.accounts.createUser(
          { ...user, id: subject },
          { ...identity, userId: subject },
          withUser(commit, subject),
        );
      }
    },
    move: ({ databases }) =>
      databases.durable.run(sql`
        update users set profile = (select profile from users where id = 'a') where id = 'b'`),
    read: ({ store }) => store.accounts.findUser('b'),
  },
  'user_identifiers.value': {
    async write({ store, clock }) {
      for (const [index, value] of people.entries()) {
        const subject = ['a', 'b'][index] ?? '';
        const profile = profileWith({ subject, identifiers: [curp(value)] });
        const { user, identity, commit } = newcomer(clock, { profile });
        await store.accounts.createUser(
          { ...user, id: subject },
          { ...identity, userId: subject },
          withUser(commit, subject),
        );
      }
    },
    move: ({ databases }) =>
      databases.durable.run(sql`
        update user_identifiers set value = (select value from user_identifiers where user_id = 'a')
        where user_id = 'b'`),
    read: ({ store }) => store.accounts.findIdentifier('b', 'curp'),
  },
  'sessions.upstream': {
    async write({ store, clock }) {
      for (const subject of ['a', 'b']) {
        const { user, identity, commit } = newcomer(clock, { profile: profileWith({ subject }) });
        const session = { ...commit.session, idHash: subject, upstream };
        await store.accounts.createUser(user, identity, { ...commit, session });
      }
    },
    move: ({ databases }) =>
      databases.durable.run(sql`
        update sessions set upstream = (select upstream from sessions where id_hash = 'a') where id_hash = 'b'`),
    read: ({ store }) => store.sessions.end('b', NOW),
  },
  'sessions.device': {
    async write({ store, clock }) {
      for (const subject of ['a', 'b']) {
        const { user, identity, commit } = newcomer(clock, { profile: profileWith({ subject }) });
        const session = { ...commit.session, idHash: subject, userId: 'a' };
        const owned = subject === 'a' ? { ...withUser(commit, 'a'), session } : { ...commit, session };
        await store.accounts.createUser(
          subject === 'a' ? { ...user, id: 'a' } : user,
          subject === 'a' ? { ...identity, userId: 'a' } : identity,
          owned,
        );
      }
    },
    move: ({ databases }) =>
      databases.durable.run(sql`
        update sessions set device = (select device from sessions where id_hash = 'a') where id_hash = 'b'`),
    read: ({ store }) => store.sessions.ofUser('a', NOW),
  },
  'signing_keys.private_key': {
    async write({ store }) {
      for (const kid of ['a', 'b']) {
        const key = {
          kid,
          algorithm: 'ES256',
          jwk: { kid },
          createdAt: NOW,
          signsFrom: NOW,
          withdrawnAt: null,
        } as const;
        await store.signingKeys.insert(key, []);
      }
    },
    move: ({ databases }) =>
      databases.durable.run(sql`
        update signing_keys set private_key = (select private_key from signing_keys where kid = 'a') where kid = 'b'`),
    read: ({ store }) => store.signingKeys.all(),
  },
  'sign_ins.document': {
    async write({ store }) {
      for (const id of ['a', 'b']) await store.signIns.insert(signInWith({ id }));
    },
    move: ({ databases }) =>
      databases.ephemeral.run(sql`
        update sign_ins set document = (select document from sign_ins where id = 'a') where id = 'b'`),
    read: ({ store }) => store.signIns.find('b'),
  },
  'oidc_records.payload': {
    async write({ store }) {
      for (const id of ['a', 'b']) {
        await store.oidcRecords.save('AccessToken', id, {
          ...{ payload: { accountId: id }, uid: id, grantId: id, accountId: id, expiresAt: NOW + 1 },
        });
      }
    },
    // Each of the two gets the other's value, since the test cannot name a row whose id is hashed.
    async move({ databases: { ephemeral } }) {
      const [first, second] = await ephemeral.all(sql`select id_hash, payload from oidc_records`);
      for (const [to, from] of [
        [first, second],
        [second, first],
      ]) {
        await ephemeral.run(sql`
          update oidc_records set payload = ${from?.payload ?? null} where id_hash = ${to?.id_hash ?? null}`);
      }
      return 2;
    },
    read: ({ store }) => store.oidcRecords.find('AccessToken', 'b', NOW),
  },
  'outgoing_mails.message': {
    async write({ store }) {
      for (const [index, id] of ['b', 'a'].entries()) {
        await store.outbox.enqueue({ ...outgoing(`${id}@uni.mx`), id, notAfter: NOW + 1 }, NOW + index);
      }
    },
    move: ({ databases }) =>
      databases.durable.run(sql`
        update outgoing_mails set message = (select message from outgoing_mails where id = 'a') where id = 'b'`),
    // The one that is due the longest.
    read: ({ store }) => store.outbox.claim(NOW, 1),
  },
  'merges.snapshot': {
    async write({ store, clock, vault, databases }) {
      const people = await Promise.all(
        ['a', 'b', 'c'].map((subject) => createNewcomer({ store, clock }, { profile: profileWith({ subject }) })),
      );
      const [a = '', b = '', c = ''] = people.map(({ user }) => user.id);
      const merge = {
        survivorId: c,
        changedSurvivor: false,
        mergedBy: 'x',
        reason: 'x',
        mergedAt: NOW,
        undoUntil: NOW + 1,
      };
      await databases.durable.atomically([
        insertMerge({ ...merge, id: 'a', retiredId: a }, '{}', vault),
        insertMerge({ ...merge, id: 'b', retiredId: b }, '{}', vault),
      ]);
    },
    move: ({ databases }) =>
      databases.durable.run(sql`
        update merges set snapshot = (select snapshot from merges where id = 'a') where id = 'b'`),
    read: ({ store }) => store.merges.find('b'),
  },
  'outgoing_events.payload': {
    async write({ databases, vault }) {
      for (const [index, id] of ['b', 'a'].entries()) {
        const event = { kind: 'account-disabled', subject: id } as const;
        const outgoing = { id, clientId: 'lms', userId: id, otherUserId: null, event };
        await databases.durable.atomically([insertOutgoingEvent(outgoing, vault, NOW + index)]);
      }
    },
    move: ({ databases }) =>
      databases.durable.run(sql`
        update outgoing_events set payload = (select payload from outgoing_events where id = 'a') where id = 'b'`),
    read: ({ store }) => store.outgoingEvents.claim('lms', NOW, 1),
  },
  'session_clients.notice': {
    async write({ store, clock }) {
      for (const subject of ['a', 'b']) {
        const { user, identity, commit } = newcomer(clock, { profile: profileWith({ subject }) });
        const session = { ...commit.session, idHash: subject };
        await store.accounts.createUser(user, identity, { ...commit, session });
        const notice = { kind: 'logged-out', subject, sid: subject } as const;
        await store.sessions.noteClient({ sessionHash: subject, clientId: 'lms', notice });
      }
    },
    move: ({ databases }) =>
      databases.durable.run(sql`
        update session_clients set notice = (select notice from session_clients where session_hash = 'a')
        where session_hash = 'b'`),
    // Opened for the first time where it was moved to.
    async read({ store }) {
      await store.sessions.end('b', NOW);
      return store.outgoingEvents.claim('lms', NOW, 1);
    },
  },
  'session_launches.document': {
    async write({ store, vault, clock }) {
      for (const subject of ['a', 'b']) {
        const { user, identity, commit } = newcomer(clock, { profile: profileWith({ subject }) });
        await store.accounts.createUser(user, identity, { ...commit, session: { ...commit.session, idHash: subject } });
        const of = { sessionHash: subject, clientId: 'lms' };
        await store.sessions.noteClient({ ...of, notice: { kind: 'untold', sid: subject } });
        const word = {
          registration: 'campus',
          deploymentId: null,
          roles: [],
          context: null,
          resourceLink: null,
          forUser: null,
        };
        await store.commit([noteSessionLaunch({ ...of, word }, vault, NOW)]);
      }
    },
    move: ({ databases }) =>
      databases.durable.run(sql`
        update session_launches set document = (select document from session_launches where session_hash = 'a')
        where session_hash = 'b'`),
    read: ({ store }) => store.sessionLaunches.findLast('b', 'lms'),
  },
  'lti_deep_links.document': {
    write: writeDeepLinks,
    move: ({ databases }) =>
      databases.ephemeral.run(sql`
        update lti_deep_links set document = (select document from lti_deep_links where expires_at = ${NOW + 1})
        where expires_at = ${NOW + 2}`),
    read: ({ store }) => store.ltiDeepLinks.find('b'),
  },
  'lti_deep_links.answer': {
    write: writeDeepLinks,
    move: ({ databases }) =>
      databases.ephemeral.run(sql`
        update lti_deep_links set answer = (select answer from lti_deep_links where expires_at = ${NOW + 1})
        where expires_at = ${NOW + 2}`),
    read: ({ store }) => store.ltiDeepLinks.find('b'),
  },
};

async function writeDeepLinks({ store }: TestStore): Promise<void> {
  for (const [id, expiresAt] of [['a', NOW + 1] as const, ['b', NOW + 2] as const]) {
    await store.ltiDeepLinks.insert(id, 'secret', { ...deepLink, expiresAt });
    await store.ltiDeepLinks.answer(id, { items: [], nonce: 'n', at: NOW });
  }
}

function withUser<Commit extends { readonly session: { readonly userId: string } }>(commit: Commit, userId: string) {
  return { ...commit, session: { ...commit.session, userId } };
}

for (const [column, { write, move, read }] of Object.entries(sealedColumns)) {
  forEachStore(`H-08: a value of ${column} that was moved to another row does not open`, async (given) => {
    await write(given);
    assert.ok((await move(given)) > 0);
    await assert.rejects(read(given), SealBroken);
  });

  forEachStore(`H-08: a value of ${column} does not open under another secret`, async (given) => {
    await write(given);
    const vault = createVault(`another-${'x'.repeat(40)}`, given.clock);
    const store = createStore(given.databases, vault);
    // Hashes of tokens differ too: what is looked up by one is not even found.
    const result = await read({ store }).catch((error: unknown) => error);
    assert.ok(result === null || result instanceof SealBroken, String(result));
  });

  forEachStore(`a value of ${column} opens where it was sealed`, async (given) => {
    await write(given);
    const result = await read(given);
    assert.ok(result !== null && result !== undefined);
  });
}

forEachStore('C-09: a sealed value that was cut, lengthened or emptied does not open', async (given) => {
  const signIn = signInWith({});
  await given.store.signIns.insert(signIn);
  const row = await given.databases.ephemeral.get(sql`select document from sign_ins`);
  const document = String(row?.document);
  for (const spoiled of [
    '',
    '1.',
    '1',
    document.slice(0, -4),
    `${document}AAAA`,
    document.slice(2),
    `2${document.slice(1)}`,
  ]) {
    await given.databases.ephemeral.run(sql`update sign_ins set document = ${spoiled}`);
    await assert.rejects(given.store.signIns.find(signIn.id), SealBroken, JSON.stringify(spoiled.slice(0, 10)));
  }
});

forEachStore('H-08, M-10: nothing of a person stands in the durable database in clear', async (given) => {
  const profile = profileWith({
    name: { full: 'Secreta Persona', given: null, firstSurname: null, secondSurname: null },
    phone: { number: '+525512345678', verified: true },
    birthDate: '1999-12-31',
    identifiers: [curp('HEGG560427MVZRRL04')],
    raw: { note: 'Secreta' },
  });
  const { user } = await createNewcomer(given, { profile });
  const tables = ['users', 'identities', 'user_identifiers', 'sessions', 'audit_events'];
  const rows = await Promise.all(
    tables.map((table) => given.databases.durable.all({ shape: [`select * from ${table}`], values: [] })),
  );
  assert.equal(await countRows(given.databases.durable, 'user_identifiers'), 1);
  const stored = JSON.stringify(rows);
  assert.doesNotMatch(stored, /Secreta|5512345678|1999-12-31|HEGG560427/);
  assert.match(stored, new RegExp(user.username), 'the rows were read');
});
