/**
 * A program: where a CPU profile's time went, by package and by function.
 *
 *     node bench/read-profile.ts FILE [LINES]
 *
 * Self time: what was spent in a function's own lines, and in the native code that it called directly.
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
  const packages = new Map<string, number>();
  const functions = new Map<string, number>();
  let busyMs = 0;
  for (const [index, id] of samples.entries()) {
    const frame = byId.get(id);
    if (frame === undefined || frame.functionName === '(idle)') continue;
    const milliseconds = (timeDeltas[index] ?? 0) / 1000;
    busyMs += milliseconds;
    add(packages, packageOf(frame), milliseconds);
    add(functions, `${frame.functionName || '(anonymous)'} ${placeOf(frame)}`, milliseconds);
  }
  return { busyMs, byPackage: ranked(packages), byFunction: ranked(functions) };
}

/** `hono`, `node:crypto`, `src/oidc/provider.ts`; what the engine does by itself stands in parentheses. */
function packageOf({ url, functionName }: { url: string; functionName: string }): string {
  if (url === '') return functionName.startsWith('(') ? functionName : '(native code)';
  if (url.startsWith('node:')) return url.split('/').slice(0, 2).join('/');
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
