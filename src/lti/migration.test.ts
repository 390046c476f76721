/**
 * The vector of the migration guide of LTI 1.3 (lti.md §3.15), whose signature was made elsewhere.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { consumerWith } from '../../test/lti/world.ts';
import type { Json } from '../model.ts';
import { claim } from './claims.ts';
import { readMigration } from './migration.ts';

const consumer = { ...consumerWith({ slug: 'old', oauth_consumer_key: '179248902' }), secret: 'my-lti11-secret' };
const ports = { now: 1_551_290_000_000, findConsumer: async (key: string) => (key === '179248902' ? consumer : null) };
const legacy = {
  oauth_consumer_key: '179248902',
  oauth_consumer_key_sign: 'lWd54kFo5qU7xshAna6v8BwoBm6tmUjc6GTax6+12ps=',
  user_id: 'old-id',
};
const claims: { readonly [name: string]: Json } = {
  ...{ sub: 'new-id', iss: 'https://lmsvendor.com', exp: 1_551_290_856, nonce: '172we8671fd8z' },
  [claim.deploymentId]: '689302',
  [claim.legacy]: legacy,
};
const read = (changes: typeof claims, clientId = 'PM48OJSfGDTAzAo') =>
  readMigration({ ...claims, ...changes }, clientId, ports);

test('case 66: the vector is taken, and with one part changed it is another claim', async () => {
  assert.deepEqual(await read({}), { consumer: 'old', userId: 'old-id' });
  const { user_id: _left, ...without } = legacy;
  assert.deepEqual(await read({ [claim.legacy]: without }), { consumer: 'old', userId: 'new-id' });
  for (const changes of [
    { iss: 'https://lmsvendor.com/' },
    { exp: 1_551_290_857 },
    { nonce: '172we8671fd8Z' },
    { [claim.deploymentId]: '689303' },
    { [claim.legacy]: { ...legacy, oauth_consumer_key: '179248903' } },
    { [claim.legacy]: { ...legacy, oauth_consumer_key_sign: legacy.oauth_consumer_key_sign.slice(0, -1) } },
  ]) {
    assert.equal(await read(changes), null, JSON.stringify(changes));
  }
  assert.equal(await read({}, 'PM48OJSfGDTAzAO'), null);
});

test('case J-16: the signature is of this token, so a claim that was taken from another says nothing for another person', async () => {
  assert.equal(await read({ sub: 'somebody-else', nonce: 'of-their-own-login' }), null);
});
