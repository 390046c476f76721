/**
 * P-02: the rules that a race could break are the database's own. Each is broken here by plain SQL, past all code of ours.
 */
import assert from 'node:assert/strict';
import { ConstraintViolation, type Statement, sql } from '../../src/store/database.ts';
import { createNewcomer, forEachStore, profileWith, type TestStore, verifiedEmail } from '../store-fixture.ts';

/** Refused as a violated key, and nothing else of the row is to blame: `control` differs in the key alone and is accepted. */
async function assertRefused({ databases }: TestStore, broken: Statement, control: Statement): Promise<void> {
  await assert.rejects(databases.durable.run(broken), ConstraintViolation);
  assert.equal(await databases.durable.run(control), 1);
}

const insertUser = (id: string, usernameKey: string) => sql`
  insert into users (id, state, username, username_key, profile, created_at, updated_at)
  values (${id}, 'active', ${usernameKey}, ${usernameKey}, '', 0, 0)`;
const insertIdentity = (id: string, userId: string, provider: string, subject: string) => sql`
  insert into identities (id, provider, subject, user_id, profile, created_at, last_used_at)
  values (${id}, ${provider}, ${subject}, ${userId}, '', 0, 0)`;
const insertEmail = (userId: string, key: string, verifiedBy: string | null, primary: 0 | 1) => sql`
  insert into emails (user_id, address_key, address, verified_at, verified_by, is_primary, created_at)
  values (${userId}, ${key}, ${key}, ${verifiedBy === null ? null : 0}, ${verifiedBy}, ${primary}, 0)`;
const insertSession = (idHash: string, userId: string) => sql`
  insert into sessions (id_hash, user_id, provider, assurance, created_at, last_seen_at, expires_at)
  values (${idHash}, ${userId}, 'campus', '{}', 0, 0, 0)`;

const ana = { profile: profileWith({ subject: 'ana' }), emails: [verifiedEmail('ana@uni.mx')] };
const bob = { profile: profileWith({ subject: 'bob' }), emails: [] };

forEachStore('P-02: the database refuses a second identity with one provider and subject', async (given) => {
  const { user } = await createNewcomer(given, ana);
  const other = await createNewcomer(given, bob);
  for (const owner of [user, other.user]) {
    await assertRefused(
      given,
      insertIdentity(`second of ${owner.id}`, owner.id, 'campus', 'ana'),
      insertIdentity(`third of ${owner.id}`, owner.id, `campus-of-${owner.id}`, 'ana'),
    );
  }
});

forEachStore('P-02: the database refuses an identity, an address and a session of a missing user', async (given) => {
  const { user } = await createNewcomer(given, bob);
  await assertRefused(given, insertIdentity('i', 'nobody', 'x', 's'), insertIdentity('i', user.id, 'x', 's'));
  await assertRefused(given, insertEmail('nobody', 'a@x.mx', null, 0), insertEmail(user.id, 'a@x.mx', null, 0));
  await assertRefused(given, insertSession('h', 'nobody'), insertSession('h', user.id));
});

forEachStore('P-02: the database refuses to give a sub or a user name twice', async (given) => {
  const { user } = await createNewcomer(given, ana);
  await assertRefused(given, insertUser(user.id, 'fresh'), insertUser('fresh', 'fresh'));
  await assertRefused(given, insertUser('other', user.username), insertUser('other', `${user.username}x`));
});

forEachStore(
  'P-02: the database keeps a user to whom anything is tied, so that no tie points nowhere',
  async (given) => {
    const { user } = await createNewcomer(given, ana);
    await assert.rejects(
      given.databases.durable.run(sql`delete from users where id = ${user.id}`),
      ConstraintViolation,
    );
  },
);

forEachStore('P-02: the database refuses a second account with one verified address', async (given) => {
  await createNewcomer(given, ana);
  const { user } = await createNewcomer(given, bob);
  await assertRefused(
    given,
    insertEmail(user.id, 'ana@uni.mx', 'campus', 0),
    insertEmail(user.id, 'ana@uni.mx', null, 0),
  );
  const verify = sql`update emails set verified_at = 1, verified_by = 'x' where user_id = ${user.id}`;
  await assert.rejects(given.databases.durable.run(verify), ConstraintViolation, 'nor by verifying it later');
});

forEachStore(
  'P-02: the database refuses a second primary address, and one address twice, of one user',
  async (given) => {
    const { user } = await createNewcomer(given, ana);
    await assertRefused(given, insertEmail(user.id, 'b@uni.mx', null, 1), insertEmail(user.id, 'b@uni.mx', null, 0));
    await assertRefused(given, insertEmail(user.id, 'ana@uni.mx', null, 0), insertEmail(user.id, 'c@uni.mx', null, 0));
  },
);

