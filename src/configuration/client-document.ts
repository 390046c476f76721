/**
 * One client as an operator writes it; members are named as in RFC 7591 §2 where that has a name.
 *
 * The schema is the only description. What it accepts it completes, and it accepts what it completed: a stored document
 * is read by the same schema. Must never: hold a secret in a message.
 */
import { z } from 'zod';
import { grantFaults, grantMembers, secretExpirySchema } from './client-grants.ts';
import { slugSchema, textSchema, unique } from './common-schemas.ts';
import { leadsTo } from './lti-target.ts';
import { parseRedirectUri, type RedirectUri } from './redirect-uri.ts';
import { secretFault } from './secret-strength.ts';
import { claimsHidden, userinfoShapeSchema } from './userinfo-shape.ts';

/** Claims that can be released. A client gets `sub` and what is listed for it, nothing else (M-10). */
export const releasableClaims = [
  'sub',
  'preferred_username',
  'name',
  'given_name',
  'family_name',
  'email',
  'email_verified',
  'email_verified_by',
  'email_verified_at',
  'birthdate',
  'gender',
  'address',
  'phone_number',
  'phone_number_verified',
  'locale',
  'updated_at',
  'identity_verified',
  'identity_verified_by',
  'curp',
  // Named by the specification (lti.md §3.6).
  'https://purl.imsglobal.org/spec/lti/claim/roles',
  'https://purl.imsglobal.org/spec/lti/claim/context',
  'https://purl.imsglobal.org/spec/lti/claim/resource_link',
  'https://purl.imsglobal.org/spec/lti/claim/deployment_id',
  'https://purl.imsglobal.org/spec/lti/claim/for_user',
] as const;
export type ReleasableClaim = (typeof releasableClaims)[number];

const MAXIMUM_URIS = 100;
const CLIENT_SECRET_BYTES = 16;

const redirectUriSchema = z.string().transform((text, context): RedirectUri => {
  const verdict = parseRedirectUri(text);
  if (verdict.accepted) return verdict.uri;
  context.issues.push({ code: 'custom', message: verdict.fault, input: text });
  return z.NEVER;
});

/** Where somebody's server is called: judged as strictly as where people are sent, for it is told about people. */
export const serverAddressSchema = z.string().transform((text, context): RedirectUri => {
  const verdict = parseRedirectUri(text);
  if (verdict.accepted && !verdict.privateUseScheme) return verdict.uri;
  const message = verdict.accepted ? 'must be the address of a server: https://' : verdict.fault;
  context.issues.push({ code: 'custom', message, input: text });
  return z.NEVER;
});

/** Compared by its path: what a query would mean there, nobody could say. */
const targetSchema = serverAddressSchema.refine((uri) => !uri.includes('?'), 'must not hold a query');

/** What teachers can add to a course at their campus. */
const contentSchema = z.strictObject({
  title: textSchema(200),
  url: serverAddressSchema,
  /** Points at most; null for what is not graded. */
  score_maximum: z
    .number()
    .positive('must be above 0')
    .max(1_000_000, 'must be at most 1000000')
    .nullable()
    .default(null),
});

const redirectUrisSchema = z
  .array(redirectUriSchema)
  .max(MAXIMUM_URIS, `must list at most ${MAXIMUM_URIS}`)
  .check(unique);

const clientSecretSchema = z.string().check((context) => {
  const fault = secretFault(context.value, CLIENT_SECRET_BYTES);
  if (fault !== null) context.issues.push({ code: 'custom', message: fault, input: undefined });
});

