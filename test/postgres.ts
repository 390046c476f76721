/**
 * Starts a real PostgreSQL for this process, or for a whole test run.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface PostgresServer {
  /** Address of the administrative database, with a role that may create databases. */
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * The server ends with this process, however that ends, and does not keep it alive.
 * @throws Error with the server's own words when there is no PostgreSQL to be had
 */
export async function startPostgres(): Promise<PostgresServer> {
  const program = fileURLToPath(new URL('./postgres-server.ts', import.meta.url));
  const child = spawn(process.execPath, [program], { stdio: ['pipe', 'pipe', 'pipe'] });
  const exited = once(child, 'exit');
  let complaints = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints += text;
  });
  // Ctrl-C reaches the server as well as this process; writing to it may then fail, which is no fault.
  child.stdin.on('error', () => {});
  const lines = createInterface({ input: child.stdout });
  const [url] = await Promise.race([once(lines, 'line'), exited.then(() => [])]);
  if (typeof url !== 'string') {
    throw new Error(
      `The tests need PostgreSQL, and it could not be started: ${complaints.trim() || 'no reason given'}`,
    );
  }
  const handles = [child, child.stdin, child.stdout, child.stderr] as readonly { unref?(): void }[];
  for (const handle of handles) handle.unref?.();
  return {
    url,
    async stop() {
      child.ref();
      child.stdin.end();
      await exited;
    },
  };
}
