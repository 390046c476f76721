/**
 * Where an attempt keeps who was signed in here when it was decided, for those that may not change that unasked (DESIGN §6.8).
 *
 * A launch is posted from another site, so that the browser shows its session only on the next page. Written by who sees that page's
 * request, never by a form.
 */
import type { JsonObject, SignIn } from '../model.ts';

/** No step has this name. */
const PRESENT = 'present';

/** The user; null while nobody was seen. */
export function presentIn(answers: SignIn['answers']): string | null {
  const userId = answers[PRESENT]?.userId;
  return typeof userId === 'string' ? userId : null;
}

export function withPresent(
  answers: SignIn['answers'],
  userId: string | null,
): { readonly [step: string]: JsonObject } {
  return { ...answers, [PRESENT]: { userId } };
}
