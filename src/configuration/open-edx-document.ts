/**
 * One Open edX platform (LMS) that the broker works with as a service: `open_edx` of the configuration file.
 *
 * Which of our clients it is, and with what we call it. Two credentials at the LMS, never one for both: the API client gets a
 * token pair for each learner, the service worker's token reads courses and enrols. Must never: hold a secret in a message.
 */
import { z } from 'zod';
import { slugSchema } from './common-schemas.ts';

/** The names by which an LMS knows its login backends; they stand in its addresses and in `provider` of a registration. */
export const lmsBackends = ['oidc', 'ol-oauth2', 'identityServer3'] as const;
export type LmsBackend = (typeof lmsBackends)[number];

/** Scheme, host and port: the LMS's own paths begin at the root. Which hosts may be called at all, `outbound` says. */
const originSchema = z.string().check((context) => {
  const url = URL.canParse(context.value) ? new URL(context.value) : null;
  const isWeb = url !== null && (url.protocol === 'https:' || url.protocol === 'http:');
  if (isWeb && url.origin === context.value) return;
  const message = 'must be scheme, host and port only, such as https://lms.example';
  context.issues.push({ code: 'custom', message, input: undefined });
});

/** RFC 6749 §2.3.1, and what fits the columns of django-oauth-toolkit. */
const credentialSchema = z
  .string()
  .regex(/^[!-~]{1,255}$/, 'must be 1 to 255 printable ASCII characters without spaces');

function callsPer(period: string, standard: number) {
  return z
    .int()
    .min(1, `must be at least 1 per ${period}`)
    .max(1000, `must be at most 1000 per ${period}`)
    .default(standard);
}

export const openEdxSchema = z.strictObject({
  slug: slugSchema,
  /** Where our servers call it. It must be a host that the LMS knows as its own: cookies and its Site depend on it. */
  base_url: originSchema,
  /** What people have in their address bar; null where that is the same. */
  public_url: originSchema.nullable().default(null),
  backend: z.enum(lmsBackends),
  /** The client that the LMS is here. */
  client: z.string().regex(/^[A-Za-z0-9._~-]{1,100}$/, 'must be the client_id of a client'),
  /** The application that we are there (authorization code, skip authorization); null until it is made. */
  api_client_id: credentialSchema.nullable().default(null),
  api_client_secret: credentialSchema.nullable().default(null),
  /** A staff user of the LMS, and its long-lived token; null until it is made. */
  service_worker: z.strictObject({ username: credentialSchema, token: credentialSchema }).nullable().default(null),
  /** What the LMS admits, so that it never has to refuse us: defaults are those of an unchanged LMS (open-edx.md §5, §10). */
  limits: z
    .strictObject({
      registrations_per_week: callsPer('week', 60),
      tokens_per_minute: callsPer('minute', 120),
      course_calls_per_minute: callsPer('minute', 40),
      enrolment_calls_per_minute: callsPer('minute', 120),
    })
    .prefault({}),
});
export type OpenEdxDocument = Readonly<z.output<typeof openEdxSchema>>;
