/**
 * What people do that nobody planned: click twice, open two tabs, press Back after signing out.
 */
import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { openChooser, openPeople, shownPerson, signInAs, signOut, visitTest } from './walk.ts';

visitTest(
  'a double click on the provider and another on the person sign in as if each were one',
  async ({ page, world }) => {
    await openChooser(page, world);
    await page.getByTestId('provider-llave-mx').dblclick();
    await page.getByTestId('person-nacional').dblclick();
    assert.equal(await shownPerson(page), 'Citlali Ximena Robledo Ayala');
    await page.goto(`${world.broker}/account`);
    await page.getByTestId('account-name').waitFor();
  },
  {},
);

visitTest(
  'C-18: Back after signing out shows no name, neither at the course site nor at the broker',
  async ({ page, world }) => {
    const name = 'Robledo';
    await signInAs(page, world, 'nacional');
    await page.goto(`${world.broker}/account`);
    await page.getByTestId('account-name').waitFor();
    await page.goto(world.courseSite);
    await signOut(page);

    // Back over the course site's page, then over the account page: each is asked for again, and knows nobody.
    await back(page);
    await page.getByTestId('sign-in').waitFor();
    assert.ok(!(await page.content()).includes(name));
    await back(page);
    await page.getByTestId('provider-llave-mx').waitFor();
    assert.ok(!(await page.content()).includes(name));
  },
  {},
);

visitTest(
  'C-18: signing out at the broker itself leaves nothing to go back to',
  async ({ page, world }) => {
    await signInAs(page, world, 'nacional');
    await page.goto(`${world.broker}/account`);
    await page.getByTestId('sign-out').click();
    await page.getByTestId('sign-in').waitFor();
    await back(page);
    await page.getByTestId('provider-llave-mx').waitFor();
    assert.ok(!(await page.content()).includes('Robledo'));
  },
  {},
);

visitTest(
  'two tabs begin at once as different people: each ends without an error, and the browser is one person in the end',
  async ({ page, context, world }) => {
    const other = await context.newPage();
    await openPeople(page, world);
    await openPeople(other, world);
    await page.getByTestId('person-nacional').click();
    assert.equal(await shownPerson(page), 'Citlali Ximena Robledo Ayala');
    await other.getByTestId('person-extranjero').click();
    assert.equal(await shownPerson(other), 'Étienne Laurent');

    await page.reload();
    assert.equal(await shownPerson(page), 'Étienne Laurent');
    await page.goto(`${world.broker}/account`);
    assert.equal(await page.getByTestId('account-name').textContent(), 'Étienne Laurent');
  },
  {},
);

/** As the button of the browser does it: a page may come back from memory, and then no load event follows. */
async function back(page: Page): Promise<void> {
  const before = page.url();
  await page.evaluate('void setTimeout(() => history.back())');
  await page.waitForURL((url) => url.href !== before, { waitUntil: 'commit' });
}
