/**
 * Why a learner has no account or no tokens at an LMS yet: each reason once, whose it is to mend, and what to do.
 *
 * What may be over tomorrow never becomes a dead letter: it is tried again for ever, ever more slowly, and an operator is told
 * once it lasts (mit-apps.md §5). What only a person can change waits for that person, and is tried when they change something.
 */
import type { Milliseconds } from '../model.ts';
import type { Learner, LearnerFailure, LearnerState } from '../store/open-edx-learners.ts';

/** `temporary` may be over by itself; `operator` holds for all learners alike; `learner` for this one. */
type FailureKind = 'temporary' | 'operator' | 'learner';

interface FailureRule {
  readonly kind: FailureKind;
  /** For an operator, in English. */
  readonly advice: string;
}

export const failures = {
  'lms-unreachable': { kind: 'temporary', advice: 'the LMS did not answer, or not to the end' },
  'lms-unexpected': {
    kind: 'temporary',
    advice: 'the LMS answered with an error of its own, or something else answers there',
  },
  'rate-limited': {
    kind: 'temporary',
    advice: 'as many as the LMS admits were made; raise REGISTRATION_RATELIMIT there and limits here',
  },
  'token-not-accepted': {
    kind: 'temporary',
    advice:
      'the LMS could not read our user info: is this server up, can the LMS reach it, is the provider record right?',
  },
  'username-taken': { kind: 'temporary', advice: 'every name that was tried is taken at the LMS' },
  'account-gone': {
    kind: 'temporary',
    advice: 'the LMS has no account with the address any more; the next try makes one',
  },
  'account-inactive': { kind: 'temporary', advice: 'the LMS has an account with the address that was never activated' },
  'account-not-linked': {
    kind: 'temporary',
    advice: 'the LMS has an account with the address and did not let the login in: its log says why',
  },
  'walk-interrupted': { kind: 'temporary', advice: 'the login at the LMS did not come to its end' },

  'not-configured': {
    kind: 'operator',
    advice: 'api_client_id and api_client_secret are missing: llavero openedx configure',
  },
  'client-missing': {
    kind: 'operator',
    advice: 'the client of the LMS is not configured here: llavero openedx configure',
  },
  'claims-not-released': {
    kind: 'operator',
    advice: 'the client of the LMS must be released email and preferred_username',
  },
  'consent-needed': { kind: 'operator', advice: 'the client of the LMS asks people; it needs skip_authorization' },
  'request-refused': {
    kind: 'operator',
    advice: 'the LMS asks us for a login that nobody but the person can give, or for another client',
  },
  'registration-closed': {
    kind: 'operator',
    advice:
      'the LMS takes no accounts from servers: ENABLE_REQUIRE_THIRD_PARTY_AUTH is on, or ALLOW_PUBLIC_ACCOUNT_CREATION off',
  },
  'login-refused': {
    kind: 'operator',
    advice: 'the LMS does not begin a login by this backend: no record for its Site, or no such backend',
  },
  'api-client-refused': {
    kind: 'operator',
    advice: 'our application at the LMS: id, secret, redirect address or scopes are not right',
  },
  'lms-consent-needed': {
    kind: 'operator',
    advice: 'our application at the LMS asks people; it needs skip authorization',
  },
  'worker-refused': {
    kind: 'operator',
    advice: 'the token of the service worker is worth nothing, has ended, or is not of staff',
  },

  'no-verified-email': {
    kind: 'learner',
    advice: 'the primary address of the account is not verified: it must not reach an LMS',
  },
  'provider-not-allowed': {
    kind: 'learner',
    advice: 'they have no way of signing in that the client of the LMS allows',
  },
  'registration-invalid': {
    kind: 'learner',
    advice: 'the LMS refuses what is known of them; the fields stand beside it',
  },
  'account-mismatch': { kind: 'learner', advice: 'the login led to another account of the LMS than the one on record' },
} as const satisfies { readonly [code: string]: FailureRule };
export type FailureCode = keyof typeof failures;

export function isFailureCode(code: string): code is FailureCode {
  return Object.hasOwn(failures, code);
}

/** Whether it holds for every learner, so that a run should end. */
export function stopsRun(code: string): boolean {
  return isFailureCode(code) && failures[code].kind === 'operator';
}

const MINUTE: Milliseconds = 60_000;
const HOUR = 60 * MINUTE;
const pauses: readonly Milliseconds[] = [MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 6 * HOUR, 24 * HOUR];

/** When it is tried again after the `tries`-th failure in a row; null: once something changes. */
export function retryAt(code: FailureCode, tries: number, now: Milliseconds): Milliseconds | null {
  switch (failures[code].kind) {
    case 'temporary':
      return now + (pauses[Math.min(tries, pauses.length) - 1] ?? MINUTE);
    case 'operator':
      return now + HOUR;
    case 'learner':
      return null;
  }
}

/** A failure that lasts is somebody's to look at, also while it is tried on. */
export function stateOf({
  account,
  tokens,
  failure,
  tries,
}: Pick<Learner, 'account' | 'tokens' | 'failure' | 'tries'>): LearnerState {
  if (failure !== null) return needsAttention(failure, tries) ? 'attention' : 'retrying';
  if (account !== 'created') return 'pending';
  return tokens === null ? 'created' : 'ready';
}

function needsAttention({ code }: LearnerFailure, tries: number): boolean {
  return !isFailureCode(code) || failures[code].kind !== 'temporary' || tries >= pauses.length;
}
