/**
 * What is held of a person, for an operator who hands it to them: the same document that they download themselves (M-04). That it
 * left is recorded before it does (M-11).
 */
import type { JsonObject, Locale } from '../model.ts';
import { gatherPersonalData, type PersonalDataPart, personalData } from '../users/personal-data.ts';
import { AdminRefusal } from './refusal.ts';
import { type Cause, recordView, resolveUser, type UserAdministration } from './users.ts';

/** What each part means, in words of the person's language; null where they never said which. */
export type Meanings = (locale: Locale | null) => { readonly [part in PersonalDataPart]: string };

/** @throws AdminRefusal, DatabaseUnavailable: then nothing is shown */
export async function exportUser(
  administration: UserAdministration,
  words: string,
  cause: Cause,
  meanings: Meanings,
): Promise<{ readonly id: string; readonly document: JsonObject }> {
  const { environment, store } = administration;
  const id = await resolveUser(administration, words);
  await recordView(administration, [id], cause);
  const facts = await gatherPersonalData(store, id, environment.now());
  if (facts === null) throw new AdminRefusal('not_found', `there is no account ${id}`);
  return { id, document: personalData(facts, meanings(facts.graph.user.locale), environment.now()) };
}
