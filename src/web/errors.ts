/**
 * What a browser is told when a request is refused before or beside a stored sign-in: a page with a code, never a stack.
 *
 * Anything that is not a refusal of ours is an internal error: its cause goes to the log under the reference that the
 * page shows (M-13). Each refused attempt leaves one audit event, unless its client address floods us with them.
 */
import { slugSchema } from '../configuration/common-schemas.ts';
import { randomToken } from '../crypto.ts';
import { type ErrorCode, refusals, SignInError } from '../errors.ts';
import type { Log } from '../events/log.ts';
import type { Limits } from '../limits/limits.ts';
import type { Environment } from '../model.ts';
import { path } from '../pages/href.ts';
import { refusalPage } from '../pages/refusal.ts';
import type { AuditEvent } from '../store/audit.ts';
import { DatabaseUnavailable } from '../store/database.ts';
import type { Store } from '../store/store.ts';
import { frameOf, type RequestVariables, respondWithPage, type WebApp, type WebContext } from './context.ts';

export interface ErrorDependencies {
  readonly environment: Environment;
  readonly store: Store;
  readonly log: Log;
  readonly limits: Limits;
}

/** Refusals of an attempt to sign in, which the audit log must hold. The others are requests that go nowhere. */
const audited: ReadonlySet<ErrorCode> = new Set([
  'sign_in_unknown',
  'sign_in_expired',
  'sign_in_other_browser',
  'sign_in_replayed',
  'callback_malformed',
  'issuer_mismatch',
  'cross_site_request',
  'provider_unreachable',
  'provider_timeout',
  'provider_answer_invalid',
  'provider_answer_too_large',
  'provider_rejected_client',
  'lti_launch_unverified',
  'lti_launch_expired',
  'lti_launch_replayed',
  'lti_launch_other_browser',
  'lti_platform_disabled',
  'lti_deployment_unknown',
  'lti_platform_pending',
  'lti_invitation_invalid',
  'lti_registration_refused',
  'lti_registration_failed',
  'lti_registration_known',
]);

export function mountErrors(app: WebApp, { environment, store, log, limits }: ErrorDependencies): void {
  app.notFound((c) => show(c, 'not_found'));

  app.onError(async (error, c) => {
    const refusal = asRefusal(error);
    const { reference } = c.var;
    if (refusal === null) {
      log.error({ event: 'request.failed', code: 'internal_error', reference, route: c.req.routePath }, error);
      return show(c, 'internal_error');
    }
    const { code, detail } = refusal;
    log.warn({ event: 'request.refused', code, detail, reference, route: c.req.routePath });
    if (audited.has(code)) await record(c, code, detail);
    return show(c, code);
  });

  async function record(c: WebContext, code: ErrorCode, reason: string): Promise<void> {
    // Anybody can have requests refused, and the audit log is kept for years: it must not be theirs to fill.
    if (!limits.admits('auditedRefusalsPerClientAddress', c.var.clientAddressKey)) return;
    const event: AuditEvent = {
      id: randomToken(environment, 16),
      at: environment.now(),
      type: 'sign_in.refused',
      code,
      userId: null,
      provider: providerNamed(c.req.param('provider')),
      clientId: null,
      signInId: null,
      reference: c.var.reference,
      detail: { reason },
    };
    // Nothing was granted, so the person is told why even when it cannot be written down; the log has it.
    await store.audit.record(event).catch((error: unknown) => {
      log.error({ event: 'audit.failed', code, reference: c.var.reference }, error);
    });
  }
}

/** Only what an operator could have named a provider: anybody can write an address, and the audit log is kept for years. */
function providerNamed(text: string | undefined): string | null {
  return slugSchema.safeParse(text).data ?? null;
}

export function asRefusal(error: unknown): { code: ErrorCode; detail: string } | null {
  if (error instanceof SignInError) return error;
  if (error instanceof DatabaseUnavailable) return { code: 'store_unavailable', detail: 'the database did not answer' };
  return null;
}

/** Seconds after which asking again may help, by status (RFC 9110 §10.2.3). */
export const retryAfter: { readonly [status: number]: string } = { 429: '60', 503: '5' };

function show(c: WebContext, code: ErrorCode): Response {
  const { status, retry } = refusals[code];
  const seconds = retryAfter[status];
  if (seconds !== undefined) c.header('Retry-After', seconds);
  const { wayOn, brand }: Partial<RequestVariables> = c.var;
  // The database was gone before the configuration was read for the first time: there is nothing to draw a page with.
  if (brand === undefined) return c.text(`${code}\n`, status);
  const page = refusalPage(frameOf(c), {
    code,
    reference: c.var.reference,
    providerName: null,
    startAgainHref: wayOn === null || wayOn === undefined ? (retry ? path('/sign-in') : null) : wayOn.startAgainHref,
    client: wayOn?.client ?? null,
    caseNumber: null,
  });
  return respondWithPage(c, page, status);
}
