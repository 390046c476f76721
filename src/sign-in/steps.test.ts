/**
 * The default list: every state of a user × known or unknown, and the order of the list as a promise.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { profileWith, recordWith, stoppedClock } from '../../test/store-fixture.ts';
import type { UserState } from '../model.ts';
import type { KnownIdentity } from '../store/accounts.ts';
import { newIdentity, newUser } from '../users/arrival.ts';
import { runPipeline } from './pipeline.ts';
import { defaultSteps } from './steps.ts';

const profile = profileWith({ emails: [{ address: 'ana@uni.mx', claimedVerified: true }] });

function knownAs(state: UserState): KnownIdentity {
  const user = { ...newUser(profile, 'active', stoppedClock()), id: 'u1', state };
  return { user, profile, identity: newIdentity(profile, user.id, stoppedClock()) };
}

const run = (known: KnownIdentity | null) =>
  runPipeline(defaultSteps, { profile, record: recordWith({}), known, owners: [], answers: {}, registration: null });

test('the default list is this one, in this order', () => {
  assert.deepEqual(
    defaultSteps.map(({ name }) => name),
    [
      ...['refuse-blocked', 'known-identity', 'same-verified-email'],
      ...['new-here', 'complete-profile', 'verify-email', 'new-user'],
    ],
  );
});

for (const state of ['active', 'temporary'] as const) {
  test(`the identity of a user who is ${state} signs that user in, and no account is created`, async () => {
    const { result, trace } = await run(knownAs(state));
    assert.deepEqual(result, { kind: 'decided', decision: { kind: 'use', userId: 'u1' } });
    assert.deepEqual(trace, [
      { step: 'refuse-blocked', decision: 'pass', reason: 'may-sign-in' },
      { step: 'known-identity', decision: 'use', reason: 'identity-belongs-to-user' },
      { step: 'same-verified-email', decision: 'pass', reason: 'already-decided' },
      { step: 'new-here', decision: 'pass', reason: 'nothing-is-asked' },
      { step: 'complete-profile', decision: 'pass', reason: 'nothing-is-asked' },
      { step: 'verify-email', decision: 'pass', reason: 'nothing-is-asked' },
      { step: 'new-user', decision: 'pass', reason: 'already-decided' },
    ]);
  });
}

for (const state of ['disabled', 'merged', 'deleted'] as const) {
  test(`the identity of a user who is ${state} is refused, and gets no second account`, async () => {
    const { result, trace } = await run(knownAs(state));
    assert.deepEqual(result, { kind: 'refused', code: 'user_disabled' });
    assert.deepEqual(trace, [{ step: 'refuse-blocked', decision: 'deny', reason: `user-is-${state}` }]);
  });
}

test('somebody unknown gets an account of their own', async () => {
  const { result, trace } = await run(null);
  assert.deepEqual(result, { kind: 'decided', decision: { kind: 'create' } });
  assert.deepEqual(
    trace.map(({ decision, reason }) => [decision, reason]),
    [
      ['pass', 'nobody-known'],
      ['pass', 'identity-is-new'],
      ['pass', 'no-verified-address-in-common'],
      ['pass', 'nothing-is-asked'],
      ['pass', 'nothing-is-asked'],
      ['pass', 'nothing-is-asked'],
      ['create', 'nobody-recognised'],
    ],
  );
});

test('no reason in a trace says anything of the person', async () => {
  for (const known of [null, knownAs('active'), knownAs('disabled')]) {
    const { trace } = await run(known);
    for (const { reason } of trace) assert.match(reason, /^[a-z]+(?:-[a-z]+)*$/);
  }
});
