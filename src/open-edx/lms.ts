/**
 * An LMS as the connector works with it, and the addresses on both sides that follow from its record.
 */
import type { LmsBackend, OpenEdxDocument } from '../configuration/open-edx-document.ts';
import type { Milliseconds } from '../model.ts';
import type { Allowance } from '../store/open-edx-throttles.ts';

export interface Lms {
  readonly slug: string;
  /** Where it is called. */
  readonly base: URL;
  /** What people see. */
  readonly public: URL;
  readonly backend: LmsBackend;
  /** The client that it is here. */
  readonly clientId: string;
  /** The application that we are there; null until it is made. */
  readonly api: { readonly clientId: string; readonly clientSecret: string } | null;
  readonly worker: { readonly username: string; readonly token: string } | null;
  readonly allowances: { readonly [kind in LimitedCall]: Allowance };
}

/** Calls that the LMS counts, each by itself (open-edx.md §5, §10). */
export const limitedCalls = ['registrations', 'tokens', 'courses', 'enrolments'] as const;
export type LimitedCall = (typeof limitedCalls)[number];

const MINUTE: Milliseconds = 60_000;
const WEEK: Milliseconds = 7 * 24 * 60 * MINUTE;

export function lmsOf(document: OpenEdxDocument): Lms {
  const { slug, base_url, public_url, backend, client, api_client_id, api_client_secret, service_worker, limits } =
    document;
  return {
    slug,
    base: new URL(base_url),
    public: new URL(public_url ?? base_url),
    backend,
    clientId: client,
    api:
      api_client_id === null || api_client_secret === null
        ? null
        : { clientId: api_client_id, clientSecret: api_client_secret },
    worker: service_worker,
    allowances: {
      registrations: { limit: limits.registrations_per_week, windowMs: WEEK },
      tokens: { limit: limits.tokens_per_minute, windowMs: MINUTE },
      courses: { limit: limits.course_calls_per_minute, windowMs: MINUTE },
      enrolments: { limit: limits.enrolment_calls_per_minute, windowMs: MINUTE },
    },
  };
}

/** Where a login by our provider begins there (mit-apps.md §6, step 3). */
export const loginPath = (backend: LmsBackend) => `/auth/login/${backend}/?auth_entry=login`;

/** Where it ends, and so the redirect address of the client here (open-edx.md §1). */
export const completePath = (backend: LmsBackend) => `/auth/complete/${backend}/`;

/**
 * The redirect address of our application there. Nothing answers at it: the walk reads the code from the address itself, so that no
 * code is ever in a log of ours.
 */
export const ourRedirectUri = (publicUrl: URL, slug: string) => new URL(`/open-edx/${slug}/complete`, publicUrl).href;

/** By whom the LMS says that somebody comes (open-edx.md §1: `provider_id`). */
export const providerId = (backend: LmsBackend) => `oa2-${backend}`;
