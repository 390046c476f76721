/**
 * What clients are owed when accounts are merged, parted, barred or let in again (DESIGN §6.5): for the transaction of it.
 *
 * Each client is told by the subjects that it was given itself, and only one that knew the account. Must never name another
 * client's subject, or our own id where the client has a different one.
 */
import type { ClientSubject } from '../store/client-subjects.ts';
import type { Announcement } from '../store/outgoing-events.ts';
import type { MergeResult } from './merge.ts';
import type { UnmergeResult } from './unmerge.ts';

/** Clients that knew only the survivor have nothing to learn. */
export function eventsOfMerge({
  mergeId,
  retiredId,
  survivorId,
  clients,
}: Pick<MergeResult, 'mergeId' | 'retiredId' | 'survivorId' | 'clients'>): Announcement[] {
  return clients.map(({ clientId, from, to }) => ({
    ...{ clientId, userId: retiredId, otherUserId: survivorId },
    event: { kind: 'account-merged', mergeId, from, to },
  }));
}

/** Subjects as in the merge: what was `from` is a person of its own again. */
export function eventsOfUnmerge({
  mergeId,
  retiredId,
  survivorId,
  clients,
}: Pick<UnmergeResult, 'mergeId' | 'retiredId' | 'survivorId' | 'clients'>): Announcement[] {
  return clients.map(({ clientId, from, to }) => ({
    ...{ clientId, userId: retiredId, otherUserId: survivorId },
    // The notice says who somebody was and is now; the event names the two as the merge did.
    event: { kind: 'account-unmerged', mergeId, from: to, to: from },
  }));
}

export function eventsOfState(
  kind: 'account-disabled' | 'account-enabled' | 'account-purged',
  userId: string,
  subjects: readonly ClientSubject[],
): Announcement[] {
  return subjects.map(({ clientId, subject }) => ({ clientId, userId, otherUserId: null, event: { kind, subject } }));
}
