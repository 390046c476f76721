/**
 * A process that dies at a moment of the test's choice, for tests only.
 */
import type { Store } from '../store/store.ts';

export class Crash extends Error {}

/** When the process dies: at the `call`-th call of the store, before or after it was carried out. */
export interface Moment {
  readonly call: number;
  readonly when: 'before' | 'after';
}

/** The store of a process that dies at `moment`; from then on every call fails, for the process is gone. */
export function mortal(store: Store, moment: Moment): { store: Store; calls: () => number } {
  let calls = 0;
  const dying = <Part extends object>(part: Part): Part =>
    new Proxy(part, {
      get(target, name, receiver) {
        const verb: unknown = Reflect.get(target, name, receiver);
        if (typeof verb !== 'function') return verb;
        return async (...parameters: unknown[]) => {
          calls += 1;
          if (calls > moment.call || (calls === moment.call && moment.when === 'before')) throw new Crash();
          const result: unknown = await verb.apply(target, parameters);
          if (calls === moment.call) throw new Crash();
          return result;
        };
      },
    });
  const parts = Object.entries(store).map(([name, part]) => [name, dying(part)] as const);
  return { store: Object.fromEntries(parts) as unknown as Store, calls: () => calls };
}

export const momentsOf = (calls: number): Moment[] =>
  Array.from({ length: calls }, (_, index) => index + 1).flatMap((call) => [
    { call, when: 'before' },
    { call, when: 'after' },
  ]);
