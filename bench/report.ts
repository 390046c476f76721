/**
 * The figures of a run as Markdown, for people: tables that can be put into a document as they are.
 */

import type { RunReport } from './measure.ts';
import type { KindsReport } from './measure-kinds.ts';
import type { Workload } from './workload.ts';

export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly system: string;
  readonly node: string;
  readonly pinned: boolean;
  readonly flushes: boolean;
  /** Processor time of one plain node:http answer, before and after the runs, on the average. */
  readonly plainAnswerMs: number;
  /** Of the last minute, before and after: more than the bench's own two processes means that others were at work. */
  readonly loadBefore: number;
  readonly loadAfter: number;
}

const databaseNames = { sqlite: 'SQLite', postgres: 'PostgreSQL' } as const;

export function reportOf(machine: Machine, runs: readonly RunReport[], kinds: readonly KindsReport[]): string {
  return [
    describeMachine(machine),
    ...runs.map((run) => describeRun(run, machine)),
    ...kinds.map((run) => describeKinds(run, machine)),
  ].join('\n\n');
}

function describeKinds({ database, providers, kinds }: KindsReport, machine: Machine): string {
  const among = providers === 0 ? '' : `, among ${providers.toLocaleString('en')} further providers`;
  const workloads = kinds.map(({ workload }) => workload);
  return [
    `### Whole sign-ins by kind of provider, ${databaseNames[database]}${among}`,
    '',
    tableOf(workloads, machine),
  ].join('\n');
}

function describeMachine(machine: Machine): string {
  const { processor, cores, system, node, pinned, flushes, plainAnswerMs, loadBefore, loadAfter } = machine;
  const where = pinned
    ? 'The server has one core to itself; browsers, provider and PostgreSQL share the others.'
    : 'Nothing is pinned to a core here: figures per second say little.';
  const load = `Load average ${loadBefore.toFixed(1)} before and ${loadAfter.toFixed(1)} after.`;
  return [
    `${processor}, ${cores} cores, ${system}, Node ${node}. ${where} ${load}`,
    `A plain node:http answer cost ${(plainAnswerMs * 1000).toFixed(0)} µs of CPU meanwhile: what a sign-in costs is also ` +
      'given in such answers, which can be compared between machines and days; milliseconds cannot.',
    ...(flushes ? [] : ['The temporary folder is held in memory: flushed commits cost less here than on a disk.']),
  ].join('\n');
}

function describeRun(run: RunReport, machine: Machine): string {
  const commits = run.database === 'sqlite' ? 'WAL, synchronous=FULL for what must last' : 'flushed commits';
  const seeded =
    (run.seed === 0 ? '' : `, ${run.seed.toLocaleString('en')} users beforehand`) +
    (run.providers === 0 ? '' : `, ${run.providers.toLocaleString('en')} further providers`);
  return [
    `### ${databaseNames[run.database]} (${commits}${seeded})`,
    '',
    tableOf(run.workloads, machine),
    '',
    `Start-up to the first answer ${run.startUpMs.toFixed(0)} ms; idle memory ${megabytes(run.idleBytes)}, ` +
      `peak under load ${megabytes(run.peakBytes)}; login page with everything it loads ` +
      `${(run.loginPageBytes / 1000).toFixed(1)} kB.`,
    '',
    ...Object.entries(run.statements).map(([name, databases]) => {
      const counted = Object.entries(databases).map(([database, counts]) => {
        const commits = counts.find(({ statement }) => statement === 'commit')?.times ?? 0;
        const statements = counts.reduce((sum, { times }) => sum + times, 0) - commits;
        return `${round(statements)} ${database}`;
      });
      return `Statements of one ${name}: ${counted.join(', ')}.`;
    }),
  ].join('\n');
}

function tableOf(workloads: readonly Workload[], { plainAnswerMs }: Machine): string {
  const withDatabase = workloads.some(({ databaseMs }) => databaseMs !== null);
  const header = ['workload', 'browsers', 'per second', 'server CPU ms each', 'in plain answers'];
  if (withDatabase) header.push('database CPU ms each');
  header.push('p50 ms', 'p99 ms', 'core busy');
  const rows = workloads.map((workload) => [
    workload.name,
    String(workload.browsers),
    workload.perSecond.toFixed(0),
    workload.serverMs.toFixed(2),
    (workload.serverMs / plainAnswerMs).toFixed(0),
    ...(withDatabase ? [workload.databaseMs?.toFixed(2) ?? '?'] : []),
    workload.p50.toFixed(1),
    workload.p99.toFixed(1),
    `${(workload.busy * 100).toFixed(0)} %`,
  ]);
  const alignment = header.map((_, column) => (column === 0 ? '---' : '---:'));
  return [header, alignment, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

const megabytes = (bytes: number | null) => (bytes === null ? '?' : `${(bytes / 1024 ** 2).toFixed(0)} MB`);
const round = (number: number) => Number(number.toFixed(1));
