/**
 * Keeps a pool at work for as long as the process lives, and ends it in order.
 */
import type { Milliseconds } from '../model.ts';
import type { Pool } from './pool.ts';

/** How often it is looked unasked: for retries, and for what another process left behind. */
const LOOK_EVERY: Milliseconds = 10_000;
/** What is under way when the process is told to stop may take this long; then it is cut, and due again elsewhere. */
const STOPPING_PATIENCE: Milliseconds = 5_000;

export interface Worker {
  /** Something may be due. Answers at once and never throws. */
  wake(): void;
  /** Wakes, and resolves when nothing is due or under way any more. */
  settle(): Promise<void>;
  /** Takes on nothing more, and waits for what is under way, but not for long. */
  stop(): Promise<void>;
}

export interface WorkerOptions {
  readonly delay: (milliseconds: number) => Promise<void>;
  /** Ends what is under way as failed. */
  cut(): void;
}

export function startWorker(pool: Pool, { delay, cut }: WorkerOptions): Worker {
  const timer = setInterval(pool.wake, LOOK_EVERY);
  timer.unref();
  // What the process before this one left behind.
  pool.wake();
  return {
    wake: pool.wake,
    async settle() {
      pool.wake();
      await pool.finished();
    },
    async stop() {
      clearInterval(timer);
      pool.stop();
      await Promise.race([pool.finished(), delay(STOPPING_PATIENCE)]);
      cut();
      await pool.finished();
    },
  };
}
