/**
 * Pipeline steps for tests that need a sign-in to pause, or to break.
 */
import type { Form } from '../src/model.ts';
import type { PipelineStep } from '../src/sign-in/pipeline.ts';
import { defaultSteps } from '../src/sign-in/steps.ts';

const form: Form = {
  kind: 'confirm',
  title: { 'es-MX': '¿Crear una cuenta?', en: 'Create an account?' },
  text: { 'es-MX': 'Nadie te conoce todavía.', en: 'Nobody knows you yet.' },
};

/** Asks somebody new, and denies whoever does not say yes. */
const ask: PipelineStep = {
  name: 'ask-first',
  decide({ known, answers }) {
    if (known !== null) return { kind: 'pass', reason: 'known' };
    const answer = answers['ask-first'];
    if (answer === undefined) return { kind: 'ask', form, reason: 'somebody-new' };
    if (answer.yes === true) return { kind: 'pass', reason: 'agreed' };
    return { kind: 'deny', code: 'sign_in_refused_by_rule', reason: 'declined' };
  },
};

/** The default list, with a question before an account is made. */
export const askBeforeCreating: readonly PipelineStep[] = [ask, ...defaultSteps];

/** The default list after a step that throws. */
export function failingWith(error: Error): readonly PipelineStep[] {
  const fail: PipelineStep = {
    name: 'fail',
    decide() {
      throw error;
    },
  };
  return [fail, ...defaultSteps];
}
