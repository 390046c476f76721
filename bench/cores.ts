/**
 * Which core does what: the server has the first to itself, everything else shares the others.
 *
 * A figure per core is worth something only when nothing else runs there. Where the system cannot pin (no `taskset`, one
 * core) the bench still runs, and its report says so.
 */
import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

export interface Cores {
  readonly pinned: boolean;
  /** What to put before the command of the server. */
  readonly server: readonly string[];
}

/** Moves this process, and with it every child it starts without a word, away from the server's core. */
export function takeCores(): Cores {
  const last = availableParallelism() - 1;
  if (last < 1) return { pinned: false, server: [] };
  const { status } = spawnSync('taskset', ['-a', '-c', '-p', last === 1 ? '1' : `1-${last}`, String(process.pid)]);
  return status === 0 ? { pinned: true, server: ['taskset', '-c', '0'] } : { pinned: false, server: [] };
}
