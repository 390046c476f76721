/**
 * One call to a service of a campus over the one way out, and what every answer has in common: too many, and broken.
 *
 * A campus that asked for fewer calls is left alone for as long as it said, by everything in this process. Nothing is sent twice here.
 */
import { SignInError } from '../../errors.ts';
import type { Outbound, OutboundRequest, OutboundResponse } from '../../http.ts';
import type { Environment, Milliseconds } from '../../model.ts';
import { ServiceError } from './service-error.ts';

/** What one errand is done with: at whose services, and how they are reached while it lasts. */
export interface Errand {
  /** The slug of the platform or consumer. */
  readonly registration: string;
  readonly outbound: Outbound;
}

/** An answer that is neither 429 nor a fault of the server. @throws ServiceError */
export type ServiceCall = (errand: Errand, request: OutboundRequest) => Promise<OutboundResponse>;

export function createServiceCall({ now }: Pick<Environment, 'now'>): ServiceCall {
  const restsUntil = new Map<string, Milliseconds>();

  return async ({ registration, outbound }, request) => {
    const until = restsUntil.get(registration) ?? 0;
    // A clock that was set back must not silence a campus for longer than it can have asked for.
    if (now() < until && until - now() <= LONGEST_REST) throw ServiceError.of('too_many_calls', 429);
    restsUntil.delete(registration);
    const answer = await outbound(request).catch((error: unknown) => {
      if (error instanceof SignInError) throw ServiceError.from(error);
      throw error;
    });
    if (answer.status === 429) {
      restsUntil.set(registration, now() + restOf(answer, now()));
      throw ServiceError.of('too_many_calls', answer.status);
    }
    if (answer.status >= 500) throw ServiceError.of('service_failed', answer.status);
    return answer;
  };
}

const LONGEST_REST: Milliseconds = 60 * 60_000;

/** RFC 9110 §10.2.3: seconds, or a date. Half a minute without one; never more than an hour by somebody else's word. */
function restOf({ headers }: OutboundResponse, now: Milliseconds): Milliseconds {
  const field = headers['retry-after'] ?? '';
  const asked = /^\d{1,9}$/.test(field) ? Number(field) * 1000 : Date.parse(field) - now;
  return Number.isNaN(asked) ? 30_000 : Math.min(Math.max(asked, 1000), LONGEST_REST);
}

/** How long an errand may begin calls. With the five seconds of the last one it stays below the twenty that it is given. */
const BEGINS_CALLS_FOR: Milliseconds = 14_000;

/** A way out that closes: an errand of many calls ends, however slowly each of them is answered. */
export function forOneErrand(outbound: Outbound, { now }: Pick<Environment, 'now'>): Outbound {
  const begun = now();
  return async (request) => {
    if (Math.abs(now() - begun) > BEGINS_CALLS_FOR) {
      throw new SignInError('provider_timeout', `${request.url.host}: all calls together took too long`);
    }
    return outbound(request);
  };
}
