/**
 * A teacher adds an activity in a real browser: in a frame of the campus as Canvas and Moodle show it, by a cookie of that frame or without
 * any, and at top level (lti.md §3.11, §3.14, R16). Campus and broker are two sites.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request as httpsRequest } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import type { BrowserContextOptions, FrameLocator, Page } from 'playwright-core';
import { createLtiSimulator, type LtiProductName, type LtiSimulator } from '../../simulators/index.ts';
import { makeSelfSigned } from '../self-signed.ts';
import { assertNoBarriers, inChromium, withVisitor } from './chromium.ts';
import { openFront } from './front.ts';
import { type World, withWorld } from './world.ts';

interface Campus {
  readonly origin: string;
  readonly simulator: LtiSimulator;
}

interface Place {
  readonly scheme: 'http' | 'https';
  readonly product: LtiProductName;
}

/** The campus at `127.0.0.1`, where nothing is the same site as `localhost`. */
async function withCampus({ scheme, product }: Place, use: (world: World, campus: Campus) => Promise<void>) {
  const app = new Hono();
  const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const certificate = scheme === 'https' ? makeSelfSigned('localhost', { expired: false }) : null;
  const front = await openFront(certificate);
  front.leadTo(port);
  const origin = `${scheme}://127.0.0.1:${front.port}`;
  // Under the name that its certificate is for: a server asks, and no site is anything to it.
  const named = `${scheme}://localhost:${front.port}`;
  const simulator = createLtiSimulator({
    environment: { now: () => Date.now(), randomBytes: (count) => crypto.getRandomValues(new Uint8Array(count)) },
    ...{ product, origin, prefix: '', fetch: askUntrusting, tools: [] },
  });
  app.all('*', (c) => simulator.app.fetch(c.req.raw));
  const { issuer } = simulator.platform;
  try {
    await withWorld(
      {
        scheme,
        certificate,
        moreOutbound: [new URL(named).host],
        moreClients: (courseSite) => `
  - client_id: lecciones
    client_name: Lecciones
    client_secret: practice-lessons-secret-0123456789
    redirect_uris: [${courseSite}/lessons]
    skip_authorization: true
    initiate_login_uri: ${courseSite}/login
    lti_targets: [${courseSite}/courses/]
    lti_content:
      - { title: Fracciones, url: ${courseSite}/courses/water/1 }
      - { title: Proyecto final, url: ${courseSite}/courses/water/2, score_maximum: 10 }
lti:
  platforms:
    - slug: tezontle
      name: Campus Tezontle
      issuer: ${issuer}
      client_id: llavero
      deployment_ids: ["1"]
      authorization_endpoint: ${origin}/lti/authorize
      token_endpoint: ${named}/lti/token
      jwks_uri: ${named}/lti/jwks
      linking: create-on-first-launch
      client: lecciones`,
      },
      async (world) => {
        simulator.addTool({
          ...{ version: '1.3', slug: 'llavero', name: 'Llavero', clientId: 'llavero', deploymentId: '1', legacy: null },
          ...{ launchAddress: `${world.courseSite}/courses/water/1`, loginAddress: `${world.broker}/lti/1.3/login` },
          redirectUris: [`${world.broker}/lti/1.3/launch`],
          ...{ keySetAddress: `${world.broker}/lti/1.3/jwks`, scopes: [] },
        });
        await use(world, { origin, simulator });
      },
    );
  } finally {
    await front.close();
    server.close();
  }
}

async function askUntrusting(address: string): Promise<Response> {
  if (address.startsWith('http:')) return fetch(address);
  const asked = httpsRequest(address, { rejectUnauthorized: false });
  asked.end();
  const [answer] = await once(asked, 'response');
  return new Response(await text(answer));
}

function deepLinkTest(
  promise: string,
  place: Place,
  visit: (page: Page, campus: Campus, world: World) => Promise<void>,
  more: BrowserContextOptions = {},
): void {
  test(promise, (t) =>
    inChromium(t, (browser) =>
      withCampus(place, (world, campus) => {
        const context = { locale: 'es-MX', ignoreHTTPSErrors: true, ...more };
        const origins = [...world.origins, campus.origin];
        return withVisitor(browser, { context, origins, refusals: [] }, async ({ page }) => {
          await visit(page, campus, world);
          assert.deepEqual(campus.simulator.complaints, []);
        });
      }),
    ),
  );
}

async function openCourse(page: Page, { origin }: Campus): Promise<void> {
  await page.goto(`${origin}/`);
  await page.getByTestId('person-profesora').click();
  await page.getByTestId('course-mat-101').click();
}

async function choose(shown: Page | FrameLocator): Promise<void> {
  await shown.getByTestId('item-1').check();
  await shown.getByTestId('add').click();
  assert.match((await shown.getByTestId('added').textContent()) ?? '', /Proyecto final/);
}

for (const [how, place] of [
  ['by a cookie of that frame', { scheme: 'https', product: 'blackboard' }],
  ['by a secret that the campus keeps, without a cookie', { scheme: 'http', product: 'plain' }],
  ['by a secret in a frame of its own, as in Canvas', { scheme: 'http', product: 'canvas' }],
] as const) {
  deepLinkTest(`in a frame of another site, ${how}: chosen and back in the same frame`, place, async (page, campus) => {
    await openCourse(page, campus);
    await page.getByTestId('frame-add-llavero').click();
    const frame = page.frameLocator('[data-testid="tool-frame"]');
    await frame.getByTestId('item-1').waitFor();
    await assertNoBarriers(page, 'the picker in a frame');
    await choose(frame);
    const ours = (await page.context().cookies()).filter(({ name }) => /session|sign-in/.test(name));
    assert.deepEqual(
      ours.filter(({ domain }) => domain === 'localhost'),
      [],
      'nobody is signed in',
    );
    await page.goto(`${campus.origin}/courses/mat-101`);
    await page.getByText('Proyecto final').waitFor();
  });
}

deepLinkTest(
  'at top level, by the keyboard; who has opened the activity since has an account, and is signed in before they choose',
  { scheme: 'https', product: 'moodle' },
  async (page, campus, world) => {
    await openCourse(page, campus);
    await page.getByTestId('add-llavero').click();
    await page.getByTestId('add').click();
    assert.match((await page.locator('#items-fault').textContent()) ?? '', /Elige al menos una/);
    await page.getByTestId('item-1').focus();
    await page.keyboard.press('Space');
    await page.getByTestId('add').focus();
    await page.keyboard.press('Enter');
    assert.match((await page.getByTestId('added').textContent()) ?? '', /Proyecto final/);

    await page.goto(`${campus.origin}/courses/mat-101`);
    await page.locator('[data-testid^="link-"]').click();
    await page.waitForURL(`${world.courseSite}/**`);
    await page.goto(`${campus.origin}/courses/mat-101`);
    await page.getByTestId('add-llavero').click();
    await page.waitForURL(`${world.broker}/lti/1.3/deep-link?id=*`);
    await page.getByTestId('language-en').click();
    await page.getByText('Choose what to add to your course').waitFor();
    await choose(page);
  },
);

deepLinkTest(
  'without scripts, by its buttons',
  { scheme: 'https', product: 'moodle' },
  async (page, campus) => {
    await openCourse(page, campus);
    await page.getByTestId('add-llavero').click();
    for (let forms = 0; forms < 2; forms += 1) await page.getByTestId('launch-continue').click();
    await page.getByTestId('item-1').check();
    await page.getByTestId('add').click();
    await page.getByTestId('continue').click();
    assert.match((await page.getByTestId('added').textContent()) ?? '', /Proyecto final/);
  },
  { javaScriptEnabled: false },
);
