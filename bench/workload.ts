/**
 * One workload: a number of sign-ins, what the server and its database spent on them, and how long each took.
 */
import { join } from 'node:path';
import type { Child } from './child.ts';
import { openConnection } from './connection.ts';
import { type Drive, type Driven, drive, percentile } from './drive.ts';
import { BROKER_ORIGIN, type Desk } from './journeys.ts';
import type { DatabasePlace } from './places.ts';

export interface Workload {
  readonly name: string;
  readonly browsers: number;
  readonly signIns: number;
  readonly perSecond: number;
  /** Processor time of the server per sign-in, in milliseconds, all its threads. */
  readonly serverMs: number;
  /** The same of the database's own processes; null where it has none. */
  readonly databaseMs: number | null;
  readonly p50: number;
  readonly p99: number;
  /** How busy the server's core was, from 0 to 1: below 0.9 something else was the limit. */
  readonly busy: number;
}

/** What takes part, and is asked what it has spent. */
export interface Stage {
  readonly server: Child;
  readonly place: DatabasePlace;
  /** Where the practice providers listen. */
  readonly providerOrigin: string;
  /** A folder for one CPU profile per workload; null for none. */
  readonly profile: string | null;
}

/** @param profileName of the file, without its ending */
export async function measureWorkload(
  { server, place, profile }: Stage,
  name: string,
  profileName: string,
  how: Drive,
): Promise<{ workload: Workload; driven: Driven }> {
  if (profile !== null) await server.ask('profile');
  const [before, databaseBefore] = [await spent(server), place.spent()];
  const driven = await drive(how);
  const [after, databaseAfter] = [await spent(server), place.spent()];
  if (profile !== null) {
    await server.ask('profiled', join(profile, `${profileName.replaceAll(/[^a-z0-9]+/gi, '-')}.cpuprofile`));
  }
  const { latencies, seconds } = driven;
  const milliseconds = after.milliseconds - before.milliseconds;
  const workload: Workload = {
    name,
    browsers: how.browsers,
    signIns: how.signIns,
    perSecond: how.signIns / seconds,
    serverMs: milliseconds / how.signIns,
    databaseMs:
      databaseBefore === null || databaseAfter === null ? null : (databaseAfter - databaseBefore) / how.signIns,
    p50: percentile(latencies, 0.5),
    p99: percentile(latencies, 0.99),
    busy: milliseconds / 1000 / seconds,
  };
  return { workload, driven };
}

export async function spent(server: Child): Promise<{ milliseconds: number; peakBytes: number }> {
  return (await server.ask('spent')) as { milliseconds: number; peakBytes: number };
}

export async function openDesk({ server, providerOrigin }: Pick<Stage, 'server' | 'providerOrigin'>): Promise<Desk> {
  const { host, port } = new URL(providerOrigin);
  const broker = await openConnection(new URL(BROKER_ORIGIN).host, Number(await server.ask('port')));
  const provider = await openConnection(host, Number(port));
  return {
    broker,
    provider,
    connections: new Map([
      [BROKER_ORIGIN, broker],
      [providerOrigin, provider],
    ]),
  };
}
