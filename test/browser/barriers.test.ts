/**
 * The pages as they are served, without a mouse and to axe: what the templates promise must survive routes and headers.
 */
import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { assertNoBarriers, tabTo } from './chromium.ts';
import { openChooser, openPeople, shownPerson, signInAs, signOut, type Visit, visitTest } from './walk.ts';

visitTest(
  'the whole main job needs the keyboard only',
  async ({ page, world }) => {
    const press = async (testId: string) => {
      await page.getByTestId(testId).waitFor();
      await tabTo(page, testId);
      await page.keyboard.press('Enter');
    };
    await page.goto(world.courseSite);
    for (const testId of ['sign-in', 'provider-llave-mx', 'person-nacional']) await press(testId);
    assert.equal(await shownPerson(page), 'Citlali Ximena Robledo Ayala');
    for (const testId of ['sign-out', 'home', 'sign-in-llave-mx', 'person-rechaza', 'back-to-client', 'home']) {
      await press(testId);
    }
    await page.getByTestId('sign-in').waitFor();
  },
  { refusals: [403] },
);

/** Each page by itself is looked at in both languages and schemes among the samples; here it is met on the way. */
for (const [locale, colorScheme] of [
  ['es-MX', 'light'],
  ['en', 'dark'],
] as const) {
  visitTest(
    `axe finds no barrier on any page of the flow (${locale}, ${colorScheme})`,
    async (visit) => {
      for await (const page of pagesOfTheFlow(visit)) await assertNoBarriers(page, page.url());
    },
    { context: { locale, colorScheme }, refusals: [400, 403, 404], world: { asksConsent: true } },
  );
}

/** Walks through every page that people meet, and stops at each. */
async function* pagesOfTheFlow({ page, world }: Visit): AsyncGenerator<Page> {
  await page.goto(world.broker);
  yield page;
  await openChooser(page, world);
  yield page;
  await openPeople(page, world);
  yield page;
  await page.getByTestId('person-rechaza').click();
  await page.getByTestId('back-to-client').waitFor();
  yield page;
  await page.getByTestId('back-to-client').click();
  await page.getByTestId('try-again').click();
  await page.getByTestId('provider-llave-mx').click();
  await page.getByTestId('person-nacional').click();
  await page.getByTestId('confirm-yes').waitFor();
  yield page;
  await page.getByTestId('confirm-yes').click();
  await page.getByTestId('signed-in-as').waitFor();
  yield page;
  for (const address of ['/account', '/sign-out', '/nowhere', '/oauth2/authorize?client_id=nobody']) {
    await page.goto(world.broker + address);
    yield page;
  }
  await page.goto(`${world.courseSite}/callback?state=unknown`);
  yield page;
  await page.goto(world.courseSite);
  await signOut(page);
  yield page;
  await page.goto(`${world.broker}/sign-out`);
  yield page;
}

visitTest(
  'where a client is not trusted with everything, the person is asked, and "no" shares nothing',
  async ({ page, world }) => {
    await openPeople(page, world);
    await page.getByTestId('person-nacional').click();
    await page.getByTestId('confirm-no').click();
    await page.getByTestId('try-again').waitFor();
    assert.equal(await page.getByTestId('error-code').textContent(), 'access_denied');
    await page.getByTestId('try-again').click();
    await page.getByTestId('confirm-yes').click();
    assert.equal(await shownPerson(page), 'Citlali Ximena Robledo Ayala');
  },
  { world: { asksConsent: true }, refusals: [403] },
);

visitTest(
  'I-02: no cookie can be read by a script on any of the three sites',
  async ({ page, world }) => {
    await signInAs(page, world, 'nacional');
    for (const origin of world.origins) {
      await page.goto(origin);
      assert.equal(await page.evaluate('document.cookie'), '');
    }
  },
  { refusals: [404] },
);
