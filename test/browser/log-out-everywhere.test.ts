/**
 * Log-out everywhere in a real browser: from the broker, from a course site and from an app that frames us, with one app that is
 * told in a frame and one that is told by its server; and whoever may not frame us (A-34, I-09).
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import type { Page } from 'playwright-core';
import { inChromium, withVisitor } from './chromium.ts';
import { openPracticeApp, type PracticeApp } from './practice-app.ts';
import { signInAs } from './walk.ts';
import { type World, withWorld } from './world.ts';

interface Campus {
  readonly world: World;
  readonly page: Page;
  /** Told in a frame only, at an address that takes a plain GET, as Open edX is. */
  readonly lms: PracticeApp;
  /** Told by its server only. */
  readonly forum: PracticeApp;
  /** No app of the broker. Within the same site, and of another one. */
  readonly neighbour: PracticeApp;
  readonly stranger: PracticeApp;
}

/** @param watched whether the browser's console has to stay silent, which it does not where it refuses a frame */
function campusTest(promise: string, body: (campus: Campus) => Promise<void>, watched = true): void {
  test(promise, (t) =>
    inChromium(t, async (browser) => {
      const [lms, forum] = [await openPracticeApp('lms'), await openPracticeApp('forum')];
      const [neighbour, stranger] = [
        await openPracticeApp('neighbour'),
        await openPracticeApp('stranger', '127.0.0.1'),
      ];
      const apps = [lms, forum, neighbour, stranger];
      const moreClients = [
        lms.client([`frontchannel_logout_uri: ${lms.origin}/logout`]),
        forum.client([`backchannel_logout_uri: ${forum.origin}/back-channel`]),
      ].join('');
      try {
        await withWorld(
          { moreClients: () => moreClients, moreOutbound: [new URL(forum.origin).host] },
          async (world) => {
            for (const app of apps) app.broker = world.broker;
            const options = {
              context: { locale: 'es-MX' },
              origins: [...world.origins, ...apps.map((app) => app.origin)],
            };
            if (watched) {
              const visit = ({ page }: { page: Page }) => body({ world, page, lms, forum, neighbour, stranger });
              await withVisitor(browser, { ...options, refusals: [] }, visit);
            } else {
              const context = await browser.newContext(options.context);
              await body({ world, page: await context.newPage(), lms, forum, neighbour, stranger });
              await context.close();
            }
          },
        );
      } finally {
        for (const app of apps) app.close();
      }
    }),
  );
}

/** Signed in at the course site, and then at both apps without another question. */
async function signInEverywhere({ page, world, lms, forum }: Campus): Promise<void> {
  await signInAs(page, world, 'nacional');
  for (const app of [lms, forum]) {
    await page.goto(`${app.origin}/login`);
    await page.getByText('signed in').waitFor();
  }
}

/** The LMS's own page frames us, as its `IDA_LOGOUT_URI_LIST` says. */
function framesUs({ lms, world }: Campus): void {
  lms.logoutUris = [`${world.broker}/sign-out`];
}

async function isSignedIn({ page, world }: Campus): Promise<boolean> {
  await page.goto(`${world.broker}/account`);
  return (await page.getByTestId('account-name').count()) === 1;
}

/** The forum is told by the broker's server, soon after. */
async function everywhereOut(campus: Campus): Promise<void> {
  const { page, lms, forum } = campus;
  assert.equal(await isSignedIn(campus), false);
  assert.equal(lms.sessions.size, 0);
  for (let look = 0; look < 200 && forum.sessions.size > 0; look++) await page.reload();
  assert.equal(forum.sessions.size, 0);
  await page.getByTestId('provider-llave-mx').click();
  await page.getByTestId('person-nacional').waitFor();
  assert.equal(await page.getByTestId('open-session').count(), 0, 'Llave MX remembers nobody');
}

campusTest('signing out here ends the session of every app and of Llave MX, and goes on by itself', async (campus) => {
  const { page, world, lms } = campus;
  await signInEverywhere(campus);
  await page.goto(`${world.broker}/sign-out`);
  await page.getByTestId('confirm-yes').click();
  await page.getByTestId('sign-in').waitFor();
  assert.equal(new URL(page.url()).pathname, '/sign-out');
  assert.ok(lms.asked.includes('GET /logout iframe'), lms.asked.join());
  await everywhereOut(campus);
});

