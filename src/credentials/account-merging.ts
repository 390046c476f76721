/**
 * Merging accounts with all that belongs to it: what `users/merge.ts` does, mails to both, and events to apps, in the same transaction.
 *
 * Whoever had one of the two is told at every address that they proved, so that no account is taken over in silence by joining it to
 * another (DESIGN §6.5, §6.7). A guest who is claimed is not written to: there was no mailbox, and no account before.
 */
import { defaultLocale } from '../i18n/locale.ts';
import type { Requester } from '../model.ts';
import type { AccountGraph } from '../store/account-graph.ts';
import type { Step } from '../store/database.ts';
import type { Announcement } from '../store/outgoing-events.ts';
import { eventsOfMerge, eventsOfUnmerge } from '../users/account-events.ts';
import {
  createMerging,
  type MergeDependencies,
  type MergeRequest,
  type MergeResult,
  type Merging,
} from '../users/merge.ts';
import type { MergeRefusal } from '../users/merge-rules.ts';
import {
  type UnmergeDependencies,
  type UnmergeRefusal,
  type UnmergeRequest,
  type UnmergeResult,
  unmerge,
} from '../users/unmerge.ts';
import type { Notice, Notices } from './notices.ts';

export interface AccountMergingDependencies extends MergeDependencies {
  readonly store: UnmergeDependencies['store'];
  readonly notices: Notices;
  /** The steps that owe it to the clients. */
  readonly announce: (announcements: readonly Announcement[]) => Promise<readonly Step[]>;
  /** So that clients are told at once. */
  readonly wakeClientEvents: () => void;
}

/** By what it is done: told to the people in the mail. */
type By<Request> = Request & { readonly requester: Requester };

export interface AccountMerging extends Pick<Merging, 'plan'> {
  /** @throws ParticipantFailed, DatabaseUnavailable: nothing was changed */
  merge(request: By<MergeRequest>): Promise<MergeResult | MergeRefusal>;
  /** @throws ParticipantFailed, DatabaseUnavailable: nothing was changed */
  unmerge(request: By<UnmergeRequest>): Promise<UnmergeResult | UnmergeRefusal>;
}

export function createAccountMerging(dependencies: AccountMergingDependencies): AccountMerging {
  const { notices, announce, wakeClientEvents } = dependencies;
  const merging = createMerging(dependencies);

  const woken = <Result extends { readonly kind: string }>(result: Result): Result => {
    if (result.kind === 'refused') return result;
    notices.wake();
    wakeClientEvents();
    return result;
  };

  return {
    plan: merging.plan,

    async merge({ requester, also, ...request }) {
      return woken(
        await merging.merge({
          ...request,
          also: async (result) => [
            ...(await announce(eventsOfMerge(result))),
            ...(await noticesOfMerge(notices, result, requester)),
            ...(await also(result)),
          ],
        }),
      );
    },

    async unmerge({ requester, also, ...request }) {
      return woken(
        await unmerge(dependencies, {
          ...request,
          also: async (result) => [
            ...(await announce(eventsOfUnmerge(result))),
            // The survivor holds the addresses of both until they part.
            ...(await noticesTo(notices, 'accounts-unmerged', [result.plan.survivor], requester)),
            ...(await also(result)),
          ],
        }),
      );
    },
  };
}

/** The mails of a merge, for whoever carries out its steps in a transaction of their own. Call `wake` once it is committed. */
export async function noticesOfMerge(
  notices: Notices,
  { plan: { retired, survivor } }: Pick<MergeResult, 'plan'>,
  requester: Requester,
): Promise<readonly Step[]> {
  if (retired.user.state === 'temporary') return [];
  return noticesTo(notices, 'accounts-merged', [retired, survivor], requester);
}

async function noticesTo(
  notices: Notices,
  kind: Extract<Notice['kind'], 'accounts-merged' | 'accounts-unmerged'>,
  accounts: readonly AccountGraph[],
  requester: Requester,
): Promise<readonly Step[]> {
  const mails = accounts.map(({ user, emails }) =>
    notices.prepare([{ kind }], emails, { locale: user.locale ?? defaultLocale, requester, eventId: null }),
  );
  return (await Promise.all(mails)).flat();
}
