/**
 * What apps are owed, as an operator sees it, and sending dead letters again.
 *
 * Shows that something is owed, to whom and why not yet; never what it says.
 */
import type { Milliseconds } from '../model.ts';
import type { OutgoingEvents, OutgoingEventView } from '../store/outgoing-events.ts';
import { AdminRefusal } from './refusal.ts';

/** More than anybody reads; the counts say how many there are. */
const MOST_LISTED = 1000;

export interface EventList {
  readonly events: readonly OutgoingEventView[];
  /** All there are, listed or not. */
  readonly total: number;
}

/** Oldest first. */
export async function listEvents(events: OutgoingEvents, which: 'waiting' | 'dead'): Promise<EventList> {
  const [listed, counts] = [await events.list(which, MOST_LISTED), await events.counts()];
  return { events: listed, total: counts[which] };
}

/** Running servers send it within ten seconds. @throws AdminRefusal `not_found` */
export async function retryEvent(events: OutgoingEvents, id: string, now: Milliseconds): Promise<void> {
  if (await events.retry(id, now)) return;
  throw new AdminRefusal('not_found', `there is no event ${id}: it was taken by the app, or is forgotten`);
}

/** Answers how many there were. */
export function retryDeadEvents(events: OutgoingEvents, now: Milliseconds): Promise<number> {
  return events.retryAllDead(now);
}
