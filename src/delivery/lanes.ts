/**
 * A pool of hands for each of those to whom something is owed, so that one who is slow or away holds up nobody else.
 */
import type { Pool } from './pool.ts';

export interface LaneOptions {
  /** To whom something is owed at this moment. */
  names(): Promise<readonly string[]>;
  open(name: string): Pool;
  failed(error: unknown): void;
}

export function createLanes({ names, open, failed }: LaneOptions): Pool {
  const lanes = new Map<string, Pool>();
  let looking: Promise<void> | null = null;
  let wokenWhileLooking = false;
  let stopped = false;

  function wake(): void {
    if (stopped) return;
    // What was put in after the answer was made would not be in it.
    wokenWhileLooking = looking !== null;
    looking ??= look()
      .catch(failed)
      .finally(() => {
        looking = null;
        if (wokenWhileLooking) wake();
      });
  }

  async function look(): Promise<void> {
    for (const name of await names()) {
      const lane = lanes.get(name) ?? open(name);
      lanes.set(name, lane);
      // Told to stop while it was looked: a lane that is new would not know.
      if (!stopped) lane.wake();
    }
  }

  const isBusy = () => looking !== null || [...lanes.values()].some((lane) => lane.isBusy());
  return {
    wake,
    isBusy,
    async finished() {
      while (isBusy()) {
        await looking;
        await Promise.all([...lanes.values()].map((lane) => lane.finished()));
      }
    },
    stop() {
      stopped = true;
      for (const lane of lanes.values()) lane.stop();
    },
  };
}
