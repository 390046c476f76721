/**
 * A test of a provider in a real browser: under the policies that browsers enforce, and without script.
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type { Page } from 'playwright-core';
import { parseSettings } from '../../src/config.ts';
import { createLog } from '../../src/events/log.ts';
import { openStore } from '../../src/open-store.ts';
import { type Invitation, inviteToTest } from '../../src/sign-in/test-invitation.ts';
import { assertNoBarriers } from './chromium.ts';
import { visitTest } from './walk.ts';
import type { World } from './world.ts';

async function invite({ env }: World): Promise<Invitation> {
  const environment = { now: Date.now, randomBytes: (bytes: number) => randomBytes(bytes) };
  const log = createLog({ level: 'error', environment, showPlaces: true });
  const open = await openStore(parseSettings(env), { environment, log }, 'refused');
  try {
    return await inviteToTest({ environment, ...open }, 'llave-mx');
  } finally {
    await open.close();
  }
}

async function openPeople(page: Page, world: World, { id, code }: Invitation): Promise<void> {
  await page.goto(`${world.broker}/sign-in/test?id=${id}`);
  await page.getByTestId('code').fill(code);
  // The policy of this page lets its form lead nowhere but here, redirects included; the provider is elsewhere.
  await page.getByTestId('submit').click();
  await page.getByTestId('person-nacional').waitFor();
}

for (const locale of ['es-MX', 'en']) {
  for (const javaScriptEnabled of [true, false]) {
    visitTest(
      `the button leads to the provider, and coming back shows the report (${locale}, ${javaScriptEnabled ? 'with' : 'without'} scripts)`,
      async ({ page, world }) => {
        const invitation = await invite(world);
        await openPeople(page, world, invitation);
        await page.getByTestId('person-nacional').click();
        await page.getByTestId('would-create').waitFor();
        await page.getByTestId('see-claims').click();
        await page.getByText('"correoVerificado": true').first().waitFor();
        assert.ok((await page.evaluate<number>('document.documentElement.scrollWidth')) <= 1280);
        if (javaScriptEnabled) await assertNoBarriers(page, 'the report');
        await page.goto(`${world.broker}/account`);
        assert.equal(new URL(page.url()).pathname, '/sign-in', 'nobody is signed in');
      },
      { context: { locale, javaScriptEnabled } },
    );
  }
}

visitTest(
  'the back button at the provider leads back to the test and not into a loop',
  async ({ page, world }) => {
    const invitation = await invite(world);
    await openPeople(page, world, invitation);
    await page.goBack();
    await page.getByTestId('continue').waitFor();
    assert.equal(new URL(page.url()).pathname, '/sign-in/test');
    await page.getByTestId('continue').click();
    await page.getByTestId('person-nacional').click();
    await page.getByTestId('would-create').waitFor();
  },
  {},
);
