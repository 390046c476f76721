/**
 * Every setting of a vendor, with every value that its schema lists and with values made to take something away.
 *
 * The settings are read from the schema itself, so a setting that is added tomorrow is tried too. A value that the
 * schema refuses can do no harm; one of a closed list must be tried.
 */
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { z } from 'zod';
import type { vendors } from '../../src/providers/registry.ts';

/** Where the settings of a fixture lead. */
export const origin = 'http://localhost:4401';

export type Settings = { readonly [name: string]: unknown };
type Schema = z.core.JSONSchema.BaseSchema;

export const hostileQuery =
  'state=mine&nonce=mine&code_challenge=mine&code_challenge_method=plain&response_type=token&redirect_uri=https://evil.test';
const hostileTexts = ['', 'none', 'null', 'state', 'nonce', 'error', `${origin}/a?${hostileQuery}`, `?${hostileQuery}`];

/** As members of a list: also what reads as a domain. */
const listed = [...hostileTexts, 'uni.mx', 'evil.test', 'uni.mx.evil.test'];

/** Values of one setting: all that a closed list has, and some that an open one should not have. */
function valuesOf(schema: Schema, written: unknown): { readonly closed: unknown[]; readonly open: unknown[] } {
  const branches = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])] as Schema[];
  if (branches.length > 0) {
    const all = branches.map((branch) => valuesOf(branch, written));
    return { closed: all.flatMap(({ closed }) => closed), open: all.flatMap(({ open }) => open) };
  }
  if (schema.enum !== undefined) return { closed: [...schema.enum], open: [] };
  if (schema.const !== undefined) return { closed: [schema.const], open: [] };
  if (schema.type === 'boolean') return { closed: [true, false], open: [] };
  if (schema.type === 'array') return { closed: [], open: [[], ...listed.map((text) => [text]), listed] };
  if (schema.type === 'object' && schema.properties !== undefined) return valuesOfMembers(schema, written);
  if (schema.type === 'object') return { closed: [], open: [{ x: 'mine' }, { invalid_grant: 'unreachable' }] };
  const ends = [schema.minimum, schema.maximum].filter((end) => end !== undefined);
  return { closed: [], open: [...hostileTexts, 0, 1, 86_400, ...ends] };
}

function valuesOfMembers({ properties = {}, default: schemaDefault }: Schema, written: unknown) {
  const stated = written ?? schemaDefault;
  const base = typeof stated === 'object' && stated !== null ? stated : {};
  const all = Object.entries(properties).map(([name, member]) => {
    const before = Object.entries(base).find(([other]) => other === name)?.[1];
    const { closed, open } = valuesOf(member as Schema, before);
    const within = (value: unknown) => ({ ...base, [name]: value });
    return { closed: closed.map(within), open: open.map(within) };
  });
  return { closed: all.flatMap(({ closed }) => closed), open: all.flatMap(({ open }) => open) };
}

const privateKey = generateKeyPairSync('rsa', { modulusLength: 2048 })
  .privateKey.export({ type: 'pkcs8', format: 'pem' })
  .toString();

/** What some values need beside them, or cannot stand beside them (undefined). Tried when the schema refuses a value alone. */
const companions: readonly Settings[] = [
  { client_secret: 'secret-of-the-client', web_service_user: 'user', web_service_password: 'password-of-the-user' },
  { client_secret: undefined },
  { client_secret: undefined, web_service_user: undefined, web_service_password: undefined },
  { protocol: 'oidc', issuer: `${origin}/realms/practica`, base_url: undefined },
  { protocol: 'oauth2', base_url: origin, issuer: undefined, trust_verified_email: false },
  { private_key: privateKey, consumer_secret: undefined },
  { authorization_host: undefined, api_host: undefined },
];

/** Dialects that need others of their own members. */
const basicDialect = {
  subject_members: ['id'],
  client_authentication: 'client_secret_post',
  access_token_in: { header: 'accessToken' },
};

export interface Attempt {
  readonly setting: string;
  readonly value: unknown;
  readonly settings: Settings | null;
}

/** Every value of every setting, with what must stand beside it. @throws AssertionError when one of a closed list cannot be tried */
export function attemptsOn(vendor: (typeof vendors)[number], base: Settings): readonly Attempt[] {
  const { properties = {} } = z.toJSONSchema(vendor.settings, { io: 'input', unrepresentable: 'any' });
  return Object.entries(properties).flatMap(([setting, schema]) => {
    const { closed, open } = valuesOf(schema as Schema, base[setting]);
    const attempt = (value: unknown): Attempt => ({
      setting,
      value,
      settings: acceptable(vendor, base, setting, value),
    });
    const mustBeTried = closed.map(attempt);
    for (const { value, settings } of mustBeTried) {
      assert.ok(settings !== null, `${vendor.vendor}.${setting}: ${JSON.stringify(value)} could not be tried`);
    }
    // As it is, and left out, too: where no other value is acceptable the schema itself is the protection.
    return [...mustBeTried, ...[...open, base[setting], undefined].map(attempt)];
  });
}

/** Settings with this value that the schema takes; null when it takes none. */
function acceptable(
  vendor: (typeof vendors)[number],
  base: Settings,
  setting: string,
  value: unknown,
): Settings | null {
  const dialect = typeof value === 'object' && value !== null && setting === 'dialect' ? value : {};
  const values = [value, ...(setting === 'dialect' ? [{ ...basicDialect, ...dialect, ...pick(dialect) }] : [])];
  for (const tried of values) {
    for (const beside of [{}, ...companions]) {
      const known = Object.entries(beside).filter(([name]) => name in vendor.settings.shape && name !== setting);
      const settings = { ...base, ...Object.fromEntries(known), [setting]: tried };
      if (vendor.settings.safeParse(settings).success) return settings;
    }
  }
  return null;
}

/** A dialect in which only what was asked for differs from one that works with a web-service user. */
function pick(dialect: object): object {
  return 'web_service_authentication' in dialect && dialect.web_service_authentication === 'basic' ? basicDialect : {};
}
