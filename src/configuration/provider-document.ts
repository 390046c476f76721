/**
 * One provider as an operator writes it: what is the same for every vendor. Members are named as in Open edX's record of
 * a provider (`OAuth2ProviderConfig`) where that has the field, and do what they do there.
 *
 * The schema is the only description: it drives validation, `provider show` and the table in docs/configuration.md. The
 * settings are kept as written; the vendor's own schema reads them where the provider is made.
 */
import { z } from 'zod';
import type { JsonObject } from '../model.ts';
import { domainSchema, hostSchema, isObject, slugSchema, textSchema, unique } from './common-schemas.ts';
import { readIcon } from './icon.ts';

const YEAR_SECONDS = 31_536_000;
/** Below this a session could end before the client has redeemed its code, and people would go round in circles. */
const SHORTEST_SESSION_SECONDS = 60;

const iconSchema = z.string().check((context) => {
  const icon = readIcon(context.value);
  if (icon.kind === 'fault') context.issues.push({ code: 'custom', message: icon.fault, input: undefined });
});

const sessionLengthSchema = z
  .int()
  .max(YEAR_SECONDS, `must be at most ${YEAR_SECONDS}`)
  .refine(
    (seconds) => seconds === 0 || seconds >= SHORTEST_SESSION_SECONDS,
    `must be 0 or at least ${SHORTEST_SESSION_SECONDS} seconds`,
  );

export const providerSchema = z.strictObject({
  slug: slugSchema.describe('Its name in addresses, and part of every identity it brings: never rename it.'),
  vendor: z.string().describe('The product or protocol.'),
  /** No default: a provider that lets people in is switched on by a word, not by an omission. */
  enabled: z.boolean().describe('Whether people can sign in with it.'),
  name: z
    .union([textSchema(80), z.strictObject({ 'es-MX': textSchema(80), en: textSchema(80) })])
    .nullable()
    .default(null)
    .describe("The name on its button, one or in `es-MX` and `en`; without it, the vendor's own."),
  hint: z
    .strictObject({ 'es-MX': textSchema(120), en: textSchema(120) })
    .nullable()
    .default(null)
    .describe("A line under the name, in `es-MX` and `en`; without it, the vendor's own."),
  icon: iconSchema.nullable().default(null).describe('One or two letters, or a small PNG picture.'),
  /** Not as in Open edX, where it is off: a provider of three lines is meant to be seen (DESIGN §11). */
  visible: z
    .boolean()
    .default(true)
    .describe('Whether the chooser shows it. Addresses and hints reach it in any case.'),
  /** Ours: Open edX has none. */
  order: z
    .int()
    .min(0, 'must be at least 0')
    .max(1000, 'must be at most 1000')
    .default(100)
    .describe('Its place among the buttons: lower comes first, by name where it is the same.'),
  secondary: z.boolean().default(false).describe('Whether it stands among the institutions, which are searched.'),
  site: hostSchema.nullable().default(null).describe('The host of the sites that it is for; without it, all.'),
  domains: z
    .array(domainSchema)
    .max(100, 'must list at most 100')
    .check(unique)
    .default([])
    .describe('Whoever comes with an address of these domains is sent straight to it. Proves nothing.'),
  /** Not as in Open edX, where it is off: a client that names a provider has asked already. */
  skip_hinted_login_dialog: z.boolean().default(true).describe('Whether a hint goes straight on, without a page.'),
  skip_registration_form: z.boolean().default(false).describe('Whether new people are spared the form.'),
  skip_email_verification: z.boolean().default(false).describe('Whether new people need not verify their address.'),
  send_to_registration_first: z.boolean().default(false).describe('Whether unknown people are taken for new ones.'),
  /** Ours: Open edX lets people connect as many as they like. */
  one_identity_per_user: z.boolean().default(false).describe('Whether one person may connect only one account of it.'),
  sync_learner_profile_data: z
    .boolean()
    .default(true)
    .describe('Whether the account is brought up to date at each sign-in.'),
  enable_sso_id_verification: z
    .boolean()
    .default(false)
    .describe('Whether a sign-in marks the identity of the person as verified.'),
  max_session_length: sessionLengthSchema
    .nullable()
    .default(null)
    .describe("The longest session in seconds; 0 and none leave it at this server's own."),
  settings: z.custom<JsonObject>(isObject, 'must be a map').default({}).describe('What the vendor asks for.'),
});
export type ProviderDocument = Readonly<z.output<typeof providerSchema>>;
