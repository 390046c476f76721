/**
 * How user data becomes the parts of a profile, as data: for each part the path of the claim that holds it.
 *
 * Nothing has a default, because a guessed claim would put one person's data into another's place. There is no path for
 * who somebody is, and none for a CURP: an identifier that finds accounts must come from a provider that proves it.
 * Whatever is missing or odd is left out; nothing here may stop a sign-in.
 */

import { z } from 'zod';
import { isList, isObject, memberOf, textOf } from '../json.ts';
import type { Json, JsonObject, Locale, PersonName, ProfilePhone, ProfileRole } from '../model.ts';
import { parseBirthDate } from './dates.ts';
import type { Mapped } from './oauth2-definition.ts';
import { parseForeignPhone } from './phone.ts';
import type { MappedUser } from './profile.ts';

/** `email`, `contact.email`, `emails.0.value`: a number counts in a list, from 0. */
const path = z
  .string()
  .regex(/^[^\s.\p{Cc}]{1,64}(?:\.[^\s.\p{Cc}]{1,64}){0,4}$/u, 'must be a claim, or up to five names joined with dots')
  .nullable()
  .default(null);

export const claimMappingSchema = z
  .strictObject({
    email: path,
    /** Only the boolean true at this path counts, and only where the operator trusts the provider for it (B-16). */
    email_verified: path,
    full_name: path,
    given_name: path,
    first_surname: path,
    second_surname: path,
    /** `first_word`: given name and surname are taken from the full name. Right for some cultures, so never by default. */
    split_full_name: z.enum(['none', 'first_word']).default('none'),
    birth_date: path,
    phone: path,
    phone_verified: path,
    locale: path,
    country: path,
    roles: path,
  })
  .superRefine((mapping, context) => {
    const fault = (name: string, message: string) => context.addIssue({ code: 'custom', path: [name], message });
    if (mapping.email_verified !== null && mapping.email === null) fault('email_verified', 'needs email');
    if (mapping.phone_verified !== null && mapping.phone === null) fault('phone_verified', 'needs phone');
    if (mapping.split_full_name === 'none') return;
    if (mapping.full_name === null) fault('split_full_name', 'needs full_name');
    for (const name of ['given_name', 'first_surname', 'second_surname'] as const) {
      if (mapping[name] !== null) fault(name, 'is refused beside split_full_name');
    }
  });

export type ClaimMapping = z.output<typeof claimMappingSchema>;

/** From a provider's word for a role to the name that it has here. A role that is not named here is none. */
export const roleNamesSchema = z
  .record(z.string().regex(/^[^\p{Cc}]{1,100}$/u, 'must be a role of the provider'), z.string().min(1).max(100))
  .default({});

export type RoleNames = z.output<typeof roleNamesSchema>;

export function mapClaims(mapping: ClaimMapping, roleNames: RoleNames): (userData: JsonObject) => Mapped {
  return (userData) => {
    const at = (claim: string | null) => (claim === null ? undefined : valueAt(userData, claim));
    return {
      user: {
        ...nothingMapped,
        emails: [{ address: nameOf(at(mapping.email)), claimedVerified: at(mapping.email_verified) }],
        name: readName(mapping, at),
        birthDate: parseBirthDate(textOf(at(mapping.birth_date)) ?? ''),
        phone: readPhone(at(mapping.phone), at(mapping.phone_verified)),
        locale: readLocale(at(mapping.locale)),
        country: textOf(at(mapping.country)),
        roles: namedRoles(roleIdsIn(at(mapping.roles)), roleNames),
      },
      derived: {},
    };
  };
}

/** A person of whom nothing is known: what a mapping starts from. */
export const nothingMapped: MappedUser = {
  emails: [],
  name: { full: null, given: null, firstSurname: null, secondSurname: null },
  birthDate: null,
  phone: null,
  identifiers: [],
  roles: [],
  locale: null,
  country: null,
  assurance: { acr: null, amr: [], authTime: null },
};

/** What stands at the path, by own members only; undefined where the path leads nowhere. */
export function valueAt(userData: JsonObject, claim: string): Json | undefined {
  return claim.split('.').reduce<Json | undefined>((value, name) => {
    if (isList(value)) return /^\d{1,3}$/.test(name) ? value[Number(name)] : undefined;
    return isObject(value) ? memberOf(value, name) : undefined;
  }, userData);
}

type At = (claim: string | null) => Json | undefined;

function readName(mapping: ClaimMapping, at: At): PersonName {
  const full = nameOf(at(mapping.full_name));
  if (mapping.split_full_name === 'first_word') return splitFullName(full);
  return {
    full,
    given: nameOf(at(mapping.given_name)),
    firstSurname: nameOf(at(mapping.first_surname)),
    secondSurname: nameOf(at(mapping.second_surname)),
  };
}

/** As written. The usual reader takes "NULL" for nothing, and some people bear that name. */
export function nameOf(sent: Json | undefined): string | null {
  return typeof sent === 'string' ? sent : null;
}

/**
 * The first word is the given name and all further words are the surname: "María de la Cruz" loses nothing, where taking
 * only the last of exactly two words would (facts/wordpress-oauth).
 */
export function splitFullName(full: string | null): PersonName {
  const [given = '', ...surname] = (full ?? '').trim().split(/\s+/u);
  return { full, given: given || null, firstSurname: surname.join(' ') || null, secondSurname: null };
}

function readPhone(sent: Json | undefined, verified: Json | undefined): ProfilePhone | null {
  const text = textOf(sent);
  const number = text === null ? null : parseForeignPhone('', text);
  if (number === null) return null;
  // Only a number in full can have been proved: digits without a country are nobody's in particular.
  return { number, verified: number.startsWith('+') && verified === true };
}

/** The nearest language that we speak. */
function readLocale(sent: Json | undefined): Locale | null {
  const primary = (textOf(sent) ?? '').toLowerCase().split(/[-_]/)[0];
  return primary === 'es' ? 'es-MX' : primary === 'en' ? 'en' : null;
}

/** Role words in a list, in an object keyed by number as PHP writes a list with gaps, or as a single text. */
export function roleIdsIn(sent: Json | undefined): readonly string[] {
  const values = isObject(sent) ? Object.values(sent) : isList(sent) ? sent : [sent];
  const ids = values.map((value) => textOf(value)).filter((id) => id !== null);
  return [...new Set(ids)].slice(0, 100);
}

/** The roles that the operator named. All others grant nothing, whatever the provider calls them. */
export function namedRoles(ids: readonly string[], names: RoleNames): readonly ProfileRole[] {
  return ids.flatMap((id) => {
    const name = memberOf(names, id);
    return typeof name === 'string' ? [{ id, name }] : [];
  });
}
