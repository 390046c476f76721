/**
 * The step that asks whether it is them, of somebody whom a launch of LTI 1.1 signs in where nobody is (lti.md R9).
 *
 * Such a launch is a signed form and no more: whoever has one of their own can have another's browser send it, and that person would
 * work in their account. Nothing binds it to this browser, as the login of 1.3 does; so the person says that the name is theirs.
 * Must never: take a yes that was said about somebody else.
 */
import type { JsonObject } from '../model.ts';
import { accountDecided, nameOfLaunched } from './named-account.ts';
import { type PipelineStep, readChoice } from './pipeline.ts';

const STEP = 'continue-as';

export const continueAs: PipelineStep = {
  name: STEP,
  decide(facts, decision) {
    const { launch, answers } = facts;
    if (launch === null || decision === null || launch.version !== '1.1')
      return { kind: 'pass', reason: 'is-bound-to-this-browser' };
    // Who is here, or has just signed in for it, knows what they press.
    if (launch.present !== null || launch.proved !== null) return { kind: 'pass', reason: 'somebody-is-here' };
    const to = accountDecided(decision);
    const answer = answers[STEP];
    const choice = answer?.to === to ? readChoice(answer) : null;
    if (choice === 'go') return { kind: 'pass', reason: 'said-that-it-is-them' };
    if (choice === 'no') return { kind: 'deny', code: 'launch_declined', reason: 'is-somebody-else' };
    const name = nameOfLaunched(facts, launch, to);
    return { kind: 'ask', form: { kind: 'continue-as', to, name }, reason: 'nothing-binds-it-to-this-browser' };
  },
  receive: async ({ fields, form }) => {
    const choice = fields.get('answer');
    const to = form.kind === 'continue-as' ? form.to : null;
    const answer: JsonObject = { choice: choice === 'go' || choice === 'no' ? choice : 'none', to };
    return { kind: 'answered', answer };
  },
};
