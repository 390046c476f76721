/**
 * What the API answers when something is refused: JSON with a code of docs/errors.md, never a page.
 */
import { type ErrorCode, refusals } from '../errors.ts';
import type { Log } from '../events/log.ts';
import { textsFor } from '../i18n/texts.ts';
import type { WebApp, WebContext } from '../web/context.ts';
import { asRefusal, retryAfter } from '../web/errors.ts';
import type { ErrorAnswer } from './schemas.ts';

/** RFC 6750 §3. */
const challenges: { readonly [code in ErrorCode]?: string } = {
  api_token_invalid: 'Bearer error="invalid_token"',
  api_scope_missing: 'Bearer error="insufficient_scope"',
};

export function refuse(
  c: WebContext,
  code: ErrorCode,
  more: Pick<ErrorAnswer, 'faults' | 'links' | 'reason'> = {},
): Response {
  const { status } = refusals[code];
  const challenge = challenges[code];
  const seconds = retryAfter[status];
  if (challenge !== undefined) c.header('WWW-Authenticate', challenge);
  if (seconds !== undefined) c.header('Retry-After', seconds);
  c.header('Cache-Control', 'no-store');
  const texts = textsFor(c.var.locale);
  const { happened, next } = texts.refusals[code](texts.refusal.unnamedProvider);
  const answer: ErrorAnswer = { code, message: happened, advice: next, reference: c.var.reference, ...more };
  return c.json(answer, status);
}

/** What is asked of the API is about people, or of the moment. */
export function answered(c: WebContext, answer: object, status: 200 | 202): Response {
  c.header('Cache-Control', 'no-store');
  return c.json(answer, status);
}

/** For all addresses of the API, also those that it does not have. */
export function answerErrors(api: WebApp, log: Log): void {
  api.onError((error, c) => {
    const refusal = asRefusal(error);
    const { reference } = c.var;
    const route = c.req.routePath;
    if (refusal === null) {
      log.error({ event: 'request.failed', code: 'internal_error', reference, route }, error);
      return refuse(c, 'internal_error');
    }
    const { code, detail } = refusal;
    log.warn({ event: 'request.refused', code, detail, reference, route });
    return refuse(c, code);
  });
}
