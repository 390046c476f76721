/**
 * Every way in which something is refused: one code each, with its HTTP status and with where a browser may be told.
 *
 * The codes are a promise (docs/errors.md lists them; a test holds the two together). The words are not here but in the
 * language tables. Nothing that an upstream or a person sent may become part of a message.
 */

/**
 * Who may be told (RFC 6749 §4.1.2.1): `page` stays on our own page, because no address to send the browser to is
 * trusted; `client` may also be handed to the client that asked, as the OAuth error beside it.
 */
type Audience =
  | { readonly at: 'page' }
  | { readonly at: 'client'; readonly oauthError: 'access_denied' | 'temporarily_unavailable' };

interface Refusal {
  readonly status: number;
  readonly audience: Audience;
  /** Whether pressing the same button again can help. */
  readonly retry: boolean;
}

const page: Audience = { at: 'page' };
const denied: Audience = { at: 'client', oauthError: 'access_denied' };
const unavailable: Audience = { at: 'client', oauthError: 'temporarily_unavailable' };

export const refusals = {
  // The request itself
  not_found: { status: 404, audience: page, retry: false },
  bad_request: { status: 400, audience: page, retry: false },
  cross_site_request: { status: 403, audience: page, retry: false },
  request_too_large: { status: 413, audience: page, retry: false },
  too_many_requests: { status: 429, audience: page, retry: true },
  client_request_invalid: { status: 400, audience: page, retry: false },
  internal_error: { status: 500, audience: page, retry: true },
  store_unavailable: { status: 503, audience: page, retry: true },
  too_busy: { status: 503, audience: page, retry: true },

  // The attempt
  sign_in_unknown: { status: 400, audience: page, retry: true },
  sign_in_expired: { status: 400, audience: page, retry: true },
  sign_in_other_browser: { status: 400, audience: page, retry: true },
  sign_in_replayed: { status: 400, audience: page, retry: true },
  mail_link_unusable: { status: 410, audience: page, retry: true },
  callback_malformed: { status: 400, audience: denied, retry: true },
  issuer_mismatch: { status: 400, audience: denied, retry: true },

  // The provider
  provider_unknown: { status: 404, audience: page, retry: false },
  provider_disabled: { status: 403, audience: denied, retry: false },
  provider_denied: { status: 403, audience: denied, retry: true },
  provider_unreachable: { status: 502, audience: unavailable, retry: true },
  provider_timeout: { status: 504, audience: unavailable, retry: true },
  provider_answer_invalid: { status: 502, audience: unavailable, retry: true },
  provider_answer_too_large: { status: 502, audience: unavailable, retry: true },
  provider_rejected_code: { status: 502, audience: denied, retry: true },
  provider_rejected_client: { status: 502, audience: unavailable, retry: false },
  provider_rejected_token: { status: 502, audience: denied, retry: true },
  subject_unusable: { status: 502, audience: denied, retry: false },

  // The person
  account_conflict: { status: 403, audience: denied, retry: false },
  refused_by_support: { status: 403, audience: denied, retry: false },
  provider_already_connected: { status: 409, audience: denied, retry: false },
  identity_taken: { status: 409, audience: page, retry: false },
  another_account: { status: 409, audience: page, retry: true },
  no_account: { status: 404, audience: page, retry: true },
  same_account: { status: 409, audience: page, retry: true },
  last_way_in: { status: 409, audience: page, retry: false },
  address_taken: { status: 409, audience: page, retry: false },
  undo_link_unusable: { status: 410, audience: { at: 'page' }, retry: false },
  change_refused_by_rule: { status: 403, audience: page, retry: false },
  user_disabled: { status: 403, audience: denied, retry: false },
  deletion_goes_on: { status: 403, audience: denied, retry: false },
  deletion_pending: { status: 409, audience: page, retry: false },
  account_not_deletable: { status: 409, audience: page, retry: false },
  mail_unavailable: { status: 500, audience: unavailable, retry: false },
  sign_in_refused_by_rule: { status: 403, audience: denied, retry: false },

  // A launch from a campus
  launch_anonymous: { status: 403, audience: page, retry: false },
  launch_unavailable: { status: 403, audience: page, retry: false },
  launch_target_unknown: { status: 400, audience: page, retry: false },
  launch_not_linked: { status: 403, audience: page, retry: false },
  launch_address_missing: { status: 403, audience: page, retry: false },
  launch_address_differs: { status: 409, audience: page, retry: false },
  launch_account_guarded: { status: 403, audience: page, retry: false },
  launch_declined: { status: 403, audience: page, retry: false },

  // Two accounts of one person
  same_provider: { status: 409, audience: page, retry: false },
  identifiers_differ: { status: 409, audience: page, retry: false },
  user_not_mergeable: { status: 409, audience: page, retry: false },
  merge_running: { status: 409, audience: page, retry: true },
  preview_changed: { status: 409, audience: page, retry: true },

  // A launch from a campus LMS
  lti_launch_malformed: { status: 400, audience: page, retry: false },
  lti_launch_unverified: { status: 401, audience: page, retry: false },
  lti_launch_expired: { status: 401, audience: page, retry: true },
  lti_launch_replayed: { status: 401, audience: page, retry: true },
  lti_launch_other_browser: { status: 401, audience: page, retry: true },
  lti_message_unsupported: { status: 400, audience: page, retry: false },
  lti_platform_unknown: { status: 400, audience: page, retry: false },
  lti_platform_disabled: { status: 403, audience: page, retry: false },
  lti_deployment_unknown: { status: 403, audience: page, retry: false },
  lti_platform_refused: { status: 403, audience: page, retry: true },
  deep_link_unusable: { status: 410, audience: page, retry: false },
  lti_platform_pending: { status: 403, audience: page, retry: false },
  lti_invitation_invalid: { status: 403, audience: page, retry: false },
  lti_registration_refused: { status: 400, audience: page, retry: false },
  lti_registration_failed: { status: 502, audience: page, retry: true },
  lti_registration_known: { status: 409, audience: page, retry: false },

  // What an app asks of the API
  api_token_invalid: { status: 401, audience: page, retry: false },
  api_scope_missing: { status: 403, audience: page, retry: false },
  score_user_unknown: { status: 404, audience: page, retry: false },
  score_place_unknown: { status: 404, audience: page, retry: false },
  score_place_ambiguous: { status: 409, audience: page, retry: false },
  score_differs: { status: 409, audience: page, retry: false },
  members_unknown: { status: 404, audience: page, retry: false },
  members_page_ended: { status: 410, audience: page, retry: true },
  campus_refused: { status: 502, audience: page, retry: false },
  campus_unavailable: { status: 503, audience: page, retry: true },
  campus_busy: { status: 429, audience: page, retry: true },
} as const satisfies { readonly [code: string]: Refusal };

export type ErrorCode = keyof typeof refusals;

/** A stored code. One that a newer release wrote is not known here, and reads as a fault of ours rather than as none. */
export function parseErrorCode(text: string): ErrorCode {
  return Object.hasOwn(refusals, text) ? (text as ErrorCode) : 'internal_error';
}

/** A refusal on its way to a page, a client or the audit log. `detail` is for the log only: no secret, no personal data. */
export class SignInError extends Error {
  override readonly name = 'SignInError';
  readonly code: ErrorCode;
  readonly detail: string;

  constructor(code: ErrorCode, detail: string, options?: ErrorOptions) {
    super(`${code}: ${detail}`, options);
    this.code = code;
    this.detail = detail;
  }

  get refusal(): Refusal {
    return refusals[this.code];
  }
}

/** Faults in something that an operator wrote, all of them at once. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(
      `The configuration has ${faults.length} fault${faults.length === 1 ? '' : 's'}:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`,
    );
    this.faults = faults;
  }
}