const members = z.strictObject({
  /** No colon: it would end the user name of HTTP Basic for clients that do not encode it (RFC 6749 §2.3.1). */
  client_id: z.string().regex(/^[A-Za-z0-9._~-]{1,100}$/, 'must be 1 to 100 of A-Z a-z 0-9 . _ ~ -'),
  client_name: textSchema(100),
  client_secret: clientSecretSchema.nullable().default(null),
  /** The one before, which is taken as well until then: both ends of a rotation need not be at the same moment. */
  previous_client_secret: clientSecretSchema.nullable().default(null),
  previous_client_secret_expires_at: secretExpirySchema.nullable().default(null),
  token_endpoint_auth_method: z
    .enum(['client_secret_basic', 'client_secret_post', 'none'])
    .default('client_secret_basic'),
  /** Empty only where nobody is ever sent back: see `grant_types`. */
  redirect_uris: redirectUrisSchema,
  post_logout_redirect_uris: redirectUrisSchema.default([]),
  redirect_uri_match: z.enum(['exact', 'django-oauth-toolkit']).default('exact'),
  id_token_signed_response_alg: z.enum(['RS256', 'ES256']).default('RS256'),
  /** Whether people are spared the question if this client may have their data. No default: it is the operator's word. */
  skip_authorization: z.boolean(),
  ...grantMembers,
  /** Whether the client knows people by a `sub` that no other client has (OpenID Connect Core §8). */
  subject_type: z.enum(['public', 'pairwise']).default('public'),
  /** What this client is told as `preferred_username`. */
  username_format: z.enum(['username', 'email', 'sub']).default('username'),
  /** Where the client itself begins a sign-in (OpenID Connect Core §4). */
  initiate_login_uri: serverAddressSchema.nullable().default(null),
  /** Where launches may lead: each covers what lies below it. */
  lti_targets: z.array(targetSchema).max(MAXIMUM_URIS, `must list at most ${MAXIMUM_URIS}`).check(unique).default([]),
  /** What teachers choose from when they add an activity at their campus (LTI Deep Linking 2.0). */
  lti_content: z
    .array(contentSchema)
    .max(1000, 'must list at most 1000')
    .check(({ value, issues }) => unique({ value: value.map(({ url }) => url), issues }))
    .default([]),
  /** What `initiate_login_uri` takes it as: OpenID Connect Core §4, or the login address of Open edX. */
  lti_target_parameter: z.enum(['target_link_uri', 'next']).default('target_link_uri'),
  /** What user info looks like; see `userinfo-shape.ts`. */
  userinfo_shape: userinfoShapeSchema.default('standard'),
  claims: z.array(z.enum(releasableClaims)).check(unique).default([]),
  /** Null: all of them. */
  allowed_providers: z.array(slugSchema).min(1, 'must list at least one').check(unique).nullable().default(null),
  /** Whether people may come without saying who they are. */
  allow_guests: z.boolean().default(false),
  default_provider: slugSchema.nullable().default(null),
  /** Where the client is told what happened to accounts (RFC 8935). */
  event_endpoint: serverAddressSchema.nullable().default(null),
  /** Where it is told that a session ended (OpenID Connect Back-Channel Logout 1.0 §2.2). */
  backchannel_logout_uri: serverAddressSchema.nullable().default(null),
  backchannel_logout_session_required: z.boolean().default(false),
  /** What a frame of ours opens when a session ended (OpenID Connect Front-Channel Logout 1.0 §2). */
  frontchannel_logout_uri: serverAddressSchema.nullable().default(null),
  /** Whether `iss` and `sid` are added to it. An address that knows a plain GET only is called as it stands. */
  frontchannel_logout_session_required: z.boolean().default(false),
});
type Members = z.output<typeof members>;

/** RFC 6749 §2.1: a confidential client has a secret, a public one has none. */
type Credentials =
  | { readonly token_endpoint_auth_method: 'none'; readonly client_secret: null }
  | {
      readonly token_endpoint_auth_method: 'client_secret_basic' | 'client_secret_post';
      readonly client_secret: string;
    };
export type ClientDocument = Readonly<Omit<Members, keyof Credentials>> & Credentials;

export const clientSchema = members
  .check(
    z.superRefine(
      (client, context) => {
        for (const [path, message] of crossFaults(client)) {
          context.issues.push({ code: 'custom', path: [path], message, input: undefined });
        }
      },
      // Also beside other faults, so that an operator sees all of them in one run.
      { when: ({ value }) => typeof value === 'object' && value !== null },
    ),
  )
  .transform((client): ClientDocument => {
    const { client_secret, token_endpoint_auth_method, ...rest } = client;
    return client_secret === null || token_endpoint_auth_method === 'none'
      ? { ...rest, token_endpoint_auth_method: 'none', client_secret: null }
      : { ...rest, token_endpoint_auth_method, client_secret };
  });

