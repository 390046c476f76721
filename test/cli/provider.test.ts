/**
 * `provider list` and `provider test` against a strict stand-in over a real socket.
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { createLlaveMxSimulator, listen } from '../../simulators/index.ts';
import { type Program, withProgram } from './program.ts';

const CLIENT_ID = '202508101834311980';
const environment = { now: () => Date.now(), randomBytes: (bytes: number) => randomBytes(bytes) };

/** A program whose provider is a stand-in that knows one application, registered with this address. */
async function withProvider(registered: string, body: (program: Program) => Promise<void>): Promise<void> {
  const application = { mode: 'apps', clientId: CLIENT_ID, name: 'Llavero', redirectUris: [registered] } as const;
  const simulator = createLlaveMxSimulator({ environment, applications: [application] });
  const practice = await listen(simulator.app, { port: 0, hostname: '127.0.0.1' });
  try {
    await withProgram({}, async (program) => {
      const host = new URL(practice.origin).host;
      const hosts = `authorization_host: "http://${host}", api_host: "http://${host}"`;
      const file = `
providers:
  - slug: llave-mx
    vendor: llave-mx
    enabled: true
    settings: { environment: custom, ${hosts}, mode: apps, client_id: "${CLIENT_ID}" }
outbound: { allow_private: ["${host}"] }
`;
      await program.json('apply', await program.write('llavero.yaml', file));
      await body(program);
    });
  } finally {
    await practice.close();
  }
}

const callback = 'http://localhost:4400/callback/llave-mx';

test('provider test is satisfied with a provider where our client and our address are registered', () =>
  withProvider(callback, async (program) => {
    const result = await program.json('provider', 'test', 'llave-mx');
    assert.equal(result.callbackUri, callback);
    assert.deepEqual(
      result.findings.map(({ verdict }: { verdict: string }) => verdict),
      ['good', 'good'],
    );
    const [listed] = (await program.json('provider', 'list')).providers;
    assert.deepEqual([listed.slug, listed.state, listed.callbackUri], ['llave-mx', 'enabled', callback]);
  }));

test('provider test exits with 1 where another address is registered, and says what to do', () =>
  withProvider('https://elsewhere.example/callback', async (program) => {
    const { code, stdout, stderr } = await program.run(['provider', 'test', 'llave-mx']);
    assert.equal(code, 1);
    assert.match(stdout, /^bad +authorization page +/m);
    assert.match(stdout, /^Address to register: http:\/\/localhost:4400\/callback\/llave-mx$/m);
    assert.match(stderr, /Provider llave-mx is not ready/);
  }));

test('a provider that is not configured is refused with the names of those that are', () =>
  withProvider(callback, async (program) => {
    const { code, stderr } = await program.run(['provider', 'test', 'llave']);
    assert.equal(code, 1);
    assert.match(stderr, /there is no provider llave; there are llave-mx$/m);
  }));
