/**
 * Questions that an app asks of a campus through us: how often, and what is answered where the campus does not.
 */
import type { ErrorCode } from '../errors.ts';
import type { Log } from '../events/log.ts';
import type { Limits } from '../limits/limits.ts';
import { ServiceError, type ServiceFault } from '../lti/services/service-error.ts';
import type { WebContext } from '../web/context.ts';
import { refuse } from './answers.ts';

export const questionRefusals = [
  'too_many_requests',
  'campus_busy',
  'campus_refused',
  'campus_unavailable',
] as const satisfies readonly ErrorCode[];

/** What becomes better by waiting. All else is for an operator, here or there, to put right. */
const passing: { readonly [fault in ServiceFault]?: ErrorCode } = {
  too_many_calls: 'campus_busy',
  service_failed: 'campus_unavailable',
  answer_unreadable: 'campus_unavailable',
};

export interface QuestionTools {
  readonly limits: Pick<Limits, 'admits'>;
  readonly log: Log;
}

/** Each is a call to somebody else's server, whatever comes of it. */
export async function askCampus(
  c: WebContext,
  { limits, log }: QuestionTools,
  clientId: string,
  ask: () => Promise<Response>,
): Promise<Response> {
  if (!limits.admits('campusQuestionsPerClient', clientId)) return refuse(c, 'too_many_requests');
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    const { fault, refused } = error;
    const code = fault === null ? 'campus_unavailable' : (passing[fault] ?? 'campus_refused');
    const { reference } = c.var;
    log.warn({ event: 'request.refused', code, detail: error.message, clientId, reference, route: c.req.routePath });
    return refuse(c, code, {
      reason: refused.status === null ? refused.detail : `${refused.detail} (HTTP ${refused.status})`,
    });
  }
}
