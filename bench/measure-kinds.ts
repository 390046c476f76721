/**
 * One run by kinds: the same whole sign-in, from a client's request to its user info, by each kind of provider in turn.
 */
import { startChild } from './child.ts';
import type { Cores } from './cores.ts';
import { drive } from './drive.ts';
import { type Journeys, journeysOf, KINDS, type Kind } from './kinds.ts';
import { requireSamePeople } from './measure.ts';
import type { BenchOptions, DatabaseName } from './options.ts';
import { openPlace } from './places.ts';
import { countRows, prepare } from './prepare.ts';
import { measureWorkload, openDesk, type Stage, type Workload } from './workload.ts';

export interface KindsReport {
  readonly database: DatabaseName;
  readonly providers: number;
  readonly kinds: readonly { readonly kind: Kind; readonly people: 'new' | 'returning'; readonly workload: Workload }[];
}

export async function measureKinds(database: DatabaseName, options: BenchOptions, cores: Cores): Promise<KindsReport> {
  const place = await openPlace[database]();
  const provider = startChild('./provider.ts', [], process.env);
  try {
    const providerOrigin = String(await provider.ask('origin'));
    await prepare(place.url, providerOrigin, options);
    const environment = { ...process.env, NODE_ENV: 'production', BENCH_DATABASE_URL: place.url };
    const server = startChild('./server.ts', cores.server, environment);
    try {
      const stage: Stage = { server, place, providerOrigin, profile: options.profile };
      const { broker } = await openDesk(stage);
      const journeys = await journeysOf(broker, server);
      broker.close();
      const kinds: KindsReport['kinds'][number][] = [];
      let people = 0;
      for (const kind of KINDS) {
        const measured = await measureKind(kind, journeys[kind], people);
        kinds.push(...measured.workloads);
        people += measured.people;
      }
      await check(people);
      return { database, providers: options.providers, kinds };

      async function measureKind(kind: Kind, { new: first, returning }: Journeys, before: number) {
        const how = { browsers: options.browsers, perSecond: null, openDesk: () => openDesk(stage) };
        await provider.ask('startFrom', before);
        await drive({ ...how, journey: first, signIns: options.warmUp, firstPerson: before });
        const start = before + options.warmUp;
        const measure = async (people: 'new' | 'returning', journey: Journeys['new']) => {
          await provider.ask('startFrom', start);
          const name = `${kind}, ${people}`;
          const drive = { ...how, journey, signIns: options.people, firstPerson: start };
          return measureWorkload(stage, name, `${database}-${name}`, drive);
        };
        const came = await measure('new', first);
        const workloads: KindsReport['kinds'][number][] = [{ kind, people: 'new', workload: came.workload }];
        if (returning !== null) {
          const back = await measure('returning', returning);
          requireSamePeople(came.driven.arrived, back.driven.arrived);
          workloads.push({ kind, people: 'returning', workload: back.workload });
        }
        return { workloads, people: options.warmUp + options.people };
      }

      /** What was measured must have happened: everybody who signed in is there once, and no provider refused anything. */
      async function check(people: number): Promise<void> {
        const { users, identities } = await countRows(place.url);
        const expected = options.seed + people;
        if (users !== expected || identities !== expected) {
          throw new Error(`${expected} people signed in; there are ${users} users and ${identities} identities`);
        }
        const complaints = await provider.ask('complaints');
        if (!Array.isArray(complaints) || complaints.length > 0)
          throw new Error(`refused: ${JSON.stringify(complaints)}`);
      }
    } finally {
      await server.stop();
    }
  } finally {
    await provider.stop();
    await place.remove();
  }
}
