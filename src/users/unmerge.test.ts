/**
 * What a merge does, its undo takes back: over accounts of every shape, on every database.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { commitOf, forEachStore, profileWith, type TestStore, verifiedEmail } from '../../test/store-fixture.ts';
import { replaceProfile } from '../store/account-moves.ts';
import { type Row, sql } from '../store/database.ts';
import { writePassword } from '../store/passwords.ts';
import { sweep } from '../store/sweep.ts';
import { type AccountAction, actOnAccount } from './account-state.ts';
import { newIdentity } from './arrival.ts';
import {
  type AccountShape,
  assertSound,
  clear,
  dump,
  lenientRules,
  makeAccount,
  mergeAccounts,
  nameless,
  undoMerge,
} from './merge.fixture.ts';
import type { MergeChoices, Side } from './merge-plan.ts';
import { UNDO_LIFE } from './merge-steps.ts';

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
  country: maybe('MX', 'GT'),
  details: fc.record(
    {
      given_name: fc.constant('Ana'),
      city: fc.constantFrom('Mérida', 'Antigua'),
      country: fc.constantFrom('MX', 'GT'),
    },
    { requiredKeys: [] },
  ),
  identities: fc.array(
    fc.record({
      provider: fc.constantFrom('google', 'llave-mx', 'email', 'password', 'guest'),
      roles: fc.constantFrom([], [{ id: '1', name: 'docente' }]),
    }),
    { maxLength: 4 },
  ),
  emails: fc.uniqueArray(fc.constantFrom(...KEYS), { maxLength: 4 }),
  curps: fc.uniqueArray(fc.constantFrom('HEGG560427MVZRRL04', 'RUSA991231MDFZTN01'), { maxLength: 2 }),
  agreements: fc.uniqueArray(fc.record({ version: fc.constantFrom('1', '2', '3'), at: fc.nat(2) }), {
    selector: ({ version }) => version,
  }),
  clients: fc.uniqueArray(fc.constantFrom('lms', 'wiki', 'forum'), { maxLength: 3 }),
  sessions: fc.nat(2),
});

/** Who has verified each address, of so many accounts: the index of one, or of none. */
const verifiers = (accounts: number) => fc.array(fc.nat(accounts), { minLength: KEYS.length, maxLength: KEYS.length });
const choices = fc
  .record({
    ...{ name: side, birthDate: side, phone: side, locale: side, country: side, username: side, primaryEmail: side },
    ...{ 'details.given_name': side, 'details.city': side },
  })
  .map((given) => Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as MergeChoices);

const retiredState = fc.constantFrom<'active' | 'temporary'>('active', 'active', 'temporary');

