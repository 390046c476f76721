/**
 * M-04, A-17, V-15, R-12: what a deletion leaves, on every database, and who wins when several things happen at the same moment.
 */
import assert from 'node:assert/strict';
import { forEachStore, forEachStoreAndInterleaved, profileWith, type TestStore } from '../../test/store-fixture.ts';
import { allTables } from '../../test/tables.ts';
import type { Requester } from '../model.ts';
import type { PurgeGround } from '../store/account-purge.ts';
import { insertAddressUndo } from '../store/address-undos.ts';
import type { AuditEvent } from '../store/audit.ts';
import { type Row, sql } from '../store/database.ts';
import type { Announcement } from '../store/outgoing-events.ts';
import { noteScorePlace } from '../store/score-places.ts';
import { retiredUsernameKey, usernameKey } from '../store/usernames.ts';
import { actOnAccount } from '../users/account-state.ts';
import { newIdentity, newUser } from '../users/arrival.ts';
import {
  type AccountShape,
  assertSound,
  dump,
  lenientRules,
  makeAccount,
  mergeAccounts,
  nameless,
  undoMerge,
} from '../users/merge.fixture.ts';
import { type AccountDeletion, createAccountDeletion, type DeletionOccasion } from './account-deletion.ts';
import { createAccountRetention } from './account-retention.ts';
import type { Notice } from './notices.ts';

const DAY = 24 * 3_600_000;
const GRACE = 30 * DAY;
const requester: Requester = { userAgent: null, addressKey: 'test', knownDevice: null };

const how = (userId: string): DeletionOccasion => ({
  ...{ userId, by: { kind: 'person' }, requester, locale: 'en', reference: null },
});

interface Deleting extends AccountDeletion {
  readonly told: Announcement[];
  readonly mailed: { readonly notice: Notice; readonly to: readonly string[] }[];
  sweep(): Promise<number>;
}

function deletionOver({ clock, store, vault, databases }: TestStore): Deleting {
  const told: Announcement[] = [];
  const mailed: Deleting['mailed'] = [];
  const common = { environment: clock, database: databases.durable };
  const deletion = createAccountDeletion({
    ...{ ...common, store, vault },
    grace: async () => GRACE,
    async announce(announcements) {
      told.push(...announcements);
      return [];
    },
    notices: {
      async prepare(notices, emails) {
        mailed.push(...notices.map((notice) => ({ notice, to: emails.map(({ address }) => address) })));
        return [];
      },
      wake: () => {},
    },
    wakeClientEvents: () => {},
  });
  const sweep = createAccountRetention({ ...common, deletion, guestRetention: async () => 90 * DAY });
  return { ...deletion, told, mailed, sweep };
}

const shape = (who: string): Partial<AccountShape> => ({
  name: { ...nameless, given: `${who}-given`, firstSurname: `${who}-surname` },
  birthDate: `${who}-birth`,
  phone: { number: `${who}-phone`, verified: true },
  // A merge is of two accounts that share no provider but that of passwords.
  identities: [who === 'ANB' ? 'other-google' : 'google', 'password'].map((provider) => ({
    ...{ provider, roles: [{ id: `${who}-role`, name: `${who}-role` }] },
  })),
  emails: [
    { address: `${who.toLowerCase()}@uni.mx`, verified: true },
    { address: `${who.toLowerCase()}-two@uni.mx`, verified: false },
  ],
  curps: [`${who}-CURP`],
  details: { city: `${who}-city`, goals: `${who}-goals` },
  agreements: [{ version: `${who}-terms`, at: 1 }],
  clients: ['lms'],
  sessions: 2,
});

/** Tables whose rows of a person go. */
const goes = [
  'identities',
  'emails',
  'user_identifiers',
  'passwords',
  'sessions',
  'terms_agreements',
  'conflicts',
  'address_undos',
  'session_clients',
  'session_launches',
  'service_tokens',
  'open_edx_learners',
  'score_places',
  'outgoing_scores',
];

