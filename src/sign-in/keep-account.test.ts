/**
 * DESIGN §7, R-12: whoever comes to an account that waits for its deletion is asked, whatever leads there; and who wins when it is kept,
 * deleted and signed in to at the same moment.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  countRows,
  forEachStore,
  forEachStoreAndInterleaved,
  profileWith,
  recordWith,
  stoppedClock,
  type TestStore,
} from '../../test/store-fixture.ts';
import type { JsonObject, Purpose, User } from '../model.ts';
import { newIdentity, newUser } from '../users/arrival.ts';
import { assertSound, makeAccount } from '../users/merge.fixture.ts';
import { type Facts, runPipeline } from './pipeline.ts';
import { Attempt, createEngine, deletionOf, type Engine, factsWith, requester, visit } from './sign-in.fixture.ts';
import { defaultSteps } from './steps.ts';

const STEP = 'keep-account';
const GRACE = 30 * 24 * 3_600_000;

// ------------------------------------------------------------------------------------------------------------ the step

const clock = stoppedClock();
const DUE = clock.now() + GRACE;
const profile = profileWith({ emails: [{ address: 'ana@uni.mx', claimedVerified: true }] });
const user: User = { ...newUser(profile, 'active', clock), id: 'u1', state: 'disabled', deletionAt: DUE };
const known = { user, profile, identity: newIdentity(profile, 'u1', clock) };

const resultOf = async (changes: Partial<Facts>) =>
  (await runPipeline(defaultSteps, factsWith({ profile, ...changes }))).result;
const answered = (answer: JsonObject) => ({ known, answers: { [STEP]: answer } });

const asks = { kind: 'waiting', step: STEP, form: { kind: 'keep-account', userId: 'u1', deletionAt: DUE } };
const keeps = { kind: 'decided', decision: { kind: 'use', userId: 'u1', guestId: null } };
const refused = (code: string) => ({ kind: 'refused', code });

const prove: Purpose = { kind: 'prove', waits: { kind: 'merge', userId: 'u2' }, returnTo: '/account/merge' };
const reauthenticate: Purpose = { kind: 'reauthenticate', userId: 'u1', returnTo: '/account' };

for (const [promise, changes, result] of [
  ['by its identity', { known }, asks],
  ['by a CURP that is verified', { holders: [user] }, asks],
  ['by an address that is verified', { owners: [user] }, asks],
  ['by signing in to it for another attempt', { proved: user, profile: profileWith({}), record: recordWith({}) }, asks],
  ['by a decision of support', { resolution: { kind: 'link', user } }, asks],
  [
    'with a CURP of it and of another account: which of them is not known',
    {
      holders: [user, { ...user, id: 'u2' }],
    },
    { kind: 'conflict', candidates: ['u1', 'u2'] },
  ],
  ['kept as it was shown', answered({ choice: 'keep', userId: 'u1', deletionAt: DUE }), keeps],
  ['kept before another deletion was asked for', answered({ choice: 'keep', userId: 'u1', deletionAt: DUE - 1 }), asks],
  ['left', answered({ choice: 'leave', userId: 'u1', deletionAt: DUE }), refused('deletion_goes_on')],
  ['left, and it was another account', answered({ choice: 'leave', userId: 'u2', deletionAt: DUE }), asks],
  ['answered with neither', answered({ choice: 'none', userId: 'u1', deletionAt: DUE }), asks],
  [
    'kept, and it is another account',
    answered({ choice: 'keep', userId: 'u2', deletionAt: DUE }),
    refused('sign_in_expired'),
  ],
  [
    'kept, and it is gone',
    { answers: { [STEP]: { choice: 'keep', userId: 'u1', deletionAt: DUE } } },
    refused('sign_in_expired'),
  ],
  ['to show for a merge that it is theirs', { known, purpose: prove }, refused('deletion_pending')],
  ['to sign in once more', { known, purpose: reauthenticate }, refused('deletion_pending')],
] as readonly (readonly [string, Partial<Facts>, object])[]) {
  test(`an account that waits for its deletion, ${promise}`, async () => {
    assert.deepEqual(await resultOf(changes), result);
  });
}

// ------------------------------------------------------------------------------------------------------------ the races

const how = (userId: string) => ({ userId, by: { kind: 'person' }, requester, locale: null, reference: null }) as const;

/** Somebody who has asked for the deletion of their account. */
async function leaving(given: TestStore): Promise<{ engine: Engine; userId: string }> {
  const engine = createEngine(given);
  const end = await (await Attempt.arrived(engine)).end();
  assert.ok(end.kind === 'signed-in');
  assert.equal((await deletionOf(given).request(how(end.userId))).kind, 'waits');
  return { engine, userId: end.userId };
}

