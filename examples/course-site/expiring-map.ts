/**
 * What the site remembers between two requests: a map whose entries expire and whose size has an end.
 *
 * Enough for one process. A site with several processes keeps the same things in its database or in a sealed cookie.
 * Never unbounded: anybody may press "sign in" without end, and memory must not grow with it.
 */

export interface ExpiringMapOptions {
  /** At this size the oldest entry makes room. */
  readonly limit: number;
  /** Milliseconds from `set` to the end of an entry. */
  readonly lifetime: number;
  readonly now: () => number;
}

export class ExpiringMap<Value> {
  readonly #options: ExpiringMapOptions;
  /** In the order of insertion, which is also the order of expiry. */
  readonly #entries = new Map<string, { readonly value: Value; readonly expiresAt: number }>();

  constructor(options: ExpiringMapOptions) {
    this.#options = options;
  }

  set(key: string, value: Value): void {
    const now = this.#options.now();
    for (const [oldest, entry] of this.#entries) {
      if (entry.expiresAt > now && this.#entries.size < this.#options.limit) break;
      this.#entries.delete(oldest);
    }
    this.#entries.set(key, { value, expiresAt: now + this.#options.lifetime });
  }

  get(key: string): Value | null {
    const entry = this.#entries.get(key);
    return entry === undefined || entry.expiresAt <= this.#options.now() ? null : entry.value;
  }

  /** Reads and removes in one go, so that a key works once. */
  take(key: string): Value | null {
    const value = this.get(key);
    this.#entries.delete(key);
    return value;
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }
}
