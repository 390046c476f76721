/**
 * Lets a number of browsers sign people in at once and measures each sign-in from the person's side.
 */
import type { Arrived, Desk, Journey } from './journeys.ts';

export interface Drive {
  readonly journey: Journey;
  /** Opens the connections of one browser. */
  readonly openDesk: () => Promise<Desk>;
  readonly browsers: number;
  readonly signIns: number;
  /** The number of the person that the first sign-in is of; the next one is of the next. */
  readonly firstPerson: number;
  /** Sign-ins begun per second; null: each browser begins the next as soon as it can. */
  readonly perSecond: number | null;
}

export interface Driven {
  readonly seconds: number;
  /** Milliseconds of each sign-in, shortest first. With a pace, from when it was due: waiting for a browser counts. */
  readonly latencies: readonly number[];
  readonly arrived: readonly Arrived[];
}

/** A run that hangs must end: no workload of ours lasts longer. */
const LONGEST_RUN_MS = 300_000;

/** @throws Error of the first sign-in that failed: figures of a run with failures mean nothing. */
export async function drive(how: Drive): Promise<Driven> {
  const { journey, openDesk, browsers, signIns, firstPerson, perSecond } = how;
  const desks = await Promise.all(Array.from({ length: Math.min(browsers, signIns) }, openDesk));
  const latencies: number[] = [];
  const arrived: Arrived[] = [];
  let begun = 0;
  const start = performance.now();

  async function sitAt(desk: Desk): Promise<void> {
    while (begun < signIns) {
      const number = begun;
      begun += 1;
      const due = perSecond === null ? performance.now() : start + (number * 1000) / perSecond;
      await until(due);
      const person = await journey(desk, firstPerson + number);
      const now = performance.now();
      latencies.push(now - due);
      if (person !== null) arrived.push(person);
      if (now - start > LONGEST_RUN_MS) throw new Error('the run took too long');
    }
  }

  try {
    await Promise.all(desks.map(sitAt));
  } finally {
    for (const { broker, provider } of desks) {
      broker.close();
      provider.close();
    }
  }
  const seconds = (performance.now() - start) / 1000;
  return { seconds, latencies: latencies.sort((a, b) => a - b), arrived };
}

function until(due: number): Promise<void> | void {
  const wait = due - performance.now();
  if (wait > 0) return new Promise((resolve) => setTimeout(resolve, wait));
}

/** The value below which this share of a sorted list lies. */
export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
