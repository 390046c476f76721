/**
 * Calls to the services of a platform with the token for them (lti.md §3.12).
 *
 * A token goes only to addresses that the platform signed for, or that are at the same origin: the caller sees to it.
 */

import type { OutboundRequest, OutboundResponse } from '../../http.ts';
import type { Json } from '../../model.ts';
import { addressOf } from '../address.ts';
import type { ServiceCall } from './service-call.ts';
import { ServiceError } from './service-error.ts';
import type { PlatformErrand, ServiceTokens } from './service-tokens.ts';

export interface PlatformCall {
  readonly method: OutboundRequest['method'];
  readonly url: URL;
  readonly scope: string;
  readonly accept: string;
  readonly body: { readonly type: string; readonly json: Json } | null;
}

/** An answer below 500, and neither 401 nor 429. @throws ServiceError */
export type PlatformClient = (errand: PlatformErrand, call: PlatformCall) => Promise<OutboundResponse>;

export function createPlatformClient(call: ServiceCall, tokens: ServiceTokens): PlatformClient {
  return async (errand, asked) => {
    // A 401 says that nothing was done, so that the same may be sent again; once, for a token that was just given is the last word.
    for (const isLast of [false, true]) {
      const token = await tokens.get(errand, [asked.scope]);
      const answer = await call(errand, requestOf(asked, token));
      if (answer.status !== 401) return answer;
      tokens.drop(errand, [asked.scope], token);
      if (isLast) break;
    }
    throw ServiceError.of('token_not_accepted', 401);
  };
}

function requestOf({ method, url, accept, body }: PlatformCall, token: string): OutboundRequest {
  return {
    method,
    url,
    headers: {
      authorization: `Bearer ${token}`,
      accept,
      ...(body === null ? {} : { 'content-type': body.type }),
    },
    body: body === null ? null : JSON.stringify(body.json),
  };
}

/** An address that a launch or an answer named. @throws ServiceError */
export function serviceAddress(text: string): URL {
  const address = addressOf(text);
  if (address === null) throw ServiceError.of('address_unusable', null);
  return new URL(address);
}

/** The faults of an answer that is not of 2xx, whichever service it is of. */
export function refusalOf({ status }: OutboundResponse): ServiceError {
  if (status === 403) return ServiceError.of('forbidden', status);
  if (status === 404 || status === 410) return ServiceError.of('not_found', status);
  // Neither followed nor believed: it would take the token somewhere else.
  if (status >= 300 && status < 400) return ServiceError.of('answer_unreadable', status);
  if (status === 408 || status === 425) return ServiceError.of('service_failed', status);
  return ServiceError.of('refused', status);
}

export const isDone = ({ status }: OutboundResponse): boolean => status >= 200 && status < 300;
