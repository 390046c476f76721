/**
 * The practice campus in a real browser: launches that go on by themselves, tools in frames of another site, platform storage by
 * window messages, and pages without barriers.
 *
 * The tool here is a few lines, so that only the campus can be at fault.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Hono } from 'hono';
import type { Page } from 'playwright-core';
import {
  createKeyPool,
  createLtiSimulator,
  type Listening,
  type LtiProductName,
  type LtiSimulator,
  type LtiTool,
  listen,
} from '../../simulators/index.ts';
import { assertNoBarriers, inChromium, withVisitor } from './chromium.ts';

const keyPool = createKeyPool();

/** Asks the storage of the platform, one question after the other, and writes down the answers. */
const storageScript = `
const at = (name) => name === '_parent' ? parent : parent.frames[name];
function ask(target, message) {
  return new Promise((resolve) => {
    addEventListener('message', ({ data, origin }) => { if (data.message_id === message.message_id) resolve({ ...data, origin }); });
    target.postMessage(message, '*');
  });
}
const found = await ask(parent, { subject: 'lti.capabilities', message_id: '1' });
const place = found.supported_messages?.find(({ subject }) => subject === 'lti.put_data').frame ?? '_parent';
const questions = [
  { subject: 'lti.put_data', key: 'state', value: 'secreto' },
  { subject: 'lti.get_data', key: 'state' },
  { subject: 'lti.get_data', key: 'otra' },
  { subject: 'lti.otra' },
  { subject: 'lti.put_data', key: 'k', value: 'x'.repeat(5000) },
];
const answers = [];
for (const [index, question] of questions.entries()) {
  answers.push(await ask(at(place), { ...question, message_id: 'm' + index }));
}
const summary = [place, ...answers.map(({ error, value }) => error?.code ?? value), answers[0].origin];
document.body.textContent = JSON.stringify(summary);
document.body.dataset.testid = 'asked';
`;

interface World {
  readonly simulator: LtiSimulator;
  readonly campus: string;
  readonly tool: string;
}

/** The campus at `localhost` and the tool at `127.0.0.1`: two sites, both of which a browser trusts without TLS. */
async function withWorld(product: LtiProductName, use: (world: World) => Promise<void>): Promise<void> {
  const open: Listening[] = [];
  const start = async (app: Hono, hostname: string) => {
    const listening = await listen(app, { port: 0, hostname });
    open.push(listening);
    return listening.origin;
  };
  try {
    const [outer, toolApp] = [new Hono(), new Hono()];
    const campus = await start(outer, 'localhost');
    const tool = await start(toolApp, '127.0.0.1');
    const simulator = createLtiSimulator({
      environment: { now: () => Date.now(), randomBytes: (count) => crypto.getRandomValues(new Uint8Array(count)) },
      product,
      origin: campus,
      prefix: '',
      fetch: async () => Response.json({ keys: [] }),
      tools: toolsAt(tool),
      keyPool,
    });
    outer.all('*', (c) => simulator.app.fetch(c.req.raw));
    serveTool(toolApp, tool, simulator);
    await use({ simulator, campus, tool });
  } finally {
    await Promise.all(open.map((listening) => listening.close()));
  }
}

const toolsAt = (tool: string): readonly LtiTool[] => [
  {
    version: '1.3',
    slug: 'llavero',
    name: 'Llavero',
    launchAddress: `${tool}/launch`,
    clientId: 'client-13',
    deploymentId: '1',
    loginAddress: `${tool}/login`,
    redirectUris: [`${tool}/launch`],
    keySetAddress: `${tool}/jwks`,
    scopes: [],
    legacy: null,
  },
  {
    ...{ version: '1.1', slug: 'antigua', name: 'Llavero (1.1)', launchAddress: `${tool}/signed?x=1` },
    ...{ consumerKey: 'k', secret: 's', signatureMethod: 'HMAC-SHA1' },
  },
  {
    version: '1.3',
    slug: 'memoria',
    name: 'Memoria',
    launchAddress: `${tool}/launch`,
    clientId: 'client-storage',
    deploymentId: '1',
    loginAddress: `${tool}/storage`,
    redirectUris: [`${tool}/launch`],
    keySetAddress: `${tool}/jwks`,
    scopes: [],
    legacy: null,
  },
];

function serveTool(app: Hono, tool: string, { platform }: LtiSimulator): void {
  const login = (parameters: URLSearchParams) => {
    const query = new URLSearchParams({
      ...{ scope: 'openid', response_type: 'id_token', response_mode: 'form_post', prompt: 'none' },
      ...{ client_id: 'client-13', redirect_uri: `${tool}/launch`, state: 's', nonce: crypto.randomUUID() },
      login_hint: parameters.get('login_hint') ?? '',
      lti_message_hint: parameters.get('lti_message_hint') ?? '',
    });
    return Response.redirect(`${platform.authorization_endpoint}?${query}`, 302);
  };
  const page = (body: string) =>
    new Response(`<!doctype html><html lang="en"><title>tool</title><link rel="icon" href="data:,">${body}`, {
      headers: { 'content-type': 'text/html' },
    });
  const shown = (text: string) => page(`<body><main><p data-testid="launched">${text}</p></main></body>`);
  app.post('/login', async (c) => login(new URLSearchParams(await c.req.text())));
  app.get('/login', (c) => login(new URL(c.req.url).searchParams));
  app.post('/launch', async (c) => {
    const token = new URLSearchParams(await c.req.text()).get('id_token') ?? 'e30.e30.';
    return shown(JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()).sub ?? 'nobody');
  });
  app.post('/signed', async (c) => shown(new URLSearchParams(await c.req.text()).get('user_id') ?? 'nobody'));
  app.post('/storage', () => page(`<body></body><script type="module">${storageScript}</script>`));
}

