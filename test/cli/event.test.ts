/**
 * `event list` and `event retry` on a deployment whose app could not be told, with a real app that comes back.
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { announce } from '../../src/client-events/announce.ts';
import { parseStoreSettings } from '../../src/config.ts';
import { createLog } from '../../src/events/log.ts';
import { openStore } from '../../src/open-store.ts';
import { sql } from '../../src/store/database.ts';
import { DEPLOYMENT_SECRET, type Program, withProgram } from './program.ts';

const environment = { now: () => Date.now(), randomBytes: (bytes: number) => randomBytes(bytes) };

/** A program with a client at this address that is owed two events, the first of them a dead letter. */
async function withDeadLetter(endpoint: string, body: (program: Program) => Promise<void>): Promise<void> {
  await withProgram({}, async (program) => {
    const file = `
clients:
  - client_id: lms
    client_name: Campus
    token_endpoint_auth_method: none
    redirect_uris: [https://lms.example/cb]
    skip_authorization: true
    event_endpoint: ${endpoint}
outbound: { allow_private: ["${new URL(endpoint).host}"] }
`;
    await program.json('apply', await program.write('llavero.yaml', file));
    const settings = parseStoreSettings({
      LLAVERO_SECRET: DEPLOYMENT_SECRET,
      LLAVERO_DATABASE_URL: `sqlite:${join(program.folder, 'data/llavero.db')}`,
    });
    const log = createLog({ level: 'silent', environment, showPlaces: false });
    const { configuration, vault, databases, close } = await openStore(settings, { environment, log }, 'refused');
    const { clients } = await configuration.current();
    const about = (subject: string) => ({
      ...{ clientId: 'lms', userId: subject, otherUserId: null },
      event: { kind: 'account-disabled', subject } as const,
    });
    await databases.durable.atomically(announce([about('ana'), about('eva')], { vault, environment, clients }));
    await databases.durable.run(sql`
      update outgoing_events set given_up_at = ${Date.now()}, failure = 'the app refused it (invalid_audience)'
      where user_id = 'ana'`);
    await close();
    await body(program);
  });
}

test('event list shows what waits, and with --dead what was given up and why; never what it says', () =>
  withDeadLetter('https://lms.example/events', async (program) => {
    const waiting = await program.json('event', 'list');
    assert.deepEqual([waiting.total, waiting.events[0].userId, waiting.events[0].kind], [1, 'eva', 'account-disabled']);
    const { stdout } = await program.run(['event', 'list', '--dead']);
    assert.match(stdout, /^EVENT +APP +WHAT +SINCE +GIVEN UP +REASON$/m);
    assert.match(stdout, /^[0-9a-f]{32} +lms +account-disabled .*the app refused it \(invalid_audience\)$/m);
    assert.doesNotMatch(JSON.stringify(waiting), /payload|iss_sub/);
  }));

test('event retry makes one due, or all dead letters; an unknown one is refused', () =>
  withDeadLetter('https://lms.example/events', async (program) => {
    const [dead] = (await program.json('event', 'list', '--dead')).events;
    assert.deepEqual(await program.json('event', 'retry', dead.id), { retried: 1 });
    assert.equal((await program.run(['event', 'list', '--dead'])).stdout, 'There are no dead letters.\n');
    assert.deepEqual(await program.json('event', 'retry', '--all-dead'), { retried: 0 });
    const { code, stderr } = await program.run(['event', 'retry', 'nobody']);
    assert.equal(code, 1);
    assert.match(stderr, /there is no event nobody/);
    for (const call of [[], ['a', 'b'], ['a', '--all-dead']]) {
      assert.equal((await program.run(['event', 'retry', ...call])).code, 2, call.join(' '));
    }
  }));

test('V-17 what was retried on the command line, a running server sends; a real app takes it', async () => {
  const arrived = Promise.withResolvers<string>();
  let taken = 0;
  const app = createServer(async (request, response) => {
    let token = '';
    for await (const chunk of request) token += chunk;
    response.writeHead(202).end();
    taken += 1;
    if (taken === 2) arrived.resolve(token);
  });
  await new Promise<void>((resolve) => app.listen(0, '127.0.0.1', resolve));
  try {
    const endpoint = `http://127.0.0.1:${(app.address() as AddressInfo).port}/events`;
    await withDeadLetter(endpoint, async (program) => {
      assert.deepEqual(await program.json('event', 'retry', '--all-dead'), { retried: 1 });
      const server = await program.serve();
      assert.match(await arrived.promise, /^[\w-]+\.[\w-]+\.[\w-]+$/);
      assert.equal((await server.stop()).code, 0);
      assert.equal((await program.json('event', 'list')).total, 0);
    });
  } finally {
    app.closeAllConnections();
    app.close();
  }
});
