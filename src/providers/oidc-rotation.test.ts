import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SignInError } from '../errors.ts';
import { outage, practice, refusedAs } from './oidc.fixture.ts';

const second = 1_000;
const hour = 3_600 * second;
const plain = () => practice('oidc', 'plain');

test('metadata and keys are fetched once for many sign-ins, and again after an hour', async () => {
  const { signIn, asked, pass } = plain();
  for (let count = 0; count < 5; count++) await signIn();
  assert.deepEqual([asked('discovery'), asked('jwks')], [1, 1]);
  pass(hour - second);
  await signIn();
  assert.deepEqual([asked('discovery'), asked('jwks')], [1, 1]);
  pass(second);
  await signIn();
  assert.deepEqual([asked('discovery'), asked('jwks')], [2, 2]);
});

test('parallel first uses share one fetch', async () => {
  const { signIn, asked } = plain();
  await Promise.all(Array.from({ length: 20 }, () => signIn()));
  assert.deepEqual([asked('discovery'), asked('jwks')], [1, 1]);
});

test('parallel first uses share one failure, and the next one asks again', async () => {
  const { signIn, asked, interfere } = plain();
  let calls = 0;
  interfere(async () => {
    calls += 1;
    throw new SignInError('provider_timeout', 'up.test');
  });
  const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => signIn()));
  assert.ok(outcomes.every((outcome) => outcome.status === 'rejected'));
  assert.equal(calls, 1);
  interfere(null);
  await signIn();
  assert.equal(asked('discovery'), 1);
});

test('B-07: one provider whose metadata cannot be used leaves another alone', async () => {
  const broken = plain();
  broken.order('discovery', { kind: 'member', name: 'issuer', json: '"https://other.test"' });
  await assert.rejects(broken.signIn(), refusedAs('provider_answer_invalid'));
  await plain().signIn();
});

test('a rotation of a single key without a name is noticed by its signature', async () => {
  const { simulator, signIn, order, asked } = plain();
  order('jwks', { kind: 'keys', set: 'without-kids' });
  order('token', { kind: 'id-token-header', name: 'kid', json: null });
  await signIn();
  simulator.rotateKeys({ withdraw: true });
  await signIn();
  assert.equal(asked('jwks'), 2);
});

test('unknown keys make us ask at most once in 30 seconds', async () => {
  const { signIn, asked, order, simulator, pass } = plain();
  await signIn();
  order('token', { kind: 'id-token-signed-by', signer: 'unpublished-key' });
  for (let count = 0; count < 5; count++) await assert.rejects(signIn(), refusedAs('provider_answer_invalid'));
  assert.equal(asked('jwks'), 2);
  pass(30 * second);
  await assert.rejects(signIn(), refusedAs('provider_answer_invalid'));
  assert.equal(asked('jwks'), 3);
  simulator.behave();
  await signIn();
  assert.equal(asked('jwks'), 3);
});

/** Takes metadata and keys down; the token endpoint works on. Answers how often they were asked since. */
function takeDocumentsDown({ interfere }: ReturnType<typeof plain>): () => number {
  let count = 0;
  interfere((request) => {
    if (!/jwks|well-known/.test(request.url.pathname)) return null;
    count += 1;
    return outage(request);
  });
  return () => count;
}

test('R-31: while metadata and keys are down the old ones are used for 24 hours, and no longer', async () => {
  const made = plain();
  await made.signIn();
  const asked = takeDocumentsDown(made);
  made.pass(24 * hour - second);
  await made.signIn();
  assert.ok(asked() > 0, 'it asked before it took the old ones');
  const before = asked();
  await made.signIn();
  assert.equal(asked(), before, 'it does not ask again within 30 seconds');
  made.pass(second);
  await assert.rejects(made.signIn(), refusedAs('provider_unreachable'));
  made.interfere(null);
  await made.signIn();
});

test('R-31: a new key during an outage is an outage, not a false token, each time', async () => {
  const made = plain();
  await made.signIn();
  const asked = takeDocumentsDown(made);
  made.simulator.rotateKeys({ withdraw: false });
  await assert.rejects(made.signIn(), refusedAs('provider_unreachable'));
  await assert.rejects(made.signIn(), refusedAs('provider_unreachable'));
  assert.equal(asked(), 1);
  made.interfere(null);
  made.pass(30 * second);
  await made.signIn();
});

test('a key that was withdrawn verifies nothing after an hour, though nobody used the new one', async () => {
  const { simulator, signIn, pass, order } = plain();
  await signIn();
  order('jwks', { kind: 'keys', set: 'symmetric' });
  await signIn();
  pass(hour);
  await assert.rejects(signIn(), refusedAs('provider_answer_invalid', /not publish/));
  assert.deepEqual(simulator.complaints, []);
});

test('a wrong answer in place of the metadata is no outage: the old one is not used', async () => {
  const { signIn, order, pass } = plain();
  await signIn();
  pass(hour);
  order('discovery', { kind: 'member', name: 'issuer', json: '"https://other.test"' });
  await assert.rejects(signIn(), refusedAs('provider_answer_invalid', /another issuer/));
});
