/**
 * A launch in a frame, in a browser that keeps no cookies of other sites, until its person is in the course site: with a partitioned
 * cookie, with the storage of the campus, and with neither (lti.md §3.14, cases 59 to 63, 80 and 90).
 *
 * Campus, broker and course site are three sites. That the browser does keep so little is seen first.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import type { Page } from 'playwright-core';
import { inChromium, type Visitor, withVisitor } from './chromium.ts';
import { type LtiSites, type LtiSitesOptions, STRICT_FLAGS, withLtiSites } from './lti-sites.ts';
import { shownPerson, subjectOn } from './walk.ts';

interface Visit extends Visitor {
  readonly sites: LtiSites;
}

interface Given extends Partial<LtiSitesOptions> {
  readonly refusals?: readonly number[];
  /** What the browser is meant to complain of. */
  readonly said?: RegExp;
}

function frameTest(
  promise: string,
  { refusals = [], said, ...given }: Given,
  visit: (visit: Visit) => Promise<void>,
): void {
  const options: LtiSitesOptions = { product: 'moodle', linking: 'create-on-first-launch', partitions: true, ...given };
  test(promise, (t) =>
    inChromium(
      t,
      (browser) =>
        withLtiSites(options, (sites) => {
          const origins = [sites.campus, sites.broker, sites.courseSite, sites.evil];
          const context = { locale: 'en', ignoreHTTPSErrors: true };
          return withVisitor(
            browser,
            { context, origins, refusals, ...(said === undefined ? {} : { said }) },
            (visitor) => visit({ ...visitor, sites }),
          );
        }),
      STRICT_FLAGS,
    ),
  );
}

/** The ways of a browser to be known again inside a frame. */
const situations = {
  '(a) a partitioned cookie': { product: 'moodle', partitions: true },
  '(b) no cookie, storage of the campus': { product: 'plain', partitions: false },
  '(b) no cookie, storage in a frame beside ours': { product: 'canvas', partitions: false },
} as const satisfies { readonly [situation: string]: Given };

async function openCourse(page: Page, { campus }: LtiSites, person: string): Promise<void> {
  await page.goto(`${campus}/`);
  const leave = page.getByTestId('campus-sign-out');
  if ((await leave.count()) > 0) await leave.click();
  await page.getByTestId(`person-${person}`).click();
  await page.getByTestId('course-mat-101').click();
}

/** The link of the course in a frame of its page. */
async function launchInFrame(page: Page, sites: LtiSites, person: string, tool = 'nueva') {
  await openCourse(page, sites, person);
  await page.getByTestId(`frame-${tool}-curso`).click();
  return page.frameLocator('[data-testid="tool-frame"]');
}

/** The window that the button in the frame opens. */
async function openWindow({ context, page }: Visit): Promise<Page> {
  // Whoever presses a button has its page before them.
  await page.bringToFront();
  const button = page.frameLocator('[data-testid="tool-frame"]').getByTestId('open-window');
  const [opened] = await Promise.all([context.waitForEvent('page'), button.click()]);
  return opened;
}

async function subjectAt(page: Page, { courseSite }: LtiSites): Promise<string> {
  await page.goto(courseSite);
  return subjectOn(page);
}

async function assertNobodyIn(page: Page, { broker, courseSite }: LtiSites): Promise<void> {
  await page.goto(`${broker}/account`);
  assert.equal(new URL(page.url()).pathname, '/sign-in');
  await page.goto(courseSite);
  await page.getByTestId('sign-in').waitFor();
}

const requestsTo = ({ context }: Visitor, path: string): string[] => {
  const seen: string[] = [];
  context.on('request', (request) => {
    const url = new URL(request.url());
    if (url.pathname === path) seen.push(`${request.method()} ${request.postData() ?? ''}`.trim());
  });
  return seen;
};