forEachStore(
  'P-02: the database refuses a verification without a verifier, and unknown words for states',
  async (given) => {
    const { durable, ephemeral } = given.databases;
    const { user } = await createNewcomer(given, ana);
    for (const broken of [
      sql`update emails set verified_by = null`,
      sql`update emails set verified_at = null`,
      sql`update emails set is_primary = 2`,
      sql`update users set state = 'Active' where id = ${user.id}`,
    ]) {
      await assert.rejects(durable.run(broken));
    }
    await assert.rejects(
      ephemeral.run(sql`
      insert into sign_ins (id, state, version, browser_hash, document, created_at, changed_at, expires_at)
      values ('s', 'finished', 1, '', '', 0, 0, 0)`),
    );
  },
);

forEachStore(
  'P-02: the database refuses a second session, event, sign-in, record or key of one name',
  async (given) => {
    const { user } = await createNewcomer(given, bob);
    const insertEvent = sql`insert into audit_events (id, at, type, detail) values ('e', 0, 'x', '{}')`;
    const insertKey = sql`insert into signing_keys (kid, algorithm, private_key, created_at) values ('k', 'RS256', '', 0)`;
    const insertSignIn = sql`
    insert into sign_ins (id, state, version, browser_hash, document, created_at, changed_at, expires_at)
    values ('s', 'started', 1, '', '', 0, 0, 0)`;
    const insertRecord = sql`insert into oidc_records (id_hash, model, payload, expires_at) values ('r', 'X', '', 0)`;
    const { durable, ephemeral } = given.databases;
    for (const [database, statement] of [
      [durable, insertSession('h', user.id)],
      [durable, insertEvent],
      [durable, insertKey],
      [ephemeral, insertSignIn],
      [ephemeral, insertRecord],
    ] as const) {
      assert.equal(await database.run(statement), 1);
      await assert.rejects(database.run(statement), ConstraintViolation);
    }
  },
);

forEachStore(
  'V-08, P-02: the database refuses one sub for two accounts of a client, and one account twice',
  async (given) => {
    const { user } = await createNewcomer(given, ana);
    const other = await createNewcomer(given, bob);
    const insert = (clientId: string, userId: string, subject: string) => sql`
    insert into client_subjects (client_id, user_id, subject, first_seen_at, last_seen_at)
    values (${clientId}, ${userId}, ${subject}, 0, 0)`;
    assert.equal(await given.databases.durable.run(insert('lms', user.id, user.id)), 1);
    await assertRefused(given, insert('lms', other.user.id, user.id), insert('lms', other.user.id, other.user.id));
    await assertRefused(given, insert('lms', user.id, 'another'), insert('wiki', user.id, 'another'));
    await assertRefused(given, insert('forum', 'nobody', 'x'), insert('forum', user.id, 'x'));
  },
);

forEachStore(
  'V-16, P-02: the database refuses an account that is merged into itself, into nobody, or twice',
  async (given) => {
    const { durable } = given.databases;
    const { user } = await createNewcomer(given, ana);
    const other = await createNewcomer(given, bob);
    const retire = (into: string, state: string) => sql`
    update users set state = ${state}, merged_into = ${into} where id = ${user.id}`;
    await assert.rejects(durable.run(retire(user.id, 'merged')));
    await assert.rejects(durable.run(retire('nobody', 'merged')), ConstraintViolation);
    await assert.rejects(durable.run(retire(other.user.id, 'active')), 'who is merged away is not active');
    assert.equal(await durable.run(retire(other.user.id, 'merged')), 1);
    const insert = (id: string, retired: string, survivor: string, position: number) => sql`
    insert into merges (id, retired_id, survivor_id, position, changed_survivor, merged_by, reason, merged_at, undo_until)
    values (${id}, ${retired}, ${survivor}, ${position}, 0, '', '', 0, 0)`;
    assert.equal(await durable.run(insert('first', user.id, other.user.id, 1)), 1);
    await assert.rejects(durable.run(insert('second', user.id, other.user.id, 2)), ConstraintViolation);
    await assert.rejects(durable.run(insert('third', user.id, user.id, 1)));
    await durable.run(sql`update merges set undone_at = 1`);
    await assertRefused(
      given,
      insert('fourth', user.id, other.user.id, 1),
      insert('fourth', user.id, other.user.id, 2),
    );
  },
);