/** Tables whose rows stay, with what each column holds then. */
const stays: { readonly [table: string]: { readonly [column: string]: string } } = {
  users: {
    id: 'never given again',
    state: 'deleted',
    username: 'a word that is everybody’s',
    username_key: 'a keyed hash, so that the name is never given again',
    profile: 'empty',
    created_at: 'a time',
    updated_at: 'a time',
    merged_into: 'empty',
    suspended_state: 'empty',
    deletion_at: 'empty',
  },
  client_subjects: {
    client_id: 'of an app',
    user_id: 'an id',
    subject: 'never given again',
    username: 'empty',
    username_key: 'empty',
    first_seen_at: 'a time',
    last_seen_at: 'a time',
  },
  merges: {
    id: 'an id',
    retired_id: 'an id',
    survivor_id: 'an id',
    position: 'an order of ours',
    changed_survivor: 'an order of ours',
    merged_by: 'another person, or `person`',
    reason: 'without personal data, as the command line asks for it',
    merged_at: 'a time',
    undo_until: 'a time',
    undone_at: 'a time',
    snapshot: 'empty',
  },
  audit_events: {
    id: 'an id',
    at: 'a time',
    type: 'a word',
    code: 'a word',
    user_id: 'an id',
    provider: 'a provider',
    client_id: 'of an app',
    sign_in_id: 'an id',
    reference: 'an id',
    detail: 'ids, codes and reasons',
  },
};

/** Tables that hold nothing of a person who was deleted, each with why. */
const aside: { readonly [table: string]: string } = {
  signing_keys: 'of the broker',
  lti_invitations: 'of campuses; who invited is an operator',
  configuration_revisions: 'of the deployment',
  deployment: 'of the deployment',
  outgoing_mails: 'on their way to the person, for three days',
  outgoing_events: 'ids on their way to apps',
  open_edx_throttles: 'counts of our own calls',
  open_edx_course_runs: 'of the LMS',
  rosters: 'of courses',
  legal_holds: 'whoever has one is not deleted',
};

