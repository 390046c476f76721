/**
 * The campus of the demo in a real browser: its links open the course site, signed in, by both versions of LTI, in this window, in
 * another and from a frame; one person is one account whichever way they come; and nobody takes somebody else's place unasked.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import type { Page } from 'playwright-core';
import { assertNoBarriers, inChromium, type Visitor, withVisitor } from './chromium.ts';
import { type DemoWorld, withDemo } from './demo-world.ts';
import { languageOf, shownPerson, subjectOn } from './walk.ts';

interface Visit extends Visitor {
  readonly world: DemoWorld;
  /** A browser of its own, which nobody has used. */
  readonly elsewhere: (visit: (visitor: Visitor) => Promise<void>) => Promise<void>;
}

function campusTest(promise: string, visit: (visit: Visit) => Promise<void>, refusals: readonly number[] = []): void {
  test(promise, (t) =>
    inChromium(t, (browser) =>
      withDemo(async (world) => {
        const options = { context: { locale: 'es-MX' }, origins: world.origins };
        const elsewhere: Visit['elsewhere'] = (there) => withVisitor(browser, { ...options, refusals: [] }, there);
        await withVisitor(browser, { ...options, refusals }, (visitor) => visit({ ...visitor, world, elsewhere }));
        assert.deepEqual(world.campusComplaints, []);
      }),
    ),
  );
}

/** At the campus as this person, whoever it was before, to the page of the course. */
async function openCourse(page: Page, { campus }: DemoWorld, person: string): Promise<void> {
  await page.goto(campus);
  const leave = page.getByTestId('campus-sign-out');
  if ((await leave.count()) > 0) await leave.click();
  await page.getByTestId(`person-${person}`).click();
  await page.getByTestId('course-cie-201').click();
}

/** The page that a click opens. */
async function opened({ context }: Visitor, click: () => Promise<void>): Promise<Page> {
  const [page] = await Promise.all([context.waitForEvent('page'), click()]);
  return page;
}

const framed = (page: Page) => page.frameLocator('[data-testid="tool-frame"]');

/** Signed in at a course of the site, with what the campus said. */
async function assertInCourse(page: Page, { courseSite }: DemoWorld, course: string, person: string): Promise<void> {
  assert.equal(await shownPerson(page), person);
  assert.equal(page.url(), `${courseSite}/courses/${course}`);
  assert.match((await page.getByTestId('from-campus').textContent()) ?? '', /Ciencias de la Tierra/);
}

async function subjectAt(page: Page, { courseSite }: DemoWorld): Promise<string> {
  await page.goto(courseSite);
  return subjectOn(page);
}

campusTest('LTI 1.3: a link opens its course in this window, in another and from a frame, signed in', async (visit) => {
  const { page, world } = visit;
  await openCourse(page, world, 'alumna');
  await page.getByTestId('link-agua').click();
  await assertInCourse(page, world, 'water', 'Citlali Robles Peña');

  await page.goto(`${world.campus}/courses/cie-201`);
  const other = await opened(visit, () => page.getByTestId('window-estadistica').click());
  await assertInCourse(other, world, 'statistics', 'Citlali Robles Peña');

  await page.getByTestId('frame-estadistica').click();
  const third = await opened(visit, () => framed(page).getByTestId('open-window').click());
  await assertInCourse(third, world, 'statistics', 'Citlali Robles Peña');
});

campusTest('LTI 1.1: whose browser it is is asked where nobody is signed in, also from a frame', async (visit) => {
  const { page, world } = visit;
  await openCourse(page, world, 'alumno');
  await page.getByTestId('frame-estadistica-antigua').click();
  const inWindow = await opened(visit, () => framed(page).getByTestId('open-window').click());
  await inWindow.getByTestId('continue-as').click();
  await assertInCourse(inWindow, world, 'statistics', 'Efraín Chan Uc');

  await page.goto(`${world.campus}/courses/cie-201`);
  await page.getByTestId('link-estadistica-antigua').click();
  await assertInCourse(page, world, 'statistics', 'Efraín Chan Uc');
  const subject = await subjectAt(page, world);

  // The campus moves to LTI 1.3, and says who it was before.
  await openCourse(page, world, 'alumno');
  await page.getByTestId('link-agua').click();
  await assertInCourse(page, world, 'water', 'Efraín Chan Uc');
  assert.equal(await subjectAt(page, world), subject);
});

