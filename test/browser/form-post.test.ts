/**
 * Answers by form_post in a real browser: the one page that is not ours, under the policy that we serve it with.
 */
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import type { Page } from 'playwright-core';
import { visitTest } from './walk.ts';
import type { World } from './world.ts';

const STATE = `"><script>alert(1)</script><img src=x onerror=alert(2)>' & ñ 😀 +%2B`;

function authorizationUrl(world: World, changes: Record<string, string> = {}): string {
  const url = new URL('/oauth2/authorize', world.broker);
  url.search = new URLSearchParams({
    client_id: 'course-site',
    redirect_uri: `${world.courseSite}/callback`,
    response_type: 'code',
    response_mode: 'form_post',
    scope: 'openid',
    state: STATE,
    code_challenge: createHash('sha256').update(randomBytes(32)).digest('base64url'),
    code_challenge_method: 'S256',
    ...changes,
  }).toString();
  return url.href;
}

/** Stands where the client's callback is: the fields that it was sent, or a failure when nothing is sent there. */
async function receive(page: Page, world: World): Promise<{ fields: Promise<URLSearchParams> }> {
  const callback = `${world.courseSite}/callback`;
  const body = '<!doctype html><title>received</title>';
  await page.context().route(callback, (route) => route.fulfill({ contentType: 'text/html', body }));
  const fields = page.waitForRequest(callback).then((request) => {
    assert.equal(request.method(), 'POST');
    return new URLSearchParams(request.postData() ?? '');
  });
  // Looked at only later: until then a failure is nobody's fault.
  fields.catch(() => {});
  return { fields };
}

async function signIn(page: Page): Promise<void> {
  await page.getByTestId('provider-llave-mx').click();
  await page.getByTestId('person-nacional').click();
}

visitTest(
  'A-31 the page submits itself, its policy blocks nothing of it, and the client gets state as it was sent',
  async ({ page, world }) => {
    page.on('dialog', () => assert.fail('something injected ran'));
    const { fields: answer } = await receive(page, world);
    await page.goto(authorizationUrl(world));
    await signIn(page);
    const fields = await answer;
    assert.equal(fields.get('state'), STATE);
    assert.equal(fields.get('iss'), world.broker);
    assert.match(fields.get('code') ?? '', /^[\w-]{20,}$/);
  },
  {},
);

visitTest(
  'A-31 an error arrives in the same way',
  async ({ page, world }) => {
    const { fields: answer } = await receive(page, world);
    // The answer to this navigation is replaced at once by the page's own.
    await page.goto(authorizationUrl(world, { prompt: 'none' })).catch(() => {});
    const fields = await answer;
    assert.equal(fields.get('error'), 'login_required');
    assert.equal(fields.get('state'), STATE);
    assert.equal(fields.get('iss'), world.broker);
  },
  { refusals: [400] },
);

visitTest(
  'A-31 without JavaScript a button does it',
  async ({ page, world }) => {
    const { fields: answer } = await receive(page, world);
    await page.goto(authorizationUrl(world));
    await signIn(page);
    await page.getByRole('button').click();
    assert.equal((await answer).get('state'), STATE);
  },
  { context: { javaScriptEnabled: false } },
);
