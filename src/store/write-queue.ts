/**
 * Gathers the writes of one turn of the event loop, so that they share one commit.
 *
 * A commit that is flushed to disk costs the same for one sign-in as for ten, and stops the event loop meanwhile. Under
 * load requests gather by themselves while the last commit is flushed; a write that comes alone waits for nothing.
 * Each write keeps its own outcome: that one of them fails or is undone changes nothing for the others.
 */
import type { AtomicResult } from './database.ts';

export type Write =
  /** One statement: a failure undoes exactly that statement. */
  | { readonly kind: 'statement'; readonly work: () => unknown }
  /** Several, of which all or none are to stand. */
  | { readonly kind: 'transaction'; readonly work: () => AtomicResult };

export type WriteOutcome =
  | { readonly done: true; readonly value: unknown }
  | { readonly done: false; readonly error: unknown };

/** Carries out a group: an outcome for each, in their order. @throws when the commit failed: then none of them stands. */
export type CommitGroup = (writes: readonly Write[]) => Promise<readonly WriteOutcome[]>;

/** So that no group keeps the event loop, or another process's writers, for long. */
const MOST_TOGETHER = 64;

interface Waiting {
  readonly write: Write;
  settle(outcome: WriteOutcome): void;
}

export class WriteQueue {
  readonly #commit: CommitGroup;
  readonly #waiting: Waiting[] = [];
  #working: Promise<void> | null = null;

  constructor(commit: CommitGroup) {
    this.#commit = commit;
  }

  /** Settles after the commit, never before: what is answered is stored. */
  add<Result>(write: Write & { readonly work: () => Result }): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      const settle = (outcome: WriteOutcome) =>
        outcome.done ? resolve(outcome.value as Result) : reject(outcome.error);
      this.#waiting.push({ write, settle });
      this.#working ??= this.#work();
    });
  }

  /** When everything that was added has been settled. */
  async empty(): Promise<void> {
    while (this.#working !== null) await this.#working;
  }

  async #work(): Promise<void> {
    while (this.#waiting.length > 0) {
      // After the sockets that are ready have been read: the requests that they bring join this group.
      await new Promise((resolve) => setImmediate(resolve));
      const group = this.#waiting.splice(0, MOST_TOGETHER);
      const outcomes = await this.#outcomesOf(group.map(({ write }) => write));
      for (const [index, { settle }] of group.entries()) settle(outcomes[index] ?? lost);
    }
    this.#working = null;
  }

  async #outcomesOf(writes: readonly Write[]): Promise<readonly WriteOutcome[]> {
    try {
      return await this.#commit(writes);
    } catch (error) {
      return writes.map(() => ({ done: false, error }));
    }
  }
}

const lost: WriteOutcome = { done: false, error: new Error('a write has no outcome') };
