/**
 * One identity of an account becomes another account's, in one transaction: with what its provider vouched for, and without the sessions
 * that it began. Both accounts go on.
 *
 * Must never: leave an identifier behind, which would lead the next sign-in of the same person back; or the account without a way in.
 */
import type { Vault } from '../crypto.ts';
import type { Identity, Milliseconds } from '../model.ts';
import type { AccountGraph, OwnedIdentifier } from '../store/account-graph.ts';
import { moveIdentity, requireNotHeld, takeIdentifier } from '../store/account-moves.ts';
import type { Step } from '../store/database.ts';
import { giveIdentifierOnce } from '../store/identifiers.ts';
import { endSessionsOfIdentity } from '../store/session-clients.ts';
import { forgetLaunchesOf } from '../store/session-launches.ts';
import { lockBoth } from './merge-steps.ts';
import { keepWayIn, type WayIn } from './ways-in.ts';

export interface IdentityMove {
  readonly identity: Identity;
  readonly from: AccountGraph;
  readonly to: AccountGraph;
  /** With what the account can be signed in to afterwards that loses the identity. */
  readonly wayLeft: WayIn;
}

/** Both accounts are locked as they were seen; what changed since undoes the whole. */
export function moveSteps({ identity, from, to, wayLeft }: IdentityMove, vault: Vault, now: Milliseconds): Step[] {
  return [
    ...lockBoth(from.user, to.user),
    requireNotHeld(from.user.id, to.user.id),
    ...keepWayIn(from.user.id, wayLeft),
    // Whoever sits in a session of it sits in an account that is not theirs any more.
    ...endSessionsOfIdentity({ id: identity.id, userId: from.user.id }, '', now),
    forgetLaunchesOf(from.user.id),
    ...identifiersOf(identity, from).flatMap((identifier) => [
      takeIdentifier(from.user.id, identifier),
      giveIdentifierOnce({ ...identifier, userId: to.user.id }, vault, now),
    ]),
    moveIdentity(identity.id, from.user.id, to.user.id),
  ];
}

/** What the provider said of this identity; with the last identity of a provider, all that it ever said. */
function identifiersOf(identity: Identity, { identities, identifiers }: AccountGraph): OwnedIdentifier[] {
  const ofProvider = identities.filter(({ provider }) => provider === identity.provider);
  const said = ofProvider.find(({ id }) => id === identity.id)?.profile.identifiers ?? [];
  return identifiers.filter(
    ({ provider, kind, value }) =>
      provider === identity.provider &&
      (ofProvider.length === 1 || said.some((one) => one.kind === kind && one.value === value)),
  );
}
