/**
 * M-04: what a person gets of what is held of them: everything of theirs, nothing of others, no secret; by the schema itself.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forEachStore, type TestStore } from '../../test/store-fixture.ts';
import { allTables } from '../../test/tables.ts';
import { en } from '../i18n/en.ts';
import { type Database, sql } from '../store/database.ts';
import { makeAccount, nameless } from './merge.fixture.ts';
import { gatherPersonalData, personalData } from './personal-data.ts';
import { issueServiceToken } from './service-tokens.ts';

/** Columns whose value is in the document as it stands in the row; times as ISO 8601. */
const shown: { readonly [table: string]: readonly string[] } = {
  users: ['id', 'state', 'username', 'created_at', 'updated_at', 'merged_into'],
  identities: ['id', 'provider', 'subject', 'created_at', 'last_used_at', 'verified_at'],
  emails: ['address_key', 'address', 'verified_at', 'verified_by', 'created_at'],
  user_identifiers: ['kind', 'provider', 'created_at'],
  passwords: ['identity_id', 'changed_at'],
  terms_agreements: ['version', 'address', 'agreed_at'],
  client_subjects: ['client_id', 'subject', 'first_seen_at', 'last_seen_at'],
  open_edx_learners: ['id', 'lms', 'client_id', 'stage', 'username', 'failure', 'created_at', 'changed_at'],
  service_tokens: ['id', 'client_id', 'scopes', 'name', 'created_at', 'expires_at', 'last_used_at', 'revoked_at'],
  sessions: ['provider', 'identity_id', 'created_at', 'last_seen_at', 'expires_at'],
  merges: ['id', 'retired_id', 'survivor_id', 'merged_at', 'undone_at'],
  audit_events: ['id', 'at', 'type', 'code', 'provider', 'client_id', 'sign_in_id', 'reference'],
};

/** Columns that are sealed, or stand for something else: shown in another form, which the canaries prove. */
const opened: { readonly [table: string]: readonly string[] } = {
  users: ['profile'],
  identities: ['user_id', 'profile'],
  emails: ['user_id', 'is_primary'],
  user_identifiers: ['user_id', 'value'],
  terms_agreements: ['user_id'],
  client_subjects: ['user_id'],
  open_edx_learners: ['user_id'],
  service_tokens: ['user_id'],
  sessions: ['user_id', 'assurance', 'device'],
  audit_events: ['user_id'],
};

/** What is not in it, each with why. */
const withheld: { readonly [table: string]: { readonly [column: string]: string } } = {
  users: { username_key: 'the username once more', suspended_state: 'what an operator is to decide' },
  user_identifiers: { value_index: 'a keyed hash' },
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
  open_edx_learners: {
    tokens: 'secrets',
    answer: 'codes of the LMS, for an operator',
    tries: 'a count of ours',
    retry_at: 'a time of ours',
    lease: 'who works on it now',
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
  open_edx_throttles: 'how often an LMS was called',
  open_edx_course_runs: 'courses of an LMS',
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
};

async function columnsOf(database: Database, table: string): Promise<string[]> {
  const rows = await database.all({ shape: [`select name from pragma_table_info('${table}')`], values: [] });
  return rows.map(({ name }) => String(name));
}

const shape = (who: string) => ({
  name: { ...nameless, given: `${who}-given`, firstSurname: `${who}-surname` },
  birthDate: `${who}-birth`,
  identities: ['google', 'password'].map((provider) => ({ provider, roles: [] })),
  emails: [
    { address: `${who.toLowerCase()}@uni.mx`, verified: true },
    { address: `${who.toLowerCase()}-two@uni.mx`, verified: false },
  ],
  curps: [`${who}-CURP`],
  details: { city: `${who}-city`, goals: `${who}-goals` },
  agreements: [{ version: `${who}-terms`, at: 1 }],
  clients: ['lms'],
  sessions: 2,
  learners: ['lms'],
});

async function documentOf(given: TestStore, userId: string): Promise<string> {
  const facts = await gatherPersonalData(given.store, userId, given.clock.now());
  assert.ok(facts);
  return JSON.stringify(personalData(facts, en.accountData.parts, given.clock.now()));
}

async function record(given: TestStore, who: string, userId: string): Promise<void> {
  await given.store.audit.record({
    ...{ id: `${who}-event`, at: given.clock.now(), type: 'sign_in.succeeded', code: null, userId, provider: 'google' },
    ...{ clientId: `${who}-client`, signInId: `${who}-sign-in`, reference: `${who}-reference` },
    detail: { by: 'an-operator' },
  });
}

forEachStore(
  'M-04 every column that the table says is in the document, with its value, and nobody else’s',
  async (given) => {
    const { databases } = given;
    const [ana, bea] = [await makeAccount(given, shape('ANA')), await makeAccount(given, shape('BEA'))];
    for (const [who, id] of [
      ['ANA', ana],
      ['BEA', bea],
    ] as const) {
      await record(given, who, id);
      const token = { userId: id, clientId: `${who}-app`, scopes: ['openid'], name: `${who}-token` };
      const issued = { ...token, expiresAt: given.clock.now() + 1000, by: 'an-operator', reason: 'an-operator' };
      assert.ok(await issueServiceToken({ environment: given.clock, store: given.store }, issued));
    }
    const text = await documentOf(given, ana);
    for (const [table, columns] of Object.entries(shown)) {
      const owner = table === 'users' ? 'id' : 'user_id';
      if (table === 'merges' || table === 'passwords') continue;
      const rows = await databases.durable.all({
        shape: [`select * from ${table} where ${owner} = '${ana}'`],
        values: [],
      });
      assert.ok(rows.length > 0, table);
      for (const row of rows) {
        for (const column of columns) {
          const value = row[column] ?? null;
          if (value === null) continue;
          const isTime = column === 'at' || column.endsWith('_at');
          const expected = isTime ? new Date(Number(value)).toISOString() : String(value);
          assert.ok(text.includes(JSON.stringify(expected)), `${table}.${column}`);
        }
      }
    }
    for (const canary of ['given', 'surname', 'birth', 'CURP', 'city', 'goals', 'terms']) {
      assert.ok(text.includes(`ANA-${canary}`), canary);
    }
    assert.doesNotMatch(text, /BEA|bea@|an-operator/);
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
    assert.doesNotMatch(text, /hash of /);
  },
);

forEachStore('M-04 every column of every table has a rule', async ({ databases }) => {
  if (databases.durable.dialect !== 'sqlite') return;
  const unruled: string[] = [];
  for (const [part, tables] of Object.entries(allTables)) {
    const database = databases[part as keyof typeof allTables];
    for (const table of tables) {
      if (aside[table] !== undefined) continue;
      const ruled = [...(shown[table] ?? []), ...(opened[table] ?? []), ...Object.keys(withheld[table] ?? {})];
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
  assert.equal(Object.values(en.accountData.parts).filter((words) => words.length > 10).length, 11);
});
