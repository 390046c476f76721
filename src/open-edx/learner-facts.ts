/**
 * What an LMS is told of a learner when their account is made there: no more than was released to the client that it is.
 *
 * Must never: hand on an address that nobody verified. An LMS links whatever account has it, staff included, and looks at no
 * `email_verified` (open-edx.md §2, step 8).
 */
import type { ClientDocument } from '../configuration/client-document.ts';
import type { User, UserEmail } from '../model.ts';
import { fullName } from '../users/arrival.ts';
import { knownValue, nameOf } from '../users/known-values.ts';
import type { FailureCode } from './failures.ts';
import type { RegistrationForm } from './registration-call.ts';

/** The address at which the LMS may know the person; null where the one that user info shows is not proved. */
export function verifiedAddress(emails: readonly UserEmail[]): string | null {
  const primary = emails.find((email) => email.primary);
  return primary === undefined || primary.verifiedAt === null ? null : primary.address;
}

export type LearnerFacts =
  | { readonly kind: 'facts'; readonly form: Omit<RegistrationForm, 'username'> }
  | { readonly kind: 'failed'; readonly code: FailureCode };

export function factsOf(
  user: User,
  emails: readonly UserEmail[],
  client: Pick<ClientDocument, 'claims'>,
): LearnerFacts {
  const releases = (claim: ClientDocument['claims'][number]) => client.claims.includes(claim);
  if (!releases('email') || !releases('preferred_username')) return { kind: 'failed', code: 'claims-not-released' };
  const email = verifiedAddress(emails);
  if (email === null) return { kind: 'failed', code: 'no-verified-email' };
  const name = releases('name') ? (fullName(nameOf(user)) ?? '') : '';
  const year = knownValue(user, 'year_of_birth');
  const country = knownValue(user, 'country');
  const gender = knownValue(user, 'gender');
  return {
    kind: 'facts',
    form: {
      email,
      name: lmsName(name) ?? user.username,
      country: releases('address') && country !== '' ? country : null,
      yearOfBirth: releases('birthdate') && year !== '' ? year : null,
      gender: releases('gender') && gender !== '' ? gender : null,
    },
  };
}

/** Open-edx.md §6: 1 to 255 characters, nothing that could be markup or an address. */
function lmsName(name: string): string | null {
  const fit = name
    .replaceAll(/[<>]|:\/\//g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
  return fit === '' ? null : [...fit].slice(0, LONGEST_NAME).join('');
}

const LONGEST_NAME = 255;
const LONGEST_USERNAME = 30;
const LMS_USERNAME = /^[A-Za-z0-9_-]{2,30}$/;

export function isLmsUsername(text: string): boolean {
  return LMS_USERNAME.test(text);
}

/** The username here, as far as the LMS takes it (open-edx.md §6). */
export function lmsUsername({ username, id }: Pick<User, 'username' | 'id'>): string {
  const fit = username
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^A-Za-z0-9_-]+/g, '_')
    .slice(0, LONGEST_USERNAME);
  // Nothing of the name is left where it was written in other letters.
  return /[A-Za-z0-9]/.test(fit) && isLmsUsername(fit)
    ? fit
    : `user-${id.replaceAll(/[^A-Za-z0-9]/g, '').slice(0, 12)}`;
}

/** Another name when one is taken: what the LMS proposes, else a number behind it. */
export function nextUsername(
  taken: string,
  suggestions: readonly string[],
  tried: ReadonlySet<string>,
  digits: string,
): string {
  const free = suggestions.find((name) => isLmsUsername(name) && !tried.has(name));
  return free ?? `${taken.slice(0, LONGEST_USERNAME - 1 - digits.length)}_${digits}`;
}
