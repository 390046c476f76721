/**
 * `provider test --sign-in` by the real program: beside a running server, a strict stand-in, and a browser.
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { createLlaveMxSimulator, type LlaveMxSimulator, listen } from '../../simulators/index.ts';
import { overHttp, type Page, TestBrowser } from '../browser.ts';
import { forEachEmptyDatabase } from '../databases.ts';
import { type Begun, type Program, withProgram } from './program.ts';

const CLIENT_ID = '202508101834311980';
const BROKER = 'http://localhost:4444';
const environment = { now: () => Date.now(), randomBytes: (bytes: number) => randomBytes(bytes) };

interface Told {
  readonly command: Begun;
  readonly address: string;
  readonly code: string;
}

interface Place {
  readonly program: Program;
  readonly simulator: LlaveMxSimulator;
  readonly browser: TestBrowser;
  /** `provider test llave-mx --sign-in`, and what it told to do. */
  begin(...more: readonly string[]): Promise<Told>;
}

/** A provider that is switched off, a server that runs, and a browser that reaches both. */
async function withPlace(databaseUrl: string, body: (place: Place) => Promise<void>): Promise<void> {
  const redirectUris = [`${BROKER}/callback/llave-mx`];
  const application = { mode: 'apps', clientId: CLIENT_ID, name: 'Llavero', redirectUris } as const;
  const simulator = createLlaveMxSimulator({ environment, applications: [application] });
  const practice = await listen(simulator.app, { port: 0, hostname: '127.0.0.1' });
  try {
    await withProgram({ LLAVERO_DATABASE_URL: databaseUrl }, async (program) => {
      const host = new URL(practice.origin).host;
      const hosts = `authorization_host: "http://${host}", api_host: "http://${host}"`;
      const file = `
providers:
  - slug: llave-mx
    vendor: llave-mx
    enabled: false
    send_to_registration_first: true
    settings: { environment: custom, ${hosts}, mode: apps, client_id: "${CLIENT_ID}" }
outbound: { allow_private: ["${host}"] }
`;
      await program.json('apply', await program.write('llavero.yaml', file));
      const server = await program.serve();
      const browser = new TestBrowser({
        origins: {
          [BROKER]: overHttp(server.port),
          [practice.origin]: async (request) => simulator.app.fetch(request),
        },
        now: Date.now,
      });
      const begin: Place['begin'] = async (...more) => {
        const call = ['provider', 'test', 'llave-mx', '--sign-in', ...more];
        const command = program.begin(call, { LLAVERO_PUBLIC_URL: BROKER });
        const [, address = '', code = ''] = await command.said(/(http:\S+)\n.* ([0-9A-Z-]{14})\n/);
        return { command, address, code };
      };
      await body({ program, simulator, browser, begin });
    });
  } finally {
    await practice.close();
  }
}

/** From the address to the report, no sooner than the command has seen that somebody is there. */
async function goThrough({ browser }: Place, { command, address, code }: Told): Promise<Page> {
  const opened = command.said(/Opened\. Waiting for the person/);
  const page = await browser.submit(await browser.get(address), 'submit', { code });
  await opened;
  return browser.submit(await browser.follow(page), 'person-nacional');
}

forEachEmptyDatabase(
  'somebody signs in with a provider that is switched off; the command and the browser show the same, and no secret',
  ({ url }) =>
    withPlace(url, async (place) => {
      const told = await place.begin('--json');
      const { command, address, code } = told;
      assert.ok(!address.includes(code), 'M-02 the code is in no address');
      const report = await goThrough(place, told);
      assert.notEqual(report.find('would-create'), null);
      const { code: exit, stdout, stderr } = await command.end;
      assert.equal(exit, 0, stderr);
      const { slug, findings, person } = JSON.parse(stdout);
      assert.equal(slug, 'llave-mx');
      assert.ok(findings.every(({ verdict }: { verdict: string }) => verdict === 'good'));
      assert.equal(person.end, 'finished');
      assert.deepEqual(
        person.steps.map(({ step, verdict }: { step: string; verdict: string }) => `${step} ${verdict}`),
        ['departure good', 'return good', 'claims good', 'profile good', 'decision good'],
      );
      const newUser = person.trace.find(({ step }: { step: string }) => step === 'new-user');
      assert.equal(newUser.reason, 'nobody-recognised');
      assert.ok(!stdout.includes(code));
      const said = stdout + stderr;
      const token = place.simulator.requests.filter(({ endpoint }) => endpoint === 'token').at(-1);
      const { code: spent, codeVerifier } = JSON.parse(token?.body ?? '{}');
      const accessToken = place.simulator.requests.find(({ endpoint }) => endpoint === 'user-data')?.headers
        .accesstoken;
      for (const secret of [spent, codeVerifier, accessToken, ...place.browser.cookies().map(({ value }) => value)]) {
        assert.ok(typeof secret === 'string' && secret.length > 8 && !said.includes(secret));
      }
      // Nobody has an account, and the provider is as it was.
      const [listed] = (await place.program.json('provider', 'list')).providers;
      assert.equal(listed.state, 'disabled');
    }),
  ['SQLite file', 'PostgreSQL'],
);

const inOneFile = 'sqlite:./llavero.db';

test('a step that fails: the terminal says which, with the code and what to do, and the command exits with 1', () =>
  withPlace(inOneFile, async (place) => {
    const told = await place.begin();
    place.simulator.misbehave({ endpoint: 'token', how: { kind: 'status-500' }, times: 'until-reset' });
    await goThrough(place, told);
    const { code: exit, stdout } = await told.command.end;
    assert.equal(exit, 1);
    assert.match(stdout, /^good {4}Back from the service\n {8}code=•••\n {8}state=•••$/m);
    assert.match(stdout, /^bad {5}What the service said\n {8}provider_unreachable: .+\n {8}Production answers only/m);
    assert.match(stdout, /It did not get to the end/);
  }));

test('Ctrl+C gives the test up: the command ends at once with 1, and its code is good for nothing', () =>
  withPlace(inOneFile, async (place) => {
    const { command, address, code } = await place.begin();
    command.interrupt();
    const { code: exit, stdout } = await command.end;
    assert.equal(exit, 1);
    assert.match(stdout, /Given up/);
    const page = await place.browser.get(address);
    assert.equal(page.text('error-code'), 'sign_in_replayed');
    const posted = await place.browser.post(address, { code }, { from: address });
    assert.notEqual(posted.status, 200);
  }));

test('a provider that is not configured gets no test, and without --sign-in the command says how to make one', () =>
  withPlace(inOneFile, async ({ program }) => {
    const unknown = await program.run(['provider', 'test', 'llave', '--sign-in']);
    assert.equal(unknown.code, 1);
    assert.match(unknown.stderr, /there is no provider llave; there are llave-mx$/m);
    assert.doesNotMatch(unknown.stderr, /Open in a browser/);
    const { stdout } = await program.run(['provider', 'test', 'llave-mx'], { env: { LLAVERO_PUBLIC_URL: BROKER } });
    assert.match(stdout, /^With a person: llavero provider test llave-mx --sign-in$/m);
  }));
