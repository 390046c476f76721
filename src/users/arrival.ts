/**
 * From what a provider asserted to what is stored of a person: a new user, a brought-up-to-date one, their addresses.
 *
 * Must never decide who somebody is, and never takes a value away because a provider stopped sending it.
 */
import { isDeepStrictEqual } from 'node:util';
import { randomName, randomToken } from '../crypto.ts';
import type { Environment, Identity, Milliseconds, PersonName, Profile, ProviderRecord, User } from '../model.ts';
import { randomUsername } from '../person/username.ts';
import type { NewEmail } from '../store/accounts.ts';
import { canonicalEmail } from './email-address.ts';
import { isUnsaid, mayBeSaidBy, providedFields, sourcedBy, withoutCorrected } from './provided-values.ts';

/** A new account for the person of this profile. Its id is random: a `sub` says nothing and is never given twice. */
export function newUser(profile: Profile, state: 'active' | 'temporary', environment: Environment): User {
  const now = environment.now();
  return {
    id: randomName(environment),
    state,
    username: randomUsername(environment),
    name: profile.name,
    birthDate: profile.birthDate,
    phone: profile.phone,
    locale: profile.locale,
    country: profile.country,
    sources: sourcedBy(profile, profile.provider),
    details: {},
    deletionAt: null,
    corrected: [],
    createdAt: now,
    updatedAt: now,
  };
}

export function newIdentity(profile: Profile, userId: string, environment: Environment): Identity {
  const now = environment.now();
  return {
    id: randomToken(environment, 16),
    provider: profile.provider,
    subject: profile.subject,
    userId,
    createdAt: now,
    lastUsedAt: now,
    verifiedAt: null,
  };
}

/**
 * Whether a sign-in brings the account up to date. `before`: what the provider said the last time, null for its first. Who
 * says the same again is not written again: at a course start that is nearly everybody.
 */
export function isRefreshed(record: ProviderRecord, profile: Profile, before: Profile | null): boolean {
  return record.syncLearnerProfileData && !isDeepStrictEqual(profile, before);
}

/**
 * The user with what the provider says today; what it does not say stays as it was, and so does what another provider said, or
 * the person corrected (M-06). The very same user when nothing is new: `updated_at` is told to clients, and must not change
 * with every sign-in (OpenID Connect Core §5.1).
 */
export function refreshedUser(user: User, profile: Profile, now: Milliseconds): User {
  const { provider } = profile;
  const word = withoutCorrected(profile, user.corrected);
  const said = providedFields.filter((field) => !isUnsaid(word, field) && mayBeSaidBy(provider, user, field));
  const values = Object.fromEntries(said.map((field) => [field, word[field]]));
  const sources = Object.fromEntries(said.map((field) => [field, provider]));
  const refreshed: User = { ...user, ...values, sources: { ...user.sources, ...sources } };
  return isDeepStrictEqual(refreshed, user) ? user : { ...refreshed, updatedAt: now };
}

/** The profile's usable addresses, each once. */
export function emailsOf(profile: Profile): NewEmail[] {
  const byKey = new Map<string, NewEmail>();
  for (const { address, verified } of profile.emails) {
    const key = canonicalEmail(address);
    if (key === null || byKey.has(key)) continue;
    byKey.set(key, { key, address, verifiedBy: verified ? profile.verifier : null });
  }
  return [...byKey.values()];
}

/** The same as addresses that nobody verified. */
export const claimed = (emails: readonly NewEmail[]): NewEmail[] =>
  emails.map((email) => ({ ...email, verifiedBy: null }));

/** The name as one line, in the order in which the parts are spoken; null when nothing is known. */
export function fullName(name: PersonName): string | null {
  const parts = [name.given, name.firstSurname, name.secondSurname].filter((part) => part !== null);
  return name.full ?? (parts.length > 0 ? parts.join(' ') : null);
}
