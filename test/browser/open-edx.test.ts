/**
 * A learner of an Open edX in a real browser, in the demo as `npm start` brings it up: from the LMS through the broker and
 * Llave MX to the registration page, which sends itself, and the dashboard.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import type { Page } from 'playwright-core';
import { assertNoBarriers, inChromium, withVisitor } from './chromium.ts';
import { type DemoWorld, withDemo } from './demo-world.ts';
import { languageOf } from './walk.ts';

const screens = { desktop: { width: 1280, height: 800 }, phone: { width: 360, height: 740 } };
/** The LMS tells its own scripts by these that somebody is there, and what to send with a form. */
const readable = ['edxloggedin', 'edx-user-info', 'csrftoken'];

for (const [screen, locale] of [
  ['desktop', 'es-MX'],
  ['phone', 'en'],
] as const) {
  const context = { viewport: screens[screen], locale, isMobile: screen === 'phone' };
  test(`a new learner goes from the LMS through Llave MX to the dashboard, and signs out (${screen}, ${locale})`, (t) =>
    inChromium(t, (browser) =>
      withDemo((world) =>
        withVisitor(browser, { context, origins: world.origins, refusals: [], readable }, ({ page }) =>
          inAndOut(page, world, locale),
        ),
      ),
    ));
}

async function inAndOut(page: Page, world: DemoWorld, locale: string): Promise<void> {
  const visited: string[] = [];
  page.on('framenavigated', (frame) => {
    const { origin, pathname } = new URL(frame.url());
    if (frame.parentFrame() === null && origin === world.lms) visited.push(pathname);
  });
  const looksRight = async () => {
    const width = page.viewportSize()?.width ?? 0;
    assert.ok((await page.evaluate<number>('document.documentElement.scrollWidth')) <= width, `${page.url()} is wider`);
    assert.equal(await languageOf(page), locale, page.url());
    if (page.url().startsWith(world.lms)) await assertNoBarriers(page, page.url());
  };

  await page.goto(world.lms);
  await looksRight();
  await page.getByTestId('lms-sign-in').click();
  await page.getByTestId('oa2-oidc').waitFor();
  await looksRight();
  await throughLlaveMx(page);
  assert.match((await page.getByTestId('lms-signed-in-as').textContent()) ?? '', /Citlali Ximena Robledo Ayala/);
  assert.ok(visited.includes('/register'), 'the registration page was shown, and sent itself');
  assert.equal(new URL(page.url()).pathname, '/dashboard');
  await looksRight();
  await page.getByTestId('lms-courses').click();
  await page.getByTestId('lms-enrol').first().click();
  await page.getByTestId('lms-signed-in-as').waitFor();
  assert.equal(await page.getByTestId('lms-course').count(), 1);
  await looksRight();
  const username = await page.getByTestId('lms-username').textContent();

  await page.getByTestId('lms-sign-out').click();
  await page.waitForURL(`${world.lms}/`);
  await looksRight();
  await everySessionIsGone(page, world);
  visited.length = 0;
  await page.goto(`${world.lms}/login`);
  await page.getByTestId('oa2-oidc').waitFor();
  await throughLlaveMx(page);
  assert.equal(await page.getByTestId('lms-username').textContent(), username, 'it is the same account');
  assert.ok(!visited.includes('/register'), 'nobody is asked a second time');
}

/** At the LMS, at the broker and at Llave MX: nobody is known. */
async function everySessionIsGone(page: Page, world: DemoWorld): Promise<void> {
  await page.goto(`${world.lms}/dashboard`);
  assert.equal(new URL(page.url()).pathname, '/login');
  await page.goto(`${world.broker}/account`);
  assert.equal(new URL(page.url()).pathname, '/sign-in');
  await page.getByTestId('provider-llave-mx').click();
  await page.getByTestId('person-nacional').waitFor();
  assert.equal(await page.getByTestId('open-session').count(), 0);
}

/** From the button of the LMS, as whoever the broker does not know yet. */
async function throughLlaveMx(page: Page): Promise<void> {
  await page.getByTestId('oa2-oidc').click();
  const chooser = page.getByTestId('provider-llave-mx');
  const inside = page.getByTestId('lms-signed-in-as');
  await chooser.or(inside).waitFor();
  if ((await chooser.count()) > 0) {
    await chooser.click();
    await page.getByTestId('person-nacional').click();
  }
  await inside.waitFor();
}
