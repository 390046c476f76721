/**
 * A bulk remap: each line's fate, that looking changes nothing, that a second run changes nothing, and what goes with an identity.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forEachStore, forEachStoreAndInterleaved, type TestStore } from '../../test/store-fixture.ts';
import { sql } from '../store/database.ts';
import { giveIdentifierOnce } from '../store/identifiers.ts';
import { type AccountShape, makeAccount } from '../users/merge.fixture.ts';
import type { Offer } from '../users/ways-in.ts';
import { type RemapDependencies, type RemapRequest, remap } from './remap.ts';
import { type RemapLine, readRemapFile } from './remap-file.ts';

const offer: Offer = {
  vendorOf: (slug) => (slug === 'password' ? 'password' : null),
  isOn: (slug) => slug !== 'off',
  mailReaches: () => true,
  addressOpens: true,
};
const registrations: RemapDependencies['registrations'] = new Map([
  ['campus', { deployments: null, subjectScope: 'platform', staff: ['Jefa'] }],
  ['moodle', { deployments: ['d1', 'd2'], subjectScope: 'platform', staff: [] }],
  ['shared', { deployments: ['a:b', 'c'], subjectScope: 'deployment', staff: [] }],
]);

const dependenciesOf = ({ clock, databases, store, vault }: TestStore): RemapDependencies => ({
  ...{ environment: clock, database: databases.durable, store, vault, registrations, offer },
  tell: async () => [],
});

const request: Omit<RemapRequest, 'lines'> = { digest: 'd1', by: 'ana', reason: 'ticket 12', isDryRun: false };

async function outcomes(given: TestStore, lines: readonly RemapLine[], changes: Partial<RemapRequest> = {}) {
  const results = [];
  for await (const one of remap(dependenciesOf(given), { ...request, lines, ...changes })) results.push(one);
  return results.map(({ outcome }) => outcome);
}

const line = (number: number, subject: string, account: string, more: Partial<RemapLine> = {}): RemapLine => ({
  ...{ number, registration: 'campus', deployment: null, subject, account, reason: null },
  ...more,
});

const MAIL: Partial<AccountShape> = { emails: [{ address: 'x@casa.test', verified: true }] };

/** An account with one identity of the campus under this subject. */
async function launched(given: TestStore, subject: string, shape: Partial<AccountShape> = {}, slug = 'campus') {
  const id = await makeAccount(given, { identities: [{ provider: `lti:${slug}`, roles: [] }], ...shape });
  await given.databases.durable.run(sql`
    update identities set subject = ${subject} where user_id = ${id} and provider = ${`lti:${slug}`}`);
  return id;
}

const ownerOf = async ({ store }: TestStore, subject: string, provider = 'lti:campus') =>
  (await store.accounts.findIdentity(provider, subject))?.user.id ?? null;
const rename = ({ databases }: TestStore, id: string, username: string) =>
  databases.durable.run(sql`
    update users set username = ${username}, username_key = ${username.toLowerCase()} where id = ${id}`);

forEachStore(
  'an identity moves, is audited on both sides with who, why and which file, and a second run does nothing',
  async (given) => {
    const [from, to] = [await launched(given, 's1', MAIL), await makeAccount(given, {})];
    const lines = [line(2, 's1', to, { reason: 'seen with papers' })];
    assert.deepEqual(await outcomes(given, lines, { isDryRun: true }), ['moves']);
    assert.equal(await ownerOf(given, 's1'), from);
    assert.deepEqual(await outcomes(given, lines), ['moves']);
    assert.equal(await ownerOf(given, 's1'), to);
    assert.deepEqual(await outcomes(given, lines), ['there-already']);
    const rows = await given.databases.durable.all(
      sql`select type, user_id, provider, detail from audit_events order by type desc`,
    );
    const [identity] = await given.store.accounts.identitiesOf(to);
    const cause = { by: 'ana', reason: 'seen with papers', file: 'd1' };
    assert.deepEqual(
      rows.map(({ type, user_id, provider, detail }) => [type, user_id, provider, JSON.parse(String(detail))]),
      [
        ['identity.unlinked', from, 'lti:campus', { identity: identity?.id, to, ...cause }],
        ['identity.linked', to, 'lti:campus', { identity: identity?.id, from, ...cause }],
      ],
    );
  },
);

