/**
 * A campus that registers itself, in Chromium: our page in a frame or a window of the LMS, its button, and the word that closes it
 * (lti.md §3.13 step 6); and not in a frame of anybody else.
 *
 * Broker and practice campus are the real ones; what a browser asks of them is handed over in this process.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Browser, BrowserContext, Frame, Page, Route } from 'playwright-core';
import { createLtiSimulator, type LtiSimulator } from '../../simulators/index.ts';
import { inviteLti } from '../../src/admin/lti-invitations.ts';
import { BROKER, COURSE_SITE, type Rig, withRig } from '../rig.ts';
import { assertNoBarriers, inChromium } from './chromium.ts';

const CAMPUS = 'https://campus.test';
const EVIL = 'https://evil.test';

interface World {
  readonly rig: Rig;
  readonly campus: LtiSimulator;
  readonly context: BrowserContext;
  readonly page: Page;
  /** What the campus opens, with a new invitation and a new token. */
  address(): Promise<string>;
}

/** The LMS around our page, or that opens it: notes what it is told, and closes it. */
const lms = (address: string) => `<!doctype html><html lang="es"><title>campus</title>
<button onclick="window.tool = open(${JSON.stringify(address).replaceAll('"', '&quot;')}, 'tool', 'popup')">abrir</button>
<iframe src="${address.replaceAll('&', '&amp;')}" title="tool" width="390" height="800"></iframe><script>
window.heard = [];
addEventListener('message', ({ data, origin, source }) => {
  heard.push([origin, data]);
  if (data.subject !== 'org.imsglobal.lti.close') return;
  if (source === window.tool) window.tool.close(); else document.querySelector('iframe').remove();
});
</script></html>`;

async function withWorld(browser: Browser, body: (world: World) => Promise<void>): Promise<void> {
  const moreCourseSite = [`lti_targets: [${COURSE_SITE}/courses/]`];
  await withRig('SQLite in memory', { moreCourseSite }, async (rig) => {
    const { environment } = rig.clock;
    const campus = createLtiSimulator({
      ...{ environment, product: 'moodle', origin: CAMPUS, prefix: '', tools: [] },
      fetch: (address) => rig.broker(new Request(address)),
    });
    rig.serve(CAMPUS, (request) => campus.app.fetch(request));
    const context = await browser.newContext({ locale: 'es-MX' });
    let invited = 0;
    async function address(): Promise<string> {
      const { store, configurationStore } = rig.open;
      const tools = { environment, configurationStore, invitations: store.ltiInvitations, commit: store.commit };
      const decided = { slug: `uni-${++invited}`, client: 'course-site', linking: 'require-account' };
      const author = { by: 'ana', reason: 'agreement', at: environment.now() };
      const { token } = await inviteLti(tools, decided, environment.now() + 60_000, author);
      const query = new URLSearchParams({
        ...{ invitation: token, openid_configuration: campus.platform.openid_configuration },
        registration_token: campus.registrationToken(),
      });
      return `${BROKER}/lti/1.3/register?${query}`;
    }
    try {
      const page = await context.newPage();
      await context.route('**/*', (route) => handOver(route, rig));
      await body({ rig, campus, context, page, address });
    } finally {
      await context.close();
    }
  });
}

async function handOver(route: Route, rig: Rig): Promise<void> {
  const asked = route.request();
  if (new URL(asked.url()).origin !== BROKER) return route.fulfill({ status: 404 });
  const body = asked.postData();
  const request = new Request(asked.url(), { method: asked.method(), headers: await asked.allHeaders(), body });
  const answer = await rig.broker(request);
  const headers = Object.fromEntries(answer.headers);
  return route.fulfill({ status: answer.status, headers, body: Buffer.from(await answer.arrayBuffer()) });
}

async function showLms({ page, address }: World, site: string): Promise<void> {
  const document = lms(await address());
  await page.route(`${site}/`, (route) => route.fulfill({ contentType: 'text/html', body: document }));
  await page.goto(`${site}/`);
}

const heardBy = (page: Page): Promise<[string, unknown][]> => page.evaluate('window.heard');
const close = [BROKER, { subject: 'org.imsglobal.lti.close' }];
const ours = (page: Page): Frame =>
  page.frames().find((frame) => frame !== page.mainFrame()) ?? assert.fail('no frame');

test('in a frame of the campus: the button registers, and the campus is told to close the frame', (t) =>
  inChromium(t, (browser) =>
    withWorld(browser, async (world) => {
      await showLms(world, CAMPUS);
      const { page, campus } = world;
      await page.frameLocator('iframe').getByTestId('register').click();
      await page.waitForFunction('window.heard.length > 0');
      assert.deepEqual(await heardBy(page), [close]);
      assert.equal(await page.locator('iframe').count(), 0);
      assert.deepEqual(campus.complaints, []);
    }),
  ));

test('in a window that the campus opened: it is told too, and closes the window', (t) =>
  inChromium(t, (browser) =>
    withWorld(browser, async (world) => {
      const { page, context } = world;
      await showLms(world, CAMPUS);
      const [window] = await Promise.all([context.waitForEvent('page'), page.getByText('abrir').click()]);
      const closed = window.waitForEvent('close');
      await window.getByTestId('register').click();
      await closed;
      assert.deepEqual(await heardBy(page), [close]);
    }),
  ));

test('I-09: in a frame of another site there is no page, and in a window of one it hears nothing', (t) =>
  inChromium(t, (browser) =>
    withWorld(browser, async (world) => {
      const { page, context } = world;
      await showLms(world, EVIL);
      assert.equal(await ours(page).locator('[data-testid="register"]').count(), 0);
      const [window] = await Promise.all([context.waitForEvent('page'), page.getByText('abrir').click()]);
      await window.getByTestId('register').click();
      await window.getByTestId('registered').waitFor();
      await window.waitForLoadState();
      assert.deepEqual(await heardBy(page), []);
    }),
  ));

for (const viewport of [
  { width: 390, height: 844 },
  { width: 1280, height: 800 },
]) {
  test(`both pages have no barriers, ${viewport.width} wide, with the addresses of a real campus on them`, (t) =>
    inChromium(t, (browser) =>
      withWorld(browser, async ({ page, address }) => {
        await page.setViewportSize(viewport);
        await page.goto(await address());
        await assertNoBarriers(page, 'es-MX');
        await page.getByTestId('language-en').click();
        await page.getByText('Register your campus here').waitFor();
        await assertNoBarriers(page, 'en');
        await page.getByTestId('register').click();
        await page.getByTestId('registered').waitFor();
        await assertNoBarriers(page, 'registered');
      }),
    ));
}