campusTest('by Llave MX today and by the campus tomorrow is one account, and then by either', async (visit) => {
  const { page, world, elsewhere } = visit;
  await page.goto(world.courseSite);
  await page.getByTestId('sign-in-llave-mx').click();
  await page.getByTestId('person-nacional').click();
  await page.getByTestId('signed-in-as').waitFor();
  const subject = await subjectOn(page);
  await elsewhere(async ({ page: tomorrow }) => {
    await openCourse(tomorrow, world, 'nacional');
    await tomorrow.getByTestId('link-agua').click();
    await tomorrow.getByTestId('from-campus').waitFor();
    assert.equal(await subjectAt(tomorrow, world), subject);
    await tomorrow.goto(`${world.broker}/account/identities`);
    const ways = (await tomorrow.locator('main').textContent()) ?? '';
    for (const way of ['Llave MX', 'Campus Tezontle']) assert.ok(ways.includes(way), `${way} is missing: ${ways}`);
  });
});

campusTest('the other way round too', async (visit) => {
  const { page, world, elsewhere } = visit;
  await openCourse(page, world, 'nacional');
  await page.getByTestId('link-agua').click();
  await page.getByTestId('from-campus').waitFor();
  const subject = await subjectAt(page, world);
  await elsewhere(async ({ page: tomorrow }) => {
    await tomorrow.goto(world.courseSite);
    await tomorrow.getByTestId('sign-in-llave-mx').click();
    await tomorrow.getByTestId('person-nacional').click();
    await tomorrow.getByTestId('signed-in-as').waitFor();
    assert.equal(await subjectOn(tomorrow), subject);
  });
});

campusTest(
  'case 80: a launch while somebody else is signed in names both; staying changes nothing, going on changes hands',
  async (visit) => {
    const { page, world } = visit;
    await openCourse(page, world, 'alumna');
    await page.getByTestId('link-agua').click();
    await page.getByTestId('from-campus').waitFor();
    const first = await subjectAt(page, world);

    await openCourse(page, world, 'alumno');
    await page.getByTestId('link-agua').click();
    // The campus's own page comes first: its form goes on by itself.
    await page.getByTestId('switch-stay').waitFor();
    const text = (await page.locator('main').textContent()) ?? '';
    for (const name of ['Citlali Robles Peña', 'Efraín Chan Uc']) assert.ok(text.includes(name), text);
    await page.getByTestId('switch-stay').click();
    await page.getByTestId('error-code').waitFor();
    assert.equal(await subjectAt(page, world), first);

    await openCourse(page, world, 'alumno');
    await page.getByTestId('link-agua').click();
    await page.getByTestId('switch-go').click();
    await assertInCourse(page, world, 'water', 'Efraín Chan Uc');
    assert.notEqual(await subjectAt(page, world), first);
    await page.goto(`${world.broker}/account`);
    assert.ok(!((await page.locator('body').textContent()) ?? '').includes('Citlali'), 'nothing of whom it was before');
  },
  [403],
);

campusTest('a score that the course site sends is in the grade book of the campus, by both versions', async (visit) => {
  const { page, world } = visit;
  for (const [before, link] of ['estadistica-antigua', 'agua'].entries()) {
    await openCourse(page, world, 'alumno');
    await page.getByTestId(`link-${link}`).click();
    // By LTI 1.1, which comes first: is it them?
    if (before === 0) await page.getByTestId('continue-as').click();
    await page.getByTestId('send-score').click();
    await page.getByTestId('score-sent').waitFor();
    await openCourse(page, world, 'profesora');
    await page.getByTestId('grades').click();
    const row = page.getByRole('row').filter({ hasText: 'Efraín Chan Uc' });
    for (let looks = 0; (await row.getByText(/0\.8 \/ 1|8 \/ 10/).count()) <= before; looks += 1) {
      assert.ok(looks < 100, `no score for ${link}: ${await row.textContent()}`);
      await page.reload();
    }
  }
});

