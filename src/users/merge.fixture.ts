/**
 * Accounts of any shape, written past the sign-in, and all that is stored of them as a value that can be compared. For tests.
 */

import assert from 'node:assert/strict';
import { profileWith, randomId, type TestStore } from '../../test/store-fixture.ts';
import { allTables } from '../../test/tables.ts';
import { randomName } from '../crypto.ts';
import type { Milliseconds, PersonDetails, PersonName, ProfilePhone, ProfileRole, User } from '../model.ts';
import type { OwnedLearner } from '../store/account-graph.ts';
import {
  changePrimaryEmail,
  giveAgreement,
  giveEmail,
  giveIdentifier,
  restoreIdentity,
  restoreLearner,
} from '../store/account-moves.ts';
import { sealProfile, sealUser } from '../store/accounts.ts';
import { type Row, type Step, sql } from '../store/database.ts';
import { tokensPlace } from '../store/open-edx-learners.ts';
import { passwordPlace } from '../store/passwords.ts';
import { usernameKey } from '../store/usernames.ts';
import { createMerging, type MergeDependencies, type MergeRequest } from './merge.ts';
import type { MergeRules, ProviderKind } from './merge-rules.ts';
import { sourcedBy } from './provided-values.ts';
import { type UnmergeRequest, unmerge } from './unmerge.ts';

export interface AccountShape {
  readonly state: 'active' | 'temporary' | 'disabled' | 'deleted';
  readonly name: PersonName;
  readonly birthDate: string | null;
  readonly phone: ProfilePhone | null;
  readonly locale: 'es-MX' | 'en' | null;
  readonly country: string | null;
  readonly details: PersonDetails;
  readonly identities: readonly { readonly provider: string; readonly roles: readonly ProfileRole[] }[];
  /** The first is the primary one. */
  readonly emails: readonly { readonly address: string; readonly verified: boolean }[];
  readonly curps: readonly string[];
  /** `at`: so long after the account was made. */
  readonly agreements: readonly { readonly version: string; readonly at: Milliseconds }[];
  readonly clients: readonly string[];
  readonly sessions: number;
  /** Slugs of LMS at which they have an account and tokens, each by the client of the same name. */
  readonly learners: readonly string[];
}

export const nameless: PersonName = { full: null, given: null, firstSurname: null, secondSurname: null };

export const nobody: AccountShape = {
  state: 'active',
  name: nameless,
  birthDate: null,
  phone: null,
  locale: null,
  country: null,
  details: {},
  identities: [],
  emails: [],
  curps: [],
  agreements: [],
  clients: [],
  sessions: 0,
  learners: [],
};

/** Slugs of the fixture mean what they say. */
const kinds: { readonly [slug: string]: ProviderKind } = { email: 'email', password: 'password', guest: 'guest' };

export const rules: MergeRules = {
  sameProvider: 'refuse',
  differentIdentifiers: 'refuse',
  kindOf: (provider) => kinds[provider] ?? 'upstream',
};

export const lenientRules: MergeRules = { ...rules, sameProvider: 'allow', differentIdentifiers: 'allow' };

const NO_ASSURANCE = { acr: null, amr: [], authTime: null };

