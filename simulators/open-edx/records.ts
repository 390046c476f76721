/**
 * What an operator of Open edX fills in, under Open edX's own names and with its own defaults: sites, provider records,
 * OAuth applications, accounts and course runs.
 */

import { z } from 'zod';
import type { Json } from '../../src/model.ts';

export const backendNames = ['oidc', 'ol-oauth2', 'identityServer3'] as const;
export type BackendName = (typeof backendNames)[number];

/** A row of `django_site`. The domain is compared with the Host of a request, first with its port and then without. */
export interface Site {
  readonly id: number;
  readonly domain: string;
}

const json: z.ZodType<Json, Json> = z.json();

/** A row of `third_party_auth_oauth2providerconfig`. Rows are never changed: the newest of a site and a backend counts. */
export const providerRecordSchema = z.strictObject({
  backend_name: z.enum(backendNames),
  /** Null: the row of `SITE_ID`. */
  site: z.int().nullable().default(null),
  enabled: z.boolean().default(false),
  name: z.string().max(50).default(''),
  slug: z.string().max(30).default('default'),
  secondary: z.boolean().default(false),
  visible: z.boolean().default(false),
  skip_hinted_login_dialog: z.boolean().default(false),
  skip_registration_form: z.boolean().default(false),
  skip_email_verification: z.boolean().default(false),
  send_to_registration_first: z.boolean().default(false),
  sync_learner_profile_data: z.boolean().default(false),
  enable_sso_id_verification: z.boolean().default(false),
  /** Seconds; 0 until the browser closes. */
  max_session_length: z.int().min(0).nullable().default(null),
  key: z.string().default(''),
  secret: z.string().default(''),
  other_settings: z.record(z.string(), json).default({}),
});
export type ProviderRecordInput = z.input<typeof providerRecordSchema>;
export type ProviderRecord = z.output<typeof providerRecordSchema>;

/** A row of `oauth2_provider_application`, with the scopes of its ApplicationAccess. */
export const applicationSchema = z.strictObject({
  name: z.string(),
  client_id: z.string().min(1),
  client_secret: z.string().default(''),
  client_type: z.enum(['confidential', 'public']).default('confidential'),
  authorization_grant_type: z.enum(['authorization-code', 'client-credentials', 'password']),
  /** Separated by spaces. */
  redirect_uris: z.string().default(''),
  skip_authorization: z.boolean().default(false),
  /** The username of its owner, as whom it acts with client credentials. */
  user: z.string(),
  /** Beyond `read write email profile`, which every application may ask for. */
  scopes: z.array(z.string()).default([]),
  /** Has a RestrictedApplication row: its opaque tokens have expired when they are made. */
  restricted: z.boolean().default(false),
});
export type ApplicationInput = z.input<typeof applicationSchema>;
export type Application = z.output<typeof applicationSchema>;

export const accountSchema = z.strictObject({
  username: z.string().min(1),
  email: z.string().min(3),
  name: z.string().default(''),
  /** Null: one that nobody can use, as `manage_user --unusable-password` makes. */
  password: z.string().nullable().default(null),
  is_active: z.boolean().default(true),
  is_staff: z.boolean().default(false),
  is_superuser: z.boolean().default(false),
  country: z.string().default(''),
});
export type AccountInput = z.input<typeof accountSchema>;

const date = z.iso.datetime().nullable().default(null);

export const courseModeSchema = z.strictObject({
  mode_slug: z.string(),
  mode_display_name: z.string(),
  min_price: z.int().min(0).default(0),
  currency: z.string().default('usd'),
  /** After it nobody enrols in this mode. */
  expiration_datetime: date,
});
export type CourseMode = z.output<typeof courseModeSchema>;

export const courseSchema = z.strictObject({
  id: z.string().regex(/^course-v1:[^+\s]+\+[^+\s]+\+[^+\s]+$/),
  name: z.string(),
  short_description: z.string().default(''),
  start: date,
  end: date,
  enrollment_start: date,
  enrollment_end: date,
  certificate_available_date: date,
  pacing: z.enum(['self', 'instructor']).default('instructor'),
  invitation_only: z.boolean().default(false),
  /** Whether only staff find it in the list. */
  hidden: z.boolean().default(false),
  modes: z
    .array(courseModeSchema)
    .default([
      { mode_slug: 'audit', mode_display_name: 'Audit', min_price: 0, currency: 'usd', expiration_datetime: null },
    ]),
});
export type CourseInput = z.input<typeof courseSchema>;
export type Course = z.output<typeof courseSchema>;

/** `org`, `number` and `run` of a course key; null for anything else. */
export function readCourseKey(text: string): { readonly org: string; readonly number: string } | null {
  const [, org, number] = /^course-v1:([^+\s/]+)\+([^+\s/]+)\+[^+\s/]+$/.exec(text) ?? [];
  return org === undefined || number === undefined ? null : { org, number };
}
