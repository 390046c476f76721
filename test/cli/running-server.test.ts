/**
 * What is changed on the command line reaches a running server within five seconds (DESIGN §11).
 */
import assert from 'node:assert/strict';
import { forEachEmptyDatabase } from '../databases.ts';
import { becomes, withProgram } from './program.ts';

const SEEN_WITHIN = 5_000;

async function acceptsClient(port: number, clientId: string): Promise<boolean> {
  const query = new URLSearchParams({
    client_id: clientId,
    redirect_uri: 'https://app.example/callback',
    response_type: 'code',
    scope: 'openid',
  });
  const response = await fetch(`http://127.0.0.1:${port}/oauth2/authorize?${query}`, { redirect: 'manual' });
  await response.body?.cancel();
  return response.status === 303;
}

const LTI = '/lti/1.3/jwks';

async function publishedKeys(port: number, path = '/oauth2/jwks'): Promise<string[]> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`);
  const { keys } = (await response.json()) as { keys: { kid: string }[] };
  return keys.map(({ kid }) => kid);
}

forEachEmptyDatabase(
  'a running server accepts a new client within five seconds, and ends orderly when told to',
  ({ url }) =>
    withProgram({ LLAVERO_DATABASE_URL: url }, async (program) => {
      const server = await program.serve();
      assert.equal(await acceptsClient(server.port, 'app'), false);
      const call = ['--id', 'app', '--name', 'An app', '--redirect-uri', 'https://app.example/callback'];
      await program.json('client', 'create', ...call);
      assert.ok(await becomes(SEEN_WITHIN, () => acceptsClient(server.port, 'app')));
      assert.equal((await server.stop()).code, 0);
    }),
  ['SQLite file', 'PostgreSQL'],
);

forEachEmptyDatabase(
  'R-18 a running server publishes a new key within five seconds, and does not sign with it yet',
  ({ url }) =>
    withProgram({ LLAVERO_DATABASE_URL: url }, async (program) => {
      const server = await program.serve();
      assert.deepEqual((await publishedKeys(server.port)).toSorted(), ['es256-1', 'rs256-1']);
      assert.equal((await program.json('keys', 'rotate', '--algorithm', 'RS256')).kid, 'rs256-2');
      assert.ok(await becomes(SEEN_WITHIN, async () => (await publishedKeys(server.port)).includes('rs256-2')));
      assert.ok((await publishedKeys(server.port)).includes('rs256-1'));
      const states = (await program.json('keys', 'list')).keys
        .filter(({ purpose }: { purpose: string }) => purpose === 'clients')
        .map(({ kid, state }: { kid: string; state: string }) => [kid, state]);
      assert.deepEqual(Object.fromEntries(states), {
        'rs256-2': 'next',
        'rs256-1': 'signing',
        'es256-1': 'signing',
      });
      assert.equal((await program.json('keys', 'rotate', '--for', 'lti')).kid, 'lti-rs256-2');
      assert.ok(
        await becomes(SEEN_WITHIN, async () => (await publishedKeys(server.port, LTI)).includes('lti-rs256-2')),
      );
      assert.ok(!(await publishedKeys(server.port)).includes('lti-rs256-2'), 'no client is shown it');
    }),
  ['SQLite file', 'PostgreSQL'],
);
