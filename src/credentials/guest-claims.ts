/**
 * A guest's work becomes part of an account that its person has already (DESIGN §6.6): the steps of the merge, for the transaction
 * of the sign-in that claims it.
 *
 * Whose the work is was asked before. Must never: take a value of the guest into the account, or let its browser in by it; and it never
 * keeps the person from signing in: where the rules forbid the merge, the work stays where it is.
 */
import { randomName } from '../crypto.ts';
import type { Step } from '../store/database.ts';
import { eventsOfMerge } from '../users/account-events.ts';
import { createMerging, forgetGrants, resultOf } from '../users/merge.ts';
import type { MergeRefusal } from '../users/merge-rules.ts';
import { type MergeOccasion, mergeSteps } from '../users/merge-steps.ts';
import type { AccountMergingDependencies } from './account-merging.ts';

export interface ClaimQuestion {
  readonly guestId: string;
  readonly userId: string;
  readonly reference: string;
}

export type Claim =
  /** To be carried out before anything else of the transaction: they lock both accounts. */
  | { readonly kind: 'steps'; readonly steps: readonly Step[] }
  /** It is in this account already: a commit was made, and its answer was lost. */
  | { readonly kind: 'claimed' }
  /** A guest no more: somebody else was faster. */
  | { readonly kind: 'gone' }
  /** By the name of the guest support finds the work. */
  | { readonly kind: 'forbidden'; readonly code: MergeRefusal['code']; readonly guestName: string };

export interface GuestClaims {
  /** Changes nothing. */
  prepare(question: ClaimQuestion): Promise<Claim>;
  /** Once the steps are committed. */
  finish(guestId: string): Promise<void>;
}

export type GuestClaimDependencies = Omit<AccountMergingDependencies, 'notices'>;

export function createGuestClaims(dependencies: GuestClaimDependencies): GuestClaims {
  const { environment, store, vault, participants, announce, wakeClientEvents } = dependencies;
  const merging = createMerging(dependencies);
  const by = { kind: 'person' } as const;

  return {
    async prepare({ guestId, userId, reference }) {
      const guest = await store.accountGraphs.read(guestId);
      if (guest?.mergedInto === userId) return { kind: 'claimed' };
      if (guest?.user.state !== 'temporary') return { kind: 'gone' };
      const plan = await merging.plan({ retiredId: guestId, survivorId: userId, choices: {}, by });
      if (plan.kind === 'refused') return { kind: 'forbidden', code: plan.code, guestName: guest.user.username };
      const mergeId = randomName(environment);
      const occasion: MergeOccasion = { mergeId, by, reason: REASON, reference, now: environment.now() };
      const steps = [
        ...mergeSteps(plan, occasion, { sealer: vault, participants }),
        ...(await announce(eventsOfMerge(resultOf(plan, occasion)))),
      ];
      return { kind: 'steps', steps };
    },

    async finish(guestId) {
      wakeClientEvents();
      await forgetGrants(store, guestId);
    },
  };
}

/** In the audit trail of both. */
const REASON = 'guest-claimed-at-sign-in';