async function openCourse(page: Page, { campus }: World, person: string): Promise<void> {
  await page.goto(`${campus}/`);
  await page.getByTestId(`person-${person}`).click();
  await page.getByTestId('course-mat-101').click();
}

function campusTest(
  promise: string,
  product: LtiProductName,
  visit: (page: Page, world: World) => Promise<void>,
): void {
  test(promise, (t) =>
    inChromium(t, (browser) =>
      withWorld(product, (world) =>
        withVisitor(
          browser,
          { context: { locale: 'es-MX' }, origins: [world.campus, world.tool], refusals: [] },
          ({ page }) => visit(page, world),
        ),
      ),
    ),
  );
}

for (const product of ['plain', 'canvas', 'moodle', 'blackboard'] as const) {
  campusTest(
    `${product}: a launch goes on by itself, at top level and in a frame of another site`,
    product,
    async (page, world) => {
      const expected = world.simulator.subjectOf('alumna', 'mat-101') ?? '';
      await openCourse(page, world, 'alumna');
      await page.getByTestId('link-llavero-curso').click();
      assert.equal(await page.getByTestId('launched').textContent(), expected);
      await page.goto(`${world.campus}/courses/mat-101`);
      await page.getByTestId('frame-llavero-curso').click();
      assert.equal(
        await page.frameLocator('[data-testid="tool-frame"]').getByTestId('launched').textContent(),
        expected,
      );
      assert.deepEqual(world.simulator.complaints, []);
    },
  );
}

campusTest('LTI 1.1: the signed form goes on by itself, at top level and in a frame', 'plain', async (page, world) => {
  const expected = world.simulator.userIdOf('alumna', 'mat-101') ?? '';
  await openCourse(page, world, 'alumna');
  await page.getByTestId('link-antigua-curso').click();
  assert.equal(await page.getByTestId('launched').textContent(), expected);
  await page.goto(`${world.campus}/courses/mat-101`);
  await page.getByTestId('frame-antigua-curso').click();
  assert.equal(await page.frameLocator('[data-testid="tool-frame"]').getByTestId('launched').textContent(), expected);
});

async function askStorage(page: Page, world: World): Promise<readonly unknown[]> {
  await openCourse(page, world, 'alumna');
  await page.getByTestId('frame-memoria-curso').click();
  const asked = page.frameLocator('[data-testid="tool-frame"]').getByTestId('asked');
  return JSON.parse((await asked.textContent()) ?? '');
}

for (const [product, place] of [
  ['plain', '_parent'],
  ['canvas', 'post_message_forwarding'],
] as const) {
  campusTest(
    `§3.14 ${product}: a tool in a frame keeps a secret with the platform, and is told what is not kept`,
    product,
    async (page, world) => {
      assert.deepEqual(await askStorage(page, world), [
        ...[place, 'secreto', 'secreto', null, 'unsupported_subject', 'bad_request'],
        world.campus,
      ]);
    },
  );

  campusTest(
    `61 ${product}: storage that is full, knows nothing, or answers something else, when told to`,
    product,
    async (page, world) => {
      const faults = {
        exhausted: ['storage_exhaustion', null, null, 'unsupported_subject', 'storage_exhaustion'],
        'other-value': ['secreto', 'otro', 'otro', 'unsupported_subject', 'bad_request'],
      } as const;
      for (const [fault, expected] of Object.entries(faults)) {
        const how = { kind: 'storage', fault: fault as keyof typeof faults } as const;
        world.simulator.misbehave({ endpoint: 'storage', how, times: 1 });
        assert.deepEqual((await askStorage(page, world)).slice(1, -1), expected, fault);
        await page.goto(`${world.campus}/`);
        await page.getByTestId('campus-sign-out').click();
      }
      world.simulator.misbehave({ endpoint: 'storage', how: { kind: 'storage', fault: 'unsupported' }, times: 1 });
      // Who is told nothing of a frame asks the window around it.
      assert.deepEqual((await askStorage(page, world)).slice(0, 3), [
        '_parent',
        'unsupported_subject',
        'unsupported_subject',
      ]);
    },
  );
}

campusTest('the pages of the campus have no barriers', 'plain', async (page, world) => {
  await page.goto(`${world.campus}/`);
  await assertNoBarriers(page, 'people');
  await page.getByTestId('person-profesora').click();
  await assertNoBarriers(page, 'courses');
  await page.getByTestId('course-mat-101').click();
  await assertNoBarriers(page, 'course');
  await page.goto(`${world.campus}/courses/mat-101/grades`);
  await assertNoBarriers(page, 'grades');
  await page.goto(`${world.campus}/courses/mat-101/links/llavero-curso/frame`);
  await page.frameLocator('[data-testid="tool-frame"]').getByTestId('launched').waitFor();
  await assertNoBarriers(page, 'frame');
  await page.goto(`${world.campus}/`);
  await page.getByTestId('campus-sign-out').click();
  await page.getByTestId('person-administrador').click();
  await page.goto(`${world.campus}/admin`);
  await assertNoBarriers(page, 'admin');
});
