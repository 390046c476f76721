/**
 * The steps of the default pipeline, in their order. Each is one rule with its reason.
 */
import { completeProfile } from './complete-profile.ts';
import { newHere } from './new-here.ts';
import type { PipelineStep } from './pipeline.ts';
import { verifyEmail } from './verify-email.ts';

/** A disabled, merged or deleted account is not signed in to, and the person is not given a new one instead. */
const refuseBlocked: PipelineStep = {
  name: 'refuse-blocked',
  decide({ known }) {
    if (known === null) return { kind: 'pass', reason: 'nobody-known' };
    if (known.user.state === 'active' || known.user.state === 'temporary')
      return { kind: 'pass', reason: 'may-sign-in' };
    return { kind: 'deny', code: 'user_disabled', reason: `user-is-${known.user.state}` };
  },
};

/** The same (provider, subject) is the same person (DESIGN §6.1), whatever else the profile says today (B-28). */
const knownIdentity: PipelineStep = {
  name: 'known-identity',
  decide({ known }, decision) {
    if (decision !== null) return { kind: 'pass', reason: 'already-decided' };
    if (known === null) return { kind: 'pass', reason: 'identity-is-new' };
    return { kind: 'use', userId: known.user.id, reason: 'identity-belongs-to-user' };
  },
};

/**
 * DESIGN §6.2: an address that both sides have verified is the same person. Ours is a mail that we sent; the provider's
 * counts only where the operator trusts it for that very address. An address that nobody verified attracts nobody (D-04).
 */
const sameVerifiedEmail: PipelineStep = {
  name: 'same-verified-email',
  decide({ known, owners }, decision) {
    if (decision !== null) return { kind: 'pass', reason: 'already-decided' };
    const [owner, ...more] = owners;
    if (known !== null || owner === undefined) return { kind: 'pass', reason: 'no-verified-address-in-common' };
    // Two accounts that one person's addresses point to: which one is theirs is not ours to guess.
    if (more.length > 0)
      return { kind: 'deny', code: 'account_ambiguous', reason: 'addresses-belong-to-several-users' };
    if (owner.state !== 'active' && owner.state !== 'temporary') {
      return { kind: 'deny', code: 'user_disabled', reason: `owner-of-address-is-${owner.state}` };
    }
    return { kind: 'use', userId: owner.id, reason: 'verified-address-belongs-to-user' };
  },
};

/** Somebody whom nothing else recognised gets an account of their own. */
const newUser: PipelineStep = {
  name: 'new-user',
  decide(_facts, decision) {
    if (decision !== null) return { kind: 'pass', reason: 'already-decided' };
    return { kind: 'create', reason: 'nobody-recognised' };
  },
};

export const defaultSteps: readonly PipelineStep[] = [
  refuseBlocked,
  knownIdentity,
  sameVerifiedEmail,
  newHere,
  completeProfile,
  verifyEmail,
  newUser,
];
