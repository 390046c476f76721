/**
 * M-04: what a person gets of what is held of them: everything of theirs, nothing of others, no secret; by the schema itself.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forEachStore, type TestStore } from '../../test/store-fixture.ts';
import { allTables } from '../../test/tables.ts';
import { en } from '../i18n/en.ts';
import { type Database, type Row, sql } from '../store/database.ts';
import { noteScorePlace } from '../store/score-places.ts';
import { noteSessionLaunch } from '../store/session-launches.ts';
import { insertSession, type NewSession } from '../store/sessions.ts';
import { makeAccount, mergeAccounts, nameless, undoMerge } from './merge.fixture.ts';
import { gatherPersonalData, type PersonalDataPart, personalData } from './personal-data.ts';
import { issueServiceToken } from './service-tokens.ts';

/** Columns whose value is in the document as it stands in the row; times as ISO 8601. */
const shown: { readonly [table: string]: readonly string[] } = {
  users: ['id', 'state', 'username', 'created_at', 'updated_at', 'merged_into', 'deletion_at'],
  identities: ['id', 'provider', 'subject', 'created_at', 'last_used_at', 'verified_at'],
  emails: ['address_key', 'address', 'verified_at', 'verified_by', 'created_at'],
  user_identifiers: ['kind', 'provider', 'created_at'],
  passwords: ['identity_id', 'changed_at'],
  terms_agreements: ['version', 'address', 'agreed_at'],
  client_subjects: ['client_id', 'subject', 'username', 'first_seen_at', 'last_seen_at'],
  open_edx_learners: ['id', 'lms', 'client_id', 'stage', 'username', 'failure', 'created_at', 'changed_at'],
  score_places: ['registration', 'client_id', 'launched_at'],
  outgoing_scores: ['id', 'registration', 'client_id', 'scored_at', 'state', 'created_at', 'changed_at', 'failure'],
  service_tokens: ['id', 'client_id', 'scopes', 'name', 'created_at', 'expires_at', 'last_used_at', 'revoked_at'],
  sessions: ['provider', 'identity_id', 'created_at', 'last_seen_at', 'expires_at'],
  session_launches: ['client_id', 'launched_at'],
  merges: ['id', 'retired_id', 'survivor_id', 'merged_at', 'undone_at'],
  audit_events: ['id', 'at', 'type', 'code', 'provider', 'client_id', 'sign_in_id', 'reference'],
};

/** Whose document it is. */
const whose = { user_id: null } as const;

/**
 * Columns that are sealed, or stand for something else: what of them must be in the document of ANA. Null: the owner of the row,
 * which is not repeated in each part.
 */
const opened: { readonly [table: string]: { readonly [column: string]: readonly string[] | null } } = {
  users: {
    profile: [
      ...['given', 'surname', 'birth', 'phone', 'city', 'goals'].map((what) => `ANA-${what}`),
      ...['"locale":"en"', '"country":"GT"', '"sources":{"name":"google"'],
    ],
  },
  identities: { ...whose, profile: ['ANA-role', 'ANA-said'] },
  emails: { ...whose, is_primary: ['"primary":true', '"primary":false'] },
  user_identifiers: { ...whose, value: ['ANA-CURP'] },
  terms_agreements: whose,
  client_subjects: whose,
  open_edx_learners: whose,
  score_places: { document: ['ANA-course', 'ANA-activity', 'ANA-at-campus'] },
  outgoing_scores: { document: ['ANA-comment'] },
  service_tokens: whose,
  sessions: { ...whose, assurance: ['ANA-acr', 'ANA-amr'], device: ['ANA-browser', 'ANA-system'] },
  session_launches: { document: ['ANA-campus', 'ANA-deployment', 'ANA-teacher', 'ANA-course', 'ANA-activity'] },
  audit_events: whose,
};

/** Where in the document the rows of a table stand. */
const partOf: { readonly [table: string]: PersonalDataPart } = {
  users: 'account',
  identities: 'ways_to_sign_in',
  passwords: 'ways_to_sign_in',
  emails: 'addresses',
  user_identifiers: 'identifiers',
  terms_agreements: 'agreements',
  client_subjects: 'apps',
  open_edx_learners: 'learning_platforms',
  score_places: 'grades',
  outgoing_scores: 'grades',
  service_tokens: 'app_tokens',
  sessions: 'sessions',
  session_launches: 'launches',
  merges: 'merges',
  audit_events: 'events',
};

