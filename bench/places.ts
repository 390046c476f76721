/**
 * Where the database of a run is: a file in a folder of its own, or a PostgreSQL of its own. Gone when the run is over.
 */
import { mkdtemp, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startChild } from './child.ts';
import type { DatabaseName } from './options.ts';
import { processorTimeOfTree } from './processes.ts';

export interface DatabasePlace {
  /** As in LLAVERO_DATABASE_URL. */
  readonly url: string;
  /** Milliseconds of processor time that the database's own processes have used; null when it has none or cannot tell. */
  spent(): number | null;
  remove(): Promise<void>;
}

export const openPlace: Readonly<Record<DatabaseName, () => Promise<DatabasePlace>>> = {
  async sqlite() {
    const folder = await mkdtemp(join(tmpdir(), 'llavero-bench-'));
    return {
      url: `sqlite:${join(folder, 'llavero.db')}`,
      spent: () => null,
      remove: () => rm(folder, { recursive: true }),
    };
  },
  async postgres() {
    const server = startChild('./postgres.ts', [], process.env);
    const url = String(await server.ask('url'));
    return {
      url,
      spent: () => processorTimeOfTree(server.pid),
      remove: () => server.stop(),
    };
  },
};

/** statfs(2): a temporary folder that is held in memory. */
const TMPFS = 0x01021994;

/** Whether a flushed commit really reaches a disk where the databases are made. */
export async function flushesToDisk(): Promise<boolean> {
  return (await statfs(tmpdir())).type !== TMPFS;
}
