/**
 * A campus LMS that launches into the broker: `lti` of the configuration file, one document for each LTI 1.1 consumer and for each
 * LTI 1.3 platform (lti.md §2.1, §3.1).
 *
 * Protocol members have the names of the specifications. Must never: hold a secret in a message, or let an LMS in by omission:
 * which accounts its launches reach has no default.
 */
import { z } from 'zod';
import { serverAddressSchema } from './client-document.ts';
import { secretExpirySchema } from './client-grants.ts';
import { domainSchema, slugSchema, textSchema, unique } from './common-schemas.ts';
import { secretFault } from './secret-strength.ts';

/** Which account a launch by somebody new reaches (lti.md §5). */
export const linkingRules = [
  'require-account',
  'create-on-first-launch',
  'trust-emails',
  'match-identifier',
  'never',
] as const;
export type LinkingRule = (typeof linkingRules)[number];

/** Every learner sees the signature of their own launch, and can try secrets on it for as long as they like. */
const SECRET_BYTES = 16;

const secretSchema = z.string().check((context) => {
  const fault = secretFault(context.value, SECRET_BYTES);
  if (fault !== null) context.issues.push({ code: 'custom', message: fault, input: undefined });
});

/** OpenID Connect Core §2 and lti.md §3.5: opaque, compared exactly. */
const opaqueSchema = z.string().regex(/^[!-~]{1,255}$/, 'must be 1 to 255 printable ASCII characters without spaces');

/** No wildcard: whoever gets any one of the sites it covers could lay our pages under theirs. */
const originSchema = z.string().refine((text) => {
  if (text.includes('*')) return false;
  const url = URL.canParse(text) ? new URL(text) : null;
  const onThisMachine = url?.protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  return url?.origin === text && (url.protocol === 'https:' || onThisMachine);
}, 'must be scheme, host and port only, such as https://campus.example');

const sharedMembers = {
  slug: slugSchema,
  /** What people know the LMS by; null: its slug. */
  name: textSchema(80).nullable().default(null),
  enabled: z.boolean().default(true),
  linking: z.enum(linkingRules),
  /** Of `trust-emails`: whose addresses this LMS vouches for. */
  trusted_email_domains: z.array(domainSchema).max(100, 'must list at most 100').check(unique).default([]),
  /** Usernames of accounts with staff powers: no address leads a launch to them (lti.md §5.2). */
  staff: z.array(textSchema(150)).max(1000, 'must list at most 1000').check(unique).default([]),
  /** The client that its launches end in. */
  client: z.string().regex(/^[A-Za-z0-9._~-]{1,100}$/, 'must be the client_id of a client'),
  /** Whose pages may show ours in a frame. */
  frame_origins: z.array(originSchema).max(20, 'must list at most 20').check(unique).default([]),
};

export const ltiConsumerSchema = withLinkingChecked(
  z.strictObject({
    ...sharedMembers,
    oauth_consumer_key: opaqueSchema,
    secret: secretSchema,
    /** The one before, which is taken as well until then: both ends of a rotation need not be at the same moment. */
    previous_secret: secretSchema.nullable().default(null),
    previous_secret_expires_at: secretExpirySchema.nullable().default(null),
    /** RFC 5849 has SHA-1; what else is taken is the operator's word, never the launch's. */
    signature_methods: z
      .array(z.enum(['HMAC-SHA1', 'HMAC-SHA256']))
      .min(1, 'must list at least one')
      .check(unique)
      .default(['HMAC-SHA1']),
    /** The only installation that may use the key; null: whoever has the secret. */
    tool_consumer_instance_guid: opaqueSchema.nullable().default(null),
    /** From then on its launches are refused. */
    expires_at: secretExpirySchema.nullable().default(null),
  }),
);
export type LtiConsumerDocument = Readonly<z.output<typeof ltiConsumerSchema>>;

