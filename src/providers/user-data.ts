/**
 * Where in an answer the person stands, and what of it a mapping may see.
 *
 * Shared by the engines. A mapping must not be able to choose who somebody is, so it does not even see who the provider
 * says it is.
 */

import { SignInError } from '../errors.ts';
import { isObject } from '../json.ts';
import type { Json, JsonObject } from '../model.ts';
import { firstMember } from './upstream-answer.ts';

/**
 * The object that describes the person. @param path the members that lead to it; empty when it is the answer itself
 * @throws SignInError provider_answer_invalid
 */
export function personIn(answer: JsonObject, path: readonly string[]): JsonObject {
  const person = path.reduce<Json | undefined>(
    (value, member) => (isObject(value) ? firstMember(value, [member]) : undefined),
    answer,
  );
  if (!isObject(person)) throw new SignInError('provider_answer_invalid', 'The user data is not where it should be');
  return person;
}

/** What a mapping is given: all but the members that say who it is. */
export function withoutSubject(person: JsonObject, subjectMembers: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(person).filter(([name]) => !subjectMembers.includes(name)));
}
