/**
 * Conflicts over every database: one for each identity, counted, decided once at a time, and sealed (DESIGN §6.3).
 */
import assert from 'node:assert/strict';
import type { ConflictDecision } from '../../src/store/conflicts.ts';
import { sql } from '../../src/store/database.ts';
import {
  countRows,
  forEachStore,
  forEachStoreAndInterleaved,
  NOW,
  profileWith,
  randomId,
  type TestStore,
} from '../store-fixture.ts';

const profile = profileWith({ emails: [{ address: 'ana@uni.mx', claimedVerified: true }] });

const event = (type: 'conflict.opened' | 'conflict.resolved') => ({
  ...{ id: randomId(), at: NOW, type, code: null, userId: null, provider: 'campus', clientId: null },
  ...{ signInId: null, reference: null, detail: {} },
});
let made = 0;
const note = ({ store }: TestStore, candidates: readonly string[] = ['u1', 'u2'], now = NOW) => {
  made += 1;
  const conflict = { id: randomId(), caseNumber: `CASE-${made}`, profile, candidates };
  return store.conflicts.note(conflict, event('conflict.opened'), now);
};
const decidedAs = (decision: ConflictDecision, at = NOW) => ({ decision, at, by: 'support', reason: 'seen' });

async function found({ store }: TestStore, caseNumber: string) {
  const conflict = await store.conflicts.find(caseNumber);
  return conflict ?? assert.fail('no such case');
}

forEachStore('the first try opens it, each further one counts and brings what is known now', async (given) => {
  const caseNumber = await note(given);
  assert.equal(await note(given, ['u1', 'u3'], NOW + 5), caseNumber);
  const { profile: kept, candidates, openedAt, lastAt, times, decided } = await found(given, caseNumber);
  assert.deepEqual(
    { kept, candidates, openedAt, lastAt, times, decided },
    { kept: profile, candidates: ['u1', 'u3'], openedAt: NOW, lastAt: NOW + 5, times: 2, decided: null },
  );
  assert.equal(await countRows(given.databases.durable, 'audit_events'), 1);
});

forEachStoreAndInterleaved('of fifty tries at once one opens it, and all get its case number', async (given) => {
  const cases = await Promise.all(Array.from({ length: 50 }, () => note(given)));
  assert.equal(new Set(cases).size, 1);
  assert.equal((await found(given, cases[0] ?? '')).times, 50);
  assert.equal(await countRows(given.databases.durable, 'audit_events'), 1);
});

forEachStore('a decision is found by the identity, and may be taken back', async (given) => {
  const { store } = given;
  const caseNumber = await note(given);
  assert.equal(await store.conflicts.findDecision('campus', 's1'), null);
  const refuse = decidedAs({ kind: 'refuse' });
  assert.ok(await store.conflicts.decide(await found(given, caseNumber), refuse, event('conflict.resolved')));
  assert.deepEqual(await store.conflicts.findDecision('campus', 's1'), { kind: 'refuse' });
  assert.deepEqual((await found(given, caseNumber)).decided, refuse);
  const link = decidedAs({ kind: 'link', userId: 'u1' }, NOW + 1);
  assert.ok(await store.conflicts.decide(await found(given, caseNumber), link, event('conflict.resolved')));
  assert.deepEqual(await store.conflicts.findDecision('campus', 's1'), { kind: 'link', userId: 'u1' });
  for (const [provider, subject] of [
    ['campus', 'S1'],
    ['other', 's1'],
  ] as const) {
    assert.equal(await store.conflicts.findDecision(provider, subject), null);
  }
});

forEachStoreAndInterleaved('of fifty decisions at once one is taken, the others are told', async (given) => {
  const caseNumber = await note(given);
  const conflict = await found(given, caseNumber);
  const decide = (index: number) =>
    given.store.conflicts.decide(
      conflict,
      decidedAs({ kind: 'link', userId: `u${index}` }, NOW + index),
      event('conflict.resolved'),
    );
  const taken = await Promise.all(Array.from({ length: 50 }, (_, index) => decide(index + 1)));
  assert.equal(taken.filter(Boolean).length, 1);
  assert.equal(await countRows(given.databases.durable, 'audit_events'), 2);
});

forEachStore('a decision that was made for an earlier state of the case is not taken', async (given) => {
  const caseNumber = await note(given);
  const conflict = await found(given, caseNumber);
  await note(given, ['u1', 'u2', 'u3']);
  const create = decidedAs({ kind: 'create' });
  assert.equal(await given.store.conflicts.decide(conflict, create, event('conflict.resolved')), false);
});

forEachStore('a decision that could not be followed is gone, and the case open again', async (given) => {
  const caseNumber = await note(given);
  const link = decidedAs({ kind: 'link', userId: 'u1' });
  await given.store.conflicts.decide(await found(given, caseNumber), link, event('conflict.resolved'));
  assert.deepEqual(await given.store.conflicts.list('open', 10), []);
  assert.equal(await note(given, ['u1']), caseNumber);
  assert.equal(await given.store.conflicts.findDecision('campus', 's1'), null);
  assert.equal((await given.store.conflicts.list('open', 10)).length, 1);
  assert.equal((await given.store.conflicts.list('all', 10)).length, 1);
});

forEachStore('M-01 what the provider said is sealed', async (given) => {
  await note(given);
  const rows = await given.databases.durable.all(sql`select * from conflicts`);
  assert.doesNotMatch(JSON.stringify(rows), /ana@uni\.mx|Ruiz/);
});
