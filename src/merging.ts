/**
 * Merging accounts as this deployment does it: its rules, its mails, its apps. For the server and for the command line.
 */
import { createAnnounce } from './client-events/announce.ts';
import { type AccountMerging, createAccountMerging } from './credentials/account-merging.ts';
import { createGuestClaims, type GuestClaims } from './credentials/guest-claims.ts';
import { createNotices, type NoticeDependencies } from './credentials/notices.ts';
import { mergeRulesOf } from './directory/merge-rules.ts';
import type { Environment } from './model.ts';
import type { OpenStore } from './open-store.ts';
import type { MergeParticipant } from './users/merge-participants.ts';
import { brandOf } from './web/brand.ts';

export interface MergingSurroundings {
  readonly environment: Environment;
  readonly publicUrl: URL;
  readonly mail: NoticeDependencies['mail'];
  readonly participants: readonly MergeParticipant[];
  readonly wakeClientEvents: () => void;
}

export interface Merging extends AccountMerging {
  readonly guestClaims: GuestClaims;
}

export function openMerging(
  { databases, store, vault, configuration }: OpenStore,
  { environment, publicUrl, mail, participants, wakeClientEvents }: MergingSurroundings,
): Merging {
  const brand = async () => brandOf((await configuration.current()).brand);
  const dependencies = {
    environment,
    database: databases.durable,
    store,
    vault,
    participants,
    rules: async (by: 'person' | 'operator') => mergeRulesOf(await configuration.current(), by),
    announce: createAnnounce(configuration, { environment, vault }),
    wakeClientEvents,
    notices: createNotices({ environment, vault, mail, publicUrl, brand }),
  };
  return { ...createAccountMerging(dependencies), guestClaims: createGuestClaims(dependencies) };
}
