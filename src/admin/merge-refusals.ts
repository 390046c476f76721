/**
 * Why two accounts were not merged, or a merge not undone, in words that an operator can act on.
 */
import type { MergeRefusal, NotMergeable } from '../users/merge-rules.ts';
import type { UnmergeRefusal } from '../users/unmerge.ts';
import { AdminRefusal } from './refusal.ts';

export function refusalOfMerge(refusal: MergeRefusal | UnmergeRefusal): AdminRefusal {
  const reason = refusal.code === 'merge_running' || refusal.code === 'preview_changed' ? 'conflict' : 'invalid';
  return new AdminRefusal(reason, `${refusal.code}: ${wordsFor(refusal)}`);
}

function wordsFor(refusal: MergeRefusal | UnmergeRefusal): string {
  switch (refusal.code) {
    case 'same_provider':
      return `both have an identity of ${refusal.providers.join(', ')}: remove one of them first, or set accounts.merge_same_provider to allow`;
    case 'identifiers_differ':
      return `both have their own ${refusal.kinds.join(', ')}: these are two people`;
    case 'user_disabled':
      return `the account ${refusal.userId} is disabled; a merge is no amnesty: enable it first`;
    case 'deletion_pending':
      return `the account ${refusal.userId} waits for its deletion: keep it first, with user keep`;
    case 'legal_hold':
      return `the account ${refusal.userId} is under legal hold: release it first`;
    case 'user_not_mergeable':
      return `the account ${refusal.userId} ${notMergeable[refusal.because]}`;
    case 'merge_running':
      return 'one of the accounts was changed at the same moment: nothing was done, try again';
    case 'preview_changed':
      return 'it is not any more what was shown: look at it again';
    case 'merge_unknown':
      return 'there is no such merge';
    case 'merge_undone':
      return `it was undone at ${new Date(refusal.at).toISOString()}`;
    case 'undo_too_late':
      return `it could be undone until ${new Date(refusal.until).toISOString()}`;
    case 'undo_out_of_order':
      return `the merge ${refusal.first} came later and must be undone first`;
  }
}

const notMergeable: { readonly [because in NotMergeable]: string } = {
  unknown: 'does not exist',
  'same-user': 'cannot be merged with itself',
  merged: 'was merged into another one: merge that one',
  deleted: 'was deleted',
  'survivor-is-temporary': 'is a guest: merge it into the other one, the other way round',
};
