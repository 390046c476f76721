/**
 * How long `llavero serve` takes from its first instruction to its first answer, and what it then holds in memory.
 *
 * The product's own command on the database of the run, so that nothing of the bench is in the figures.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openConnection } from './connection.ts';
import type { Cores } from './cores.ts';
import type { BenchOptions } from './options.ts';
import { serverEnvironment } from './prepare.ts';
import { residentMemory } from './processes.ts';

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));
/** Until the work of the start has settled; the memory of a process that was just born says little. */
const SETTLING_MS = 1000;

/** Milliseconds (the median of several launches) and bytes; null where memory cannot be known. */
export async function measureStartUp(
  databaseUrl: string,
  { launches }: BenchOptions,
  cores: Cores,
): Promise<{ startUpMs: number; idleBytes: number | null }> {
  const times: number[] = [];
  let idleBytes: number | null = null;
  for (let launch = 0; launch < launches; launch += 1) {
    const measured = await launchOnce(databaseUrl, cores);
    times.push(measured.startUpMs);
    idleBytes = measured.idleBytes;
  }
  const median = times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN;
  return { startUpMs: median, idleBytes };
}

async function launchOnce(databaseUrl: string, cores: Cores) {
  const [file = process.execPath, ...before] = [...cores.server, process.execPath];
  const start = performance.now();
  const server = spawn(file, [...before, MAIN, 'serve'], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH: process.env.PATH, ...serverEnvironment(databaseUrl) },
  });
  const ended = once(server, 'exit');
  try {
    const port = await portOf(createInterface({ input: server.stderr }));
    const connection = await openConnection('localhost', port);
    const { status } = await connection.request('GET', '/healthz', '', '');
    const startUpMs = performance.now() - start;
    connection.close();
    if (status !== 200) throw new Error(`the first answer was ${status}`);
    await delay(SETTLING_MS);
    return { startUpMs, idleBytes: residentMemory(server.pid ?? 0) };
  } finally {
    server.kill('SIGTERM');
    await ended;
  }
}

async function portOf(lines: AsyncIterable<string>): Promise<number> {
  for await (const line of lines) {
    const port = /listens on port (\d+)/.exec(line)?.[1];
    if (port !== undefined) return Number(port);
  }
  throw new Error('the server ended before it listened');
}