forEachStore('each line that cannot be done says why, and does nothing', async (given) => {
  const { databases } = given;
  const to = await makeAccount(given, {});
  const staff = await makeAccount(given, {});
  await rename(given, staff, 'jefa');
  const closed = await makeAccount(given, { state: 'disabled' });
  const held = await makeAccount(given, {});
  await databases.durable.run(sql`insert into legal_holds (user_id, placed_by, placed_at) values (${held}, 'law', 1)`);
  const twofold = await makeAccount(given, {});
  await rename(given, twofold, closed);
  for (const subject of ['s1', 's2', 's3']) {
    await launched(given, subject, { emails: [{ address: `${subject}@casa.test`, verified: true }] });
  }
  await launched(given, 'barred', { ...MAIL, state: 'disabled' });
  await launched(given, 'only');
  await launched(given, 'guest-mail', { emails: [{ address: 'y@casa.test', verified: false }] });
  const lines = [
    line(2, 's1', to, { registration: 'nowhere' }),
    line(3, 's1', to, { deployment: 'd1' }),
    line(4, 'nobody', to),
    line(5, 's1', 'nobody-at-all'),
    line(6, 's2', closed),
    line(7, 's3', 'JEFA'),
    line(8, 'barred', to),
    line(9, 'only', to),
    line(10, 'guest-mail', to),
    line(11, 'x', to, { registration: 'shared' }),
  ];
  const expected = [
    ...['registration-unknown', 'deployment-unknown', 'identity-unknown', 'account-unknown', 'account-ambiguous'],
    ...['staff', 'former-account-not-active', 'last-way-in', 'last-way-in', 'deployment-unknown'],
  ];
  for (const isDryRun of [true, false]) assert.deepEqual(await outcomes(given, lines, { isDryRun }), expected);
  assert.deepEqual(await outcomes(given, [line(2, 's1', held)]), ['held']);
  await rename(given, twofold, 'renamed');
  assert.deepEqual(await outcomes(given, [line(2, 's1', closed)]), ['account-not-active']);
  assert.deepEqual(await outcomes(given, [line(2, 's1', to)], { reason: null }), ['reason-missing']);
  assert.deepEqual(await databases.durable.all(sql`select id from audit_events`), []);
});

forEachStore('of two lines about one identity neither is done, however they name the deployment', async (given) => {
  const [a, b] = [await makeAccount(given, {}), await makeAccount(given, {})];
  const from = await launched(given, 's1', MAIL, 'moodle');
  const moodle = { registration: 'moodle' };
  const lines = [line(2, 's1', a, moodle), line(3, 's2', a, moodle), line(4, 's1', b, { ...moodle, deployment: 'd2' })];
  assert.deepEqual(await outcomes(given, lines), ['several-lines', 'identity-unknown', 'several-lines']);
  assert.equal(await ownerOf(given, 's1', 'lti:moodle'), from);
});

forEachStore(
  'lti.md §4 where a campus counts its people on its own, the deployment is part of who it is',
  async (given) => {
    const to = await makeAccount(given, {});
    await launched(given, 'a%3Ab:7', MAIL, 'shared');
    const of = (deployment: string | null) => [line(2, '7', to, { registration: 'shared', deployment })];
    assert.deepEqual(await outcomes(given, of(null)), ['deployment-unknown']);
    assert.deepEqual(await outcomes(given, of('c')), ['identity-unknown']);
    assert.deepEqual(await outcomes(given, of('a:b')), ['moves']);
    assert.equal(await ownerOf(given, 'a%3Ab:7', 'lti:shared'), to);
  },
);

forEachStore(
  'a dry run says what doing it says, also where one line takes what another needs, or brings it',
  async (given) => {
    const two = await makeAccount(given, {
      identities: [
        { provider: 'lti:campus', roles: [] },
        { provider: 'lti:moodle', roles: [] },
      ],
    });
    await given.databases.durable.run(sql`update identities set subject = 'p1' where user_id = ${two}`);
    const [to, poor] = [await makeAccount(given, {}), await launched(given, 'p2')];
    await launched(given, 'p3', MAIL);
    const lines = [
      line(2, 'p1', to),
      line(3, 'p1', to, { registration: 'moodle' }),
      line(4, 'p3', poor),
      line(5, 'p2', to),
    ];
    const expected = ['moves', 'last-way-in', 'moves', 'moves'];
    assert.deepEqual(await outcomes(given, lines, { isDryRun: true }), expected);
    assert.deepEqual(await outcomes(given, lines), expected);
  },
);

forEachStore(
  'with an identity go its sessions, what was said in launches, and the ids that its campus vouched for',
  async (given) => {
    const { databases, vault, clock, store } = given;
    const from = await launched(given, 's1', { ...MAIL, sessions: 2 });
    const to = await makeAccount(given, { sessions: 1 });
    await databases.durable.run(sql`
    insert into sessions (id_hash, user_id, provider, identity_id, assurance, created_at, last_seen_at, expires_at)
    values ('by-mail', ${from}, 'email', null, '{}', 1, 1, ${clock.now() + 1000})`);
    await databases.durable.run(sql`
    insert into session_launches (id, session_hash, client_id, document, launched_at)
    values ('l1', 'by-mail', 'lms', 'sealed', 1)`);
    const kind = 'institution:udg';
    const give = (value: string, provider: string) =>
      giveIdentifierOnce({ userId: from, kind, value, provider }, vault, clock.now());
    await databases.durable.atomically([give('217', 'lti:campus'), give('218', 'import')]);
    assert.deepEqual(await outcomes(given, [line(2, 's1', to)]), ['moves']);
    const sessions = await databases.durable.all(sql`select user_id, id_hash from sessions order by user_id`);
    assert.deepEqual(
      sessions.filter(({ user_id }) => user_id === from).map(({ id_hash }) => id_hash),
      ['by-mail'],
    );
    assert.equal(sessions.filter(({ user_id }) => user_id === to).length, 1);
    assert.deepEqual(await databases.durable.all(sql`select id from session_launches`), []);
    const holders = async (value: string) => (await store.accounts.findHolders(kind, value)).map(({ id }) => id);
    assert.deepEqual([await holders('217'), await holders('218')], [[to], [from]]);
    assert.equal(await store.accounts.findIdentifier(to, kind), '217');
  },
);

