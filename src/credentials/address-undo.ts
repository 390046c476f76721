/**
 * The links by which whoever had an address of an account takes a change of its addresses back (F-20).
 *
 * One for each address that was proved before the change, in the mail that tells of it. Somebody who got into an account and
 * put their own address into it cannot keep its owner from getting it back.
 */
import { randomToken, type Vault } from '../crypto.ts';
import type { Environment, UserEmail } from '../model.ts';
import { type Path, path } from '../pages/href.ts';
import { type AddressUndo, insertAddressUndo, UNDO_LIFE } from '../store/address-undos.ts';
import type { Step } from '../store/database.ts';
import { canonicalEmail } from '../users/email-address.ts';

/** By the address that is written to. */
export type UndoLinks = ReadonlyMap<string, Path>;

export interface PreparedUndo {
  /** For the transaction of the change. */
  readonly steps: readonly Step[];
  readonly links: UndoLinks;
}

/** The stored form of what a link carries. */
export const undoHash = (vault: Vault, token: string) => vault.tokenHash('address-undo', token);

/** @param emails those of the account before the change */
export function prepareUndo(
  { environment, vault }: { readonly environment: Environment; readonly vault: Vault },
  userId: string,
  emails: readonly UserEmail[],
): PreparedUndo {
  const links = new Map<string, Path>();
  const steps: Step[] = [];
  for (const { address, verifiedAt, verifiedBy, primary } of emails) {
    const key = canonicalEmail(address);
    if (key === null || verifiedAt === null || verifiedBy === null) continue;
    const token = randomToken(environment, 32);
    const undo: AddressUndo = { userId, key, address, verifiedAt, verifiedBy, primary, at: environment.now() };
    links.set(address, path(`/account/emails/undo?token=${token}`));
    steps.push(insertAddressUndo(undo, undoHash(vault, token), vault));
  }
  return { steps, links };
}

/**
 * What was attached after this time goes. Seven days before the change, because whoever got into the account then may have
 * prepared it; but nothing from before the address was proved, which is older than whoever proved it.
 */
export const undoneSince = ({ verifiedAt, at }: AddressUndo) => Math.max(verifiedAt, at - UNDO_LIFE);
