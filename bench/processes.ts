/**
 * What the kernel says about other processes (Linux's /proc): processor time and memory.
 *
 * Answers null where there is no /proc, so that the rest of the bench runs anywhere.
 */
import { readdirSync, readFileSync } from 'node:fs';

/** proc(5): `utime` and `stime` are counted in these; 100 a second on every Linux that Node runs on. */
const TICK_MS = 10;

/** Milliseconds of processor time of a process and its descendants, also of those that have ended; null when it cannot be known. */
export function processorTimeOfTree(root: number): number | null {
  const processes = listProcesses();
  if (processes === null) return null;
  let total = 0;
  const members = new Set([root]);
  // Parents have smaller numbers than their children except after a wrap; a few passes settle it either way.
  for (let before = 0; before !== members.size; ) {
    before = members.size;
    for (const { pid, parent } of processes) if (members.has(parent)) members.add(pid);
  }
  for (const { pid, milliseconds } of processes) if (members.has(pid)) total += milliseconds;
  return total;
}

/** Resident memory of a process in bytes; null when it cannot be known. */
export function residentMemory(pid: number): number | null {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/status`) ?? '')?.[1];
  return kilobytes === undefined ? null : Number(kilobytes) * 1024;
}

interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  readonly milliseconds: number;
}

function listProcesses(): readonly ProcessEntry[] | null {
  if (process.platform !== 'linux') return null;
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      // The name of the program stands in parentheses and may hold anything; the numbers follow the last one.
      const fields = read(`/proc/${name}/stat`)?.split(') ').at(-1)?.split(' ');
      if (fields === undefined) return [];
      // utime, stime, and both of the children that have ended: a closed connection takes its process with it.
      const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
      const milliseconds = ticks * TICK_MS;
      return [{ pid: Number(name), parent: Number(fields[1]), milliseconds }];
    });
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null; // It ended meanwhile.
  }
}