/** By which a row is somebody's. */
const ownedBy: { readonly [table: string]: string } = {
  users: 'id = $',
  passwords: 'identity_id in (select id from identities where user_id = $)',
  session_launches: 'session_hash in (select id_hash from sessions where user_id = $)',
  merges: '(retired_id = $ or survivor_id = $)',
  score_places: 'identity_id in (select id from identities where user_id = $)',
  outgoing_scores: `place_id in (select score_places.id from score_places join identities on identities.id = identity_id
                                 where user_id = $)`,
};

/** What is not in it, each with why. */
const withheld: { readonly [table: string]: { readonly [column: string]: string } } = {
  users: { username_key: 'the username once more', suspended_state: 'what an operator is to decide' },
  user_identifiers: { value_index: 'a keyed hash' },
  client_subjects: { username_key: 'the username once more' },
  passwords: { hash: 'a secret' },
  service_tokens: {
    token_hash: 'a keyed hash of a secret',
    created_by: 'another person',
    reason: 'written by another person',
  },
  sessions: {
    id_hash: 'a secret',
    network_hash: 'a keyed hash',
    upstream: 'a token of the provider',
    upstream_expires_at: 'of that token',
  },
  session_launches: { id: 'a keyed hash', session_hash: 'a secret' },
  open_edx_learners: {
    tokens: 'secrets',
    answer: 'codes of the LMS, for an operator',
    tries: 'a count of ours',
    retry_at: 'a time of ours',
    lease: 'who works on it now',
    lease_until: 'likewise',
  },
  score_places: {
    id: 'a keyed hash',
    identity_id: 'a way to sign in, which has its own part',
    link_index: 'a keyed hash',
    last_scored_at: 'an order of ours',
  },
  outgoing_scores: {
    place_id: 'a keyed hash',
    fingerprint: 'a keyed hash',
    not_after: 'a time of ours',
    attempts: 'a count of ours',
    next_attempt_at: 'a time of ours',
    lease_until: 'likewise',
  },
  merges: {
    position: 'an order of ours',
    merged_by: 'another person',
    reason: 'written by another person',
    changed_survivor: 'an order of ours',
    undo_until: 'an order of ours',
    snapshot: 'what takes the merge back: what of it is the person’s is in the account',
  },
  audit_events: { detail: 'may name another person; ids and reasons of the broker' },
};

/** Tables that hold nothing to keep of a person, each with why. */
const aside: { readonly [table: string]: string } = {
  signing_keys: 'of the broker',
  lti_invitations: 'of campuses; who invited is an operator',
  open_edx_throttles: 'how often an LMS was called',
  open_edx_course_runs: 'courses of an LMS',
  rosters: 'courses of a campus: who is in one is not kept',
  configuration_revisions: 'of the deployment',
  deployment: 'of the deployment',
  outgoing_mails: 'mails on their way to the person',
  outgoing_events: 'ids on their way to apps',
  session_clients: 'notices that wait for the end of a session',
  legal_holds: 'the law may want it not to be told',
  conflicts: 'of an identity that belongs to no account yet',
  address_undos: 'addresses as they were, in mails to the person',
  sign_ins: 'an attempt of the last hour',
  oidc_records: 'tokens and grants of hours',
  rate_limits: 'keyed hashes',
  mail_proofs: 'a code of ten minutes',
  lti_nonces: 'keyed hashes',
  lti_logins: 'hints of a campus, of ten minutes',
  lti_deep_links: 'what a teacher chooses for a course, of ten minutes',
};

async function columnsOf(database: Database, table: string): Promise<string[]> {
  const rows = await database.all({ shape: [`select name from pragma_table_info('${table}')`], values: [] });
  return rows.map(({ name }) => String(name));
}

const shape = (who: string) => ({
  name: { ...nameless, given: `${who}-given`, firstSurname: `${who}-surname` },
  birthDate: `${who}-birth`,
  phone: { number: `${who}-phone`, verified: true },
  locale: 'en' as const,
  country: 'GT',
  identities: ['google', 'password'].map((provider) => {
    return { provider, roles: [{ id: `${who}-role`, name: `${who}-said` }] };
  }),
  emails: [
    { address: `${who.toLowerCase()}@uni.mx`, verified: true },
    { address: `${who.toLowerCase()}-two@uni.mx`, verified: false },
  ],
  curps: [`${who}-CURP`],
  details: { city: `${who}-city`, goals: `${who}-goals` },
  agreements: [{ version: `${who}-terms`, at: 1 }],
  clients: ['lms'],
  sessions: 0,
  learners: ['lms'],
});

