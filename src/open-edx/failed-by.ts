/**
 * Trouble with a call as the failure of a step.
 */
import type { FailureCode } from './failures.ts';
import type { StepResult } from './learners.ts';
import type { Trouble } from './trouble.ts';

/** `refused`: what it means here that the credential is worth nothing. */
export function failedBy(trouble: Trouble, refused: FailureCode): Extract<StepResult, { kind: 'failed' }> {
  switch (trouble.kind) {
    case 'unreachable':
      return { kind: 'failed', code: 'lms-unreachable', answer: trouble.detail };
    case 'rate-limited':
      return { kind: 'failed', code: 'rate-limited', answer: null, retryAt: trouble.retryAt };
    case 'unexpected':
      return { kind: 'failed', code: 'lms-unexpected', answer: trouble.detail };
    case 'credential-refused':
      return { kind: 'failed', code: refused, answer: trouble.detail };
  }
}
