/**
 * Reads the standard claims of OpenID Connect (Core §5.1) about a person.
 *
 * The subject is not among what this is given. Whatever is missing or odd is left out: nothing here may stop a sign-in.
 */

import { isList, isObject, memberOf, textOf } from '../json.ts';
import type { Assurance, Json, JsonObject, Locale, PersonName, ProfilePhone } from '../model.ts';
import { parseBirthDate } from './dates.ts';
import type { NameClaims, OidcDefinition } from './oidc-definition.ts';
import { parseForeignPhone } from './phone.ts';
import type { ClaimedEmail, MappedUser } from './profile.ts';

/** Where claims come from: signed, and asked for with the token. */
export interface ClaimSources {
  readonly idToken: JsonObject;
  readonly userinfo: JsonObject | null;
}

export function mapStandardClaims(
  { idToken, userinfo }: ClaimSources,
  { nameClaims: names, trustsAssurance }: Pick<OidcDefinition, 'nameClaims' | 'trustsAssurance'>,
): MappedUser {
  const claims: JsonObject = { ...idToken, ...userinfo };
  return {
    emails: [userinfo, idToken].flatMap((source) => (source === null ? [] : [emailOf(source)])),
    name: readName(claims, names),
    birthDate: parseBirthDate(textOf(memberOf(claims, 'birthdate')) ?? ''),
    phone: readPhone(userinfo !== null && Object.hasOwn(userinfo, 'phone_number') ? userinfo : idToken),
    identifiers: [],
    // What providers call roles differs; none is asked for, and none would grant anything.
    roles: [],
    locale: readLocale(memberOf(claims, 'locale')),
    country: readCountry(memberOf(claims, 'address')),
    assurance: trustsAssurance ? readAssurance(idToken) : { ...readAssurance(idToken), acr: null, amr: [] },
  };
}

/** Address and flag from one source: the flag of one must never vouch for the address of the other. */
function emailOf(source: JsonObject): ClaimedEmail {
  const address = memberOf(source, 'email');
  return {
    address: typeof address === 'string' ? address : null,
    claimedVerified: memberOf(source, 'email_verified'),
  };
}

function readName(claims: JsonObject, names: NameClaims): PersonName {
  const part = (claim: string | null): string | null => {
    const sent = claim === null ? undefined : memberOf(claims, claim);
    return typeof sent === 'string' ? sent : null;
  };
  return {
    full: part(names.full),
    given: part(names.given),
    firstSurname: part(names.firstSurname),
    secondSurname: part(names.secondSurname),
  };
}

/** Core §5.1: the flag speaks of a number in E.164. Beside anything else it vouches for nothing that could be called. */
function readPhone(source: JsonObject): ProfilePhone | null {
  const sent = textOf(memberOf(source, 'phone_number'));
  const number = sent === null ? null : parseForeignPhone('', sent);
  if (number === null) return null;
  return { number, verified: number.startsWith('+') && memberOf(source, 'phone_number_verified') === true };
}

/** Core §5.1.1 */
function readCountry(address: Json | undefined): string | null {
  return isObject(address) ? textOf(memberOf(address, 'country')) : null;
}

/** The nearest language that we speak. LinkedIn sends an object in place of a tag. */
function readLocale(sent: Json | undefined): Locale | null {
  const language = isObject(sent) ? memberOf(sent, 'language') : sent;
  const primary = (textOf(language) ?? '').toLowerCase().split(/[-_]/)[0];
  return primary === 'es' ? 'es-MX' : primary === 'en' ? 'en' : null;
}

/**
 * Core §2. From the signed token only, passed on as it is and never raised. `auth_time` needs no trust: it can only make a
 * sign-in older than we know it to be.
 */
function readAssurance(idToken: JsonObject): Assurance {
  const methods = memberOf(idToken, 'amr');
  const time = memberOf(idToken, 'auth_time');
  return {
    acr: textOf(memberOf(idToken, 'acr')),
    amr: isList(methods) ? methods.filter((method) => typeof method === 'string').slice(0, 20) : [],
    authTime: typeof time === 'number' && time > 0 ? Math.floor(time * 1000) : null,
  };
}
