/**
 * Guests whom nobody claimed are emptied once nobody can come back to them and the operator's time for them is over (DESIGN §6.6,
 * M-09). Apps that know one are told, for what the guest did lies there.
 *
 * A guest is known by a session alone. Must never touch one that has a session, that is being claimed, or that the law holds.
 */
import { randomToken, type Vault } from '../crypto.ts';
import type { Environment, Milliseconds } from '../model.ts';
import { insertAuditEvent } from '../store/audit.ts';
import type { Database, Step } from '../store/database.ts';
import type { Announcement } from '../store/outgoing-events.ts';
import type { Store } from '../store/store.ts';
import { emptyGuest, findUnclaimedGuests } from '../store/unclaimed-guests.ts';
import { eventsOfState } from './account-events.ts';
import { forgetGrants } from './merge.ts';

export interface GuestRetentionDependencies {
  readonly environment: Environment;
  readonly database: Database;
  readonly store: Pick<Store, 'accounts' | 'clientSubjects' | 'oidcRecords'>;
  readonly vault: Vault;
  /** How long a guest is kept from when they began. */
  readonly retention: () => Promise<Milliseconds>;
  readonly announce: (announcements: readonly Announcement[]) => Promise<readonly Step[]>;
  readonly wakeClientEvents: () => void;
}

/** At one time; what is over it waits for the next. */
const AT_MOST = 200;

/** Empties those whose time is over; answers how many. */
export function createGuestRetention(dependencies: GuestRetentionDependencies): () => Promise<number> {
  const { environment, database, retention, wakeClientEvents } = dependencies;
  return async () => {
    const before = environment.now() - (await retention());
    let emptied = 0;
    for (const id of await findUnclaimedGuests(database, before, AT_MOST)) {
      if (await end(dependencies, id)) emptied += 1;
    }
    if (emptied > 0) wakeClientEvents();
    return emptied;
  };
}

async function end({ environment, database, store, vault, announce }: GuestRetentionDependencies, id: string) {
  const found = await store.accounts.findUser(id);
  if (found === null) return false;
  const now = environment.now();
  const subjects = await store.clientSubjects.ofUser(id);
  const { committed } = await database.atomically([
    ...emptyGuest(found.user, vault, now),
    insertAuditEvent({
      ...{ id: randomToken(environment, 16), at: now, type: 'user.deleted', code: null, userId: id, provider: null },
      ...{ clientId: null, signInId: null, reference: null, detail: { reason: 'unclaimed-guest' } },
    }),
    ...(await announce(eventsOfState('account-purged', id, subjects))),
  ]);
  if (committed) await forgetGrants(store, id);
  return committed;
}