forEachStoreAndInterleaved(
  'of fifty who move one identity to two accounts, it ends at one, and each move was audited once',
  async (given) => {
    await launched(given, 's1', MAIL);
    const [a, b] = [await makeAccount(given, MAIL_OF_A), await makeAccount(given, MAIL_OF_B)];
    await Promise.all(Array.from({ length: 50 }, (_, n) => outcomes(given, [line(2, 's1', n % 2 === 0 ? a : b)])));
    const owner = await ownerOf(given, 's1');
    assert.ok(owner === a || owner === b);
    const [linked] = await given.databases.durable.all(sql`
    select count(*) as linked from audit_events
    where type = 'identity.linked'`);
    const [unlinked] = await given.databases.durable.all(sql`
    select count(*) as unlinked from audit_events where type = 'identity.unlinked'`);
    assert.equal(Number(linked?.linked), Number(unlinked?.unlinked));
    assert.ok(Number(linked?.linked) >= 1);
  },
);

const MAIL_OF_A: Partial<AccountShape> = { emails: [{ address: 'a@casa.test', verified: true }] };
const MAIL_OF_B: Partial<AccountShape> = { emails: [{ address: 'b@casa.test', verified: true }] };

forEachStore(
  'V-02 of two operators who take the last two ways in at once, one finds the other’s gone',
  async (given) => {
    const two = await makeAccount(given, {
      identities: [
        { provider: 'lti:campus', roles: [] },
        { provider: 'lti:moodle', roles: [] },
      ],
    });
    await given.databases.durable.run(sql`update identities set subject = 'p1' where user_id = ${two}`);
    const [a, b] = [await makeAccount(given, {}), await makeAccount(given, {})];
    const both = await Promise.all([
      outcomes(given, [line(2, 'p1', a)]),
      outcomes(given, [line(2, 'p1', b, { registration: 'moodle' })]),
    ]);
    assert.deepEqual(both.flat().toSorted(), ['last-way-in', 'moves']);
    assert.equal((await given.store.accounts.identitiesOf(two)).length, 1);
  },
);

// ------------------------------------------------------------------------------------------------------------- the file

async function* bytes(text: string) {
  yield new TextEncoder().encode(text);
}

test('a file names its columns in any order; user_id is the subject of LTI 1.1', async () => {
  const { lines, digest } = await readRemapFile(bytes('account,user_id,registration\n ana ,"7,8",campus\n'));
  assert.deepEqual(lines, [line(2, '7,8', 'ana')]);
  assert.match(digest, /^[0-9a-f]{16}$/);
  assert.notEqual((await readRemapFile(bytes('account,user_id,registration\nana,"7,9",campus\n'))).digest, digest);
});

test('a file with one fault is refused whole, with its line and without its words', async () => {
  const head = 'registration,subject,account\n';
  const wrong = [
    ['', /is empty/],
    ['registration,subject\n', /line 1: there is no column account/],
    ['registration,subject,user_id,account\n', /line 1: a column is there twice/],
    ['registration,subject,account,curp\n', /line 1: the columns are/],
    [`${head}campus,SECRET,ana\ncampus,SECRET\n`, /line 3: it has 2 cells, not 3/],
    [`${head}campus,,SECRET\n`, /line 2: each line needs/],
    [`${head}campus,"SECRET,ana\n`, /line 2: it has a quote/],
  ] as const;
  for (const [text, message] of wrong) {
    await assert.rejects(readRemapFile(bytes(text)), (error: Error) => {
      assert.match(error.message, message);
      return !error.message.includes('SECRET');
    });
  }
});

test('a hundred thousand lines are read', async () => {
  async function* many() {
    yield new TextEncoder().encode('registration,subject,account\n');
    for (let n = 0; n < 1000; n += 1) {
      const hundred = Array.from({ length: 100 }, (_, i) => `campus,s-${n}-${i},user-${n}-${i}\n`);
      yield new TextEncoder().encode(hundred.join(''));
    }
  }
  const { lines } = await readRemapFile(many());
  assert.equal(lines.length, 100_000);
});
