/**
 * Open edX's own client library, a program that we did not write, against a broker on a real port.
 *
 * Where the machine does not have it the tests say that they did not run.
 */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type World, withWorld } from '../browser/world.ts';
import { type Handler, overHttp, TestBrowser } from '../browser.ts';

const program = fileURLToPath(new URL('./social_core_client.py', import.meta.url));
const SECRET = 'practice-course-site-secret-0123456789';

/** Debian's packages are seen by Debian's Python only, and another one may come first on the path. */
const python = ['/usr/bin/python3', 'python3'].find(
  (command) => spawnSync(command, ['-c', 'import social_core.backends.open_id_connect']).status === 0,
);

interface Answer {
  readonly signed_in?: {
    readonly uid: string;
    readonly details: Readonly<Record<string, unknown>>;
    readonly id_token: Readonly<Record<string, unknown>>;
  };
  readonly refused?: string;
  readonly why?: string;
}

interface SocialCore {
  /** Where it sends the browser. */
  readonly redirect: string;
  /** What it makes of the address that the browser came back to. */
  complete(callback: string): Promise<Answer>;
}

function socialCoreTest(promise: string, body: (client: SocialCore, world: World) => Promise<void>, secret = SECRET) {
  test(promise, async (t: TestContext) => {
    if (python === undefined) {
      console.error(`NOT RUN (no python3-social-auth-core with python3-jose on this machine): ${t.name}`);
      t.skip('python3-social-auth-core and python3-jose are not installed');
      return;
    }
    await withWorld({}, (world) => withClient(world, secret, (client) => body(client, world)));
  });
}

async function withClient(world: World, secret: string, use: (client: SocialCore) => Promise<void>): Promise<void> {
  const given = [world.broker, 'course-site', secret, `${world.courseSite}/callback`];
  // No proxy of the surroundings: everything is on this machine.
  const env = { PATH: process.env.PATH ?? '', NO_PROXY: '*', PYTHONDONTWRITEBYTECODE: '1' };
  const child = spawn(python ?? assert.fail(), [program, ...given], { env, stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => JSON.parse((await lines.next()).value ?? assert.fail('the Python program ended'));
  try {
    const { redirect } = await next();
    await use({
      redirect,
      complete(callback) {
        child.stdin.write(`${JSON.stringify({ callback })}\n`);
        return next();
      },
    });
  } finally {
    child.kill();
  }
}

/** A person's browser, for which the course site's callback is an empty page. */
function browserIn(world: World): TestBrowser {
  const onPort = (origin: string) => overHttp(Number(new URL(origin).port));
  const nothing: Handler = () => new Response('');
  const origins = {
    [world.broker]: onPort(world.broker),
    [world.llaveMx]: onPort(world.llaveMx),
    [world.courseSite]: nothing,
  };
  return new TestBrowser({ origins, now: Date.now });
}

async function signIn(client: SocialCore, world: World, person = 'nacional'): Promise<string> {
  const browser = browserIn(world);
  const people = await browser.click(await browser.get(client.redirect), 'provider-llave-mx');
  return (await browser.submit(people, `person-${person}`)).url.href;
}

socialCoreTest('a stock OpenIdConnectAuth signs a person in and learns who they are', async (client, world) => {
  const { signed_in: signedIn, why } = await client.complete(await signIn(client, world));
  assert.ok(signedIn, why);
  assert.deepEqual(
    { ...signedIn.details, username: typeof signedIn.details.username },
    {
      username: 'string',
      email: 'citlali.robledo@example.com',
      fullname: 'Citlali Ximena Robledo Ayala',
      first_name: 'Citlali Ximena',
      last_name: 'Robledo Ayala',
      groups: null,
    },
  );
  assert.equal(signedIn.uid, signedIn.id_token.sub);
  assert.equal(signedIn.id_token.iss, world.broker);
});

socialCoreTest('a callback that is replayed is refused by broker and client', async (client, world) => {
  const callback = await signIn(client, world);
  assert.ok((await client.complete(callback)).signed_in);
  assert.ok((await client.complete(callback)).refused);
});

socialCoreTest(
  'a person who goes back without signing in is told so as the library tells it',
  async (client, world) => {
    const browser = browserIn(world);
    const cancelled = await browser.click(await browser.get(client.redirect), 'cancel');
    assert.equal((await client.complete(cancelled.url.href)).refused, 'AuthCanceled');
  },
);

socialCoreTest(
  'a client with a wrong secret gets nothing',
  async (client, world) => {
    const answer = await client.complete(await signIn(client, world));
    assert.equal(answer.signed_in, undefined);
    assert.ok(answer.refused);
  },
  'a wrong secret, though long enough',
);
