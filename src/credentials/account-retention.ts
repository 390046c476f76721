/**
 * What ends by itself of accounts (DESIGN §6.6, M-09): those whose person wanted them deleted, once they can be kept no more,
 * and guests to whom nobody can come back, once the operator's time for them is over.
 *
 * A guest is known by a session alone. One account a transaction, so that many of them are not felt, and the first process to
 * come empties each.
 */
import type { Environment, Milliseconds } from '../model.ts';
import { findDueDeletions, findUnclaimedGuests, type PurgeGround } from '../store/account-purge.ts';
import type { Database } from '../store/database.ts';
import type { AccountDeletion } from './account-deletion.ts';

export interface AccountRetentionDependencies {
  readonly environment: Environment;
  readonly database: Database;
  readonly deletion: Pick<AccountDeletion, 'purge'>;
  /** How long a guest is kept from when they began. */
  readonly guestRetention: () => Promise<Milliseconds>;
}

/** Of each kind at one time; what is over it waits for the next. */
const AT_MOST = 200;

/** Empties those whose time is over; answers how many. @throws AggregateError once all others are done */
export function createAccountRetention(dependencies: AccountRetentionDependencies): () => Promise<number> {
  const { environment, database, deletion, guestRetention } = dependencies;

  /** One that cannot be emptied, such as one that cannot be read, keeps none of the others. */
  async function purgeAll(ids: readonly string[], ground: PurgeGround, failures: unknown[]): Promise<number> {
    let purged = 0;
    for (const id of ids) {
      try {
        if (await deletion.purge(id, ground)) purged += 1;
      } catch (error) {
        failures.push(error);
      }
    }
    return purged;
  }

  return async () => {
    const now = environment.now();
    const failures: unknown[] = [];
    const due = await purgeAll(await findDueDeletions(database, now, AT_MOST), 'grace-over', failures);
    const guests = await findUnclaimedGuests(database, now - (await guestRetention()), AT_MOST);
    const purged = due + (await purgeAll(guests, 'unclaimed-guest', failures));
    if (failures.length > 0) throw new AggregateError(failures, `${failures.length} accounts could not be emptied`);
    return purged;
  };
}
