/**
 * What an operator configures: kinds of document, each under a name, and how to read the small ones.
 *
 * A document is JSON: the same in the configuration file, in the database and in a running server.
 */
import { z } from 'zod';
import type { JsonObject } from '../model.ts';
import { canonicalEmail } from '../users/email-address.ts';
import type { ClientDocument } from './client-document.ts';
import { hostSchema, textSchema, unique } from './common-schemas.ts';
import type { LtiConsumerDocument, LtiPlatformDocument } from './lti-document.ts';
import type { OpenEdxDocument } from './open-edx-document.ts';
import type { ProviderDocument } from './provider-document.ts';
import { type RegistrationDocument, registrationSchema } from './registration-document.ts';

export const outboundSchema = z.strictObject({
  /** Hosts that providers may be called at although their addresses are private (K-04). */
  allow_private: z.array(hostSchema).max(100, 'must list at most 100').check(unique).default([]),
});
export type OutboundDocument = Readonly<z.output<typeof outboundSchema>>;

export const brandSchema = z.strictObject({
  product_name: textSchema(60).nullable().default(null),
  /** Whom people can ask: it becomes a link, so nothing but an e-mail address or a web page. */
  support_contact: z
    .string()
    .regex(
      /^(?:[^\s@<>"]+@[^\s@<>"]+\.[^\s@<>"]+|https:\/\/[^\s<>"]+)$/,
      'must be an e-mail address or an https:// address',
    )
    .max(200, 'must have at most 200 characters')
    .nullable()
    .default(null),
  accent_color: z
    .string()
    .regex(/^#[0-9a-f]{6}$/i, 'must be a colour such as #005fcc')
    .refine(
      (color) => contrastWithWhite(color) >= 4.5,
      'is too light: white words on it need a contrast of 4.5 (WCAG 1.4.3)',
    )
    .nullable()
    .default(null),
});
export type BrandDocument = Readonly<z.output<typeof brandSchema>>;

export const mailSchema = z.strictObject({
  /** From whom mails come; null is `no-reply@` the host of the public address. */
  from_address: z
    .string()
    .refine(isSendingAddress, 'must be an e-mail address in lower case, such as no-reply@example.org')
    .nullable()
    .default(null),
  /** The name beside it; null is the product's. */
  from_name: textSchema(60).nullable().default(null),
});
export type MailDocument = Readonly<z.output<typeof mailSchema>>;

export const accountsSchema = z.strictObject({
  /** Whether two accounts that both have an identity of one provider may be merged (DESIGN §6.4). */
  merge_same_provider: z.enum(['refuse', 'allow']).default('refuse'),
  /** What an address does that a trusted provider has verified and that an account here has as verified (DESIGN §6.2). */
  same_verified_address: z.enum(['use', 'prove']).default('use'),
  /** What a new account is called where the person chose nothing. `curp` publishes what is personal: only by its very word. */
  username: z.enum(['random', 'email', 'provider', 'curp']).default('random'),
  /** How many days a guest whom nobody claims is kept, from when they began. */
  guest_retention_days: z.int().min(1).max(3650).default(90),
  /** How many days an account whose person wants it deleted can still be kept; 0: it is deleted at once. */
  deletion_grace_days: z.int().min(0).max(365).default(30),
});
export type AccountsDocument = Readonly<z.output<typeof accountsSchema>>;

export const keysSchema = z.strictObject({
  /** How long a key signs before the next one follows by itself; 0 leaves that to the operator. */
  rotation_days: z.int().min(0).max(3650).default(90),
});
export type KeysDocument = Readonly<z.output<typeof keysSchema>>;

/** The kinds of which there is one document, each a section of the file. */
export const singleSchemas = {
  outbound: outboundSchema,
  brand: brandSchema,
  mail: mailSchema,
  registration: registrationSchema,
  accounts: accountsSchema,
  keys: keysSchema,
} as const;
export type SingleKind = keyof typeof singleSchemas;
export type SingleDocuments = { readonly [kind in SingleKind]: Readonly<z.output<(typeof singleSchemas)[kind]>> };

export const singleKinds = Object.keys(singleSchemas) as readonly SingleKind[];

/** Everything that a configuration file says. Null: the file does not speak of it. */
export type ConfigurationDocuments = {
  readonly providers: readonly ProviderDocument[];
  readonly clients: readonly ClientDocument[];
  readonly open_edx: readonly OpenEdxDocument[];
  readonly lti: {
    readonly consumers: readonly LtiConsumerDocument[];
    readonly platforms: readonly LtiPlatformDocument[];
  };
} & { readonly [kind in SingleKind]: SingleDocuments[kind] | null };

export const configurationKinds = [
  'provider',
  'client',
  'open_edx',
  'lti_consumer',
  'lti_platform',
  ...singleKinds,
] as const;
export type ConfigurationKind = (typeof configurationKinds)[number];

/** One document under its name: the slug of a provider or an LMS, a client's id, `default` where there is only one. */
export interface ConfigurationEntry {
  readonly kind: ConfigurationKind;
  readonly name: string;
  readonly document: JsonObject;
}

/** What a process works with: all defaults where nothing is written or where it cannot be read. */
export interface EffectiveDocuments extends Omit<SingleDocuments, 'registration'> {
  /** Null: nothing is asked. Unreadable is not that: somebody new must not get around what a newer version asks. */
  readonly registration: RegistrationDocument | 'unreadable' | null;
}

export function defaultDocuments(): EffectiveDocuments {
  return forEachSingle((kind) => (kind === 'registration' ? null : singleSchemas[kind].parse({})));
}

/** One value for each single kind. The compiler cannot follow a kind through its schema: this is the one place that says so. */
export function forEachSingle<Documents>(make: (kind: SingleKind) => unknown): Documents {
  return Object.fromEntries(singleKinds.map((kind) => [kind, make(kind)])) as Documents;
}

/** A file that says nothing, to say some of it. */
export const nothingWritten: ConfigurationDocuments = {
  providers: [],
  clients: [],
  open_edx: [],
  lti: { consumers: [], platforms: [] },
  ...forEachSingle<{ readonly [kind in SingleKind]: null }>(() => null),
};

/** The documents as entries, in a fixed order of kinds. */
export function entriesOf(documents: ConfigurationDocuments): ConfigurationEntry[] {
  const { providers, clients, open_edx, lti } = documents;
  return [
    ...providers.map((document) => ({ kind: 'provider', name: document.slug, document }) as const),
    ...clients.map((document) => ({ kind: 'client', name: document.client_id, document }) as const),
    ...open_edx.map((document) => ({ kind: 'open_edx', name: document.slug, document }) as const),
    ...lti.consumers.map((document) => ({ kind: 'lti_consumer', name: document.slug, document }) as const),
    ...lti.platforms.map((document) => ({ kind: 'lti_platform', name: document.slug, document }) as const),
    ...singleKinds.flatMap((kind) => {
      const document = documents[kind];
      return document === null ? [] : [{ kind, name: 'default', document }];
    }),
  ];
}

/** In its canonical form and in ASCII: a server that does not know international addresses (RFC 6531) must take it too. */
function isSendingAddress(address: string): boolean {
  return canonicalEmail(address) === address && /^[!-~]+$/.test(address);
}

/** WCAG 2.2, "contrast ratio", of a colour `#rrggbb` against white: from 1 to 21. */
function contrastWithWhite(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((start) => {
    const share = Number.parseInt(color.slice(start, start + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05);
}
