/**
 * Signing keys and audit events over every database: what was written is what is read, once.
 */
import assert from 'node:assert/strict';
import { insertAuditEvent } from '../../src/store/audit.ts';
import { sql } from '../../src/store/database.ts';
import type { SigningAlgorithm, SigningKey } from '../../src/store/signing-keys.ts';
import { countRows, forEachStore, NOW, newcomer, stoppedClock } from '../store-fixture.ts';

const key = (kid: string, signsFrom: number, algorithm: SigningAlgorithm = 'RS256'): SigningKey => ({
  ...{ kid, algorithm, jwk: { kty: 'RSA', d: `secret-${kid}` }, createdAt: NOW, signsFrom, withdrawnAt: null },
});

forEachStore(
  'keys come back as they were stored, in the order in which they sign',
  async ({ store: { signingKeys } }) => {
    const [old, fresh] = [key('k2', NOW), key('k1', NOW + 1, 'ES256')];
    assert.equal(await signingKeys.insert(fresh, []), true);
    assert.equal(await signingKeys.insert(old, []), true);
    assert.deepEqual(await signingKeys.all(), [old, fresh]);
  },
);

forEachStore('H-08: no private key stands in the database in clear', async ({ store, databases }) => {
  await store.signingKeys.insert(key('k1', NOW), []);
  const rows = await databases.durable.all(sql`select * from signing_keys`);
  assert.doesNotMatch(JSON.stringify(rows), /secret-k1/);
});

forEachStore('a name is given to one key: the second is refused, with all that belongs to it', async (given) => {
  const { signingKeys } = given.store;
  const [event] = newcomer(stoppedClock()).commit.events;
  assert.ok(event);
  await signingKeys.insert(key('k1', NOW), []);
  assert.equal(await signingKeys.insert(key('k1', NOW + 1), [insertAuditEvent(event)]), false);
  assert.deepEqual(await signingKeys.all(), [key('k1', NOW)]);
  assert.equal(await countRows(given.databases.durable, 'audit_events'), 0);
});

forEachStore(
  'a key is brought forward, never put off, and not once it was withdrawn',
  async ({ store: { signingKeys } }) => {
    await signingKeys.insert(key('k1', NOW + 9), []);
    assert.equal(await signingKeys.bringForward('k1', NOW + 10, []), false);
    assert.equal(await signingKeys.bringForward('k1', NOW + 5, []), true);
    assert.equal(await signingKeys.withdraw('k1', NOW + 1, []), true);
    assert.equal(await signingKeys.bringForward('k1', NOW + 2, []), false);
    assert.equal(await signingKeys.withdraw('k1', NOW + 3, []), false);
    assert.deepEqual(await signingKeys.all(), [{ ...key('k1', NOW + 5), withdrawnAt: NOW + 1 }]);
  },
);

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
