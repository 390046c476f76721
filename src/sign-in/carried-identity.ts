/**
 * The step that carries who somebody was in LTI 1.1 over to LTI 1.3: the same account, once (lti.md §3.15, cases 66 and 67).
 *
 * The claim's signature was checked by who made the launch. It proves that the platform knows the secret of the old consumer, and says
 * nothing of which of its people comes: so an account that has somebody of this registration already is left alone, and the
 * registration's rule decides as if there were no claim. Must never: take the old identity from anybody; launches of both kinds go on
 * for as long as a campus moves.
 */
import { sideOf } from '../users/linking-policy.ts';
import type { PipelineStep } from './pipeline.ts';

export const CARRIED_IDENTITY = 'carried-identity';

export const carriedIdentity: PipelineStep = {
  name: CARRIED_IDENTITY,
  decide({ launch, known, resolution }) {
    const predecessor = launch?.predecessor ?? null;
    if (launch === null || predecessor === null) return { kind: 'pass', reason: 'was-nobody-before' };
    if (known !== null || resolution !== null) return { kind: 'pass', reason: 'nothing-to-decide' };
    if (launch.launched.includes(predecessor.id))
      return { kind: 'pass', reason: 'account-has-another-of-this-registration' };
    const { side } = sideOf([predecessor]);
    if (side === 'blocked')
      return { kind: 'deny', code: 'user_disabled', reason: `was-known-and-is-${predecessor.state}` };
    return { kind: 'use', userId: predecessor.id, reason: 'was-known-by-another-version' };
  },
};