async function documentOf(given: TestStore, userId: string) {
  const facts = await gatherPersonalData(given.store, userId, given.clock.now());
  assert.ok(facts);
  return personalData(facts, en.accountData.parts, given.clock.now());
}

/** Fills what an account of the fixture leaves empty. */
async function complete(given: TestStore, who: string, userId: string): Promise<void> {
  const { databases, store, vault, clock } = given;
  const now = clock.now();
  await databases.durable.run(sql`update identities set verified_at = ${now} where user_id = ${userId}`);
  const [identity] = await store.accounts.identitiesOf(userId);
  assert.ok(identity);
  const session: NewSession = {
    ...{ idHash: `${who}-secret-id`, userId, provider: 'google', identityId: identity.id, longest: null },
    assurance: { acr: `${who}-acr`, amr: [`${who}-amr`], authTime: now },
    upstream: { provider: 'google', accessToken: `${who}-secret-token`, expiresAt: now + 1000 },
    device: { browser: `${who}-browser`, system: `${who}-system` },
    networkHash: `${who}-secret-network`,
  };
  await databases.durable.atomically([insertSession(session, vault, now)]);
  const word = {
    ...{ registration: `${who}-campus`, deploymentId: `${who}-deployment`, roles: [`${who}-teacher`] },
    context: { id: `${who}-course`, label: null, title: null },
    resourceLink: { id: `${who}-activity`, title: null },
    // Somebody else’s id, and so in nobody’s download but their own.
    forUser: `${who}-reviewed-secret`,
  };
  await store.commit([noteSessionLaunch({ sessionHash: session.idHash, clientId: `${who}-app`, word }, vault, now)]);
  for (const { clientId } of await store.clientSubjects.ofUser(userId)) {
    await store.clientSubjects.tellUsername(clientId, userId, `${who}-known-as`);
  }
  await databases.durable.run(
    sql`update open_edx_learners set failure = ${`${who}-failure`} where user_id = ${userId}`,
  );
  const link = {
    ...{
      registration: `${who}-campus`,
      deploymentId: null,
      context: { id: `${who}-course`, label: null, title: null },
    },
    resourceLink: { id: `${who}-activity`, title: null },
  };
  const service = {
    ...{ kind: 'grade-service' as const, userId: `${who}-at-campus`, lineItem: `https://x.mx/${who}-secret-column` },
    ...{ lineItems: null, scopes: [] },
  } as const;
  const { provider, subject } = identity;
  await store.commit([noteScorePlace({ provider, subject, clientId: `${who}-app`, link, service }, vault, now)]);
  const [place] = await store.scorePlaces.ofUser(userId);
  assert.ok(place);
  const score = {
    id: `${who}-score`,
    placeId: place.id,
    registration: `${who}-campus`,
    clientId: `${who}-app`,
    at: now,
  };
  await store.outgoingScores.take({ ...score, said: JSON.stringify({ comment: `${who}-comment` }) }, now);
  await databases.durable.run(
    sql`update outgoing_scores set failure = ${`${who}-failed`} where place_id = ${place.id}`,
  );
  const token = { userId, clientId: `${who}-app`, scopes: ['openid'], name: `${who}-token` };
  const issued = { ...token, expiresAt: now + 1000, by: 'an-operator', reason: 'an-operator' };
  assert.ok(await issueServiceToken({ environment: clock, store }, issued));
  await databases.durable.run(
    sql`update service_tokens set last_used_at = ${now}, revoked_at = ${now} where user_id = ${userId}`,
  );
  await store.audit.record({
    ...{ id: `${who}-event`, at: now, type: 'sign_in.refused', code: `${who}-code`, userId, provider: 'google' },
    ...{ clientId: `${who}-client`, signInId: `${who}-sign-in`, reference: `${who}-reference` },
    detail: { by: 'an-operator' },
  });
}

/** All that stands in these rows of the column; times as the document writes them. */
function valuesOf(rows: readonly Row[], column: string): string[] {
  const isTime = column === 'at' || column.endsWith('_at');
  const values = rows.flatMap((row) => row[column] ?? []);
  return values.map((value) => (isTime ? new Date(Number(value)).toISOString() : String(value)));
}

