/**
 * The end of an attempt that was decided: written down once, and decided anew where a race was lost.
 *
 * What is decided anew may come to something else than before: a refusal, a conflict, a question. Must never: sign anybody in who was
 * not decided on in this very state of the accounts.
 */
import { knownDevice } from '../credentials/known-device.ts';
import type { ErrorCode } from '../errors.ts';
import type { Decision, ProviderRecord, SignIn } from '../model.ts';
import type { UsernameRule } from '../users/username-rule.ts';
import { type CommitDependencies, commitArrival } from './commit.ts';
import type { Endings } from './endings.ts';
import type { BrowserOfSignIn, Next } from './next.ts';
import { changedAddress, commitOwnAddress } from './own-address.ts';
import { onlyProves } from './purpose.ts';
import type { Decided } from './test-run.ts';
import { withUnclaimable } from './unclaimable.ts';
import { who } from './who.ts';

const COMMIT_ATTEMPTS = 3;

export interface ConcludeDependencies extends CommitDependencies {
  readonly endings: Endings;
  readonly accountRules: () => Promise<{ readonly usernameRule: UsernameRule }>;
  /** @throws SignInError provider_disabled */
  readonly originOfArrival: (signIn: SignIn, slug: string) => Promise<ProviderRecord>;
  readonly decide: (signIn: SignIn) => Promise<Decided>;
  readonly advanceByDecision: (signIn: SignIn, reference: string) => Promise<void>;
  readonly refusedNow: (signIn: SignIn, code: ErrorCode, detail: string, reference: string) => Promise<Next>;
}

export type Conclude = (signIn: SignIn, browser: BrowserOfSignIn, reference: string) => Promise<Next>;

export function createConclude(dependencies: ConcludeDependencies): Conclude {
  const { environment, store, vault, log, endings, originOfArrival, decide, advanceByDecision, refusedNow } =
    dependencies;

  /** The work stays with the guest, and the person is told so before they go on. */
  async function tellUnclaimable(
    signIn: SignIn,
    { guestId }: Decision,
    code: string,
    reference: string,
  ): Promise<Next> {
    if (guestId === null) throw new Error('nobody claimed anything');
    log.warn({ event: 'guest_claim.refused', code, userId: guestId, ...who(signIn), reference });
    await advanceByDecision({ ...signIn, answers: withUnclaimable(signIn.answers, guestId) }, reference);
    return { kind: 'wait' };
  }

  /** Writes what was decided, once. A race that was lost is decided anew. */
  return async function conclude(
    signIn: SignIn,
    { secret, requester, present }: BrowserOfSignIn,
    reference: string,
  ): Promise<Next> {
    if (signIn.arrival === null || signIn.decision === null) throw new Error('nothing was decided');
    const { profile } = signIn.arrival;
    const record = await originOfArrival(signIn, profile.provider);
    const { usernameRule } = await dependencies.accountRules();
    // The same browser always gets the same token for one sign-in, so a doubled request or a crash between the commit
    // and the answer leaves one session, and nothing that opens it is stored anywhere.
    const sessionToken = vault.derive('session', signIn.id, secret);
    let { decision, trace } = signIn;
    // Two ways of one person may prove one address at the same moment: only the first of them makes an account of it.
    let addressesAreFree = true;
    for (let attempt = 0; attempt < COMMIT_ATTEMPTS; attempt++) {
      const conclusion = {
        signIn: { ...signIn, trace },
        decision,
        addressesAreFree,
        sessionToken,
        record,
        usernameRule,
      };
      const commit = changedAddress(signIn) !== null ? commitOwnAddress : commitArrival;
      const committed = await commit(dependencies, { ...conclusion, requester, present, reference });
      if (committed.kind === 'unclaimable') return tellUnclaimable(signIn, decision, committed.code, reference);
      if (committed.kind === 'committed') {
        const { userId } = committed;
        if (onlyProves(signIn.purpose)) {
          await endings.prove({ ...signIn, trace }, userId);
          return { kind: 'proved' };
        }
        const outcome = { kind: 'succeeded', userId } as const;
        await store.signIns.advance(signIn, 'answered', { outcome, trace }, environment.now());
        log.info({ event: 'sign_in.succeeded', userId, ...who(signIn), reference });
        const byPassword = profile.assurance.amr.includes('pwd');
        return {
          kind: 'signed-in',
          userId,
          sessionToken,
          knownDevice: byPassword ? knownDevice(vault, userId, environment) : null,
        };
      }
      const again = await decide(signIn);
      trace = again.trace;
      addressesAreFree = again.facts.owners.length === 0;
      if (again.result.kind === 'refused') {
        return refusedNow({ ...signIn, trace }, again.result.code, 'refused-before-commit', reference);
      }
      if (again.result.kind === 'conflict') {
        await endings.refuseForConflict({ ...signIn, trace }, again.result.candidates, reference);
        return { kind: 'wait' };
      }
      // A question that arises only now, such as for a username that another has just got, is asked now.
      if (again.result.kind === 'waiting') {
        await advanceByDecision(signIn, reference);
        return { kind: 'wait' };
      }
      decision = again.result.decision;
    }
    // What an app with tables of its own forbids looks like a race that is lost each time. It keeps nobody out.
    if (decision.guestId !== null) return tellUnclaimable(signIn, decision, 'merge_running', reference);
    throw new Error('a sign-in could not be committed: it lost every race');
  };
}