frameTest(
  'the browser shows no cookie of another site in a frame',
  { product: 'plain' },
  async ({ page, context, sites }) => {
    await openCourse(page, sites, 'alumna');
    const sameSite = (await context.cookies(sites.campus)).map((cookie) => [cookie.sameSite, cookie.secure]);
    assert.deepEqual(sameSite, [['None', true]], 'a cookie that asks to be shown everywhere');
    sites.serveEvil(`<iframe src="${sites.campus}/"></iframe>`);
    await page.goto(sites.evil);
    // Who is not known is asked who they are.
    await page.frameLocator('iframe').getByTestId('person-alumna').waitFor();
  },
);

for (const [situation, given] of Object.entries(situations)) {
  frameTest(
    `${situation}: the frame offers a window, and the window ends in the person’s own account`,
    given,
    async (visit) => {
      const { page, context, sites } = visit;
      const stored = requestsTo(visit, '/lti/1.3/stored');
      const again = requestsTo(visit, '/lti/1.3/again');
      await launchInFrame(page, sites, 'alumna');
      const opened = await openWindow(visit);
      assert.equal(await shownPerson(opened), 'Citlali Robles Peña');
      assert.equal(opened.url(), `${sites.courseSite}/courses/water`);
      assert.deepEqual([stored.length, again.length], [given.partitions ? 0 : 1, 0], 'which way the browser was known');
      const subject = await subjectAt(opened, sites);
      await launchInFrame(page, sites, 'alumna');
      assert.equal(await subjectAt(await openWindow(visit), sites), subject);
      const sessions = (await context.cookies()).filter(({ name }) => name === '__Host-llavero-session');
      assert.equal(sessions.length, 1, 'one session, and none for the frame');
      assert.deepEqual(sites.simulator.complaints, []);
    },
  );
}

frameTest(
  '(c) neither: the window begins the launch again at the top, and ends in the person’s own account',
  { partitions: false },
  async (visit) => {
    const { page, sites } = visit;
    const again = requestsTo(visit, '/lti/1.3/again');
    await launchInFrame(page, sites, 'alumna');
    const opened = await openWindow(visit);
    assert.equal(await shownPerson(opened), 'Citlali Robles Peña');
    assert.equal(opened.url(), `${sites.courseSite}/courses/water`);
    assert.equal(again.length, 1);
    assert.deepEqual(sites.simulator.complaints, []);
  },
);

frameTest('case 63: a framed launch is no sign-in at the top, before its window goes on', {}, async (visit) => {
  const { page, context, sites } = visit;
  const frame = await launchInFrame(page, sites, 'alumna');
  await frame.getByTestId('open-window').waitFor();
  await assertNobodyIn(await context.newPage(), sites);
});

const faults = ['silent', 'exhausted', 'unsupported'] as const;
for (const fault of faults) {
  frameTest(
    `case ${fault === 'silent' ? 60 : 61}: storage that is ${fault} leaves the window, which goes on`,
    { product: 'plain', partitions: false },
    async (visit) => {
      const { page, sites } = visit;
      sites.simulator.misbehave({ endpoint: 'storage', how: { kind: 'storage', fault }, times: 1 });
      const stored = requestsTo(visit, '/lti/1.3/stored');
      await launchInFrame(page, sites, 'alumna');
      const opened = await openWindow(visit);
      assert.equal(await shownPerson(opened), 'Citlali Robles Peña');
      assert.deepEqual(stored, []);
    },
  );
}

frameTest(
  'case 62: another secret than the one that was left ends the launch, and nobody is signed in',
  { product: 'plain', partitions: false, refusals: [401] },
  async (visit) => {
    const { page, context, sites } = visit;
    sites.simulator.misbehave({ endpoint: 'storage', how: { kind: 'storage', fault: 'other-value' }, times: 1 });
    const frame = await launchInFrame(page, sites, 'alumna');
    assert.equal(await frame.getByTestId('error-code').textContent(), 'lti_launch_other_browser');
    await assertNobodyIn(await context.newPage(), sites);
  },
);

