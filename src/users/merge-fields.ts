/**
 * What of a person can be kept from either side when two accounts are merged, each value by itself: what providers say, and each
 * thing that the person said (`details.city`).
 *
 * A provider's word and the person's own stand beside each other, as they do in an account. Must never put the one into the
 * place of the other.
 */
import type { DetailName, PersonDetails, PersonName, ProfilePhone, User } from '../model.ts';
import { detailNames } from '../person/fields.ts';

type ProvidedField = Exclude<
  keyof User,
  'id' | 'state' | 'username' | 'details' | 'deletionAt' | 'createdAt' | 'updatedAt'
>;
export type ToldField = `details.${DetailName}`;
export type ProfileField = ProvidedField | ToldField;

export type FieldValue<F extends ProfileField> = F extends ProvidedField ? User[F] : string | null;

/** Whether a provider has said nothing of it. A new member of a user is asked for here by the compiler. */
const isEmpty: { readonly [F in ProvidedField]: (value: User[F]) => boolean } = {
  name: (name: PersonName) => Object.values(name).every((part) => part === null),
  birthDate: (date: string | null) => date === null,
  phone: (phone: ProfilePhone | null) => phone === null,
  locale: (locale) => locale === null,
  country: (country) => country === null,
};

const providedFields = Object.keys(isEmpty) as readonly ProvidedField[];
export const toldFields: readonly ToldField[] = detailNames.map((name) => `details.${name}` as const);
export const profileFields: readonly ProfileField[] = [...providedFields, ...toldFields];

export function valueIn<F extends ProfileField>(user: User, field: F): FieldValue<F>;
export function valueIn(user: User, field: ProfileField): unknown {
  return isProvided(field) ? user[field] : (user.details[detailOf(field)] ?? null);
}

export function hasValue(user: User, field: ProfileField): boolean {
  if (!isProvided(field)) return user.details[detailOf(field)] !== undefined;
  // Field and value are of one kind, which the compiler cannot follow through a union.
  const isNothing: (value: never) => boolean = isEmpty[field];
  return !isNothing(user[field] as never);
}

/** The user with these values instead; null takes away what was told. */
export function withValue(user: User, field: ProfileField, value: FieldValue<ProfileField>): User {
  if (isProvided(field)) return { ...user, [field]: value };
  const { [detailOf(field)]: _, ...others } = user.details;
  const details = value === null ? others : { ...user.details, [detailOf(field)]: value };
  return { ...user, details: details as PersonDetails };
}

function isProvided(field: ProfileField): field is ProvidedField {
  return Object.hasOwn(isEmpty, field);
}

function detailOf(field: ToldField): DetailName {
  return field.slice('details.'.length) as DetailName;
}
