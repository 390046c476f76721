/**
 * Enrolling and unenrolling with the service worker's token (open-edx.md §10).
 *
 * The LMS answers 200 with the enrolment as it is afterwards, which is not always as was asked: that is what is said. One that was
 * inactive is not activated by the first call (mit-apps.md §8), so that the caller looks and asks again.
 */
import { z } from 'zod';
import type { Lms } from './lms.ts';
import type { LmsTransport } from './transport.ts';
import { detailOf, type LmsAnswer, type Trouble, unexpected } from './trouble.ts';

export interface EnrolmentRequest {
  readonly username: string;
  readonly runId: string;
  /** Null: the LMS's own default, or the mode that it has. */
  readonly mode: string | null;
  readonly isActive: boolean;
  /** Also where enrolment is closed or the mode has ended. */
  readonly force: boolean;
}

export type EnrolmentAnswer =
  | { readonly kind: 'enrolment'; readonly mode: string; readonly isActive: boolean }
  | { readonly kind: 'unknown-learner' }
  /** The run is not there, is closed, or has no such mode: the LMS has one status for all of these. */
  | { readonly kind: 'not-possible'; readonly detail: string }
  | Trouble;

const enrolment = z.object({ mode: z.string(), is_active: z.boolean() });

export async function postEnrolment(
  transport: LmsTransport,
  worker: NonNullable<Lms['worker']>,
  { username, runId, mode, isActive, force }: EnrolmentRequest,
): Promise<EnrolmentAnswer> {
  const called = await transport.call({
    counts: 'enrolments',
    method: 'POST',
    path: '/api/enrollment/v1/enrollment',
    authorization: `Bearer ${worker.token}`,
    body: {
      json: {
        user: username,
        is_active: isActive,
        course_details: { course_id: runId },
        ...(mode === null ? {} : { mode }),
        ...(force ? { force_enrollment: true } : {}),
      },
    },
  });
  return called.kind === 'answered' ? parseEnrolment(called) : called;
}

function parseEnrolment(answer: LmsAnswer): EnrolmentAnswer {
  switch (answer.status) {
    case 200: {
      const parsed = enrolment.safeParse(answer.body);
      return parsed.success
        ? { kind: 'enrolment', mode: parsed.data.mode, isActive: parsed.data.is_active }
        : unexpected(answer);
    }
    case 400:
      return { kind: 'not-possible', detail: detailOf(answer) };
    case 406:
      return { kind: 'unknown-learner' };
    // 404 is how it answers a token that may not act for others.
    case 401:
    case 403:
    case 404:
      return { kind: 'credential-refused', detail: detailOf(answer) };
    default:
      return unexpected(answer);
  }
}