forEachStore(
  'M-04 every column that the table says is in the document, in its part and with its value, and nobody else’s',
  async (given) => {
    const { databases, clock } = given;
    const [ana, bea] = [await makeAccount(given, shape('ANA')), await makeAccount(given, shape('BEA'))];
    // One that was merged into hers and taken out again, and one that is part of it.
    const [cea, dea] = [await makeAccount(given, {}), await makeAccount(given, {})];
    const undone = await mergeAccounts(given, cea, ana);
    assert.ok(undone.kind === 'merged');
    clock.advance(1000);
    await undoMerge(given, undone.mergeId);
    assert.equal((await mergeAccounts(given, dea, ana)).kind, 'merged');
    await complete(given, 'ANA', ana);
    await complete(given, 'BEA', bea);

    // One that waits for its deletion.
    const eva = await makeAccount(given, {});
    await databases.durable.run(
      sql`update users set state = 'disabled', deletion_at = ${clock.now() + 1000} where id = ${eva}`,
    );

    const documents = new Map([
      [ana, await documentOf(given, ana)],
      [dea, await documentOf(given, dea)],
      [eva, await documentOf(given, eva)],
    ]);
    for (const [table, columns] of Object.entries(shown)) {
      const seen = new Map<string, number>();
      for (const [userId, document] of documents) {
        const part = JSON.stringify(document[partOf[table] ?? '']);
        const owner = (ownedBy[table] ?? 'user_id = $').replaceAll('$', `'${userId}'`);
        const rows = await databases.durable.all({ shape: [`select * from ${table} where ${owner}`], values: [] });
        for (const column of columns) {
          const values = valuesOf(rows, column);
          seen.set(column, (seen.get(column) ?? 0) + values.length);
          for (const value of values) assert.ok(part.includes(JSON.stringify(value)), `${table}.${column}: ${value}`);
        }
      }
      assert.deepEqual(
        [...seen].filter(([, count]) => count === 0),
        [],
        `${table}: a column of which no value was checked`,
      );
    }
    for (const [table, columns] of Object.entries(opened)) {
      const part = JSON.stringify(documents.get(ana)?.[partOf[table] ?? '']);
      for (const [column, canaries] of Object.entries(columns)) {
        for (const canary of canaries ?? []) assert.ok(part.includes(canary), `${table}.${column}: ${canary}`);
      }
    }

    const text = JSON.stringify([...documents.values()]);
    assert.doesNotMatch(text, /BEA|bea@|an-operator|support \(test\)|two accounts of one person|-secret-|hash of /);
    assert.ok(!text.includes(bea));
    const secrets = [
      ...(await databases.durable.all(sql`select hash as secret from passwords`)),
      ...(await databases.durable.all(sql`select id_hash as secret from sessions`)),
      ...(await databases.durable.all(sql`select token_hash as secret from service_tokens`)),
      ...(await databases.durable.all(sql`select value_index as secret from user_identifiers`)),
      ...(await databases.durable.all(sql`select profile as secret from users`)),
    ];
    assert.ok(secrets.length > 6);
    for (const { secret } of secrets) assert.ok(!text.includes(String(secret)));
  },
);

forEachStore('M-04 every column of every table has a rule', async ({ databases }) => {
  if (databases.durable.dialect !== 'sqlite') return;
  const unruled: string[] = [];
  for (const [part, tables] of Object.entries(allTables)) {
    const database = databases[part as keyof typeof allTables];
    for (const table of tables) {
      if (aside[table] !== undefined) continue;
      const ruled = [
        ...(shown[table] ?? []),
        ...Object.keys(opened[table] ?? {}),
        ...Object.keys(withheld[table] ?? {}),
      ];
      const columns = await columnsOf(database, table);
      unruled.push(...columns.filter((column) => !ruled.includes(column)).map((column) => `${table}.${column}`));
      unruled.push(
        ...ruled.filter((column) => !columns.includes(column)).map((column) => `${table}.${column} is gone`),
      );
    }
  }
  assert.deepEqual(unruled, []);
});

test('every part has its meaning in words', () => {
  assert.deepEqual(
    Object.values(en.accountData.parts).filter((words) => words.length <= 10),
    [],
  );
});