/** What rows hold, but for what everybody's do. */
function valuesOf(rows: readonly Row[]): string[] {
  const common = /^(?:google|other-google|password|campus|llave-mx|curp|null|\{"acr":null,.*|\d{1,3})$/;
  return rows
    .flatMap((row) => Object.values(row))
    .filter((value) => typeof value === 'string' && value.length > 3 && !common.test(value))
    .map(String);
}

async function tableRows({ databases }: TestStore, table: string): Promise<Row[]> {
  return databases.durable.all({ shape: [`select * from ${table}`], values: [] });
}

const event = (userId: string): AuditEvent => ({
  ...{ id: `event-${userId}`, at: 1, type: 'sign_in.succeeded', code: null, userId, provider: 'google' },
  ...{ clientId: 'lms', signInId: 'sign-in', reference: 'reference', detail: {} },
});

/** An account with something in every table, into which another one was merged. */
async function plant(given: TestStore): Promise<{ id: string; mergedId: string }> {
  const { store, vault, databases, clock } = given;
  const [id, mergedId] = [await makeAccount(given, shape('ANA')), await makeAccount(given, shape('ANB'))];
  const merged = await mergeAccounts(given, mergedId, id, { with: { rules: lenientRules } });
  assert.equal(merged.kind, 'merged');
  await databases.durable.run(sql`update users set username = 'ana-name', username_key = 'ana-name' where id = ${id}`);
  const undo = { userId: id, key: 'ana-undo@uni.mx', address: 'ana-undo@uni.mx', verifiedBy: 'llavero', primary: true };
  assert.ok(await store.commit([insertAddressUndo({ ...undo, verifiedAt: 1, at: clock.now() }, 'ana-link', vault)]));
  const [{ provider, subject } = assert.fail()] = await store.accounts.identitiesOf(id);
  const link = {
    ...{ registration: 'ANA-campus', deploymentId: null, context: null },
    resourceLink: { id: 'ANA-activity', title: null },
  };
  const service = {
    kind: 'outcome-service',
    serviceUrl: 'https://uni.mx/ANA-column',
    sourcedId: 'ANA-sourced',
  } as const;
  await store.commit([noteScorePlace({ provider, subject, clientId: 'lms', link, service }, vault, clock.now())]);
  const [place = assert.fail()] = await store.scorePlaces.ofUser(id);
  const score = { id: 'ANA-score', placeId: place.id, registration: 'ANA-campus', clientId: 'lms', at: 1 };
  await store.outgoingScores.take({ ...score, said: 'ANA-comment' }, clock.now());
  const note = (profile: ReturnType<typeof profileWith>, number: string) =>
    store.conflicts.note(
      { id: `conflict-${number}`, caseNumber: number, profile, candidates: [id, 'x'] },
      event(id),
      1,
    );
  await note(profileWith({ provider, subject }), 'case-1');
  await store.conflicts.note(
    {
      id: 'conflict-2',
      caseNumber: 'case-2',
      profile: profileWith({ subject: 'ANA-at-another' }),
      candidates: [id, 'x'],
    },
    { ...event(id), id: 'event-2' },
    1,
  );
  return { id, mergedId };
}

forEachStore(
  'M-04 nothing of a person is left in any column of any table, and nothing of anybody else is gone',
  async (given) => {
    const { databases, clock } = given;
    const bea = await makeAccount(given, {
      ...{ ...shape('BEA'), sessions: 0 },
      agreements: [],
      identities: [{ provider: 'google', roles: [] }],
    });
    const beforeAll = JSON.stringify((await dump(given)).identities);
    const { id, mergedId } = await plant(given);
    const ofTheirs = (rows: Row[]) => rows.filter((row) => row.user_id !== bea && row.id !== bea);
    const opened = await dump(given);
    const beas = new Set(JSON.parse(beforeAll).map(({ id }: Row) => id));
    const planted = [
      ...goes.flatMap((table) =>
        valuesOf(
          ofTheirs(opened[table] ?? []).filter((row) => !beas.has(row.id ?? '') && !beas.has(row.identity_id ?? '')),
        ),
      ),
      ...ofTheirs(opened.users ?? []).flatMap((row) => [String(row.username), String(row.profile)]),
      ...(opened.merges ?? []).map(({ snapshot }) => String(snapshot)),
      ...['given', 'surname', 'birth', 'phone', 'CURP', 'city', 'goals', 'terms', 'role', 'at-another'].map(
        (word) => `ANA-${word}`,
      ),
      ...['ana@', 'anb@', 'ana-two@', 'ana-undo@', 'ANB-'],
    ].filter((value) => value !== id && value !== mergedId);
    assert.ok(planted.length > 50, `${planted.length}`);

    const deleting = deletionOver(given);
    assert.equal((await deleting.request(how(id))).kind, 'waits');
    clock.advance(GRACE);
    assert.equal(await deleting.sweep(), 1);

    const left = JSON.stringify([
      await dump(given),
      ...(await Promise.all(allTables.durable.map((table) => tableRows(given, table)))),
    ]);
    for (const value of planted) {
      // An id of an identity, or of a session, stands nowhere either.
      assert.ok(!left.toLowerCase().includes(JSON.stringify(value).slice(1, -1).toLowerCase()), value);
    }
    for (const table of goes) {
      const rows = (await tableRows(given, table)).filter((row) => row.user_id === id || row.user_id === mergedId);
      assert.deepEqual(rows, [], table);
    }
    assert.deepEqual(await tableRows(given, 'conflicts'), []);
    assert.deepEqual(await tableRows(given, 'address_undos'), []);
    // In JavaScript: a database orders by the rules of a language.
    const users = (
      await databases.durable.all(sql`select id, state, profile, merged_into from users where id <> ${bea}`)
    ).toSorted((a, b) => (String(a.id) < String(b.id) ? -1 : 1));
    const deleted = [id, mergedId]
      .toSorted()
      .map((one) => ({ id: one, state: 'deleted', profile: '', merged_into: null }));
    assert.deepEqual(users, deleted);
    assert.equal(JSON.stringify((await dump(given)).identities), beforeAll);
    assert.equal((await given.store.accounts.findUser(bea))?.user.name.given, 'BEA-given');
    await assertSound(given);
  },
);

forEachStore('M-04 every column of every durable table has a rule for a deletion', async ({ databases }) => {
  if (databases.durable.dialect !== 'sqlite') return;
  const unruled = allTables.durable.filter(
    (table) => !goes.includes(table) && stays[table] === undefined && aside[table] === undefined,
  );
  assert.deepEqual(unruled, []);
  for (const [table, columns] of Object.entries(stays)) {
    const rows = await databases.durable.all({ shape: [`select name from pragma_table_info('${table}')`], values: [] });
    assert.deepEqual(rows.map(({ name }) => String(name)).toSorted(), Object.keys(columns).toSorted(), table);
  }
});

forEachStore(
  'apps are told what is true at each moment, by the subjects that they know, and one last mail goes out',
  async (given) => {
    const { clock } = given;
    const id = await makeAccount(given, shape('ANA'));
    const deleting = deletionOver(given);
    const kinds = () => deleting.told.splice(0).map(({ clientId, event }) => [clientId, event.kind]);
    await deleting.request(how(id));
    assert.deepEqual(kinds(), [['lms', 'account-disabled']]);
    assert.deepEqual(await deleting.request(how(id)), { kind: 'waits', deletionAt: clock.now() + GRACE, isNew: false });
    assert.deepEqual(kinds(), []);
    assert.equal(
      (await deleting.keep(how(id), clock.now() + GRACE + 1)).kind,
      'refused',
      'for another moment than it was shown',
    );
    assert.equal((await deleting.keep(how(id), clock.now() + GRACE)).kind, 'kept');
    assert.deepEqual(kinds(), [['lms', 'account-enabled']]);
    assert.deepEqual(await deleting.keep(how(id), null), { kind: 'refused', code: 'nothing_to_keep' });
    assert.equal((await deleting.deleteNow(how(id))).kind, 'deleted');
    assert.deepEqual(kinds(), [['lms', 'account-purged']]);
    assert.deepEqual(await deleting.deleteNow(how(id)), { kind: 'refused', code: 'user_ended', state: 'deleted' });
    const notices = deleting.mailed.map(({ notice, to }) => [notice.kind, to.length]);
    assert.deepEqual(notices, [
      ['deletion-requested', 2],
      ['account-kept', 2],
      ['account-deleted', 1],
    ]);
    assert.deepEqual(deleting.mailed.at(-1)?.to, ['ANA@UNI.MX']);
  },
);

forEachStore(
  'V-15 what waits is disabled, and is not let in again by an operator who only enables it',
  async (given) => {
    const { clock, databases, store } = given;
    const id = await makeAccount(given, shape('ANA'));
    const deleting = deletionOver(given);
    await deleting.request(how(id));
    assert.deepEqual(await store.sessions.ofUser(id, clock.now()), []);
    for (const action of ['enable', 'disable'] as const) {
      const request = { userId: id, action, by: 'support', reason: 'test', also: () => [] };
      const result = await actOnAccount({ environment: clock, database: databases.durable, store }, request);
      assert.deepEqual(result, { kind: 'refused', code: 'user_ended', state: 'to be deleted' });
    }
    await assert.rejects(databases.durable.run(sql`update users set state = 'active' where id = ${id}`));
  },
);

forEachStore('a disabled account is deleted at once or not at all, and neither while it is held', async (given) => {
  const { databases } = given;
  const [barred, held] = [
    await makeAccount(given, { state: 'disabled' }),
    await makeAccount(given, { state: 'disabled' }),
  ];
  await databases.durable.run(sql`insert into legal_holds (user_id, placed_by, placed_at) values (${held}, 'x', 0)`);
  const deleting = deletionOver(given);
  assert.deepEqual(await deleting.request(how(barred)), { kind: 'refused', code: 'user_disabled' });
  assert.equal((await deleting.deleteNow(how(barred))).kind, 'deleted');
  assert.deepEqual(await deleting.request(how(held)), { kind: 'refused', code: 'legal_hold' });
  assert.deepEqual(await deleting.deleteNow(how(held)), { kind: 'refused', code: 'legal_hold' });
});

forEachStore(
  'what was merged away is not deleted by itself, and a merge into what is gone is undone no more',
  async (given) => {
    const [id, mergedId] = [await makeAccount(given, shape('ANA')), await makeAccount(given, {})];
    const merged = await mergeAccounts(given, mergedId, id);
    assert.ok(merged.kind === 'merged');
    const deleting = deletionOver(given);
    assert.deepEqual(await deleting.deleteNow(how(mergedId)), { kind: 'refused', code: 'user_ended', state: 'merged' });
    await deleting.request(how(id));
    assert.deepEqual(await undoMerge(given, merged.mergeId), { kind: 'refused', code: 'deletion_pending', userId: id });
    await deleting.deleteNow(how(id));
    const refused = await undoMerge(given, merged.mergeId);
    assert.ok(refused.kind === 'refused' && refused.code === 'undo_too_late');
  },
);

forEachStore(
  'A-17 of a deletion and of fifty who want its username at the same moment, none gets it',
  async (given) => {
    const { store, clock, vault, databases } = given;
    const id = await makeAccount(given, {});
    await databases.durable.run(sql`update users set username = 'Lupita', username_key = 'lupita' where id = ${id}`);
    const deleting = deletionOver(given);
    const wanted = Array.from({ length: 50 }, (_, index) => {
      const profile = profileWith({ subject: `s${index}` });
      const user = { ...newUser(profile, 'active', clock), username: 'LUPITA' };
      return store.accounts.createUser(user, newIdentity(profile, user.id, clock), {
        ...{
          session: null,
          profile,
          emails: [],
          verifiesIdentity: false,
          before: [],
          also: [],
          events: [],
          now: clock.now(),
        },
      });
    });
    const [deleted, ...created] = await Promise.all([deleting.deleteNow(how(id)), ...wanted]);
    assert.equal(deleted.kind, 'deleted');
    assert.deepEqual(new Set(created), new Set([false]));
    assert.ok(await store.accounts.isUsernameTaken('lupita'));
    const keys = await databases.durable.all(sql`select username_key from users where id = ${id}`);
    assert.deepEqual(keys, [{ username_key: retiredUsernameKey('lupita', vault) }]);
    assert.notEqual(usernameKey('lupita'), retiredUsernameKey('lupita', vault));
  },
);

forEachStoreAndInterleaved(
  'R-12 of fifty purges at once one empties the account, and is the only one who says so',
  async (given) => {
    const { clock, databases } = given;
    const ids = [await makeAccount(given, shape('ANA')), await makeAccount(given, {})];
    const deleting = deletionOver(given);
    for (const id of ids) await deleting.request(how(id));
    clock.advance(GRACE);
    const rounds = await Promise.all(Array.from({ length: 50 }, () => deletionOver(given).sweep()));
    assert.equal(
      rounds.reduce((sum, purged) => sum + purged, 0),
      2,
    );
    const events = await databases.durable.all(sql`select id from audit_events where type = 'user.deleted'`);
    assert.equal(events.length, 2);
  },
);

forEachStoreAndInterleaved(
  'R-12 an account is kept or emptied, whoever comes first, and never half of each',
  async (given) => {
    const { clock, store } = given;
    const id = await makeAccount(given, shape('ANA'));
    const deleting = deletionOver(given);
    await deleting.request(how(id));
    clock.advance(GRACE);
    const keeps = Array.from({ length: 25 }, () => deleting.keep(how(id), clock.now()));
    const purges = Array.from({ length: 25 }, () => deleting.purge(id, 'grace-over'));
    const [kept, purged] = await Promise.all([Promise.all(keeps), Promise.all(purges)]);
    const times = { kept: kept.filter(({ kind }) => kind === 'kept').length, purged: purged.filter(Boolean).length };
    assert.equal(times.kept + times.purged, 1, JSON.stringify(times));
    const found = await store.accountGraphs.read(id);
    assert.deepEqual(
      [found?.user.state, found?.identities.length, found?.user.deletionAt],
      times.kept === 1 ? ['active', 2, null] : ['deleted', 0, null],
    );
  },
);

forEachStoreAndInterleaved(
  'R-12 of fifty requests at once one begins the time, and a hold that comes first stops them all',
  async (given) => {
    const { clock, databases, store } = given;
    const [id, held] = [await makeAccount(given, shape('ANA')), await makeAccount(given, {})];
    const deleting = deletionOver(given);
    const results = await Promise.all(Array.from({ length: 50 }, () => deleting.request(how(id))));
    assert.equal(results.filter((result) => result.kind === 'waits' && result.isNew).length, 1);
    assert.ok(results.every(({ kind }) => kind === 'waits'));
    const request = { userId: held, action: 'hold', by: 'support', reason: 'test', also: () => [] } as const;
    const [, ...asked] = await Promise.all([
      actOnAccount({ environment: clock, database: databases.durable, store }, request),
      ...Array.from({ length: 10 }, () => deleting.deleteNow(how(held))),
    ]);
    const state = (await store.accounts.findUser(held))?.user.state;
    const holds = await databases.durable.all(sql`select user_id from legal_holds`);
    // Deleted first, the hold is on an empty account; held first, nobody deletes it.
    assert.equal(
      state === 'deleted',
      asked.some(({ kind }) => kind === 'deleted'),
    );
    if (holds.length === 1 && state !== 'deleted') assert.ok(asked.every(({ kind }) => kind === 'refused'));
  },
);

forEachStore('a purge is for its ground alone', async (given) => {
  const { clock } = given;
  const id = await makeAccount(given, shape('ANA'));
  const deleting = deletionOver(given);
  const grounds: readonly PurgeGround[] = ['unclaimed-guest', 'grace-over'];
  for (const ground of grounds) assert.equal(await deleting.purge(id, ground), false, ground);
  await deleting.request(how(id));
  clock.advance(GRACE - 1);
  for (const ground of grounds) assert.equal(await deleting.purge(id, ground), false, ground);
  clock.advance(1);
  assert.equal(await deleting.purge(id, 'grace-over'), true);
});
