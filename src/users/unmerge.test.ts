/**
 * What a merge does, its undo takes back: over accounts of every shape, on every database.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { forEachStore, type TestStore } from '../../test/store-fixture.ts';
import type { Row } from '../store/database.ts';
import { sql } from '../store/database.ts';
import {
  type AccountShape,
  dump,
  lenientRules,
  makeAccount,
  mergeAccounts,
  nameless,
  undoMerge,
} from './merge.fixture.ts';
import type { MergeChoices, Side } from './merge-plan.ts';

const maybe = <T>(...values: readonly T[]) => fc.constantFrom(null, ...values);
const side = fc.constantFrom<Side | undefined>('retired', 'survivor', undefined);

/** Keys that may belong to several, but that one at most has verified. */
const KEYS = ['a', 'b', 'c', 'd'] as const;

const shape = fc.record({
  name: fc
    .record({ full: maybe('Ana Ruiz', 'Ana Soto'), given: maybe('Ana') })
    .map((name) => ({ ...nameless, ...name })),
  birthDate: maybe('1999-12-31', '2000-01-01'),
  phone: maybe({ number: '+525512345678', verified: true }, { number: '+525512345678', verified: false }),
  locale: maybe<'es-MX' | 'en'>('es-MX', 'en'),
  identities: fc.array(
    fc.record({
      provider: fc.constantFrom('google', 'llave-mx', 'email', 'password', 'guest'),
      roles: fc.constantFrom([], [{ id: '1', name: 'docente' }]),
    }),
    { maxLength: 4 },
  ),
  emails: fc.uniqueArray(fc.constantFrom(...KEYS), { maxLength: 4 }),
  curps: fc.uniqueArray(fc.constantFrom('HEGG560427MVZRRL04', 'RUSA991231MDFZTN01'), { maxLength: 2 }),
  agreements: fc.uniqueArray(fc.constantFrom('1', '2', '3'), { maxLength: 3 }),
  clients: fc.uniqueArray(fc.constantFrom('lms', 'wiki', 'forum'), { maxLength: 3 }),
  sessions: fc.nat(2),
});

/** Who has verified each address, of so many accounts: the index of one, or of none. */
const verifiers = (accounts: number) => fc.array(fc.nat(accounts), { minLength: KEYS.length, maxLength: KEYS.length });
const choices = fc
  .record({ name: side, birthDate: side, phone: side, locale: side, username: side, primaryEmail: side })
  .map((given) => Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as MergeChoices);

const retiredState = fc.constantFrom<'active' | 'temporary'>('active', 'active', 'temporary');

let runs = 0;
/** Accounts of these shapes, with addresses that nobody else in the database has. */
async function makeAll(
  given: TestStore,
  shapes: readonly (Omit<Partial<AccountShape>, 'emails'> & { readonly emails: readonly string[] })[],
  verifiedBy: readonly number[],
): Promise<string[]> {
  runs += 1;
  const ids: string[] = [];
  for (const [index, each] of shapes.entries()) {
    const emails = each.emails.map((key) => ({
      address: `${key}${runs}@uni.mx`,
      verified: verifiedBy[KEYS.indexOf(key as (typeof KEYS)[number])] === index,
    }));
    ids.push(await makeAccount(given, { ...each, emails }));
  }
  return ids;
}

/** What is to be as before: all but the records of what happened, sessions, and when a user was changed last. */
async function state(given: TestStore, without: readonly string[] = []): Promise<{ [table: string]: Row[] }> {
  const { merges: _, audit_events: __, sessions: ___, ...tables } = await dump(given);
  const masked = Object.entries(tables).map(([table, rows]) => {
    return [
      table,
      rows.map((row) => ({
        ...row,
        ...Object.fromEntries(['updated_at', ...without].filter((c) => c in row).map((c) => [c, 0])),
      })),
    ];
  });
  return Object.fromEntries(masked);
}

const withRules = { with: { rules: lenientRules } };
const RUNS = { numRuns: 60 };

forEachStore('a merge and its undo leave every table as it was', async (given) => {
  await fc.assert(
    fc.asyncProperty(shape, shape, retiredState, verifiers(2), choices, async (one, other, kind, verified, chosen) => {
      const [retired = '', survivor = ''] = await makeAll(given, [{ ...one, state: kind }, other], verified);
      const before = await state(given);
      const merged = await mergeAccounts(given, retired, survivor, { ...withRules, choices: chosen });
      assert.equal(merged.kind, 'merged', JSON.stringify(merged));
      assert.ok('mergeId' in merged);
      const undone = await undoMerge(given, merged.mergeId);
      assert.ok(undone.kind === 'unmerged', JSON.stringify(undone));
      assert.deepEqual(undone.left, []);
      assert.deepEqual(await state(given), before);
      const sessions = sql`select count(*) as n from sessions where user_id in (${retired}, ${survivor})`;
      assert.deepEqual(await given.databases.durable.get(sessions), { n: 0 });
    }),
    RUNS,
  );
});
