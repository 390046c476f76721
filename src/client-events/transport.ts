/**
 * Hands a token to a client, and says what its answer means: RFC 8935 for events, OpenID Connect Back-Channel Logout 1.0
 * §2.5 for log-outs.
 *
 * Goes by the one way out: https, one deadline, no redirect, no private address unless the operator listed it (K-11).
 * Must never keep a word of what the other side answered but an error code that the standard has.
 */
import type { Delivery, DeliveryFailure } from '../delivery/attempt.ts';
import { SignInError } from '../errors.ts';
import type { Outbound, OutboundRequest, OutboundResponse } from '../http.ts';

export async function pushEvent(url: URL, token: string, outbound: Outbound): Promise<Delivery> {
  const headers = { 'content-type': 'application/secevent+jwt', accept: 'application/json' };
  return answerTo({ method: 'POST', url, headers, body: token }, outbound, judgeEventAnswer);
}

export async function pushLogout(url: URL, token: string, outbound: Outbound): Promise<Delivery> {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const body = new URLSearchParams({ logout_token: token }).toString();
  return answerTo({ method: 'POST', url, headers, body }, outbound, judgeLogoutAnswer);
}

async function answerTo(
  request: OutboundRequest,
  outbound: Outbound,
  judge: (response: OutboundResponse) => Delivery,
): Promise<Delivery> {
  try {
    return judge(await outbound(request));
  } catch (error) {
    if (!(error instanceof SignInError)) throw error;
    return { kind: 'later', detail: error.detail, code: null, status: null };
  }
}

/** RFC 8935 §2.4. */
const refusals = [
  'invalid_request',
  'invalid_key',
  'invalid_issuer',
  'invalid_audience',
  'authentication_failed',
  'access_denied',
];

/**
 * Only the standard's own refusal is final. Whatever else comes back (a page of a proxy, a 404 while the app is being
 * deployed, even a 200) says nothing about the event.
 */
function judgeEventAnswer({ status, body }: OutboundResponse): Delivery {
  if (status === 202) return { kind: 'sent' };
  const refusal = status === 400 ? refusalIn(body) : null;
  if (refusal === null) return { kind: 'later', ...unexpected(status) };
  const failure = { detail: 'the app refused it', code: refusal, status };
  // It may not have fetched the newest key yet; the next attempt is signed anew.
  return { kind: refusal === 'invalid_key' ? 'later' : 'never', ...failure };
}

function refusalIn(body: string): string | null {
  try {
    const answer: unknown = JSON.parse(body);
    const err = typeof answer === 'object' && answer !== null && 'err' in answer ? answer.err : null;
    if (typeof err !== 'string') return null;
    return refusals.includes(err) ? err : 'unknown_code';
  } catch {
    return null;
  }
}

/** No answer is final: 400 also says that the log-out failed there, and a session that goes on is worth another try. */
function judgeLogoutAnswer({ status }: OutboundResponse): Delivery {
  return status === 200 || status === 204 ? { kind: 'sent' } : { kind: 'later', ...unexpected(status) };
}

function unexpected(status: number): DeliveryFailure {
  return { detail: 'an answer that does not say it was taken', code: null, status };
}
