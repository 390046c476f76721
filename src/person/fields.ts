/**
 * What may be asked at registration, in the order in which it is asked, and the values of what is chosen from a list.
 *
 * Names and values are those of Open edX (`REGISTRATION_EXTRA_FIELDS`, `UserProfile`), so that they can be handed to it.
 */
import type { DetailName, RegistrationField } from '../model.ts';

export const registrationFields = [
  'given_name',
  'family_name',
  'username',
  'email',
  'country',
  'state',
  'city',
  'mailing_address',
  'language',
  'year_of_birth',
  'gender',
  'level_of_education',
  'goals',
] as const satisfies readonly RegistrationField[];

export const detailNames: readonly DetailName[] = registrationFields.filter(isDetail);

function isDetail(name: RegistrationField): name is DetailName {
  return name !== 'username' && name !== 'email';
}

/** Female, male, and whoever is neither or does not want to say. */
export const genders = ['f', 'm', 'o'] as const;
export type Gender = (typeof genders)[number];

/** From the highest to none, and what is none of these. */
export const educationLevels = ['p', 'm', 'b', 'a', 'hs', 'jhs', 'el', 'none', 'other'] as const;
export type EducationLevel = (typeof educationLevels)[number];

/** Those that Open edX takes: 120, this one among them. */
export const yearsOfBirth = (thisYear: number) => ({ first: thisYear - 119, last: thisYear });
