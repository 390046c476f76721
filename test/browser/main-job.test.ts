/**
 * The main job in a real browser against real servers: in, out, and in again to the same account.
 */
import assert from 'node:assert/strict';
import { languageOf, shownPerson, signInAs, signOut, subjectOn, type Visit, visitTest } from './walk.ts';

const screens = { desktop: { width: 1280, height: 800 }, phone: { width: 360, height: 740 } };

/** Each pair of screen, language and scripts comes up once. */
const everyHow = [
  ['desktop', 'es-MX', true],
  ['desktop', 'en', false],
  ['phone', 'es-MX', false],
  ['phone', 'en', true],
] as const;

for (const [screen, locale, javaScriptEnabled] of everyHow) {
  const how = `${screen}, ${locale}, ${javaScriptEnabled ? 'with' : 'without'} scripts`;
  const context = { viewport: screens[screen], locale, javaScriptEnabled, isMobile: screen === 'phone' };
  visitTest(
    `a learner signs in with Llave MX, signs out everywhere, and comes back to the same account (${how})`,
    (visit) => inOutAndInAgain(visit, locale),
    { context },
  );
}

async function inOutAndInAgain({ page, world }: Visit, locale: string): Promise<void> {
  const fits = async () => {
    const width = page.viewportSize()?.width ?? 0;
    assert.ok((await page.evaluate<number>('document.documentElement.scrollWidth')) <= width, `${page.url()} is wider`);
  };
  const speaks = async () => assert.equal(await languageOf(page), locale, page.url());

  await page.goto(world.courseSite);
  await Promise.all([fits(), speaks()]);
  await page.getByTestId('sign-in').click();
  await page.getByTestId('provider-llave-mx').waitFor();
  await Promise.all([fits(), speaks()]);
  await page.getByTestId('provider-llave-mx').click();
  assert.equal(await page.getByTestId('open-session').count(), 0);
  await page.getByTestId('person-nacional').waitFor();
  await fits();
  await page.getByTestId('person-nacional').click();
  assert.equal(await shownPerson(page), 'Citlali Ximena Robledo Ayala');
  await Promise.all([fits(), speaks()]);
  const sub = await subjectOn(page);

  await page.goto(`${world.broker}/account`);
  assert.equal(await page.getByTestId('account-name').textContent(), 'Citlali Ximena Robledo Ayala');
  await Promise.all([fits(), speaks()]);
  // Llave MX remembers the person too: otherwise finding nobody there after signing out would prove nothing.
  await page.goto(`${world.broker}/sign-in/llave-mx`);
  assert.match((await page.getByTestId('open-session').textContent()) ?? '', /Citlali Ximena Robledo Ayala/);

  await page.goto(world.courseSite);
  await signOut(page);
  await Promise.all([fits(), speaks()]);
  await page.getByTestId('home').click();
  await page.getByTestId('sign-in').waitFor();
  assert.equal(await page.getByTestId('signed-in-as').count(), 0);
  await page.goto(`${world.broker}/account`);
  await page.getByTestId('provider-llave-mx').click();
  await page.getByTestId('person-nacional').waitFor();
  assert.equal(await page.getByTestId('open-session').count(), 0);

  await signInAs(page, world, 'nacional');
  assert.equal(await subjectOn(page), sub);
  assert.deepEqual(world.simulator.complaints, []);
}

visitTest(
  'idp_hint leads straight to the provider, without the chooser',
  async ({ page, world }) => {
    const visited: string[] = [];
    page.on('framenavigated', (frame) => visited.push(new URL(frame.url()).origin));
    await page.goto(world.courseSite);
    await page.getByTestId('sign-in-llave-mx').click();
    await page.getByTestId('person-nacional').click();
    assert.equal(await shownPerson(page), 'Citlali Ximena Robledo Ayala');
    assert.deepEqual(visited, [world.courseSite, world.llaveMx, world.courseSite]);
  },
  {},
);

visitTest(
  'after a restart of the broker the same person comes back to the same account',
  async ({ page, world }) => {
    await signInAs(page, world, 'nacional');
    const sub = await subjectOn(page);
    await signOut(page);
    await world.killBroker();
    await world.startBroker();
    await signInAs(page, world, 'nacional');
    assert.equal(await subjectOn(page), sub);
  },
  {},
);

visitTest(
  'a broker that is killed while the person is at the provider, and started again, finishes the sign-in',
  async ({ page, world }) => {
    await page.goto(world.courseSite);
    await page.getByTestId('sign-in').click();
    await page.getByTestId('provider-llave-mx').click();
    await page.getByTestId('person-nacional').waitFor();
    await world.killBroker();
    await world.startBroker();
    await page.getByTestId('person-nacional').click();
    assert.equal(await shownPerson(page), 'Citlali Ximena Robledo Ayala');
  },
  {},
);

visitTest(
  'over https the browser takes every cookie of the broker, each bound to its host or at least to TLS',
  async ({ page, world, context }) => {
    await signInAs(page, world, 'nacional');
    const ours = (await context.cookies()).filter(({ name }) => name.includes('llavero'));
    assert.ok(ours.some(({ name }) => name === '__Host-llavero-session'));
    for (const { name, secure, httpOnly, path } of ours) {
      assert.match(name, /^__(Host|Secure)-/);
      assert.deepEqual([secure, httpOnly], [true, true], name);
      if (name.startsWith('__Host-')) assert.equal(path, '/', name);
    }
    await signOut(page);
    const left = (await context.cookies()).filter(({ name }) => /session/.test(name) && name.includes('llavero'));
    assert.deepEqual(left, []);
  },
  { world: { scheme: 'https' }, context: { locale: 'es-MX', ignoreHTTPSErrors: true } },
);
