/**
 * Tokens to act for one learner at the LMS: from a walk, kept fresh by rotation, from another walk when that fails.
 *
 * Under the learner's lease, so that a refresh token is used once and two walks never cross. New tokens are believed only after the
 * LMS said whose they are: a login may lead to another account than the one on record, and its tokens must not be kept.
 */
import type { ClientDocument } from '../configuration/client-document.ts';
import type { Environment, Milliseconds } from '../model.ts';
import type { LearnerTokens } from '../store/open-edx-learners.ts';
import type { Store } from '../store/store.ts';
import { findAccountByEmail } from './account-calls.ts';
import { failedBy } from './failed-by.ts';
import { verifiedAddress } from './learner-facts.ts';
import type { LearnerStep, StepResult, Work } from './learners.ts';
import type { Lms } from './lms.ts';
import { exchangeCode, refreshTokens, whoAmI } from './token-calls.ts';
import type { LmsTransport } from './transport.ts';
import { isTrouble } from './trouble.ts';
import { type WalkDependencies, walk } from './walk.ts';

export interface TokenStepDependencies extends WalkDependencies {
  readonly lms: Lms;
  readonly environment: Environment;
  readonly store: Pick<Store, 'accounts'>;
  readonly transport: LmsTransport;
  readonly findClient: (clientId: string) => Promise<ClientDocument | null>;
}

type TokenStep = ReturnType<LearnerStep<LearnerTokens>>;

/** What is asked of tokens that are handed out: good for a call that takes a while. */
const GOOD_FOR: Milliseconds = 60_000;

/** Tokens that are good now; those on record, refreshed ones, or new ones. */
export async function ensureTokens(dependencies: TokenStepDependencies, work: Work): TokenStep {
  const { lms, environment } = dependencies;
  if (lms.api === null) return { kind: 'failed', code: 'not-configured', answer: null };
  const { tokens } = work.current();
  if (tokens === null) return walkForTokens(dependencies, work);
  if (tokens.expiresAt - environment.now() >= GOOD_FOR) return { kind: 'done', result: tokens };
  const answer = await refreshTokens(dependencies, tokens.refreshToken);
  switch (answer.kind) {
    case 'granted':
      await work.write({ tokens: answer.tokens });
      return { kind: 'done', result: answer.tokens };
    case 'invalid-grant':
      // Rotated where the answer was lost, swept, or ended by a new password.
      await work.write({ tokens: null });
      return walkForTokens(dependencies, work);
    default:
      return failedBy(answer, 'api-client-refused');
  }
}

async function walkForTokens(dependencies: TokenStepDependencies, work: Work): TokenStep {
  const { userId } = work.current();
  // Renews the lease: a walk has up to fifteen steps.
  await work.write({});
  const walked = await walk(dependencies, userId);
  if (walked.kind === 'failed') return { kind: 'failed', code: walked.code, answer: walked.detail };
  if (walked.kind === 'not-linked') return explainNotLinked(dependencies, work);
  await work.write({});
  const answer = await exchangeCode(dependencies, walked.code, walked.redirectUri);
  if (answer.kind === 'invalid-grant') return { kind: 'failed', code: 'walk-interrupted', answer: 'invalid_grant' };
  if (answer.kind !== 'granted') return failedBy(answer, 'api-client-refused');
  return keep(dependencies, work, answer.tokens);
}

async function keep({ transport }: TokenStepDependencies, work: Work, tokens: LearnerTokens): TokenStep {
  const me = await whoAmI(transport, tokens.accessToken);
  if (me.kind !== 'me') return failedBy(me, 'api-client-refused');
  const { username } = work.current();
  // Usernames of the LMS are one whatever their case (open-edx.md §6).
  if (username !== null && username.toLowerCase() !== me.username.toLowerCase()) {
    return { kind: 'failed', code: 'account-mismatch', answer: null };
  }
  await work.write({ tokens, username: me.username });
  return { kind: 'done', result: tokens };
}

/** The LMS asked to register, or to sign in: what it has under the address says why. */
async function explainNotLinked(
  dependencies: TokenStepDependencies,
  work: Work,
): Promise<Extract<StepResult, { kind: 'failed' }>> {
  const { lms, store, transport } = dependencies;
  const found = await store.accounts.findUser(work.current().userId);
  const email = found === null ? null : verifiedAddress(found.emails);
  if (lms.worker === null || email === null) return { kind: 'failed', code: 'account-not-linked', answer: null };
  const account = await findAccountByEmail(transport, lms.worker, email);
  if (isTrouble(account)) return failedBy(account, 'worker-refused');
  if (account.kind === 'account') {
    return {
      kind: 'failed',
      code: account.isActive === false ? 'account-inactive' : 'account-not-linked',
      answer: null,
    };
  }
  await work.write({ account: 'none', username: null });
  return { kind: 'failed', code: 'account-gone', answer: null };
}
