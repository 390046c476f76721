/**
 * G-18: a flood of passwords. What may wait is verified, the rest is told at once to come back, and others are served.
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { Hono } from 'hono';
import { createLog } from '../../src/events/log.ts';
import type { Limits } from '../../src/limits/limits.ts';
import type { Environment } from '../../src/model.ts';
import { createPasswordHasher } from '../../src/passwords/hasher.ts';
import { TypedPassword } from '../../src/passwords/typed-password.ts';
import type { Store } from '../../src/store/store.ts';
import type { WebEnv } from '../../src/web/context.ts';
import { mountErrors } from '../../src/web/errors.ts';

const environment: Environment = { now: () => 0, randomBytes };

/** As little around the hasher as there can be: one page that verifies, one that does not, and the errors of all routes. */
function application() {
  const hasher = createPasswordHasher({ environment, atOnce: 2, waiting: 8 });
  const app = new Hono<WebEnv>();
  app.post('/password', async (c) => {
    const password = TypedPassword.parse((await c.req.parseBody()).password);
    assert.ok(password instanceof TypedPassword);
    const { kind } = await hasher.inSlot((slot) => slot.verify(password, null));
    return c.text(kind, 401);
  });
  app.get('/keys', (c) => c.text('keys'));
  const log = createLog({ level: 'silent', environment, showPlaces: false });
  // Being busy is not audited: a flood must not fill the trail.
  const limits = { admits: () => true } as unknown as Limits;
  mountErrors(app, { environment, store: {} as Store, log, limits });
  return app;
}

test('G-18 of 100 sign-ins at once what may wait is verified, the others get 503 with Retry-After, and pages are served', async () => {
  const app = application();
  const body = () => new URLSearchParams({ password: 'x'.repeat(128) });
  let verified = 0;
  const attempts = Array.from({ length: 100 }, async () => {
    const answer = await app.request('/password', { method: 'POST', body: body() });
    if (answer.status === 401) verified++;
    return answer;
  });
  const page = await app.request('/keys');
  assert.equal(page.status, 200);
  assert.equal(verified, 0, 'a page waited for passwords');

  const answers = await Promise.all(attempts);
  const refused = answers.filter(({ status }) => status === 503);
  assert.equal(verified, 10);
  assert.equal(refused.length, 90);
  for (const answer of refused) assert.match(answer.headers.get('retry-after') ?? '', /^[1-9]\d?$/);
});

test('G-18 who comes back after the flood is verified', async () => {
  const app = application();
  const post = () =>
    app.request('/password', { method: 'POST', body: new URLSearchParams({ password: 'una frase larga' }) });
  await Promise.all(Array.from({ length: 40 }, post));
  assert.equal((await post()).status, 401);
});
