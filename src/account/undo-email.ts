/**
 * Taking a change of an account's addresses back, by whoever reads the mail of one that it had (F-20).
 *
 * The address is the account's again; every session ends, and so does what was attached since: addresses, ways to sign in,
 * passwords. An account that waits for its deletion is kept. Nobody is signed in by it.
 */

import type { AccountDeletion } from '../credentials/account-deletion.ts';
import { undoHash, undoneSince } from '../credentials/address-undo.ts';
import type { Occasion } from '../credentials/notices.ts';
import type { Vault } from '../crypto.ts';
import { SignInError } from '../errors.ts';
import { type AddressUndo, restoreAddress, takeAddressUndo } from '../store/address-undos.ts';
import { endSessionsOf } from '../store/session-clients.ts';
import { type CommitDependencies, commitChange } from './commit-change.ts';

export interface UndoEmailDependencies extends CommitDependencies {
  readonly vault: Vault;
  readonly deletion: Pick<AccountDeletion, 'keep'>;
}

/** @throws SignInError undo_link_unusable */
export async function findUndo(
  { environment, store, vault }: UndoEmailDependencies,
  token: string,
): Promise<AddressUndo> {
  const undo = await store.addressUndos.find(undoHash(vault, token), environment.now());
  const user = (undo && (await store.accounts.findUser(undo.userId))?.user) ?? null;
  const isOpen = user !== null && (user.state === 'active' || user.deletionAt !== null);
  if (undo === null || !isOpen) throw unusable();
  return undo;
}

/** @throws SignInError undo_link_unusable, address_taken */
export async function undoChange(
  dependencies: UndoEmailDependencies,
  token: string,
  how: { readonly occasion: Occasion; readonly reference: string },
): Promise<void> {
  const { environment, store, vault, deletion } = dependencies;
  const undo = await findUndo(dependencies, token);
  const { userId, key, address, verifiedAt, verifiedBy, primary } = undo;
  const owner = await store.accounts.findOwnerOfEmail(key);
  if (owner !== null && owner.id !== userId) throw new SignInError('address_taken', 'another account has it by now');
  // Whoever took the account over must not get rid of its owner by having it deleted.
  const { occasion, reference } = how;
  await deletion.keep({ ...{ userId, reference, ...occasion }, by: { kind: 'person' } }, null);
  const now = environment.now();
  const committed = await commitChange(dependencies, {
    ...{ userId, seenByClients: true, emails: [{ address, verifiedAt, verifiedBy, primary }] },
    steps: [
      ...takeAddressUndo(undo, undoHash(vault, token), vault),
      ...restoreAddress(undo, undoneSince(undo), now),
      ...endSessionsOf(userId, null, now),
    ],
    event: { type: 'email.change_undone', provider: null, detail: {} },
    notices: [{ kind: 'email-change-undone' }],
    ...how,
  });
  if (!committed) throw unusable();
  // What clients were given in the sessions that have just ended (F-13).
  await store.oidcRecords.deleteSessionsOf(userId);
}

const unusable = () => new SignInError('undo_link_unusable', 'used, expired, or made up');
