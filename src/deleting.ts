/**
 * Deleting accounts as this deployment does it: its periods, its mails, its apps. For the server and for the command line.
 */
import { createAnnounce } from './client-events/announce.ts';
import { type AccountDeletion, createAccountDeletion } from './credentials/account-deletion.ts';
import { createAccountRetention } from './credentials/account-retention.ts';
import { createNotices } from './credentials/notices.ts';
import type { MergingSurroundings } from './merging.ts';
import type { OpenStore } from './open-store.ts';
import { brandOf } from './web/brand.ts';

const DAY = 24 * 3_600_000;

export interface Deletion extends AccountDeletion {
  /** Empties what is due: a chore for now and then. Answers how many. */
  endWhatIsDue(): Promise<number>;
}

export function openDeletion(
  { databases, store, vault, configuration }: OpenStore,
  { environment, publicUrl, mail, wakeClientEvents }: Omit<MergingSurroundings, 'participants'>,
): Deletion {
  const brand = async () => brandOf((await configuration.current()).brand);
  const accounts = async () => (await configuration.current()).accounts;
  const common = { environment, database: databases.durable };
  const deletion = createAccountDeletion({
    ...{ ...common, store, vault, wakeClientEvents },
    grace: async () => (await accounts()).deletion_grace_days * DAY,
    announce: createAnnounce(configuration, { environment, vault }),
    notices: createNotices({ environment, vault, mail, publicUrl, brand }),
  });
  const endWhatIsDue = createAccountRetention({
    ...{ ...common, deletion },
    guestRetention: async () => (await accounts()).guest_retention_days * DAY,
  });
  return { ...deletion, endWhatIsDue };
}
