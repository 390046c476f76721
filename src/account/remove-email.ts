/**
 * Removing an address from an account, and with it the identity of whoever reads its mailbox.
 *
 * V-02: not the last way in. The primary one goes only when it is the only one: clients would be told of another that nobody chose.
 */
import { prepareUndo } from '../credentials/address-undo.ts';
import type { Occasion } from '../credentials/notices.ts';
import type { Vault } from '../crypto.ts';
import type { UserEmail } from '../model.ts';
import { removeAddress } from '../store/addresses.ts';
import type { Step } from '../store/database.ts';
import { removeIdentity } from '../store/disconnects.ts';
import { endSessionsOfIdentity } from '../store/session-clients.ts';
import { canonicalEmail } from '../users/email-address.ts';
import { keepWayIn, mailIdentitiesOf, type Offer, type WayIn, waysIn, withoutAddress } from '../users/ways-in.ts';
import { type CommitDependencies, commitChange } from './commit-change.ts';
import { keysOf } from './keys.ts';
import type { Owner } from './owner.ts';

export interface RemoveEmailDependencies extends CommitDependencies {
  readonly vault: Vault;
  readonly offer: () => Promise<Offer>;
}

export type Removal = 'removed' | 'is-primary' | 'is-the-last-way-in';

const ATTEMPTS = 5;

/** What would come of it now. */
export async function judgeRemoval(dependencies: RemoveEmailDependencies, owner: Owner, key: string): Promise<Removal> {
  const facts = await gather(dependencies, owner, key);
  return typeof facts === 'string' ? facts : 'removed';
}

/** `removed` also where it was gone already. */
export async function removeEmail(
  dependencies: RemoveEmailDependencies,
  owner: Owner,
  key: string,
  how: { readonly occasion: Occasion; readonly reference: string },
): Promise<Removal> {
  const { user, session } = owner;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const facts = await gather(dependencies, owner, key);
    if (typeof facts === 'string') return facts;
    const { email, emails, mailIdentities, wayLeft } = facts;
    const steps: Step[] = [
      ...(wayLeft === null ? [] : keepWayIn(user.id, wayLeft)),
      removeAddress(user.id, key, email.verifiedAt === null ? 'unverified' : 'verified'),
      // It would go on letting in whoever reads that mailbox.
      ...mailIdentities.flatMap((id) => [
        ...removeIdentity(user.id, id),
        ...endSessionsOfIdentity({ id, userId: user.id }, session.idHash, dependencies.environment.now()),
      ]),
    ];
    const undo = prepareUndo(dependencies, user.id, emails);
    const committed = await commitChange(dependencies, {
      ...{ userId: user.id, seenByClients: true, steps: [...steps, ...undo.steps], emails },
      event: { type: 'email.removed', provider: null, detail: { identities: mailIdentities } },
      notices: [{ kind: 'email-removed', address: email.address, undo: undo.links }],
      ...how,
    });
    if (committed) {
      // What clients were given in sessions that have just ended is worth nothing any more (H-06).
      if (mailIdentities.length > 0) await dependencies.store.oidcRecords.deleteSessionsOf(user.id);
      return 'removed';
    }
  }
  throw new Error('an address could not be removed: it lost every race');
}

interface Facts {
  readonly email: UserEmail;
  readonly emails: readonly UserEmail[];
  readonly mailIdentities: readonly string[];
  /** Null where the address was none itself, so that nothing is taken away. */
  readonly wayLeft: WayIn | null;
}

async function gather(
  { store, offer }: RemoveEmailDependencies,
  { user }: Owner,
  key: string,
): Promise<Facts | Removal> {
  const keys = await keysOf(store, user.id);
  const email = keys?.emails.find(({ address }) => (canonicalEmail(address) ?? address) === key);
  if (keys === null || email === undefined) return 'removed';
  const { emails } = keys;
  if (email.primary && emails.length > 1) return 'is-primary';
  const offered = await offer();
  const [wayLeft = null] = waysIn(withoutAddress(keys, key, offered), offered);
  if (email.verifiedAt !== null && wayLeft === null) return 'is-the-last-way-in';
  const mailIdentities = mailIdentitiesOf(keys, key, offered);
  return { email, emails, mailIdentities, wayLeft: email.verifiedAt === null ? null : wayLeft };
}