export const ltiPlatformSchema = withLinkingChecked(
  z.strictObject({
    ...sharedMembers,
    /** Compared character by character: `https://x` is not `https://x/` (lti.md §3.2). */
    issuer: serverAddressSchema,
    client_id: opaqueSchema,
    /** None is trusted because it comes with a good signature: some platforms have one client id for every campus (lti.md §4). */
    deployment_ids: z
      .array(opaqueSchema)
      .min(1, 'must list at least one')
      .max(1000, 'must list at most 1000')
      .check(unique),
    authorization_endpoint: serverAddressSchema,
    token_endpoint: serverAddressSchema,
    /** What its token endpoint takes as the audience; null: its address. */
    token_audience: z.string().min(1).max(255).nullable().default(null),
    jwks_uri: serverAddressSchema,
    id_token_signed_response_alg: z.enum(['RS256', 'ES256']).default('RS256'),
    /** What a `sub` means one person within. `deployment` for platforms on which the campus decides. */
    subject_scope: z.enum(['platform', 'deployment']).default('platform'),
    /** Of `match-identifier`: whose ids these are. LMSs of one institution name the same. */
    identifier_namespace: slugSchema.nullable().default(null),
    /** Where the id stands in a launch: the custom parameter of this name; null: `person_sourcedid` of the claim `lis`. */
    identifier_custom_parameter: z
      .string()
      .regex(/^[A-Za-z0-9_.]{1,100}$/, 'must be the name of a custom parameter, without custom_')
      .nullable()
      .default(null),
    /** That no course author can write that parameter. In many platforms whoever adds a link can, and so come as anybody. */
    identifier_closed_to_authors: z.boolean().default(false),
  }),
);
export type LtiPlatformDocument = Readonly<z.output<typeof ltiPlatformSchema>>;

interface SeveralMembers {
  readonly linking: LinkingRule;
  readonly trusted_email_domains: readonly string[];
  readonly previous_secret?: string | null;
  readonly previous_secret_expires_at?: string | null;
  readonly subject_scope?: 'platform' | 'deployment';
  readonly identifier_namespace?: string | null;
  readonly identifier_custom_parameter?: string | null;
  readonly identifier_closed_to_authors?: boolean;
}

function withLinkingChecked<Schema extends z.ZodType<SeveralMembers>>(schema: Schema): Schema {
  return schema.check((context) => {
    for (const [path, message] of crossFaults(context.value)) {
      context.issues.push({ code: 'custom', path: [path], message, input: undefined });
    }
  });
}

/** What only several members together show: a setting of a rule that does not apply says that another rule was meant. */
function crossFaults(document: SeveralMembers): [member: string, fault: string][] {
  const { linking, trusted_email_domains: domains } = document;
  const faults: [string, string][] = [];
  const trusts = linking === 'trust-emails';
  if (trusts && domains.length === 0) faults.push(['trusted_email_domains', 'is needed with linking: trust-emails']);
  if (!trusts && domains.length > 0) faults.push(['trusted_email_domains', 'belongs to linking: trust-emails']);
  // LTI 1.1 signs with a secret that course authors may know, and they choose what is signed (lti.md §5.1).
  if (trusts && 'oauth_consumer_key' in document) faults.push(['linking', 'may be trust-emails with LTI 1.3 only']);
  faults.push(...identifierFaults(document));
  const hasPrevious = typeof document.previous_secret === 'string';
  if (hasPrevious !== (typeof document.previous_secret_expires_at === 'string')) {
    const missing = hasPrevious ? 'previous_secret_expires_at' : 'previous_secret';
    faults.push([missing, 'is missing: a secret before this one needs the time when it ends']);
  }
  return faults;
}

/**
 * Open edX lets a course author write `lis_person_sourcedid` of LTI 1.1 (lti.md §2.3), and whoever knows a secret of 1.1 can sign
 * anything: there an id would be a way into any account. In 1.3 the claim `lis` is the platform's own.
 */
function identifierFaults(document: SeveralMembers): [member: string, fault: string][] {
  const { linking, identifier_namespace: namespace, identifier_custom_parameter: parameter } = document;
  const matches = linking === 'match-identifier';
  if (matches && 'oauth_consumer_key' in document) return [['linking', 'may be match-identifier with LTI 1.3 only']];
  const faults: [string, string][] = [];
  const closed = document.identifier_closed_to_authors === true;
  if (matches && namespace === null) faults.push(['identifier_namespace', 'is needed with linking: match-identifier']);
  if (!matches) {
    const given = [
      ['identifier_namespace', typeof namespace === 'string'],
      ['identifier_custom_parameter', typeof parameter === 'string'],
      ['identifier_closed_to_authors', closed],
    ] as const;
    const needless = given.filter(([, isGiven]) => isGiven);
    faults.push(...needless.map(([member]): [string, string] => [member, 'belongs to linking: match-identifier']));
  }
  if (matches && (typeof parameter === 'string') !== closed) {
    faults.push([
      'identifier_closed_to_authors',
      closed
        ? 'belongs to identifier_custom_parameter'
        : 'must be true: a parameter that course authors can write names anybody',
    ]);
  }
  // Each campus behind such a client id counts its people on its own, and the same id is somebody else at each.
  if (matches && document.subject_scope === 'deployment') {
    faults.push([
      'subject_scope',
      'must be platform with linking: match-identifier: the ids must be of one institution',
    ]);
  }
  return faults;
}