campusTest('the account page signs out of all of them as well', async (campus) => {
  const { page, world } = campus;
  await signInEverywhere(campus);
  await page.goto(`${world.broker}/account`);
  await page.getByTestId('sign-out').click();
  await page.getByTestId('sign-in').waitFor();
  await everywhereOut(campus);
});

campusTest('signing out at the course site ends all of them, and leads back to it', async (campus) => {
  const { page, world } = campus;
  await signInEverywhere(campus);
  await page.goto(world.courseSite);
  await page.getByTestId('sign-out').click();
  await page.getByTestId('signed-out').waitFor();
  assert.equal(new URL(page.url()).origin, world.courseSite);
  await everywhereOut(campus);
});

campusTest('an app that frames us on its log-out page, as Open edX does, ends all of them', async (campus) => {
  const { page, lms } = campus;
  await signInEverywhere(campus);
  framesUs(campus);
  const sent = page.waitForRequest((request) => request.method() === 'POST');
  await page.goto(`${lms.origin}/logout`);
  await page.getByText('nobody').waitFor();
  await sent;
  // The page of the app does not wait for it.
  for (let look = 0; look < 200 && (await isSignedIn(campus)); look++);
  await everywhereOut(campus);
});

campusTest(
  'A-34 I-09 a neighbour within the site, or a stranger, that frames us signs nobody out',
  async (campus) => {
    const { page, world, neighbour, stranger, lms } = campus;
    await signInEverywhere(campus);
    const posts: string[] = [];
    page.on('request', (request) => request.method() === 'POST' && posts.push(request.url()));
    for (const app of [neighbour, stranger]) {
      await page.goto(`${app.origin}/frame?src=${encodeURIComponent(`${world.broker}/sign-out?no_redirect=1`)}`);
    }
    // An app of the session, itself shown by somebody who is none.
    await page.goto(
      `${neighbour.origin}/frame?src=${encodeURIComponent(`${lms.origin}/frame?src=${world.broker}/sign-out%3Fno_redirect=1`)}`,
    );
    assert.deepEqual(posts, []);
    assert.equal(await isSignedIn(campus), true);
    // The same by an app of the session works: so it was not something else that kept it.
    const done = page.waitForResponse((answer) => answer.request().method() === 'POST');
    await page.goto(`${lms.origin}/frame?src=${encodeURIComponent(`${world.broker}/sign-out?no_redirect=1`)}`);
    await done;
    assert.equal(await isSignedIn(campus), false);
  },
  false,
);

campusTest(
  'an app that does not answer is named after a while, and the person decides when to go on',
  async (campus) => {
    const { page, world, lms } = campus;
    await signInEverywhere(campus);
    lms.hangs = true;
    await page.goto(`${world.broker}/sign-out`);
    await page.clock.install();
    await page.getByTestId('confirm-yes').click({ noWaitAfter: true });
    await page.getByTestId('told-apps').waitFor();
    assert.equal(await page.getByTestId('advice').isVisible(), false);
    await page.clock.fastForward(6000);
    await page.getByTestId('advice').waitFor();
    assert.match((await page.getByTestId('told-apps').textContent()) ?? '', /Practice lms \(no respondió a tiempo\)/);
    await page.getByTestId('continue').click();
    await page.getByTestId('sign-in').waitFor();
  },
);

campusTest('without script the page has a button, and the app is told all the same', async (campus) => {
  const { page, world, lms } = campus;
  await signInEverywhere(campus);
  await page.goto(`${world.broker}/sign-out`);
  await page.route('**/assets/signing-out.*', (route) => route.fulfill({ body: '', contentType: 'text/javascript' }));
  await page.getByTestId('confirm-yes').click();
  await page.getByTestId('continue').click();
  await page.getByTestId('sign-in').waitFor();
  assert.equal(lms.sessions.size, 0);
});

campusTest(
  'an app that frames us, in our own frame: nobody goes round in circles',
  async (campus) => {
    const { page, world, lms } = campus;
    await signInEverywhere(campus);
    framesUs(campus);
    await page.goto(`${world.broker}/sign-out`);
    await page.getByTestId('confirm-yes').click();
    await page.getByTestId('sign-in').waitFor();
    assert.equal(lms.asked.filter((what) => what.startsWith('GET /logout')).length, 1);
    await everywhereOut(campus);
  },
  false,
);
