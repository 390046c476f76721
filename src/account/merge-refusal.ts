/**
 * What a person is told when their accounts were not merged: the code of a page.
 */
import { SignInError } from '../errors.ts';
import type { MergeRefusal } from '../users/merge-rules.ts';

/** The first provider that both have, for the words of the page; null where none is meant. */
export interface PersonalRefusal {
  readonly error: SignInError;
  readonly provider: string | null;
}

export function personalRefusal(refusal: MergeRefusal): PersonalRefusal {
  switch (refusal.code) {
    case 'same_provider':
      return {
        error: new SignInError('same_provider', 'both have an identity of it'),
        provider: refusal.providers[0] ?? null,
      };
    case 'legal_hold':
      // That an account is held for the law may be what its owner must not learn.
      return { error: new SignInError('user_not_mergeable', 'legal-hold'), provider: null };
    case 'user_not_mergeable':
      return { error: new SignInError('user_not_mergeable', refusal.because), provider: null };
    case 'identifiers_differ':
    case 'user_disabled':
    case 'deletion_pending':
    case 'merge_running':
    case 'preview_changed':
      return { error: new SignInError(refusal.code, 'accounts-not-merged'), provider: null };
  }
}
