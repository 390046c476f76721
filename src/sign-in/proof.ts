/**
 * Where an attempt keeps which other attempt has shown an account to be the person's.
 *
 * Written only by who saw that attempt end. A form's answer has its own place, so that nobody can type a proof.
 */
import type { JsonObject, SignIn } from '../model.ts';

/** No step has this name. */
const PROOF = 'proof';

export function readProofId(answers: SignIn['answers']): string | null {
  const id = answers[PROOF]?.id;
  return typeof id === 'string' ? id : null;
}

export function withProof(answers: SignIn['answers'], id: string): { readonly [step: string]: JsonObject } {
  return { ...answers, [PROOF]: { id } };
}