async function atQuestion(engine: Engine): Promise<Attempt> {
  const attempt = await Attempt.arrived(engine);
  const asked = await attempt.end();
  assert.ok(asked.kind === 'form' && asked.form.kind === STEP, asked.kind);
  return attempt;
}

forEachStore(
  'nobody is signed in before they have answered, and an answer that is none is asked again',
  async (given) => {
    const { engine, userId } = await leaving(given);
    const attempt = await atQuestion(engine);
    await attempt.send(STEP, { answer: 'yes' });
    const again = await attempt.end();
    assert.ok(again.kind === 'form' && again.form.kind === STEP);
    assert.equal(await countRows(given.databases.durable, 'sessions'), 0);
    await attempt.send(STEP, { answer: 'keep' });
    const end = await attempt.end();
    assert.ok(end.kind === 'signed-in' && end.userId === userId);
    assert.equal((await given.store.accounts.findUser(userId))?.user.state, 'active');
  },
);

forEachStore('a guest’s work goes to the account that is kept, in the order in which it is asked', async (given) => {
  const { engine, userId } = await leaving(given);
  const guest = await makeAccount(given, {
    state: 'temporary',
    identities: [{ provider: 'guest', roles: [] }],
    sessions: 1,
  });
  const attempt = await Attempt.begin(engine, visit, { userId: guest, elsewhere: false });
  await attempt.depart('campus');
  await attempt.arrive('campus');
  await attempt.end();
  await attempt.send(STEP, { answer: 'keep' });
  const asked = await attempt.end();
  assert.ok(asked.kind === 'form' && asked.form.kind === 'guest-work');
  // Nothing is kept before the whole of it is decided.
  assert.equal((await given.store.accounts.findUser(userId))?.user.state, 'disabled');
  await attempt.send('claim-guest-work', { answer: 'yes' });
  const end = await attempt.end();
  assert.ok(end.kind === 'signed-in' && end.userId === userId);
  assert.equal((await given.store.accountGraphs.read(guest))?.mergedInto, userId);
  await assertSound(given);
});

forEachStoreAndInterleaved(
  'R-12 sign-in ‖ deletion: whoever signs in has no session of an account that waits, and is asked',
  async (given) => {
    const engine = createEngine(given);
    const first = await (await Attempt.arrived(engine)).end();
    assert.ok(first.kind === 'signed-in');
    const { userId } = first;
    const attempts = await Promise.all(Array.from({ length: 10 }, () => Attempt.arrived(engine)));
    const [result, ...ends] = await Promise.all([
      deletionOf(given).request(how(userId)),
      ...attempts.map((attempt) => attempt.end()),
    ]);
    assert.equal(result.kind, 'waits');
    for (const end of ends) assert.ok(['signed-in', 'form', 'wait'].includes(end.kind), end.kind);
    assert.equal(await countRows(given.databases.durable, 'sessions'), 0);
    assert.equal((await given.store.accounts.findUser(userId))?.user.state, 'disabled');
  },
);

forEachStoreAndInterleaved(
  'R-12 keeping ‖ purge: the account is kept and signed in to, or gone and nobody is given another one unawares',
  async (given) => {
    const { clock, store, databases } = given;
    const { engine, userId } = await leaving(given);
    clock.advance(GRACE - 1000);
    const attempt = await atQuestion(engine);
    await attempt.send(STEP, { answer: 'keep' });
    clock.advance(1000);
    const deletion = deletionOf(given);
    const [end, ...purges] = await Promise.all([
      attempt.end(),
      ...Array.from({ length: 25 }, () => deletion.purge(userId, 'grace-over')),
    ]);
    const state = (await store.accounts.findUser(userId))?.user.state;
    if (purges.some(Boolean)) {
      assert.ok(end.kind === 'refused' && end.code === 'sign_in_expired', end.kind);
      assert.deepEqual([state, await countRows(databases.durable, 'sessions')], ['deleted', 0]);
    } else {
      assert.ok(end.kind === 'signed-in' && end.userId === userId, end.kind);
      assert.deepEqual([state, await countRows(databases.durable, 'sessions')], ['active', 1]);
    }
    assert.equal(await countRows(databases.durable, 'users'), 1);
  },
);
