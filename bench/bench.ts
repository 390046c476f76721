/**
 * `npm run bench`: what a sign-in costs, measured with real processes, real sockets and durable commits.
 *
 * Asserts nothing about time: the figures are for reading. It fails when a sign-in fails, when somebody came back as
 * somebody else, when rows are missing, and when the provider refused anything.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { cpus, loadavg, release, type } from 'node:os';
import { takeCores } from './cores.ts';
import { measure, type RunReport } from './measure.ts';
import { type KindsReport, measureKinds } from './measure-kinds.ts';
import { type BenchOptions, parseOptions, usage } from './options.ts';
import { flushesToDisk } from './places.ts';
import { type Machine, reportOf } from './report.ts';
import { measureYardstick } from './yardstick.ts';

async function main(options: BenchOptions): Promise<void> {
  const loadBefore = loadavg()[0] ?? 0;
  const cores = takeCores();
  if (options.profile !== null) await mkdir(options.profile, { recursive: true });
  const yardsticks = [await measureYardstick(cores)];
  const runs: RunReport[] = [];
  const kinds: KindsReport[] = [];
  for (const database of options.databases) {
    process.stderr.write(`measuring on ${database} …\n`);
    if (options.kinds) kinds.push(await measureKinds(database, options, cores));
    else runs.push(await measure(database, options, cores));
    yardsticks.push(await measureYardstick(cores));
  }
  const machine: Machine = {
    processor: cpus()[0]?.model ?? 'unknown processor',
    cores: cpus().length,
    system: `${type()} ${release()}`,
    node: process.versions.node,
    pinned: cores.pinned,
    plainAnswerMs: yardsticks.reduce((sum, each) => sum + each, 0) / yardsticks.length,
    flushes: await flushesToDisk(),
    loadBefore,
    loadAfter: loadavg()[0] ?? 0,
  };
  process.stdout.write(`${reportOf(machine, runs, kinds)}\n`);
  if (options.json !== null) await writeFile(options.json, `${JSON.stringify({ machine, runs, kinds }, null, 2)}\n`);
}

try {
  await main(parseOptions(process.argv.slice(2)));
} catch (error) {
  const faultOfCaller = error instanceof TypeError && 'code' in error;
  process.stderr.write(`${error instanceof Error ? (faultOfCaller ? error.message : error.stack) : error}\n${usage}\n`);
  process.exitCode = 1;
}
