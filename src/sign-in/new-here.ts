/**
 * The step that asks somebody unknown whether they have an account already, before they are taken for somebody new.
 *
 * As Open edX does, which sends whoever it does not know to its log-in page: a second account of one person is hard to undo.
 * Who says that they have one ends this attempt and signs in with it. The answer is theirs alone: nothing is looked up.
 */
import type { PipelineStep } from './pipeline.ts';

const NAME = 'new-here';

export const newHere: PipelineStep = {
  name: NAME,

  decide({ record, answers, registration }, decision) {
    if (registration === null || registration === 'unreadable') return { kind: 'pass', reason: 'nothing-is-asked' };
    if (decision !== null) return { kind: 'pass', reason: 'somebody-is-recognised' };
    if (registration.isGuest) return { kind: 'pass', reason: 'guest' };
    // Either of the two sends people to the registration of Open edX at once.
    if (record.sendToRegistrationFirst || record.skipEmailVerification) {
      return { kind: 'pass', reason: 'unknown-people-are-new' };
    }
    const answer = answers[NAME];
    if (answer === undefined) {
      return { kind: 'ask', form: { kind: 'new-here', providerName: record.name }, reason: 'unknown-person' };
    }
    if (answer.isNew === true) return { kind: 'pass', reason: 'says-to-be-new' };
    return { kind: 'deny', code: 'account_elsewhere', reason: 'says-to-have-an-account' };
  },

  async receive({ form, remembered, fields }) {
    const answer = fields.get('answer');
    // E-02: anything else is no answer.
    if (answer !== 'new' && answer !== 'registered') return { kind: 'form', form, remembered };
    return { kind: 'answered', answer: { isNew: answer === 'new' } };
  },
};
