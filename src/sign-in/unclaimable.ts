/**
 * Where an attempt keeps that the work of its guest cannot be brought into the account: the person is told before they go on.
 *
 * Written only by who tried it, for this one guest. A form's answer has its own place.
 */
import type { JsonObject, SignIn } from '../model.ts';

/** No step has this name. */
const UNCLAIMABLE = 'unclaimable';

export function isUnclaimable(answers: SignIn['answers'], guestId: string): boolean {
  return answers[UNCLAIMABLE]?.guestId === guestId;
}

export function withUnclaimable(answers: SignIn['answers'], guestId: string): { readonly [step: string]: JsonObject } {
  return { ...answers, [UNCLAIMABLE]: { guestId } };
}