/** What only several members together show. The members may still be of any type here. */
function crossFaults(client: { readonly [member in keyof Members]?: unknown }): [member: string, fault: string][] {
  const isPublic = client.token_endpoint_auth_method === 'none';
  const hasSecret = client.client_secret !== null && client.client_secret !== undefined;
  const faults = grantFaults(client);
  if (isPublic && hasSecret) faults.push(['client_secret', 'must not be there with token_endpoint_auth_method: none']);
  if (!isPublic && !hasSecret) {
    faults.push(['client_secret', 'is missing (a public client has token_endpoint_auth_method: none instead)']);
  }
  const { allowed_providers: allowed, default_provider: chosen } = client;
  if (Array.isArray(allowed) && typeof chosen === 'string' && !allowed.includes(chosen)) {
    faults.push(['default_provider', 'must be one of allowed_providers']);
  }
  if (client.backchannel_logout_session_required === true && typeof client.backchannel_logout_uri !== 'string') {
    faults.push(['backchannel_logout_session_required', 'needs a backchannel_logout_uri']);
  }
  if (isPublic && client.redirect_uri_match === 'django-oauth-toolkit') {
    // RFC 9700 §4.1.3: whoever can move a code within the address must not be able to redeem it.
    faults.push(['redirect_uri_match', 'must be exact with token_endpoint_auth_method: none']);
  }
  for (const url of strayContent(client)) faults.push(['lti_content', `leads outside of lti_targets: ${url}`]);
  const hidden = hiddenClaims(client.userinfo_shape, client.claims);
  if (hidden.length > 0) faults.push(['userinfo_shape', `tells what claims does not release: ${hidden.join(', ')}`]);
  if (client.username_format === 'email' && !(Array.isArray(client.claims) && client.claims.includes('email'))) {
    faults.push(['username_format', 'may be email only where email is among the claims']);
  }
  if (namesCoursesOnly(client.claims)) {
    faults.push([
      'claims',
      `needs ${DEPLOYMENT} beside other claims of LTI: two campuses may have one id for a course`,
    ]);
  }
  const { frontchannel_logout_uri: framed, redirect_uris: sites } = client;
  if (client.frontchannel_logout_session_required === true && typeof framed !== 'string') {
    faults.push(['frontchannel_logout_session_required', 'needs a frontchannel_logout_uri']);
  }
  // Front-Channel Logout §2: only sites that people come from are opened in their browsers.
  if (originOf(framed) !== null && Array.isArray(sites) && !sites.some((uri) => originOf(uri) === originOf(framed))) {
    faults.push(['frontchannel_logout_uri', 'must have the scheme, host and port of one of redirect_uris']);
  }
  for (const member of ['redirect_uris', 'post_logout_redirect_uris'] as const) {
    const uris = client[member];
    // RFC 8252 §8.4: whoever can keep a secret is a server, and a server has a web address.
    if (!isPublic && Array.isArray(uris) && uris.some(hasPrivateUseScheme)) {
      faults.push([member, 'may hold a private-use scheme only with token_endpoint_auth_method: none']);
    }
  }
  return faults;
}

const LTI = 'https://purl.imsglobal.org/spec/lti/claim/';
const DEPLOYMENT = `${LTI}deployment_id`;

/** Which campus it is of, an app can tell by the deployment alone (lti.md §5.2 chain 7). */
function namesCoursesOnly(released: unknown): boolean {
  if (!Array.isArray(released) || released.includes(DEPLOYMENT)) return false;
  return released.some((claim) => typeof claim === 'string' && claim.startsWith(LTI));
}

/** A launch would be refused for it. Empty where either is a fault of its own. */
function strayContent({
  lti_content: content,
  lti_targets: targets,
}: { readonly [member in keyof Members]?: unknown }) {
  if (!Array.isArray(content) || !Array.isArray(targets) || !targets.every((target) => originOf(target) !== null))
    return [];
  const urls = content.map((item: unknown) => (item as { readonly url?: unknown } | null)?.url);
  return urls.filter((url) => typeof url === 'string' && originOf(url) !== null && !leadsTo(targets, url));
}

/** Empty where either is a fault of its own. */
function hiddenClaims(shape: unknown, released: unknown): string[] {
  const read = userinfoShapeSchema.safeParse(shape ?? 'standard');
  return read.success && Array.isArray(released) ? claimsHidden(read.data, released) : [];
}

/** Null for what is no address. */
function originOf(uri: unknown): string | null {
  return typeof uri === 'string' && URL.canParse(uri) ? new URL(uri).origin : null;
}

function hasPrivateUseScheme(uri: unknown): boolean {
  const verdict = typeof uri === 'string' ? parseRedirectUri(uri) : null;
  return verdict?.accepted === true && verdict.privateUseScheme;
}
