/**
 * What a person answered on the pages of registration, read from the answers of an attempt.
 *
 * Only the steps write there, and the row is sealed; it may have been written by another release all the same, so what is
 * not understood counts as not answered and is asked again (E-08).
 */
import type { Json, JsonObject, SignIn } from '../model.ts';
import { registrationFields } from '../person/fields.ts';
import type { SaidFields } from '../users/self-told.ts';

export type Answers = SignIn['answers'];

export const COMPLETE_PROFILE = 'complete-profile';
export const VERIFY_EMAIL = 'verify-email';

/** What was sent from the registration page, all of it read and good. */
export interface Said {
  readonly fields: SaidFields;
  /** The terms that the person agreed to; null where none were shown. */
  readonly terms: AgreedTerms | null;
}

export interface AgreedTerms {
  readonly version: string;
  readonly address: string;
}

/** Null while the page was not answered. */
export function saidIn(answers: Answers): Said | null {
  const answer = answers[COMPLETE_PROFILE];
  if (answer === undefined) return null;
  const sent = asObject(answer.fields);
  const fields = registrationFields.flatMap((name) => {
    const value = sent[name];
    return typeof value === 'string' ? [[name, value] as const] : [];
  });
  return { fields: Object.fromEntries(fields), terms: termsIn(answer.terms) };
}

function termsIn(answer: Json | undefined): AgreedTerms | null {
  const { version, address } = asObject(answer);
  return typeof version === 'string' && typeof address === 'string' ? { version, address } : null;
}

/** The address whose mailbox was proved in this attempt, in its canonical form; null when none was. */
export function provedIn(answers: Answers): string | null {
  const address = answers[VERIFY_EMAIL]?.address;
  return typeof address === 'string' ? address : null;
}

function asObject(value: Json | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}
