/**
 * What a run of the bench measures, from its command line.
 */
import { parseArgs } from 'node:util';

export type DatabaseName = 'sqlite' | 'postgres';

export interface BenchOptions {
  readonly databases: readonly DatabaseName[];
  /** Instead of all else: one whole sign-in by each kind of provider. */
  readonly kinds: boolean;
  /** Leave the whole brokered sign-in out: only what ends with a session here. */
  readonly upstreamOnly: boolean;
  /** New people per workload; the same come back afterwards. */
  readonly people: number;
  /** Browsers at once. */
  readonly browsers: number;
  /** Users that are in the database before anything is measured. */
  readonly seed: number;
  /** Institutions that are configured beside the provider that is measured. */
  readonly providers: number;
  /** Sign-ins before anything is measured: V8 has compiled and the caches are warm. */
  readonly warmUp: number;
  /** Launches of which the median is the start-up time. */
  readonly launches: number;
  /** A file for the figures as JSON; null for none. */
  readonly json: string | null;
  /** A folder for one CPU profile of the server per workload; null for none. Profiling itself costs about a tenth. */
  readonly profile: string | null;
}

export const usage = `npm run bench -- [options]
  --quick              a tenth of the people: to see that it works, not to compare
  --database NAME      sqlite or postgres; both when absent
  --kinds              instead: a whole sign-in by each kind of provider, on SQLite unless another is named
  --upstream-only      only the half that ends with a session here
  --people N           new people per workload (2000; 500 by kinds)
  --browsers N         browsers at once (16)
  --seed N             users in the database beforehand (0)
  --providers N        further providers in the configuration (0)
  --json FILE          the figures as JSON
  --profile FOLDER     CPU profiles of the server; read them with bench/read-profile.ts`;

/** @throws TypeError for an unknown option or a value that is no positive number. */
export function parseOptions(argv: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      quick: { type: 'boolean', default: false },
      database: { type: 'string' },
      kinds: { type: 'boolean', default: false },
      'upstream-only': { type: 'boolean', default: false },
      people: { type: 'string' },
      browsers: { type: 'string', default: '16' },
      seed: { type: 'string', default: '0' },
      providers: { type: 'string', default: '0' },
      json: { type: 'string' },
      profile: { type: 'string' },
    },
  });
  const usual = values.kinds ? '500' : '2000';
  const people = wholeNumber('--people', values.people ?? (values.quick ? '200' : usual), 1);
  return {
    databases: databasesNamed(values.database ?? (values.kinds ? 'sqlite' : undefined)),
    kinds: values.kinds,
    upstreamOnly: values['upstream-only'],
    people,
    browsers: wholeNumber('--browsers', values.browsers, 1),
    seed: wholeNumber('--seed', values.seed, 0),
    providers: wholeNumber('--providers', values.providers, 0),
    warmUp: Math.min(people, values.kinds ? 300 : 1000),
    launches: values.quick ? 1 : 5,
    json: values.json ?? null,
    profile: values.profile ?? null,
  };
}

function databasesNamed(name: string | undefined): readonly DatabaseName[] {
  if (name === undefined) return ['sqlite', 'postgres'];
  if (name === 'sqlite' || name === 'postgres') return [name];
  throw new TypeError('--database is sqlite or postgres');
}

function wholeNumber(option: string, text: string, least: number): number {
  const number = /^\d{1,8}$/.test(text) ? Number(text) : Number.NaN;
  if (number >= least) return number;
  throw new TypeError(`${option} is a whole number of at least ${least}`);
}