campusTest('a teacher adds an activity of the course site, and a learner opens it', async (visit) => {
  const { page, world } = visit;
  await openCourse(page, world, 'profesora');
  await page.getByTestId('add-ceiba').click();
  await page.getByLabel('Álgebra paso a paso').check();
  await page.getByTestId('add').click();
  await page.getByText('Se agregaron actividades').waitFor();

  await openCourse(page, world, 'alumno');
  const added = page.getByRole('listitem').filter({ hasText: 'Álgebra paso a paso' });
  await added.getByRole('link', { name: 'Abrir en esta ventana' }).click();
  await assertInCourse(page, world, 'algebra', 'Efraín Chan Uc');
});

campusTest(
  'whom the campus does not name is signed in nowhere, and is told so where they stand, in a frame too',
  async (visit) => {
    const { page, world } = visit;
    await openCourse(page, world, 'visitante');
    await page.getByTestId('frame-agua').click();
    assert.equal(await framed(page).getByTestId('error-code').textContent(), 'launch_anonymous');
    await page.goto(world.courseSite);
    await page.getByTestId('sign-in').waitFor();
  },
  [403],
);

for (const [screen, width] of [
  ['phone', 360],
  ['desktop', 1280],
] as const) {
  for (const locale of ['es-MX', 'en'] as const) {
    test(`the way from the campus has no barriers and fits (${screen}, ${locale})`, (t) =>
      inChromium(t, (browser) =>
        withDemo((world) => {
          const context = { locale, viewport: { width, height: 740 }, isMobile: screen === 'phone' };
          return withVisitor(browser, { context, origins: world.origins, refusals: [] }, (visitor) =>
            lookAround(visitor, world, `${screen}-${locale}`),
          );
        }),
      ));
  }
}

async function lookAround(visitor: Visitor, world: DemoWorld, how: string): Promise<void> {
  const { page } = visitor;
  const look = async (seen: Page, where: string) => {
    await assertNoBarriers(seen, where);
    const { width } = seen.viewportSize() ?? assert.fail();
    assert.ok((await seen.evaluate<number>('document.documentElement.scrollWidth')) <= width, `${where} is wider`);
    assert.equal((await languageOf(seen)).slice(0, 2), how.endsWith('en') ? 'en' : 'es', where);
    const folder = process.env.PICTURES;
    if (folder !== undefined) await seen.screenshot({ path: `${folder}/${where}-${how}.png`, fullPage: true });
  };
  await page.goto(world.campus);
  await look(page, 'campus people');
  await openCourse(page, world, 'profesora');
  await look(page, 'campus course');
  await page.getByTestId('grades').click();
  await look(page, 'campus grades');
  await page.goto(`${world.courseSite}/courses/water`);
  await look(page, 'course');
  await openCourse(page, world, 'alumno');
  await page.getByTestId('frame-estadistica-antigua').click();
  await framed(page).getByTestId('open-window').waitFor();
  await look(page, 'frame');
  const window = await opened(visitor, () => framed(page).getByTestId('open-window').click());
  await window.getByTestId('continue-as').waitFor();
  await look(window, 'continue as');
  await window.getByTestId('continue-as').click();
  await window.getByTestId('from-campus').waitFor();
  await look(window, 'course from campus');
  await window.goto(world.courseSite);
  await look(window, 'claims');
  await openCourse(page, world, 'alumna');
  await page.getByTestId('link-agua').click();
  await page.getByTestId('switch-stay').waitFor();
  await look(page, 'switch');
}
