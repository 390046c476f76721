/**
 * One attempt to send something that was stored first, and what becomes of it: gone, due again later, or given up.
 *
 * Nothing is open in the database while the other side is talked to (V-25). What cannot be sent while it is of use is
 * given up with the reason of the last attempt: that it was too late says little.
 */
import type { Environment, Milliseconds } from '../model.ts';

/** What this caller alone may send until its lease ends. */
export interface Claimed {
  /** Counts from 1; with the id it names this claim and no other. */
  readonly attempt: number;
  /** From then on it is worthless. */
  readonly notAfter: Milliseconds;
}

export type Delivery =
  /** The other side has taken it upon itself. */
  | { readonly kind: 'sent' }
  /** `later`: the same may go through another time. `never`: it was refused for good. */
  | ({ readonly kind: 'later' | 'never' } & DeliveryFailure);

/** For the log: nothing of it was written by the other side, whose answers repeat addresses. */
export interface DeliveryFailure {
  readonly detail: string;
  /** A word for the fault, such as `ECONNREFUSED`; null where there is none. */
  readonly code: string | null;
  /** The number that the other side answered with; null where it did not answer. */
  readonly status: number | null;
}

export interface Sending<Item extends Claimed> {
  /** Never rejects for what the other side does, and ends well within the lease. */
  deliver(item: Item): Promise<Delivery>;
  sent(item: Item, duration: Milliseconds): Promise<void>;
  putOff(item: Item, failure: DeliveryFailure, retryAt: Milliseconds): Promise<void>;
  giveUp(item: Item, failure: DeliveryFailure): Promise<void>;
  readonly longestWait: Milliseconds;
}

const FIRST_WAIT: Milliseconds = 10_000;

export async function attempt<Item extends Claimed>(
  item: Item,
  sending: Sending<Item>,
  { now }: Pick<Environment, 'now'>,
): Promise<Delivery['kind']> {
  const begunAt = now();
  const result = begunAt >= item.notAfter ? tooLate : await sending.deliver(item);
  if (result.kind === 'sent') {
    await sending.sent(item, now() - begunAt);
    return 'sent';
  }
  const retryAt = now() + waitAfter(item.attempt, sending.longestWait);
  if (result.kind === 'never' || retryAt >= item.notAfter) await sending.giveUp(item, result);
  else await sending.putOff(item, result, retryAt);
  return result.kind;
}

/** Twice as long after each attempt: 10 s, 20 s, 40 s, up to the longest. */
export function waitAfter(attempt: number, longest: Milliseconds): Milliseconds {
  return Math.min(FIRST_WAIT * 2 ** (attempt - 1), longest);
}

const tooLate: Delivery = {
  kind: 'never',
  detail: 'it could not be sent while it was of use',
  code: null,
  status: null,
};

/** As operators read it. */
export function inWords({ detail, code, status }: DeliveryFailure): string {
  const why = [code, status === null ? null : `HTTP ${status}`].filter((part) => part !== null);
  return why.length === 0 ? detail : `${detail} (${why.join(', ')})`;
}