/** Writes an account of this shape; answers its id. */
export async function makeAccount(
  { databases, vault, store, clock }: TestStore,
  given: Partial<AccountShape>,
): Promise<string> {
  const shape = { ...nobody, ...given };
  const [id, now] = [randomId(), clock.now()];
  const { name, birthDate, phone, locale, country, details, state } = shape;
  const username = `user-${id.toLowerCase()}`;
  const provided = { name, birthDate, phone, locale, country };
  const sources = sourcedBy(provided, shape.identities[0]?.provider ?? 'campus');
  const user: User = {
    ...{
      id,
      state,
      username,
      ...provided,
      sources,
      details,
      corrected: [],
      deletionAt: null,
      createdAt: now,
      updatedAt: now,
    },
  };
  const identities = shape.identities.map(({ provider, roles }, index) => {
    const [identityId, subject] = [randomId(), `subject-${randomId()}`];
    return {
      ...{
        id: identityId,
        provider,
        subject,
        userId: id,
        createdAt: now + index,
        lastUsedAt: now + index,
        verifiedAt: null,
      },
      sealedProfile: sealProfile(identityId, profileWith({ provider, subject, roles }), vault),
      password:
        provider === 'password'
          ? { sealedHash: vault.seal(passwordPlace(identityId), `hash of ${identityId}`), changedAt: now }
          : null,
    };
  });
  const steps: Step[] = [
    {
      statement: sql`
        insert into users (id, state, username, username_key, profile, created_at, updated_at)
        values (${id}, ${state}, ${username}, ${usernameKey(username)}, ${sealUser(user, vault)}, ${now}, ${now})`,
      changes: 1,
    },
    ...identities.flatMap(restoreIdentity),
    ...shape.emails.map(({ address, verified }, index) =>
      giveEmail(id, {
        ...{ key: address, address: address.toUpperCase(), primary: false, createdAt: now + index },
        verifiedAt: verified ? now + index : null,
        verifiedBy: verified ? 'campus' : null,
      }),
    ),
    ...changePrimaryEmail(id, null, shape.emails[0]?.address ?? null),
    ...shape.curps.map((value, index) =>
      giveIdentifier(
        id,
        { kind: 'curp', index: vault.blindIndex('curp', value), value, provider: 'llave-mx', createdAt: now + index },
        vault,
      ),
    ),
    ...shape.agreements.map(({ version, at }) =>
      giveAgreement(id, { version, address: `https://terms.test/${version}`, agreedAt: now + at }),
    ),
    ...Array.from({ length: shape.sessions }, () => ({
      statement: sql`
        insert into sessions (id_hash, user_id, provider, identity_id, assurance, created_at, last_seen_at, expires_at)
        values (${randomId()}, ${id}, 'campus', ${identities[0]?.id ?? null}, ${JSON.stringify(NO_ASSURANCE)}, ${now}, ${now}, ${now + 3_600_000})`,
      changes: 1,
    })),
    ...shape.learners.map((lms, index) => restoreLearner(id, learnerAt(lms, vault, now + index))),
  ];
  const { committed } = await databases.durable.atomically(steps);
  if (!committed) throw new Error('the account could not be written');
  for (const clientId of shape.clients) await store.clientSubjects.tell(clientId, id, now);
  return id;
}

function learnerAt(lms: string, vault: TestStore['vault'], at: Milliseconds): OwnedLearner {
  const id = randomId();
  const tokens = { accessToken: `access of ${id}`, refreshToken: `refresh of ${id}`, expiresAt: at + 3_600_000 };
  const sealedTokens = vault.seal(tokensPlace(id), JSON.stringify(tokens));
  const rest = { account: 'created', username: `ana-${at}`, failure: null } as const;
  return { id, lms, clientId: lms, sealedTokens, createdAt: at, changedAt: at, ...rest };
}

export function dependenciesOf(
  { databases, store, vault, clock }: TestStore,
  more: Partial<Pick<MergeDependencies, 'participants'>> & { readonly rules?: MergeRules } = {},
) {
  return {
    environment: clock,
    database: databases.durable,
    store,
    vault,
    participants: more.participants ?? [],
    rules: async () => more.rules ?? rules,
  };
}

const asked = {
  choices: {},
  by: { kind: 'operator', name: 'support (test)' },
  reason: 'two accounts of one person',
  reference: null,
  agreedTo: null,
  also: () => [],
} as const;

export type Merger = Parameters<typeof dependenciesOf>[1];

export function mergeAccounts(
  given: TestStore,
  retiredId: string,
  survivorId: string,
  more: Partial<MergeRequest> & { readonly with?: Merger } = {},
) {
  const request = { ...asked, mergeId: randomName(given.clock), ...more, retiredId, survivorId };
  return createMerging(dependenciesOf(given, more.with)).merge(request);
}

