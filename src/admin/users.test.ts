/**
 * What an operator sees of an account, over every database.
 */
import assert from 'node:assert/strict';
import { forEachStore } from '../../test/store-fixture.ts';
import { makeAccount } from '../users/merge.fixture.ts';
import { showUser } from './users.ts';

forEachStore(
  'an account is shown with what providers say, what the person said, and what they agreed to',
  async (given) => {
    const { databases, store, clock } = given;
    const details = { city: 'Mérida', goals: 'aprender' };
    const shape = { country: 'MX', details, agreements: [{ version: '2026-08', at: 5 }] };
    const id = await makeAccount(given, { ...shape, curps: ['HEGG560427MVZRRL04'] });
    const administration = { environment: clock, database: databases.durable, store };
    const view = await showUser(administration, id, { by: 'support', reason: 'ticket 12' });
    assert.deepEqual([view.country, view.details], ['MX', details]);
    assert.deepEqual(view.agreements, [{ version: '2026-08', agreed_at: clock.now() + 5 }]);
    assert.ok(!JSON.stringify(view).includes('HEGG560427MVZRRL04'), 'of a CURP only that there is one');
  },
);
