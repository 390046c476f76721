/**
 * Signing keys and audit events over every database: what was written is what is read, once.
 */
import assert from 'node:assert/strict';
import { ConstraintViolation, sql } from '../../src/store/database.ts';
import type { SigningAlgorithm, SigningKey } from '../../src/store/signing-keys.ts';
import { countRows, forEachStore, NOW, newcomer, stoppedClock } from '../store-fixture.ts';

const key = (kid: string, createdAt: number, algorithm: SigningAlgorithm = 'RS256'): SigningKey => ({
  ...{ kid, algorithm, jwk: { kty: 'RSA', d: `secret-${kid}` }, createdAt, retiredAt: null },
});

forEachStore('keys come back as they were stored, newest first', async ({ store: { signingKeys } }) => {
  const [old, fresh] = [key('k1', NOW), key('k2', NOW + 1, 'ES256')];
  await signingKeys.insert(old);
  await signingKeys.insert(fresh);
  assert.deepEqual(await signingKeys.all(), [fresh, old]);
});

forEachStore('H-08: no private key stands in the database in clear', async ({ store, databases }) => {
  await store.signingKeys.insert(key('k1', NOW));
  const rows = await databases.durable.all(sql`select * from signing_keys`);
  assert.doesNotMatch(JSON.stringify(rows), /secret-k1/);
});

forEachStore('a name is given to one key: again it is refused, or left as it is where that is asked', async (given) => {
  const { signingKeys } = given.store;
  await signingKeys.insert(key('k1', NOW));
  await assert.rejects(signingKeys.insert(key('k1', NOW + 1)), ConstraintViolation);
  await signingKeys.insertFirst(key('k1', NOW + 1));
  assert.deepEqual(await signingKeys.all(), [key('k1', NOW)]);
});

forEachStore('retiring leaves the named key, other algorithms and earlier retirements alone', async (given) => {
  const { signingKeys } = given.store;
  const earlier = { ...key('k0', NOW), retiredAt: NOW + 1 };
  await signingKeys.insert(earlier);
  await signingKeys.insert(key('k1', NOW + 2));
  await signingKeys.insert(key('e1', NOW + 3, 'ES256'));
  await signingKeys.insert(key('k2', NOW + 4));
  assert.equal(await signingKeys.retireOthers(key('k2', NOW + 4), NOW + 5), 1);
  const retired = (await signingKeys.all()).map(({ kid, retiredAt }) => [kid, retiredAt]);
  assert.deepEqual(retired, [
    ['k2', null],
    ['e1', null],
    ['k1', NOW + 5],
    ['k0', NOW + 1],
  ]);
});

forEachStore('an audit event is written whole, and once', async ({ store, databases }) => {
  const [made] = newcomer(stoppedClock()).commit.events;
  assert.ok(made);
  const event = { ...made, code: 'user_disabled', reference: 'ref', detail: { reason: 'x', trace: [] } };
  await store.audit.record(event);
  await store.audit.record({ ...event, type: 'sign_in.refused', at: NOW + 1 });
  assert.equal(await countRows(databases.durable, 'audit_events'), 1);
  const { userId, clientId, signInId, detail, ...rest } = event;
  assert.deepEqual(await databases.durable.get(sql`select * from audit_events`), {
    ...rest,
    ...{ user_id: userId, client_id: clientId, sign_in_id: signInId, detail: JSON.stringify(detail) },
  });
});
