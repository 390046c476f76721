/**
 * The two ways in which Open edX counts: windows that begin with the first request (django-ratelimit), and the last
 * minute at any moment (Django REST framework). The first counts what it refuses too.
 */

import type { Milliseconds } from '../../src/model.ts';
import { BoundedMap } from '../shared/bounded.ts';

const units = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const minute = 60_000;

/** `60/7d`, `120/m`, `1000000/minute`. @throws TypeError for anything else. */
function parseRate(text: string): { readonly limit: number; readonly period: Milliseconds } {
  const [, limit, count, unit] = /^(\d+)\/(\d*)([smhd])[a-z]*$/.exec(text) ?? [];
  if (limit === undefined || unit === undefined) throw new TypeError(`"${text}" is not a rate.`);
  return { limit: Number(limit), period: (count === '' ? 1 : Number(count)) * units[unit as keyof typeof units] };
}

export class Rates {
  readonly #windows = new BoundedMap<{ readonly endsAt: Milliseconds; count: number }>(10_000);
  readonly #lastMinutes = new BoundedMap<Milliseconds[]>(10_000);
  readonly #now: () => Milliseconds;

  constructor(now: () => Milliseconds) {
    this.#now = now;
  }

  /** Whether this request is beyond the rate. */
  isLimited(key: string, rate: string): boolean {
    const { limit, period } = parseRate(rate);
    const found = this.#windows.get(key);
    const window = found !== null && this.#now() < found.endsAt ? found : { endsAt: this.#now() + period, count: 0 };
    window.count += 1;
    this.#windows.set(key, window);
    return window.count > limit;
  }

  /** For how many seconds this request comes too early; null when it may go on. */
  throttle(key: string, perMinute: number): number | null {
    const now = this.#now();
    const times = (this.#lastMinutes.get(key) ?? []).filter((time) => time > now - minute);
    const oldest = times[0];
    const wait = times.length < perMinute || oldest === undefined ? null : Math.ceil((oldest + minute - now) / 1_000);
    if (wait === null) times.push(now);
    this.#lastMinutes.set(key, times);
    return wait;
  }
}
