/**
 * The only maker of profiles.
 *
 * Implements DESIGN §6.1 (what a usable subject is), B-13 and B-16, and bounds everything that an upstream can send.
 * It never guesses: a part that cannot be read is left out. It never decides who somebody is either: the subject comes
 * from the protocol engine, and nothing here changes one character of it.
 */

import { SignInError } from '../errors.ts';
import type {
  Assurance,
  Json,
  JsonObject,
  Locale,
  PersonName,
  Profile,
  ProfileEmail,
  ProfileIdentifier,
  ProfilePhone,
  ProfileRole,
} from '../model.ts';
import { parseCountry } from '../person/codes.ts';
import { readName } from '../person/name.ts';

/** An e-mail address before anything about it is believed. */
export interface ClaimedEmail {
  readonly address: string | null;
  /** The provider's own flag, as sent. Only the boolean true counts: `"false"` is a true string (B-16). */
  readonly claimedVerified: Json | undefined;
}

/** What a mapping reads out of user data: everything about the person except who the person is. */
export interface MappedUser {
  readonly emails: readonly ClaimedEmail[];
  readonly name: PersonName;
  /** `yyyy-MM-dd` */
  readonly birthDate: string | null;
  readonly phone: ProfilePhone | null;
  readonly identifiers: readonly ProfileIdentifier[];
  readonly roles: readonly ProfileRole[];
  readonly locale: Locale | null;
  /** As sent: only an ISO 3166-1 code counts, a country's name in some language is left out. */
  readonly country: string | null;
  readonly assurance: Assurance;
}

export interface ProfileParts extends MappedUser {
  readonly provider: string;
  readonly issuer: string;
  /** As it stood in the answer; undefined when it was missing. */
  readonly subject: Json | undefined;
  /**
   * Whether the operator trusts this provider's word about this address (DESIGN §6.2). Asked for each address, because
   * a provider may be the authority for some domains only.
   */
  readonly trustsVerifiedEmail: (address: string) => boolean;
  /** Who is named as having verified an address: the provider's slug, or `llavero` for the broker itself. */
  readonly verifier: string;
  readonly raw: JsonObject;
}

const longestSubject = 255;
const mostEmails = 10;
const mostRoles = 100;

/** @throws SignInError subject_unusable */
export function makeProfile(parts: ProfileParts): Profile {
  const profile: Omit<Profile, keyof Brand> = {
    provider: parts.provider,
    issuer: parts.issuer,
    subject: readSubject(parts.subject),
    emails: readEmails(parts),
    verifier: parts.verifier,
    name: readPersonName(parts.name),
    birthDate: parts.birthDate,
    phone: parts.phone,
    identifiers: parts.identifiers,
    roles: readRoles(parts.roles),
    locale: parts.locale,
    country: parseCountry(parts.country ?? ''),
    assurance: parts.assurance,
    raw: parts.raw,
  };
  // The one place where the brand is put on: everything above has been checked.
  return profile as Profile;
}

type Brand = Pick<Profile, Extract<keyof Profile, symbol>>;

/**
 * DESIGN §6.1: kept exactly, so that `AbC` and `abc`, NFC and NFD stay different people (B-13). A subject that many
 * people could share by accident ("null", "", an object as text) would sign all of them in to one account.
 * @throws SignInError subject_unusable
 */
export function readSubject(subject: Json | undefined): string {
  if (typeof subject === 'number') {
    // A fraction or a rounded integer is not what the provider meant: two people could share it.
    if (!Number.isSafeInteger(subject)) throw unusable('is not an exact integer');
    return String(subject);
  }
  if (subject === undefined || subject === null) throw unusable('is missing');
  if (typeof subject !== 'string') throw unusable('is neither text nor a number');
  if (subject.length > longestSubject) throw unusable(`is longer than ${longestSubject} characters`);
  if (/^[\s\p{Default_Ignorable_Code_Point}]*$/u.test(subject)) throw unusable('is empty');
  if (/^(?:null|undefined)$/i.test(subject.trim())) throw unusable('is a word for nothing');
  if (/\p{Cc}/u.test(subject) || !subject.isWellFormed()) throw unusable('holds characters that are not text');
  return subject;
}

function unusable(why: string): SignInError {
  return new SignInError('subject_unusable', `The subject ${why}`);
}

function readEmails({ emails: claimed, trustsVerifiedEmail: trusted }: ProfileParts): readonly ProfileEmail[] {
  const emails = new Map<string, ProfileEmail>();
  for (const claim of claimed.slice(0, mostEmails)) {
    const address = readEmailAddress(claim.address);
    if (address === null || emails.has(address)) continue;
    emails.set(address, { address, verified: claim.claimedVerified === true && trusted(address) });
  }
  return [...emails.values()];
}

/**
 * Only what no mail address can be is refused here. The test is made on the compatibility form, where a full-width `＠`
 * is an `@` (L-04), and invisible characters make a look-alike of somebody else's address (L-02).
 */
function readEmailAddress(sent: string | null): string | null {
  if (sent === null || sent.length > 254) return null;
  const address = sent.trim();
  const comparable = address.normalize('NFKC').toLowerCase();
  if (!address.isWellFormed() || /[\s\p{Cc}\p{Default_Ignorable_Code_Point}]/u.test(comparable)) return null;
  const [local, domain, ...more] = comparable.split('@');
  if (!local || !domain || more.length > 0) return null;
  // RFC 2606 §2 and facts/llave-mx §8.2: addresses made up for people who have none. Nobody ever reads them.
  return /(?:^|\.)(?:invalid|temp)\.?$/.test(domain) ? null : address;
}

function readPersonName(name: PersonName): PersonName {
  return {
    full: readName(name.full),
    given: readName(name.given),
    firstSurname: readName(name.firstSurname),
    secondSurname: readName(name.secondSurname),
  };
}

function readRoles(roles: readonly ProfileRole[]): readonly ProfileRole[] {
  return roles.slice(0, mostRoles).flatMap((role) => {
    const [id, name] = [readName(role.id), readName(role.name)];
    return id === null ? [] : [{ id, name: name ?? id }];
  });
}
