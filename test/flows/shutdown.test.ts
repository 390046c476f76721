/**
 * a process that is told to stop while somebody is on the way back from a slow provider answers them first.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { becomes, withProgram } from '../cli/program.ts';
import { forEachEmptyDatabase } from '../databases.ts';

const clientId = '202508101834311980';

interface SlowProvider {
  readonly origin: string;
  /** The request for a token, once it is there; answer it to let the person in. */
  readonly asked: Promise<{ token(): void }>;
  close(): Promise<void>;
}

/** A Llave MX that keeps the token request waiting until it is told otherwise. */
async function startSlowProvider(): Promise<SlowProvider> {
  const waiting = Promise.withResolvers<{ token(): void }>();
  const json = (response: ServerResponse, body: unknown) =>
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  const server = createServer((request: IncomingMessage, response) => {
    if (request.url?.endsWith('/obtenerToken')) {
      waiting.resolve({
        token: () => json(response, { accessToken: 'a'.repeat(40), tokenType: 'Bearer', expiresIn: 900 }),
      });
    } else json(response, { idUsuario: 700_001, nombre: 'Citlali' });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: waiting.promise,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

const configurationFor = (origin: string) => `
providers:
  - slug: llave-mx
    vendor: llave-mx
    send_to_registration_first: true
    enabled: true
    settings:
      environment: custom
      authorization_host: ${origin}
      api_host: ${origin}
      mode: apps
      client_id: "${clientId}"
clients: []
outbound: { allow_private: ["${new URL(origin).host}"] }
`;

forEachEmptyDatabase(
  'R-05 SIGTERM in the middle of a callback: not ready at once, the callback is answered, exit code 0',
  ({ url }) =>
    withProgram({ LLAVERO_DATABASE_URL: url }, async (program) => {
      const provider = await startSlowProvider();
      try {
        await program.json('apply', await program.write('llavero.yaml', configurationFor(provider.origin)));
        const server = await program.serve();
        const at = (path: string, cookie = '') =>
          fetch(`http://127.0.0.1:${server.port}${path}`, { redirect: 'manual', headers: { cookie } });
        const begun = await at('/sign-in');
        const state = /id=(.+)/.exec(begun.headers.get('location') ?? '')?.[1];
        const cookie = begun.headers.getSetCookie().map((header) => header.split(';')[0]);
        assert.equal((await at(`/sign-in/llave-mx?id=${state}`, cookie.join('; '))).status, 303);
        assert.equal((await at('/readyz')).status, 200);

        const callback = at(`/callback/llave-mx?state=${state}&code=abc`, cookie.join('; '));
        const { token } = await provider.asked;
        const stopped = server.stop();
        assert.ok(
          await becomes(5000, async () => (await at('/readyz')).status === 503),
          'told to send people elsewhere',
        );
        token();
        const answer = await callback;
        assert.equal(answer.status, 303);
        assert.match(answer.headers.get('location') ?? '', /^\/sign-in\/step\?id=/);
        const { code, stdout } = await stopped;
        assert.equal(code, 0);
        assert.doesNotMatch(stdout, /"level":"error"/);

        // Whoever takes over finishes what was decided, for the same browser.
        const next = await program.serve();
        const step = await fetch(`http://127.0.0.1:${next.port}${answer.headers.get('location')}`, {
          redirect: 'manual',
          headers: { cookie: cookie.join('; ') },
        });
        assert.equal(step.headers.get('location'), '/account');
        await next.stop();
      } finally {
        await provider.close();
      }
    }),
  ['SQLite file', 'PostgreSQL'],
);
