/**
 * What clients are told about a person (OpenID Connect Core §5.1), and under which scope.
 *
 * A client receives a claim only when the operator released it to that client *and* the client asked for its scope;
 * CURP, phone and address have scopes of their own (M-10). Nothing is made up: a claim without a value is left out.
 */
import { deploymentOf } from '../lti/deployment.ts';
import type { Identity, JsonObject, Milliseconds, User, UserEmail } from '../model.ts';
import type { LaunchWord } from '../store/session-launches.ts';
import { fullName } from '../users/arrival.ts';
import { birthOf, familyName, languageOf, nameOf } from '../users/known-values.ts';

/** The scope that carries each claim. `sub` is always there. */
export const claimsByScope = {
  openid: ['sub'],
  profile: [
    'preferred_username',
    'name',
    'given_name',
    'family_name',
    'birthdate',
    'gender',
    'locale',
    'updated_at',
    'identity_verified',
    'identity_verified_by',
  ],
  email: ['email', 'email_verified', 'email_verified_by', 'email_verified_at'],
  address: ['address'],
  phone: ['phone_number', 'phone_number_verified'],
  curp: ['curp'],
  /** Of the last launch in this session to this client. */
  lti: [
    'https://purl.imsglobal.org/spec/lti/claim/roles',
    'https://purl.imsglobal.org/spec/lti/claim/context',
    'https://purl.imsglobal.org/spec/lti/claim/resource_link',
    'https://purl.imsglobal.org/spec/lti/claim/deployment_id',
    'https://purl.imsglobal.org/spec/lti/claim/for_user',
  ],
} as const satisfies { readonly [scope: string]: readonly string[] };

export type Scope = keyof typeof claimsByScope;

/** What MIT's apps and their backends say for `profile email`. Only for clients with a user info shape of their own. */
export const LEGACY_SCOPE = 'user:read';
const meantByLegacy: readonly Scope[] = ['profile', 'email'];

/** What every client library asks for. Asking is no right to receive: only released claims leave. */
const customary: readonly Scope[] = ['openid', 'profile', 'email'];

/** The scopes that a client may ask for: the customary ones, and those in which something was released to it. */
export function scopesOf(released: readonly string[]): Scope[] {
  const scopes = Object.keys(claimsByScope) as Scope[];
  return scopes.filter(
    (scope) => customary.includes(scope) || claimsByScope[scope].some((claim) => released.includes(claim)),
  );
}

/** Of what was released, what lies in the scopes that a request asks for: no more is shown to the person than leaves. */
export function claimsAskedFor(scope: string, released: readonly string[]): string[] {
  const words = scope.split(' ');
  const asked: readonly string[] = words.includes(LEGACY_SCOPE) ? [...words, ...meantByLegacy] : words;
  const scopes = (Object.keys(claimsByScope) as Scope[]).filter((name) => asked.includes(name));
  return released.filter((claim) => scopes.some((name) => (claimsByScope[name] as readonly string[]).includes(claim)));
}

/** What is looked up only for a client that gets a claim of it. */
export interface FurtherFacts {
  readonly curp: string | null;
  /** Null where they were not looked up. */
  readonly identities: readonly Identity[] | null;
  /** What the campus said that sent the person; null where none did. */
  readonly launch: LaunchWord | null;
  /** Whose work the person was sent to look at, by the `sub` that this client knows them by; null where it knows no such person. */
  readonly reviewed: string | null;
}

/** All claims about a person that may leave for this client. */
export function releasedClaims(
  user: User,
  emails: readonly UserEmail[],
  { curp, identities, launch, reviewed }: FurtherFacts,
  released: readonly string[],
): JsonObject & { sub: string } {
  const claims: JsonObject = {
    ...claimsOf(user, emails),
    ...verificationOf(identities),
    ...launchClaims(launch),
    [FOR_USER]: reviewed === null ? null : { user_id: reviewed },
    curp,
  };
  // Whoever is not told whether an address is verified takes it for verified: Open edX gives the account that has it (open-edx.md §2).
  const isBelieved = released.includes('email_verified') || claims.email_verified === true;
  const known: JsonObject = isBelieved ? claims : { ...claims, email: null };
  const allowed = Object.entries(known).filter(([claim, value]) => value !== null && released.includes(claim));
  return { ...Object.fromEntries(allowed), sub: user.id };
}

function claimsOf(user: User, emails: readonly UserEmail[]): JsonObject {
  const { phone } = user;
  const name = nameOf(user);
  const email = emails.find((candidate) => candidate.primary) ?? null;
  return {
    preferred_username: user.username,
    name: fullName(name),
    given_name: name.given,
    family_name: familyName(name),
    // Core §5.1: a year alone is written as one.
    birthdate: birthOf(user),
    gender: genderOf(user),
    locale: languageOf(user),
    address: addressOf(user),
    updated_at: Math.floor(user.updatedAt / 1000),
    email: email?.address ?? null,
    // True only where somebody verified it and we know who (V-24).
    email_verified: email === null ? null : email.verifiedAt !== null,
    // Who did, and when: `llavero` where we sent a mail there ourselves, else the provider's slug.
    email_verified_by: email?.verifiedBy ?? null,
    email_verified_at: secondsOf(email?.verifiedAt ?? null),
    phone_number: phone?.number ?? null,
    phone_number_verified: phone?.verified ?? null,
  };
}

/** As every time in claims is written (OpenID Connect Core §5.1). */
const secondsOf = (time: Milliseconds | null) => (time === null ? null : Math.floor(time / 1000));

/** The two words that Core §5.1 defines. Who would rather not say it is nobody's to name. */
function genderOf({ details }: User): string | null {
  return details.gender === 'f' ? 'female' : details.gender === 'm' ? 'male' : null;
}

/** Core §5.1.1, as far as it is known. */
function addressOf({ country, details }: User): JsonObject | null {
  const parts = {
    formatted: details.mailing_address,
    locality: details.city,
    region: details.state,
    country: country ?? details.country,
  };
  const known = Object.entries(parts).flatMap(([part, value]) => (value === undefined ? [] : [[part, value] as const]));
  return known.length === 0 ? null : Object.fromEntries(known);
}

const LTI = 'https://purl.imsglobal.org/spec/lti/claim/';

/** The campus's word, as it sent it: what a role means is for the app to say, and for its own course alone. */
function launchClaims(launch: LaunchWord | null): JsonObject {
  if (launch === null) return {};
  const { roles, context, resourceLink } = launch;
  return {
    [`${LTI}roles`]: roles,
    [`${LTI}context`]: context && withoutNulls(context),
    [`${LTI}resource_link`]: resourceLink && withoutNulls(resourceLink),
    [`${LTI}deployment_id`]: deploymentOf(launch),
  };
}

const withoutNulls = (words: { readonly [member: string]: string | null }): JsonObject =>
  Object.fromEntries(Object.entries(words).filter(([, value]) => value !== null));

export const FOR_USER = `${LTI}for_user`;

/** Whether a claim is one of a launch. */
export const isLaunchClaim = (claim: string): boolean => claim.startsWith(LTI);

/** The identity that was vouched for last says by whom. */
function verificationOf(identities: readonly Identity[] | null): JsonObject {
  const [latest] = (identities ?? [])
    .filter(({ verifiedAt }) => verifiedAt !== null)
    .toSorted((a, b) => (b.verifiedAt ?? 0) - (a.verifiedAt ?? 0));
  return {
    identity_verified: identities === null ? null : latest !== undefined,
    identity_verified_by: latest?.provider ?? null,
  };
}
