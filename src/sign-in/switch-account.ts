/**
 * The step that asks before a browser changes hands: a launch for somebody else than who is signed in (DESIGN §6.8; lti.md §5.2, chain 4).
 *
 * It comes after all steps and is in no operator's list, so that none can leave it out. A guest has a page of their own, which asks
 * the same. Must never: take a yes that was said about two other people.
 */
import type { JsonObject } from '../model.ts';
import { accountDecided, nameOfLaunched, shownName } from './named-account.ts';
import { type PipelineStep, readChoice } from './pipeline.ts';

const STEP = 'switch-account';

export const switchAccount: PipelineStep = {
  name: STEP,
  decide(facts, decision) {
    const { launch, answers } = facts;
    const present = launch?.present?.user ?? null;
    if (launch === null || present === null || decision === null)
      return { kind: 'pass', reason: 'nobody-else-is-here' };
    const to = accountDecided(decision);
    if (to === present.id) return { kind: 'pass', reason: 'is-who-is-here' };
    const answer = answers[STEP];
    const choice = answer?.from === present.id && answer.to === to ? readChoice(answer) : null;
    if (choice === 'switch') return { kind: 'pass', reason: 'said-to-switch' };
    if (choice === 'stay') return { kind: 'deny', code: 'launch_declined', reason: 'stays-signed-in' };
    const toName = nameOfLaunched(facts, launch, to);
    return {
      kind: 'ask',
      form: { kind: 'switch-account', from: present.id, to, fromName: shownName(present), toName },
      reason: 'somebody-else-is-here',
    };
  },
  receive: async ({ fields, form }) => {
    const { from, to } = form.kind === 'switch-account' ? form : { from: null, to: null };
    const choice = fields.get('answer');
    const answer: JsonObject = { choice: choice === 'switch' || choice === 'stay' ? choice : 'none', from, to };
    return { kind: 'answered', answer };
  },
};