frameTest(
  'case 90: what asks whose account it is shows in no frame, and is asked in the window',
  { linking: 'require-account', said: /frame-ancestors/, refusals: [400] },
  async (visit) => {
    const { page, sites, context } = visit;
    await launchInFrame(page, sites, 'alumna');
    const opened = await openWindow(visit);
    await opened.getByTestId('launch-sign-in').waitFor();
    const asking = opened.url();
    assert.match(asking, /\/sign-in\/step\?id=/);
    sites.serveEvil(`<iframe src="${asking}"></iframe>`);
    const trap = await context.newPage();
    const said = trap.waitForEvent('console', (message) => message.text().includes('frame-ancestors'));
    await trap.goto(sites.evil);
    await said;
    assert.ok(trap.frames().every((frame) => !frame.url().startsWith(sites.broker)));
  },
);

frameTest('LTI 1.1 in a frame of another site: the window asks whether it is them', {}, async (visit) => {
  const { page, sites } = visit;
  await launchInFrame(page, sites, 'alumno', 'antigua');
  const opened = await openWindow(visit);
  await opened.getByTestId('continue-as').click();
  assert.equal(await shownPerson(opened), 'Efraín Chan Uc');
});

/** What an attacker has after a launch of their own that they did not let go on: the token, the state, and the secret of the browser. */
async function ownLaunch(attacker: Page, sites: LtiSites) {
  const begun = attacker.waitForResponse((response) => response.url().endsWith('/lti/1.3/login'));
  const sent = new Promise<URLSearchParams>((resolve) => {
    void attacker.route('**/lti/1.3/launch', (route) => {
      resolve(new URLSearchParams(route.request().postData() ?? ''));
      return route.abort();
    });
  });
  await launchInFrame(attacker, sites, 'alumno');
  const secret = /data-secret="([^"]+)"/.exec(await (await begun).text())?.[1] ?? assert.fail('no secret');
  const fields = await sent;
  return { state: fields.get('state') ?? '', id_token: fields.get('id_token') ?? '', browser_secret: secret };
}

frameTest(
  'case 59: a page that frames a launch of its own, and answers as the campus would, signs nobody in',
  { product: 'plain', partitions: false, said: /frame-ancestors/, refusals: [403] },
  async ({ page, context, sites }) => {
    const browser = context.browser() ?? assert.fail('no browser');
    const elsewhere = await browser.newContext({ ignoreHTTPSErrors: true });
    const fields = await ownLaunch(await elsewhere.newPage(), sites);
    await elsewhere.close();
    const post = (path: string, target: string) =>
      `<form method="post" action="${sites.broker}${path}" target="${target}">${Object.entries(fields)
        .map(([name, value]) => `<input type="hidden" name="${name}" value="${value}">`)
        .join('')}</form>`;

    sites.serveEvil(`<iframe name="inside"></iframe>${post('/lti/1.3/launch', 'inside')}<script>
      addEventListener('message', ({ data, source }) => source.postMessage(
        { subject: data.subject + '.response', message_id: data.message_id, key: data.key, value: '${fields.browser_secret}' }, '*'));
      document.querySelector('form').submit();
    </script>`);
    const refused = page.waitForEvent('console', (message) => message.text().includes('frame-ancestors'));
    await page.goto(sites.evil);
    await refused;
    assert.ok(page.frames().every((frame) => !frame.url().startsWith(sites.broker)));

    sites.serveEvil(`${post('/lti/1.3/stored', '_self')}<script>document.querySelector('form').submit()</script>`);
    await page.goto(sites.evil);
    assert.equal(await page.getByTestId('error-code').textContent(), 'cross_site_request');
    await assertNobodyIn(page, sites);
    assert.deepEqual(
      (await context.cookies(sites.broker)).filter(({ name }) => name.includes('lti-')),
      [],
    );
  },
);
