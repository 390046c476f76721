/**
 * What of a person can be kept from either side when two accounts are merged, each value by itself: what providers say, and each
 * thing that the person said (`details.city`).
 *
 * A provider's word and the person's own stand beside each other, as they do in an account. Must never put the one into the
 * place of the other.
 */
import type { DetailName, ProvidedField, ProvidedValues, User } from '../model.ts';
import { detailNames } from '../person/fields.ts';
import { isUnsaid, providedFields } from './provided-values.ts';

export type ToldField = `details.${DetailName}`;
export type ProfileField = ProvidedField | ToldField;

export type FieldValue<F extends ProfileField> = F extends ProvidedField ? ProvidedValues[F] : string | null;

/** Of what providers say, whose word it is; of the person's own, whether it corrects a provider's. Null for neither. */
export type FieldSource = string | null;
const CORRECTION = 'correction';

export const toldFields: readonly ToldField[] = detailNames.map((name) => `details.${name}` as const);
export const profileFields: readonly ProfileField[] = [...providedFields, ...toldFields];

export function valueIn<F extends ProfileField>(user: User, field: F): FieldValue<F>;
export function valueIn(user: User, field: ProfileField): unknown {
  return isProvided(field) ? user[field] : (user.details[detailOf(field)] ?? null);
}

export function sourceIn(user: User, field: ProfileField): FieldSource {
  if (isProvided(field)) return user.sources[field] ?? null;
  return user.corrected.includes(detailOf(field)) ? CORRECTION : null;
}

export function hasValue(user: User, field: ProfileField): boolean {
  return isProvided(field) ? !isUnsaid(user, field) : user.details[detailOf(field)] !== undefined;
}

/** The user with these values instead, each with its source; null takes away what was told. */
export function withValue(user: User, field: ProfileField, value: FieldValue<ProfileField>, source: FieldSource): User {
  if (isProvided(field)) {
    return { ...user, [field]: value, sources: withEntry(user.sources, field, source) };
  }
  const name = detailOf(field);
  const uncorrected = user.corrected.filter((corrected) => corrected !== name);
  return {
    ...user,
    details: withEntry(user.details, name, value === null ? null : String(value)),
    corrected: source === null ? uncorrected : [...uncorrected, name],
  };
}

/** Null takes it away. What stays keeps its place, so that an undo brings back the very same. */
function withEntry<K extends string>(
  record: { readonly [key in K]?: string },
  key: K,
  value: string | null,
): { readonly [key in K]?: string } {
  if (value !== null) return { ...record, [key]: value };
  const { [key]: _, ...others } = record;
  return others as { readonly [key in K]?: string };
}

function isProvided(field: ProfileField): field is ProvidedField {
  return (providedFields as readonly string[]).includes(field);
}

function detailOf(field: ToldField): DetailName {
  return field.slice('details.'.length) as DetailName;
}
