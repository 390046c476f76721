/**
 * The steps of the main job, as a person takes them: by what is on the page, never by an address that the page hides.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { inChromium, type Visitor, withVisitor } from './chromium.ts';
import { type World, type WorldOptions, withWorld } from './world.ts';

export interface Visit extends Visitor {
  readonly world: World;
  readonly browser: Browser;
}

export interface VisitOptions {
  readonly context: BrowserContextOptions;
  readonly world: Partial<WorldOptions>;
  readonly refusals: readonly number[];
}

/** One test: a world of its own, a browser of its own, one visitor in it. */
export function visitTest(promise: string, visit: (visit: Visit) => Promise<void>, given: Partial<VisitOptions>): void {
  const options: VisitOptions = { context: { locale: 'es-MX' }, world: {}, refusals: [], ...given };
  test(promise, (t) =>
    inChromium(t, (browser) =>
      withWorld(options.world, (world) =>
        withVisitor(browser, { ...options, origins: world.origins }, (visitor) =>
          visit({ ...visitor, world, browser }),
        ),
      ),
    ),
  );
}

export async function openChooser(page: Page, world: World): Promise<void> {
  await page.goto(world.courseSite);
  await page.getByTestId('sign-in').click();
  await page.getByTestId('provider-llave-mx').waitFor();
}

/** From the course site to the list of practice people. */
export async function openPeople(page: Page, world: World): Promise<void> {
  await openChooser(page, world);
  await page.getByTestId('provider-llave-mx').click();
  await page.getByTestId('person-nacional').waitFor();
}

/** From the course site through Llave MX and back, signed in. */
export async function signInAs(page: Page, world: World, person: string): Promise<void> {
  await openPeople(page, world);
  await page.getByTestId(`person-${person}`).click();
  await page.getByTestId('signed-in-as').waitFor();
}

/** The same for somebody without a verified address, who says that they have no account yet. */
export async function signInAsNew(page: Page, world: World, person: string): Promise<void> {
  await openPeople(page, world);
  await page.getByTestId(`person-${person}`).click();
  await page.getByTestId('new-account').click();
  await page.getByTestId('signed-in-as').waitFor();
}

export async function signOut(page: Page): Promise<void> {
  await page.getByTestId('sign-out').click();
  await page.getByTestId('signed-out').waitFor();
}

/** Whom the course site shows; waits until it shows somebody. */
export async function shownPerson(page: Page): Promise<string> {
  return (await page.getByTestId('signed-in-as').locator('strong').textContent()) ?? '';
}

/** The `sub` that the course site was given. */
export async function subjectOn(page: Page): Promise<string> {
  const { userinfo } = JSON.parse((await page.getByTestId('claims-json').textContent()) ?? '');
  assert.match(userinfo.sub, /^[\w-]{20,}$/);
  return userinfo.sub;
}

export async function languageOf(page: Page): Promise<string> {
  return (await page.locator('html').getAttribute('lang')) ?? '';
}
