/**
 * The step for somebody whose account waits for its deletion: they are who they say, and are asked whether to keep it before they are
 * let in anywhere (DESIGN §7).
 *
 * Asked in words and by a button, never concluded from their coming: whoever wants to be gone may have been sent here by a
 * course. It comes after who they are was decided, and before anything is asked of them that they need not tell if they leave.
 */
import type { Decision, JsonObject, SignIn, User } from '../model.ts';
import { type Facts, maySignUp, type PipelineStep, readChoice } from './pipeline.ts';

const STEP = 'keep-account';

/** What the person was shown and wants kept. */
export interface Keeping {
  readonly userId: string;
  readonly deletionAt: number;
}

export const keepAccount: PipelineStep = {
  name: STEP,
  decide(facts, decision) {
    const { purpose, answers } = facts;
    const kept = keepingIn(answers);
    const user = decision?.kind === 'use' ? findUser(facts, decision.userId) : null;
    // Deleted after they had read that they may keep it: nobody is given a new account for the old one unawares.
    if (kept !== null && user?.id !== kept.userId) {
      return { kind: 'deny', code: 'sign_in_expired', reason: 'account-is-gone' };
    }
    if (user === null || user.deletionAt === null) return { kind: 'pass', reason: 'is-not-to-be-deleted' };
    if (!maySignUp(purpose)) return { kind: 'deny', code: 'deletion_pending', reason: 'account-is-to-be-deleted' };
    // What was answered for another account, or before another deletion was asked for, is no answer to this.
    if (kept?.deletionAt === user.deletionAt) return { kind: 'pass', reason: 'wants-to-keep-it' };
    const answer = answers[STEP];
    if (readChoice(answer) === 'leave' && answer?.userId === user.id) {
      return { kind: 'deny', code: 'deletion_goes_on', reason: 'leaves-it-to-be-deleted' };
    }
    const form = { kind: 'keep-account', userId: user.id, deletionAt: user.deletionAt } as const;
    return { kind: 'ask', form, reason: 'account-is-to-be-deleted' };
  },
  receive: async ({ fields, form }) => {
    const { userId, deletionAt } = form.kind === 'keep-account' ? form : { userId: null, deletionAt: null };
    const choice = fields.get('answer');
    const answer: JsonObject = {
      choice: choice === 'keep' || choice === 'leave' ? choice : 'none',
      userId,
      deletionAt,
    };
    return { kind: 'answered', answer };
  },
};

/** What is to be kept before the decision is carried out; null where nothing is. */
export function keepingOf({ answers }: SignIn, decision: Decision): Keeping | null {
  const keeping = keepingIn(answers);
  return decision.kind === 'use' && keeping?.userId === decision.userId ? keeping : null;
}

function keepingIn(answers: SignIn['answers']): Keeping | null {
  const answer = answers[STEP];
  const { userId, deletionAt } = answer ?? {};
  if (readChoice(answer) !== 'keep' || typeof userId !== 'string' || typeof deletionAt !== 'number') return null;
  return { userId, deletionAt };
}

function findUser({ known, owners, holders, proved, account, launch, resolution }: Facts, id: string): User | null {
  const chosen = resolution?.kind === 'link' ? resolution.user : null;
  return (
    [
      known?.user ?? null,
      ...owners,
      ...holders,
      proved,
      account,
      launch?.present?.user ?? null,
      launch?.predecessor ?? null,
      chosen,
    ].find((user) => user?.id === id) ?? null
  );
}