/** These accounts, and nobody else in the database. */
async function makeAll(
  given: TestStore,
  shapes: readonly (Omit<Partial<AccountShape>, 'emails'> & { readonly emails: readonly string[] })[],
  verifiedBy: readonly number[],
): Promise<string[]> {
  await clear(given);
  const ids: string[] = [];
  for (const [index, each] of shapes.entries()) {
    const emails = each.emails.map((key) => ({
      address: `${key}@uni.mx`,
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

forEachStore('chains: merges undone in any order that is allowed leave every table as it was', async (given) => {
  const four = fc.tuple(shape, shape, shape, shape);
  const pair = fc.tuple(fc.nat(3), fc.nat(3));
  await fc.assert(
    fc.asyncProperty(
      four,
      verifiers(4),
      fc.array(pair, { minLength: 2, maxLength: 5 }),
      choices,
      fc.infiniteStream(fc.nat(99)),
      async (shapes, verified, pairs, chosen, picks) => {
        const ids = await makeAll(given, shapes, verified);
        const before = await state(given);
        const standing: string[] = [];
        for (const [from, into] of pairs) {
          const result = await mergeAccounts(given, ids[from] ?? '', ids[into] ?? '', {
            ...withRules,
            choices: chosen,
          });
          if (result.kind === 'merged') standing.push(result.mergeId);
          await assertSound(given);
        }
        while (standing.length > 0) {
          const mergeId = standing[(picks.next().value ?? 0) % standing.length] ?? '';
          const undone = await undoMerge(given, mergeId);
          await assertSound(given);
          if (undone.kind === 'unmerged') {
            assert.deepEqual(undone.left, []);
            standing.splice(standing.indexOf(mergeId), 1);
          } else {
            assert.equal(undone.code, 'undo_out_of_order');
            assert.ok('first' in undone && standing.includes(undone.first), 'what is in the way is named, and stands');
          }
        }
        assert.deepEqual(await state(given), before);
      },
    ),
    { numRuns: 30 },
  );
});

forEachStore('a sign-in between a merge and its undo changes nothing but that it happened', async (given) => {
  const { store, clock } = given;
  await fc.assert(
    fc.asyncProperty(shape, shape, verifiers(2), async (one, other, verified) => {
      const [retired = '', survivor = ''] = await makeAll(given, [one, other], verified);
      const before = await state(given, ['last_used_at']);
      const merged = await mergeAccounts(given, retired, survivor, withRules);
      assert.ok(merged.kind === 'merged');
      const graph = await store.accountGraphs.read(survivor);
      for (const identity of graph?.identities ?? []) {
        assert.ok(graph);
        const commit = commitOf(graph.user, identity.profile, clock);
        assert.ok(await store.accounts.admitUser(graph.user, identity, commit, false));
      }
      const undone = await undoMerge(given, merged.mergeId);
      assert.ok(undone.kind === 'unmerged');
      assert.deepEqual(undone.left, []);
      assert.deepEqual(await state(given, ['last_used_at']), before);
    }),
    { numRuns: 30 },
  );
});

// ------------------------------------------------------------------------------------------------ what changed since

const ana: Partial<AccountShape> = {
  name: { ...nameless, given: 'Ana' },
  identities: ['google', 'password'].map((provider) => ({ provider, roles: [] })),
  emails: [
    { address: 'ana@uni.mx', verified: true },
    { address: 'shared@uni.mx', verified: true },
  ],
  curps: ['HEGG560427MVZRRL04'],
  agreements: [{ version: '1', at: 0 }],
  clients: ['lms', 'wiki'],
};
const anna: Partial<AccountShape> = {
  name: { ...nameless, given: 'Anna' },
  emails: [
    { address: 'anna@uni.mx', verified: true },
    { address: 'shared@uni.mx', verified: false },
  ],
  clients: ['wiki'],
};
const chosen = { name: 'retired', username: 'retired', primaryEmail: 'retired' } as const;

async function mergedPair(given: TestStore) {
  const [retired, survivor] = [await makeAccount(given, ana), await makeAccount(given, anna)];
  const result = await mergeAccounts(given, retired, survivor, { choices: chosen });
  assert.ok(result.kind === 'merged');
  return { retired, survivor, mergeId: result.mergeId };
}

forEachStore('what was removed or changed since stays as it is now, and is named', async (given) => {
  const { databases, vault, store, clock } = given;
  const { retired, survivor, mergeId } = await mergedPair(given);
  const one = await store.accountGraphs.read(survivor);
  assert.ok(one);
  const password = one.identities.find(({ provider }) => provider === 'password');
  await databases.durable.atomically([
    { statement: sql`delete from identities where user_id = ${survivor} and provider = 'google'`, changes: 1 },
    { statement: sql`delete from user_identifiers where user_id = ${survivor}`, changes: 1 },
    { statement: sql`delete from emails where user_id = ${survivor} and address_key = 'shared@uni.mx'`, changes: 1 },
    writePassword(password?.id ?? '', 'another hash', vault, clock.now() + 5),
    replaceProfile({ ...one.user, name: { ...nameless, given: 'Ana María' } }, one.sealedProfile, vault),
  ]);
  const undone = await undoMerge(given, mergeId);
  assert.ok(undone.kind === 'unmerged');
  assert.deepEqual(undone.left, [
    { what: 'identity', provider: 'google', because: 'gone' },
    { what: 'identity', provider: 'password', because: 'password-changed' },
    { what: 'email', address: 'SHARED@UNI.MX', because: 'gone' },
    { what: 'identifier', kind: 'curp', because: 'gone' },
    { what: 'field', field: 'name', because: 'changed' },
  ]);
  const [back, left] = [await store.accountGraphs.read(retired), await store.accountGraphs.read(survivor)];
  assert.deepEqual(
    back?.identities.map(({ provider }) => provider),
    ['password'],
  );
  assert.deepEqual(
    back?.emails.map(({ key, primary }) => [key, primary]),
    [['ana@uni.mx', true]],
  );
  assert.deepEqual(
    left?.emails.map(({ key, primary }) => [key, primary]),
    [['anna@uni.mx', true]],
  );
  assert.equal(left?.user.name.given, 'Ana María');
  await assertSound(given);
});

forEachStore('what the survivor got since stays the survivor\u2019s', async (given) => {
  const { store, clock } = given;
  const { retired, survivor, mergeId } = await mergedPair(given);
  const one = await store.accountGraphs.read(survivor);
  assert.ok(one);
  const profile = profileWith({ provider: 'facebook', subject: 'since' });
  const commit = commitOf(one.user, profile, clock, [verifiedEmail('since@uni.mx')]);
  assert.ok(await store.accounts.linkIdentity(one.user, newIdentity(profile, survivor, clock), commit));
  await store.clientSubjects.tell('forum', survivor, clock.now());
  assert.equal((await undoMerge(given, mergeId)).kind, 'unmerged');
  const [back, left] = [await store.accountGraphs.read(retired), await store.accountGraphs.read(survivor)];
  assert.deepEqual(
    left?.identities.map(({ provider }) => provider),
    ['facebook'],
  );
  assert.ok(left?.emails.some(({ key }) => key === 'since@uni.mx'));
  assert.equal(await store.clientSubjects.find('forum', survivor), survivor);
  assert.ok(!back?.emails.some(({ key }) => key === 'since@uni.mx'));
  assert.equal(left?.sessions, 0, 'nobody can say whose they are');
});

forEachStore('V-08: after an undo each client knows each of the two as it did before the merge', async (given) => {
  const { store, clock } = given;
  const { retired, survivor, mergeId } = await mergedPair(given);
  const undone = await undoMerge(given, mergeId);
  assert.ok(undone.kind === 'unmerged');
  assert.deepEqual(undone.clients, [
    { clientId: 'lms', kind: 'subject-kept', from: retired, to: retired },
    { clientId: 'wiki', kind: 'subject-replaced', from: survivor, to: retired },
  ]);
  for (const clientId of ['lms', 'wiki']) {
    assert.equal(await store.clientSubjects.tell(clientId, retired, clock.now()), retired);
    assert.equal(await store.clientSubjects.tell(clientId, survivor, clock.now()), survivor);
  }
});

// ------------------------------------------------------------------------------------------------------ when it is refused

forEachStore('D-17: of A into B and B into C the second is undone first, and says so', async (given) => {
  const [a, b, c] = [await makeAccount(given, {}), await makeAccount(given, {}), await makeAccount(given, {})];
  const first = await mergeAccounts(given, a, b);
  const second = await mergeAccounts(given, b, c);
  assert.ok(first.kind === 'merged' && second.kind === 'merged');
  const because = 'merged';
  assert.deepEqual(await mergeAccounts(given, c, a), {
    kind: 'refused',
    code: 'user_not_mergeable',
    userId: a,
    because,
  });
  const refusal = { kind: 'refused', code: 'undo_out_of_order', first: second.mergeId };
  assert.deepEqual(await undoMerge(given, first.mergeId), refusal);
  assert.equal((await undoMerge(given, second.mergeId)).kind, 'unmerged');
  assert.equal((await undoMerge(given, first.mergeId)).kind, 'unmerged');
  const undone = { kind: 'refused', code: 'merge_undone', at: given.clock.now() };
  assert.deepEqual(await undoMerge(given, first.mergeId), undone);
  assert.deepEqual(await undoMerge(given, 'no-such-merge'), { kind: 'refused', code: 'merge_unknown' });
});

forEachStore('a guest who was claimed later is not in the way; a merge that changed the survivor is', async (given) => {
  const [survivor, a, b] = [await makeAccount(given, anna), await makeAccount(given, {}), await makeAccount(given, {})];
  const guest = await makeAccount(given, { state: 'temporary', identities: [{ provider: 'guest', roles: [] }] });
  const first = await mergeAccounts(given, a, survivor);
  const claim = await mergeAccounts(given, guest, survivor);
  assert.ok(first.kind === 'merged' && claim.kind === 'merged');
  assert.equal((await undoMerge(given, first.mergeId)).kind, 'unmerged');
  const again = await mergeAccounts(given, a, survivor);
  const renaming = await mergeAccounts(given, b, survivor, { choices: { username: 'retired' } });
  assert.ok(again.kind === 'merged' && renaming.kind === 'merged');
  const refusal = { kind: 'refused', code: 'undo_out_of_order', first: renaming.mergeId };
  assert.deepEqual(await undoMerge(given, again.mergeId), refusal);
  await assertSound(given);
});

forEachStore(
  'a merge that put an earlier agreement into the survivor is undone before those before it',
  async (given) => {
    const { store } = given;
    const agreed = (at: number) => makeAccount(given, { agreements: [{ version: '1', at }] });
    const [survivor, a, b] = [await agreed(2), await agreed(1), await agreed(0)];
    const agreements = async (id: string) => (await store.accountGraphs.read(id))?.agreements;
    const before = await Promise.all([survivor, a, b].map(agreements));
    const first = await mergeAccounts(given, a, survivor);
    const second = await mergeAccounts(given, b, survivor);
    assert.ok(first.kind === 'merged' && second.kind === 'merged');
    assert.deepEqual(await agreements(survivor), before[2], 'the earliest of all three');
    const refusal = { kind: 'refused', code: 'undo_out_of_order', first: second.mergeId };
    assert.deepEqual(await undoMerge(given, first.mergeId), refusal);
    for (const { mergeId } of [second, first]) {
      const undone = await undoMerge(given, mergeId);
      assert.ok(undone.kind === 'unmerged');
      assert.deepEqual(undone.left, []);
    }
    assert.deepEqual(await Promise.all([survivor, a, b].map(agreements)), before);
  },
);

forEachStore('an undo is no amnesty either: nobody comes back whose other half is disabled or held', async (given) => {
  const { retired, survivor, mergeId } = await mergedPair(given);
  const act = (userId: string, action: AccountAction) =>
    actOnAccount(
      { environment: given.clock, database: given.databases.durable, store: given.store },
      { userId, action, by: 'support', reason: 'test', also: () => [] },
    );
  await act(survivor, 'disable');
  const disabled = { kind: 'refused', code: 'user_disabled', userId: survivor, state: 'disabled' };
  assert.deepEqual(await undoMerge(given, mergeId), disabled);
  await act(survivor, 'enable');
  await act(retired, 'hold');
  assert.deepEqual(await undoMerge(given, mergeId), { kind: 'refused', code: 'legal_hold', userId: retired });
  await act(retired, 'release');
  assert.equal((await undoMerge(given, mergeId)).kind, 'unmerged');
});

forEachStore('a merge can be undone for 30 days to the millisecond; then its snapshot is forgotten', async (given) => {
  const { clock, store } = given;
  const { mergeId } = await mergedPair(given);
  const end = clock.now() + UNDO_LIFE;
  clock.set(end - 1);
  await sweep(store, clock.now());
  assert.notEqual((await store.merges.find(mergeId))?.snapshot, null);
  clock.set(end);
  const late = { kind: 'refused', code: 'undo_too_late', until: end };
  assert.deepEqual(await undoMerge(given, mergeId), late);
  await sweep(store, clock.now());
  const kept = await store.merges.find(mergeId);
  assert.deepEqual([kept?.snapshot, kept?.reason], [null, 'two accounts of one person']);
  clock.set(end - 1);
  assert.deepEqual(await undoMerge(given, mergeId), late, 'a clock that is set back brings nothing back');
});

forEachStore('H-08: nothing of the person stands in the row of a merge in clear', async (given) => {
  const { mergeId } = await mergedPair(given);
  const row = JSON.stringify(await given.databases.durable.get(sql`select * from merges where id = ${mergeId}`));
  for (const secret of ['uni.mx', 'HEGG560427MVZRRL04', 'Ana', 'hash', 'google', 'lms'])
    assert.ok(!row.includes(secret), secret);
});
