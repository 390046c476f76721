/**
 * Each practice person ends somewhere that makes sense: signed in under the name as Llave MX wrote it, or told why not.
 */
import assert from 'node:assert/strict';
import { languageOf, openPeople, shownPerson, signInAs, signInAsNew, subjectOn, visitTest } from './walk.ts';

const signsIn = {
  nacional: 'Citlali Ximena Robledo Ayala',
  'formato-antiguo': 'EUSEBIO NÚÑEZ PEÑA',
  extranjero: 'Étienne Laurent',
  'cuenta-basica': 'Lupita',
  'correo-sin-verificar': 'Iker Saldaña Ortiz',
  'dos-cuentas': 'Teresa Olmedo Cruz',
};
/** Without an address that Llave MX has verified: they are asked whether they have an account. */
const isAsked = ['formato-antiguo', 'cuenta-basica', 'correo-sin-verificar'];

visitTest(
  'six people sign in one after the other in one browser, each under their own name and with an account of their own',
  async ({ context, world }) => {
    const subjects = new Set<string>();
    for (const [person, name] of Object.entries(signsIn)) {
      await context.clearCookies();
      const page = await context.newPage();
      if (isAsked.includes(person)) await signInAsNew(page, world, person);
      else await signInAs(page, world, person);
      assert.equal(await shownPerson(page), name);
      subjects.add(await subjectOn(page));
      await page.goto(`${world.broker}/account`);
      assert.equal(await page.getByTestId('account-name').textContent(), name);
      await page.close();
    }
    assert.equal(subjects.size, Object.keys(signsIn).length);
  },
  {},
);

for (const locale of ['es-MX', 'en']) {
  visitTest(
    `whoever does not give the permission is told so, and can start again (${locale})`,
    async ({ page, world }) => {
      await openPeople(page, world);
      await page.getByTestId('person-rechaza').click();
      assert.equal(await page.getByTestId('error-code').textContent(), 'provider_denied');
      assert.equal(await languageOf(page), locale);
      await page.getByTestId('start-again').click();
      await page.getByTestId('provider-llave-mx').click();
      await page.getByTestId('person-nacional').click();
      assert.equal(await shownPerson(page), signsIn.nacional);
    },
    { context: { locale }, refusals: [403] },
  );
}

visitTest(
  'whoever does not give the permission can go back to the course site, which takes it kindly',
  async ({ page, world }) => {
    await openPeople(page, world);
    await page.getByTestId('person-rechaza').click();
    await page.getByTestId('back-to-client').click();
    await page.getByTestId('try-again').waitFor();
    assert.equal(new URL(page.url()).origin, world.courseSite);
    assert.equal(await page.getByTestId('error-code').textContent(), 'access_denied');
    await page.getByTestId('home').click();
    await page.getByTestId('sign-in').waitFor();
  },
  { refusals: [403] },
);

visitTest(
  'whoever cancels at the chooser is back at the course site, not signed in',
  async ({ page, world }) => {
    await page.goto(`${world.courseSite}/login`);
    await page.getByTestId('cancel').click();
    await page.getByTestId('try-again').waitFor();
    assert.equal(new URL(page.url()).origin, world.courseSite);
    await page.goto(`${world.broker}/account`);
    await page.getByTestId('provider-llave-mx').waitFor();
  },
  { refusals: [403] },
);

visitTest(
  'a provider that fails is not the end: the page says so, and starting again works',
  async ({ page, world }) => {
    world.simulator.misbehave({ endpoint: 'token', how: { kind: 'status-500' }, times: 1 });
    await openPeople(page, world);
    await page.getByTestId('person-nacional').click();
    assert.match((await page.getByTestId('error-code').textContent()) ?? '', /^provider_/);
    await page.getByTestId('start-again').click();
    await page.getByTestId('provider-llave-mx').click();
    await page.getByTestId('person-nacional').click();
    assert.equal(await shownPerson(page), signsIn.nacional);
  },
  { refusals: [502] },
);
