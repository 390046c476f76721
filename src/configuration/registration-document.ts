/**
 * What is asked of people before they are let in, as an operator writes it. Fields are named as in Open edX's
 * `REGISTRATION_EXTRA_FIELDS`, and have the words of that setting.
 *
 * Whether addresses are proved has no default: it needs mail, and leaving it out must not decide it either way.
 */
import { z } from 'zod';
import type { Registration, RegistrationField, Terms, Words } from '../model.ts';
import { registrationFields } from '../person/fields.ts';
import { textSchema } from './common-schemas.ts';

const ruleSchema = z.enum(['required', 'optional', 'hidden']).default('hidden');

const ruleOfEach = Object.fromEntries(registrationFields.map((name) => [name, ruleSchema])) as {
  readonly [name in RegistrationField]: typeof ruleSchema;
};
export const fieldsSchema = z.strictObject(ruleOfEach);

export const termsSchema = z.strictObject({
  version: textSchema(40),
  /** It becomes a link. Plain http only towards this machine, for practice. */
  address: z
    .string()
    .max(500, 'must have at most 500 characters')
    .refine(isLink, 'must be an https:// address without a user name'),
  title: z
    .union([textSchema(80), z.strictObject({ 'es-MX': textSchema(80), en: textSchema(80) })])
    .nullable()
    .default(null),
});

export const registrationSchema = z.strictObject({
  fields: fieldsSchema.prefault({}),
  verify_email: z.boolean(),
  terms: termsSchema.nullable().default(null),
});
export type RegistrationDocument = Readonly<z.output<typeof registrationSchema>>;

/** The document in the words of a sign-in. */
export function registrationOf({ fields, verify_email, terms }: RegistrationDocument): Registration {
  return { fields, verifyEmail: verify_email, terms: terms === null ? null : termsOf(terms) };
}

function termsOf({ version, address, title }: z.output<typeof termsSchema>): Terms {
  const words: Words | null = typeof title === 'string' ? { 'es-MX': title, en: title } : title;
  return { version, address, title: words };
}

/** Printable ASCII without what could end an attribute, and no `user@` that shows one host and leads to another. */
function isLink(text: string): boolean {
  const url = /^[!#-;=?-[\]-~]+$/.test(text) ? URL.parse(text) : null;
  if (url === null || url.username !== '' || url.password !== '') return false;
  const here = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  return url.protocol === 'https:' || (url.protocol === 'http:' && here);
}
