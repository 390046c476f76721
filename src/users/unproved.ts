/**
 * What ends in an account when an address is verified that stood in it unverified (DESIGN §6.2, ADR 0015).
 *
 * Account pre-hijacking: somebody who never proved anything puts a foreign address into an account and waits in it, with a
 * session, a password or an identity of their own, until the owner of the address comes. What was attached before anybody had
 * proved an address of the account ends; what the person signed in with just now stays, for they have shown it. What was
 * attached later was attached by whoever had proved one.
 */
import type { Identity, Milliseconds, UserEmail } from '../model.ts';

export interface Attached {
  readonly identities: readonly Identity[];
  readonly passwords: readonly { readonly identityId: string; readonly changedAt: Milliseconds }[];
  /** As they were before. */
  readonly emails: readonly UserEmail[];
}

/**
 * The identities that end, with their passwords. @param shown the identity that the session began with; where that is gone,
 * nothing can be told apart, and nobody is locked out for it.
 */
export function unproved({ identities, passwords, emails }: Attached, shown: string | null): Identity[] {
  if (!identities.some(({ id }) => id === shown)) return [];
  const proofs = emails.flatMap(({ verifiedAt }) => (verifiedAt === null ? [] : [verifiedAt]));
  const firstProof = Math.min(...proofs, Number.POSITIVE_INFINITY);
  // A password is as old as its last change: one that was chosen after a proof is that of whoever gave it.
  const attachedAt = ({ id, createdAt }: Identity) =>
    passwords.find(({ identityId }) => identityId === id)?.changedAt ?? createdAt;
  return identities.filter((identity) => identity.id !== shown && attachedAt(identity) < firstProof);
}
