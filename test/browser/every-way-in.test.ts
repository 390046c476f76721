/**
 * Every way in that the demo offers, in a real browser: from the course site, through the provider's page or our own
 * forms, and back; out, and in again to the same account.
 *
 * The walk knows no provider. It answers what a page asks, so one that is added to the demo is walked from then on.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import type { Page } from 'playwright-core';
import { vendors } from '../../src/providers/registry.ts';
import { inChromium, withVisitor } from './chromium.ts';
import { type DemoWorld, demoProviders, withDemo } from './demo-world.ts';
import { languageOf, signOut, subjectOn } from './walk.ts';

/** More pages than any way has: whoever is not in by then goes round in circles. */
const MOST_PAGES = 8;
const PASSWORD = 'caballo correcto batería grapa';
const screens = { desktop: { width: 1280, height: 800 }, phone: { width: 360, height: 740 } };
const hows = (['desktop', 'phone'] as const).flatMap((screen) =>
  (['es-MX', 'en'] as const).map((locale) => ({ screen, locale })),
);

interface Walker {
  readonly page: Page;
  readonly world: DemoWorld;
  readonly locale: string;
  readonly address: string;
  /** What the person would remember: null until they have chosen one. */
  readonly memory: { password: string | null };
}

test('the demo offers every kind of provider that can be configured', async () => {
  const offered = new Set((await demoProviders()).map(({ vendor }) => vendor));
  assert.deepEqual(
    vendors.map(({ vendor }) => vendor).filter((vendor) => !offered.has(vendor)),
    [],
  );
});

test('every button of the demo leads a practice person to the course site, and back to the same account', (t) =>
  inChromium(t, (browser) =>
    withDemo(async (world) => {
      for (const [index, { slug, vendor }] of (await demoProviders()).entries()) {
        const { screen, locale } = hows[index % hows.length] ?? assert.fail();
        const context = { viewport: screens[screen], locale, isMobile: screen === 'phone' };
        await t.test(`${slug} (${screen}, ${locale})`, () =>
          withVisitor(browser, { context, origins: world.origins, refusals: [] }, async ({ page }) => {
            const walker: Walker = { page, world, locale, address: `${slug}@uni.test`, memory: { password: null } };
            const first = await signIn(walker, slug);
            await signOut(page);
            const again = await signIn(walker, slug);
            // A guest who left is nobody's: there is nothing to come back with.
            assert.equal(again.subject === first.subject, vendor !== 'guest');
            assert.equal(again.foremost, slug, 'what was used last comes first');
          }),
        );
      }
    }),
  ));

async function signIn(walker: Walker, slug: string) {
  const { page, world } = walker;
  await page.goto(world.courseSite);
  await page.getByTestId('sign-in').click();
  const button = page.getByTestId(`provider-${slug}`);
  await button.waitFor();
  await looksRight(walker);
  const foremost = await page.locator('[data-testid^=provider-]').first().getAttribute('data-testid');
  await button.click();
  for (let pages = 0; (await page.getByTestId('signed-in-as').count()) === 0; pages++) {
    assert.ok(pages < MOST_PAGES, `after ${pages} pages still at ${page.url()}`);
    const asks = await page.locator('[data-testid^=person-], [data-testid=submit], [data-testid=new-account]').count();
    assert.ok(asks > 0, `nothing to answer at ${page.url()}: ${await page.title()}`);
    await looksRight(walker);
    await answer(walker);
  }
  const name = await page.getByTestId('signed-in-as').locator('strong').textContent();
  assert.notEqual(name?.trim() ?? '', '');
  return { subject: await subjectOn(page), foremost: foremost?.replace('provider-', '') };
}

/** Does what the page asks, as a person without a password would the first time. */
async function answer({ page, world, address, memory }: Walker): Promise<void> {
  const people = page.locator('[data-testid^=person-]');
  if ((await people.count()) > 0) return people.first().click();
  const isNew = page.getByTestId('new-account');
  if ((await isNew.count()) > 0) return isNew.click();
  const answers: { readonly [field: string]: () => string } = {
    email: () => address,
    code: () => world.codeFor(address) ?? assert.fail('no mail has come'),
    password: () => {
      memory.password ??= PASSWORD;
      return memory.password;
    },
  };
  const asksForPassword = (await page.locator('[autocomplete=current-password]').count()) > 0;
  if (asksForPassword && memory.password === null) return page.getByTestId('forgot').click();
  for (const input of await page.locator('main input:not([type=hidden]):not([readonly])').all()) {
    const field = (await input.getAttribute('data-testid')) ?? '';
    await input.fill((answers[field] ?? assert.fail(`nobody knows what to answer to "${field}"`))());
  }
  await page.getByTestId('submit').click();
}

/** That the page fits the screen, and ours speak the language of the person. */
async function looksRight({ page, world, locale }: Walker): Promise<void> {
  const width = page.viewportSize()?.width ?? 0;
  assert.ok((await page.evaluate<number>('document.documentElement.scrollWidth')) <= width, `${page.url()} is wider`);
  if (page.url().startsWith(world.broker)) assert.equal(await languageOf(page), locale, page.url());
}
