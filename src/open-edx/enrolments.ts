/**
 * Enrolling one learner in one run, and taking them out, by the service worker.
 *
 * What is said is what the LMS has afterwards. Must never: say that somebody is enrolled because it was asked for.
 */
import { randomToken } from '../crypto.ts';
import type { Environment } from '../model.ts';
import type { Store } from '../store/store.ts';
import { type EnrolmentAnswer, type EnrolmentRequest, postEnrolment } from './enrolment-calls.ts';
import type { Lms } from './lms.ts';
import type { LmsTransport } from './transport.ts';

export interface Enrolment {
  readonly userId: string;
  /** Their name at the LMS. */
  readonly username: string;
  readonly runId: string;
  readonly mode: string | null;
  readonly isActive: boolean;
  readonly force: boolean;
}

export type EnrolmentResult =
  | { readonly kind: 'enrolment'; readonly mode: string; readonly isActive: boolean }
  /** It answered, and is not as was asked. */
  | { readonly kind: 'not-as-asked'; readonly mode: string; readonly isActive: boolean }
  | { readonly kind: 'not-configured' }
  | Exclude<EnrolmentAnswer, { kind: 'enrolment' }>;

export interface EnrolmentDependencies {
  readonly lms: Lms;
  readonly environment: Environment;
  readonly store: Pick<Store, 'audit'>;
  readonly transport: LmsTransport;
}

export async function changeEnrolment(
  dependencies: EnrolmentDependencies,
  enrolment: Enrolment,
): Promise<EnrolmentResult> {
  const { lms, transport } = dependencies;
  const { username, runId, mode, isActive, force } = enrolment;
  if (lms.worker === null) return { kind: 'not-configured' };
  const request: EnrolmentRequest = { username, runId, mode, isActive, force };
  const first = await postEnrolment(transport, lms.worker, request);
  // An enrolment that was inactive may need to be asked for twice (mit-apps.md §8).
  const again = first.kind === 'enrolment' && !isAsAsked(first, enrolment);
  const answer = again ? await postEnrolment(transport, lms.worker, request) : first;
  if (answer.kind !== 'enrolment') return answer;
  await record(dependencies, enrolment, answer.mode, answer.isActive);
  return isAsAsked(answer, enrolment) ? answer : { ...answer, kind: 'not-as-asked' };
}

function isAsAsked(answer: Extract<EnrolmentAnswer, { kind: 'enrolment' }>, { mode, isActive }: Enrolment): boolean {
  // Of who is out it does not matter in which mode they were.
  return answer.isActive === isActive && (!isActive || mode === null || answer.mode === mode);
}

async function record(
  { lms, environment, store }: EnrolmentDependencies,
  { userId, runId, force }: Enrolment,
  mode: string,
  isActive: boolean,
): Promise<void> {
  await store.audit.record({
    ...{ id: randomToken(environment, 16), at: environment.now(), code: null, userId, provider: null },
    type: isActive ? 'learner.enrolled' : 'learner.unenrolled',
    ...{ clientId: lms.clientId, signInId: null, reference: null, detail: { lms: lms.slug, run: runId, mode, force } },
  });
}
