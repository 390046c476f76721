/**
 * One run over one database: starts the parts, signs people in, measures, and checks that what was counted is there.
 */
import type { Json } from '../src/model.ts';
import { type Campus, createCampus } from './campus.ts';
import { type Child, startChild } from './child.ts';
import type { Connection } from './connection.ts';
import type { Cores } from './cores.ts';
import type { StatementCount } from './count-statements.ts';
import { type Drive, type Driven, drive } from './drive.ts';
import { type Arrived, type Journey, upstreamJourney, wholeJourney } from './journeys.ts';
import type { BenchOptions, DatabaseName } from './options.ts';
import { type DatabasePlace, openPlace } from './places.ts';
import { countRows, prepare } from './prepare.ts';
import { measureStartUp } from './start-up.ts';
import { measureWorkload, openDesk, type Stage, spent, type Workload } from './workload.ts';

export interface RunReport {
  readonly database: DatabaseName;
  readonly seed: number;
  readonly providers: number;
  readonly workloads: readonly Workload[];
  /** What one sign-in asks of the two databases, by workload. */
  readonly statements: { readonly [workload: string]: { readonly [database: string]: readonly StatementCount[] } };
  readonly startUpMs: number;
  readonly idleBytes: number | null;
  readonly peakBytes: number;
  readonly loginPageBytes: number;
}

/** Sign-ins over which statements are counted. */
const COUNTED = 50;
/** Sign-ins of one browser alone. */
const ALONE = 300;

export async function measure(database: DatabaseName, options: BenchOptions, cores: Cores): Promise<RunReport> {
  const place = await openPlace[database]();
  const provider = startChild('./provider.ts', [], process.env);
  try {
    const origin = String(await provider.ask('origin'));
    const campus = await createCampus();
    await provider.ask('publishCampusKey', campus.publishedKey);
    await prepare(place.url, origin, options);
    const environment = { ...process.env, NODE_ENV: 'production', BENCH_DATABASE_URL: place.url };
    const server = startChild('./server.ts', cores.server, environment);
    try {
      const run = new Run({ place, provider, server, options, providerOrigin: origin, database, campus });
      const measured = await run.carryOut();
      await server.stop();
      const { seed, providers } = options;
      return { database, seed, providers, ...measured, ...(await measureStartUp(place.url, options, cores)) };
    } finally {
      await server.stop();
    }
  } finally {
    await provider.stop();
    await place.remove();
  }
}

interface Parts {
  readonly place: DatabasePlace;
  readonly provider: Child;
  readonly server: Child;
  readonly options: BenchOptions;
  readonly providerOrigin: string;
  readonly database: DatabaseName;
  readonly campus: Campus;
}

class Run {
  readonly #parts: Parts;
  readonly #workloads: Workload[] = [];
  readonly #statements: { [workload: string]: { [database: string]: readonly StatementCount[] } } = {};
  /** Everybody up to this number has signed in at least once. */
  #people = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async carryOut() {
    const { options, server, campus } = this.#parts;
    const { broker } = await openDesk(this.#stage);
    const loginPageBytes = await sizeOfLoginPage(broker);
    const whole = options.upstreamOnly ? null : await wholeJourney(broker);
    broker.close();
    const journeys: [string, Journey][] = [
      ['upstream half', upstreamJourney],
      ['launch', campus.journey],
    ];
    if (whole !== null) journeys.unshift(['whole sign-in', whole]);
    for (const [name, journey] of journeys) await this.#measureJourney(name, journey);
    const { peakBytes } = await spent(server);
    await this.#countStatements(journeys);
    await this.#check();
    return { workloads: this.#workloads, statements: this.#statements, peakBytes, loginPageBytes };
  }

  async #measureJourney(name: string, journey: Journey): Promise<void> {
    const { people, browsers, warmUp } = this.#parts.options;
    const first = this.#people;
    await this.#signIn(first, { journey, signIns: warmUp, browsers, perSecond: null });
    const start = this.#people;
    const came = await this.#workload(`${name}, new`, start, { journey, signIns: people, browsers, perSecond: null });
    const again = { journey, signIns: people, browsers, perSecond: null };
    const back = await this.#workload(`${name}, returning`, start, again);
    requireSamePeople(came.arrived, back.arrived);
    // Half of what it can do: what a person feels when the server is busy and not overrun.
    const half = people / back.seconds / 2;
    await this.#workload(`${name}, returning, half load`, start, { ...again, perSecond: half });
    const alone = { journey, signIns: Math.min(ALONE, people), browsers: 1, perSecond: null };
    await this.#workload(`${name}, returning, one browser`, start, alone);
  }

