/**
 * From a launch to the profile of whoever it brings (lti.md §5.1: a signature says which platform and which of its people, and
 * nothing more).
 *
 * Must never: make a profile of `forUser`, of an anonymous launch, or with an address that was made up.
 */
import { SignInError } from '../errors.ts';
import { type LaunchRegistration, type LinkingRule, launchProvider } from '../lti/launch-registration.ts';
import type { LaunchFacts } from '../lti/verified-launch.ts';
import type { Locale, Profile, ProfileIdentifier } from '../model.ts';
import { institutionKind, parseInstitutionId } from '../person/institution-id.ts';
import { makeProfile } from '../providers/profile.ts';

const NOBODY: ReadonlySet<string> = new Set(['0', 'guest', 'anonymous', 'none']);

/** @throws SignInError launch_anonymous, subject_unusable */
export function profileOfLaunch(registration: LaunchRegistration, launch: LaunchFacts): Profile {
  const { subject, person, roles } = launch;
  // lti.md §3.8, §5.2 chain 11: one id for all visitors would be one account for all of them.
  if (subject === null || NOBODY.has(subject.toLowerCase())) {
    throw new SignInError('launch_anonymous', 'the platform did not say who it is');
  }
  const provider = launchProvider(registration.slug);
  return makeProfile({
    ...{ provider, issuer: provider, verifier: provider, subject },
    // Of a practice learner nothing is somebody's.
    emails: isPractice(roles) ? [] : [{ address: person.email, claimedVerified: true }],
    trustsVerifiedEmail: (address) => isTrusted(registration.linking, launch, address),
    name: { full: person.fullName, given: person.givenName, firstSurname: person.familyName, secondSurname: null },
    identifiers: identifiersOf(registration.linking, launch),
    ...{ birthDate: null, phone: null, roles: [], country: null },
    locale: localeOf(person.locale),
    assurance: { acr: null, amr: [], authTime: null },
    // What a launch says of a course is the launch's, not the person's.
    raw: { sub: subject, email: person.email, name: person.fullName, person_sourcedid: person.sourcedId },
  });
}

/** R4: named domains only, and only where the platform itself says it. An address in 1.1 can be any course author's. */
function isTrusted(linking: LinkingRule, { version, message }: LaunchFacts, address: string): boolean {
  if (linking.kind !== 'trust-emails' || version !== '1.3' || message !== 'resource-link') return false;
  const domain = address.slice(address.lastIndexOf('@') + 1).toLowerCase();
  return linking.domains.includes(domain);
}

/** Only where the rule names it, and where the platform itself says it of whoever follows a course link. */
function identifiersOf(linking: LinkingRule, launch: LaunchFacts): readonly ProfileIdentifier[] {
  const { version, message, roles, person, custom } = launch;
  if (linking.kind !== 'match-identifier' || version !== '1.3' || message !== 'resource-link') return [];
  if (isPractice(roles)) return [];
  const { namespace, from } = linking;
  const sent =
    from.kind === 'sourced-id' ? person.sourcedId : Object.hasOwn(custom, from.name) ? custom[from.name] : null;
  const value = parseInstitutionId(sent ?? '');
  return value === null ? [] : [{ kind: institutionKind(namespace), value, identifies: true }];
}

/** The vocabulary's words for a stand-in. */
export function isPractice(roles: readonly string[]): boolean {
  return roles.some((role) => /(?:^|[#/])TestUser$/.test(role));
}

function localeOf(sent: string | null): Locale | null {
  const language = sent?.toLowerCase().split(/[-_]/, 1)[0];
  return language === 'es' ? 'es-MX' : language === 'en' ? 'en' : null;
}
