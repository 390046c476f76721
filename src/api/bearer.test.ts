/**
 * Who may call the API, how often.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stoppedClock } from '../../test/store-fixture.ts';
import { createLimits, floodLimits } from '../limits/limits.ts';
import type { RateLimits } from '../store/rate-limits.ts';
import type { WebContext } from '../web/context.ts';
import { requireClient } from './bearer.ts';

test('an app that calls in a loop is told to wait, whichever of its tokens it has; another app is not', async () => {
  const environment = stoppedClock();
  let later = 0;
  const limits = createLimits({} as RateLimits, { now: () => environment.now() + later });
  const call = (token: string) => {
    const c = { req: { header: () => `Bearer ${token}` } } as unknown as WebContext;
    return requireClient(c, 'lti:scores', {
      limits,
      findClientToken: async (text) => ({ clientId: text.slice(0, 1), scopes: ['lti:scores'] }),
      findClient: async () => ({ api_scopes: ['lti:scores'] }),
    });
  };
  for (let calls = 0; calls < floodLimits.apiCallsPerClient.limit; calls += 1) await call(`a${calls}`);
  await assert.rejects(call('a'), { code: 'too_many_requests' });
  assert.equal(await call('b'), 'b');
  later = 60_000;
  assert.equal(await call('a'), 'a');
});