  async #workload(name: string, firstPerson: number, how: Workload_): Promise<Driven> {
    const { database } = this.#parts;
    await this.#startFrom(firstPerson, how.signIns);
    const { workload, driven } = await measureWorkload(
      this.#stage,
      name,
      `${database}-${name}`,
      this.#drive(firstPerson, how),
    );
    this.#workloads.push(workload);
    return driven;
  }

  async #signIn(firstPerson: number, how: Workload_): Promise<Driven> {
    await this.#startFrom(firstPerson, how.signIns);
    return drive(this.#drive(firstPerson, how));
  }

  async #startFrom(firstPerson: number, signIns: number): Promise<void> {
    await this.#parts.provider.ask('startFrom', firstPerson);
    this.#people = Math.max(this.#people, firstPerson + signIns);
  }

  #drive(firstPerson: number, how: Workload_): Drive {
    return { ...how, firstPerson, openDesk: () => openDesk(this.#stage) };
  }

  get #stage(): Stage {
    const { server, place, providerOrigin, options } = this.#parts;
    return { server, place, providerOrigin, profile: options.profile };
  }

  async #countStatements(journeys: readonly [string, Journey][]): Promise<void> {
    const { server } = this.#parts;
    await server.ask('count');
    for (const [name, journey] of journeys) {
      const start = this.#people;
      for (const kind of ['new', 'returning']) {
        await this.#signIn(start, { journey, signIns: COUNTED, browsers: 1, perSecond: null });
        this.#statements[`${name}, ${kind}`] = perSignIn(await server.ask('counted'));
      }
    }
  }

  /** What was measured must have happened: everybody who signed in is there once, and the provider refused nothing. */
  async #check(): Promise<void> {
    const { place, provider, options } = this.#parts;
    const { users, identities } = await countRows(place.url);
    const expected = options.seed + this.#people;
    if (users !== expected || identities !== expected) {
      throw new Error(`${expected} people signed in; there are ${users} users and ${identities} identities`);
    }
    const complaints = await provider.ask('complaints');
    if (!Array.isArray(complaints) || complaints.length > 0) throw new Error(`refused: ${JSON.stringify(complaints)}`);
  }
}

type Workload_ = Omit<Drive, 'openDesk' | 'firstPerson'>;

/** Everybody who came back is who they were: a broker that mixed people up would be fast as well. */
export function requireSamePeople(came: readonly Arrived[], back: readonly Arrived[]): void {
  const known = new Map(came.map(({ email, sub }) => [email, sub]));
  if (known.size !== came.length) throw new Error('two new people got the same address');
  // Only a sample is looked at where the journey itself does not say who arrived, and it need not be the same one.
  const strangers = back.filter(({ email, sub }) => known.has(email) && known.get(email) !== sub);
  if (strangers.length > 0) throw new Error(`${strangers.length} people came back as somebody else`);
}

function perSignIn(counted: Json): { [database: string]: StatementCount[] } {
  const databases = counted as unknown as { [database: string]: StatementCount[] };
  return Object.fromEntries(
    Object.entries(databases).map(([name, counts]) => [
      name,
      counts.map(({ statement, times }) => ({ statement, times: times / COUNTED })),
    ]),
  );
}

/** The chooser with everything that it loads. */
async function sizeOfLoginPage(broker: Connection): Promise<number> {
  const begun = await broker.request('GET', '/sign-in', '', '');
  const cookie = begun.setCookies.map((line) => line.split(';', 1)[0]).join('; ');
  const page = await broker.request('GET', begun.location ?? '', `Cookie: ${cookie}\r\n`, '');
  let bytes = Buffer.byteLength(page.body);
  for (const [, path = ''] of page.body.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)) {
    bytes += Buffer.byteLength((await broker.request('GET', path, '', '')).body);
  }
  if (page.status !== 200) throw new Error(`the chooser answered ${page.status}`);
  return bytes;
}
