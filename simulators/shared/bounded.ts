/**
 * Memory with an upper limit: the stand-in may run under load for hours and must not grow.
 *
 * The oldest entry makes room for the newest. Never throws for being full: a stand-in that stops answering would be
 * mistaken for a fault of the program under test.
 */

/** A map that holds at most `limit` entries; `limit` is at least 1. */
export class BoundedMap<Value> {
  readonly #entries = new Map<string, Value>();
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: string): Value | null {
    return this.#entries.get(key) ?? null;
  }

  set(key: string, value: Value): void {
    this.#entries.set(key, value);
    if (this.#entries.size <= this.#limit) return;
    // A Map iterates in the order of insertion, so the first key is the oldest.
    for (const oldest of this.#entries.keys()) {
      this.#entries.delete(oldest);
      return;
    }
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }
}

/** A list that holds the last `limit` items; a limit of 0 keeps nothing. */
export class BoundedList<Item> {
  readonly #items: Item[] = [];
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Live, oldest first: the same array each time. */
  get items(): readonly Item[] {
    return this.#items;
  }

  push(item: Item): void {
    this.#items.push(item);
    if (this.#items.length > this.#limit) this.#items.shift();
  }

  clear(): void {
    this.#items.length = 0;
  }
}
