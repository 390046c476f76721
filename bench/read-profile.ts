/**
 * A program: where a CPU profile's time went, by package and by function.
 *
 *     node bench/read-profile.ts FILE [LINES]
 *
 * By package, what Node and its native code spend is charged to whoever called them: a hash to the file that asked for
 * it, a query to the store. What nobody called stands as `node`: sockets, parsing of requests, timers. By function, it is
 * self time.
 */
import { readFile } from 'node:fs/promises';
import type { Profiler } from 'node:inspector';

interface Share {
  readonly name: string;
  readonly milliseconds: number;
}

/** The whole of the time that the process was not idle, and how it divides. */
interface Reading {
  readonly busyMs: number;
  readonly byPackage: readonly Share[];
  readonly byFunction: readonly Share[];
}

export function readProfile({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): Reading {
  const byId = new Map(nodes.map((node) => [node.id, node.callFrame]));
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)));
  const charged = new Map<number, string>();
  const chargedTo = (id: number): string => {
    const known = charged.get(id);
    if (known !== undefined) return known;
    const frame = byId.get(id);
    const parent = parents.get(id);
    const name = (frame && packageOf(frame)) ?? (parent === undefined ? 'node' : chargedTo(parent));
    charged.set(id, name);
    return name;
  };
  const packages = new Map<string, number>();
  const functions = new Map<string, number>();
  let busyMs = 0;
  for (const [index, id] of samples.entries()) {
    const frame = byId.get(id);
    if (frame === undefined || frame.functionName === '(idle)') continue;
    const milliseconds = (timeDeltas[index] ?? 0) / 1000;
    busyMs += milliseconds;
    add(packages, chargedTo(id), milliseconds);
    add(functions, `${frame.functionName || '(anonymous)'} ${placeOf(frame)}`, milliseconds);
  }
  return { busyMs, byPackage: ranked(packages), byFunction: ranked(functions) };
}

/** `hono`, `src/oidc/provider.ts`, `(garbage collector)`; null for what Node itself does for somebody. */
function packageOf({ url, functionName }: { url: string; functionName: string }): string | null {
  if (url === '') return /^\((garbage collector|program)\)$/.test(functionName) ? functionName : null;
  if (url.startsWith('node:') || url.startsWith('wasm:')) return null;
  const inPackage = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1];
  return inPackage ?? url.replace(/^.*\/(?=src\/)/, '');
}

function placeOf({ url, lineNumber }: { url: string; lineNumber: number }): string {
  if (url === '') return '';
  return `${url.replace(/^.*\/(?=node_modules\/|src\/)/, '')}:${lineNumber + 1}`;
}

function add(sums: Map<string, number>, name: string, milliseconds: number): void {
  sums.set(name, (sums.get(name) ?? 0) + milliseconds);
}

function ranked(sums: ReadonlyMap<string, number>): Share[] {
  return [...sums]
    .map(([name, milliseconds]) => ({ name, milliseconds }))
    .sort((a, b) => b.milliseconds - a.milliseconds);
}

function print(title: string, shares: readonly Share[], busyMs: number, lines: number): void {
  console.log(`\n${title}`);
  for (const { name, milliseconds } of shares.slice(0, lines)) {
    console.log(`${((milliseconds / busyMs) * 100).toFixed(1).padStart(6)} %  ${name}`);
  }
}

if (import.meta.main) {
  const [file = '', lines = '25'] = process.argv.slice(2);
  const reading = readProfile(JSON.parse(await readFile(file, 'utf8')));
  console.log(`${reading.busyMs.toFixed(0)} ms busy`);
  print('By package', reading.byPackage, reading.busyMs, Number(lines));
  print('By function', reading.byFunction, reading.busyMs, Number(lines));
}
