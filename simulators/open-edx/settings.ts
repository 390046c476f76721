/**
 * The Django settings that change what the LMS does, under their own names and with the defaults of a plain LMS.
 */

import type { BackendName } from './records.ts';

export type FieldState = 'required' | 'optional' | 'hidden';

export interface LmsSettings {
  readonly SITE_ID: number;
  /** Off: there is no relying party at all. Tutor switches it on. */
  readonly ENABLE_THIRD_PARTY_AUTH: boolean;
  /** The names of the backend classes in `AUTHENTICATION_BACKENDS`. */
  readonly AUTHENTICATION_BACKENDS: readonly BackendName[];
  /** Django's own: 4.5.4 is in Teak, 4.8.5 in the master of 2026. */
  readonly SOCIAL_CORE: '4.5.4' | '4.8.5';
  /** By backend; used where the record has no secret. */
  readonly SOCIAL_AUTH_OAUTH_SECRETS: { readonly [backend: string]: string };
  readonly ENABLE_REQUIRE_THIRD_PARTY_AUTH: boolean;
  readonly ALLOW_PUBLIC_ACCOUNT_CREATION: boolean;
  readonly SKIP_EMAIL_VALIDATION: boolean;
  readonly ENABLE_UNICODE_USERNAME: boolean;
  readonly ENABLE_BULK_ENROLLMENT_VIEW: boolean;
  readonly TPA_AUTOMATIC_LOGOUT_ENABLED: boolean;
  /** A provider id, such as `oa2-oidc`: every login goes there. */
  readonly THIRD_PARTY_AUTH_HINT: string;
  readonly IDA_LOGOUT_URI_LIST: readonly string[];
  /** `host[:port]` each. */
  readonly LOGIN_REDIRECT_WHITELIST: readonly string[];
  readonly REGISTRATION_EXTRA_FIELDS: { readonly [field: string]: FieldState };
  /** As django-ratelimit writes them: `60/7d`. */
  readonly REGISTRATION_RATELIMIT: string;
  readonly REGISTRATION_VALIDATION_RATELIMIT: string;
  readonly RATELIMIT_RATE: string;
  readonly REFRESH_TOKEN_EXPIRE_SECONDS: number;
  readonly SOCIAL_AUTH_PIPELINE_TIMEOUT: number;
  /** Sent as `X-Edx-Api-Key`; null where there is none. */
  readonly EDX_API_KEY: string | null;
}

export const defaultSettings: LmsSettings = {
  SITE_ID: 2,
  ENABLE_THIRD_PARTY_AUTH: true,
  AUTHENTICATION_BACKENDS: ['oidc', 'ol-oauth2', 'identityServer3'],
  SOCIAL_CORE: '4.5.4',
  SOCIAL_AUTH_OAUTH_SECRETS: {},
  ENABLE_REQUIRE_THIRD_PARTY_AUTH: false,
  ALLOW_PUBLIC_ACCOUNT_CREATION: true,
  SKIP_EMAIL_VALIDATION: false,
  ENABLE_UNICODE_USERNAME: false,
  ENABLE_BULK_ENROLLMENT_VIEW: false,
  TPA_AUTOMATIC_LOGOUT_ENABLED: false,
  THIRD_PARTY_AUTH_HINT: '',
  IDA_LOGOUT_URI_LIST: [],
  LOGIN_REDIRECT_WHITELIST: [],
  REGISTRATION_EXTRA_FIELDS: {
    honor_code: 'required',
    country: 'hidden',
    city: 'hidden',
    terms_of_service: 'hidden',
    level_of_education: 'optional',
    gender: 'optional',
    year_of_birth: 'optional',
    mailing_address: 'optional',
    goals: 'optional',
  },
  REGISTRATION_RATELIMIT: '60/7d',
  REGISTRATION_VALIDATION_RATELIMIT: '30/7d',
  RATELIMIT_RATE: '120/m',
  REFRESH_TOKEN_EXPIRE_SECONDS: 7_776_000,
  SOCIAL_AUTH_PIPELINE_TIMEOUT: 600,
  EDX_API_KEY: null,
};