export function undoMerge(
  given: TestStore,
  mergeId: string,
  more: Partial<UnmergeRequest> & { readonly with?: Merger } = {},
) {
  return unmerge(dependenciesOf(given, more.with), { ...asked, ...more, mergeId });
}

/** Takes away all accounts and what happened to them, so that one database serves many runs of a property. */
export async function clear({ databases }: TestStore): Promise<void> {
  const tables = [
    'passwords',
    'identities',
    'emails',
    'user_identifiers',
    'terms_agreements',
    'client_subjects',
    'open_edx_learners',
    'sessions',
  ];
  const all = [...tables, 'merges', 'legal_holds', 'audit_events', 'users'];
  await databases.durable.script(all.map((table) => `delete from ${table};`).join('\n'));
}

/** Everything durable, opened where it is sealed, in an order of its own: equal for equal accounts. */
export async function dump({
  databases,
  vault,
}: Pick<TestStore, 'databases' | 'vault'>): Promise<{ [table: string]: Row[] }> {
  const sealed: { readonly [column: string]: (row: Row) => string } = {
    'users.profile': ({ id }) => `${id}`,
    'identities.profile': ({ id }) => `${id}`,
    'passwords.hash': ({ identity_id: id }) => `${id}`,
    'open_edx_learners.tokens': ({ id }) => `${id}`,
    'user_identifiers.value': ({ user_id: id, kind, value_index: index }) => `${id}/${kind}/${index}`,
  };
  const tables = allTables.durable.map(async (table) => {
    const rows = await databases.durable.all({ shape: [`select * from ${table}`], values: [] });
    const opened = rows.map((row) => {
      const columns = Object.entries(row).map(([column, value]) => {
        const place = sealed[`${table}.${column}`];
        const isSealed = place !== undefined && typeof value === 'string' && value !== '';
        return [column, isSealed ? vault.open({ table, column, row: place(row) }, value) : value];
      });
      return Object.fromEntries(columns) as Row;
    });
    return [table, opened.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))] as const;
  });
  return Object.fromEntries(await Promise.all(tables));
}

/** Invariants of security-cases.md that no merge may break: each query finds what would be wrong. */
const unsound = {
  'V-01 one identity of (provider, subject)': sql`
    select provider, subject from identities group by provider, subject having count(*) > 1`,
  'V-03 nothing belongs to an account that was merged away': sql`
    select users.id from users where state in ('merged', 'deleted') and (
      exists (select 1 from identities where user_id = users.id) or exists (select 1 from emails where user_id = users.id)
      or exists (select 1 from user_identifiers where user_id = users.id)
      or exists (select 1 from sessions where user_id = users.id)
      or exists (select 1 from terms_agreements where user_id = users.id)
      or exists (select 1 from open_edx_learners where user_id = users.id))`,
  'V-07 a verified address belongs to one account': sql`
    select address_key from emails where verified_at is not null group by address_key having count(*) > 1`,
  'V-08 a sub means one account to a client': sql`
    select client_id, subject from client_subjects group by client_id, subject having count(*) > 1`,
  'V-16 every chain of merges ends in an account that was not merged': sql`
    with recursive chain (id, at, steps) as (
      select id, merged_into, 1 from users where merged_into is not null
      union all
      select chain.id, users.merged_into, chain.steps + 1 from chain join users on users.id = chain.at
      where users.merged_into is not null and chain.steps < 50)
    select id from chain where steps >= 50`,
  'a merged account says into which, and a merge stands for it': sql`
    select users.id from users where (state = 'merged') <> (merged_into is not null) or (state = 'merged' and not exists (
      select 1 from merges where retired_id = users.id and survivor_id = users.merged_into and undone_at is null))`,
  'one primary address, where there is any': sql`
    select users.id from users where exists (select 1 from emails where user_id = users.id)
      and (select count(*) from emails where user_id = users.id and is_primary = 1) <> 1`,
};

export async function assertSound({ databases }: Pick<TestStore, 'databases'>): Promise<void> {
  for (const [rule, statement] of Object.entries(unsound)) {
    assert.deepEqual(await databases.durable.all(statement), [], rule);
  }
}
