/**
 * Deleting an account, for its person or for an operator: it waits, it is kept after all, it is emptied. Each with its event in
 * the audit trail, its mail and what clients are told, in the same transaction (DESIGN §7, M-04).
 *
 * Whoever has the account open can ask for this, so nobody is told too late: every proved address hears of it, and every way of
 * signing in leads to the question whether to keep it. Must never: empty what the law holds, or what its person kept.
 */
import { randomToken, type Vault } from '../crypto.ts';
import { defaultLocale } from '../i18n/locale.ts';
import type { Environment, JsonObject, Locale, Milliseconds, Requester } from '../model.ts';
import type { AccountGraph } from '../store/account-graph.ts';
import { type PurgeGround, purgeSteps } from '../store/account-purge.ts';
import { type AuditType, insertAuditEvent } from '../store/audit.ts';
import type { Database, Step } from '../store/database.ts';
import { beginDeletion, keepAccount } from '../store/deletions.ts';
import type { Announcement } from '../store/outgoing-events.ts';
import type { Store } from '../store/store.ts';
import { eventsOfState } from '../users/account-events.ts';
import { forgetGrants } from '../users/merge.ts';
import type { Notice, NoticedEmail, Notices } from './notices.ts';

export interface AccountDeletionDependencies {
  readonly environment: Environment;
  readonly database: Database;
  readonly store: Pick<Store, 'accounts' | 'accountGraphs' | 'commit' | 'oidcRecords'>;
  readonly vault: Vault;
  readonly notices: Notices;
  /** How long an account can still be kept after its deletion was asked for; 0: it is deleted at once. */
  readonly grace: () => Promise<Milliseconds>;
  /** The steps that owe it to the clients. */
  readonly announce: (announcements: readonly Announcement[]) => Promise<readonly Step[]>;
  /** So that clients are told at once. */
  readonly wakeClientEvents: () => void;
}

/** Who does it, for the audit trail: no personal data. */
export type DeletionBy =
  | { readonly kind: 'person' }
  | { readonly kind: 'operator'; readonly name: string; readonly reason: string };

export interface DeletionOccasion {
  readonly userId: string;
  readonly by: DeletionBy;
  /** By what it is done: told to the person in the mail. */
  readonly requester: Requester;
  /** Of the mails; null for the person's own. */
  readonly locale: Locale | null;
  readonly reference: string | null;
}

export type DeletionRefusal = { readonly kind: 'refused' } & (
  | { readonly code: 'user_unknown' }
  | { readonly code: 'user_ended'; readonly state: 'merged' | 'deleted' }
  /** Its owner must not learn of it: that somebody is held for the law may be what they must not know. */
  | { readonly code: 'legal_hold' }
  /** There is nobody who could keep it: it is deleted at once, or not at all. */
  | { readonly code: 'user_disabled' }
  /** It waits for no deletion. */
  | { readonly code: 'nothing_to_keep' }
  /** Something of it was changed at the same moment, more than once. */
  | { readonly code: 'changed_meanwhile' }
);

export type DeletionResult =
  /** `isNew`: false where it waited before already, and nothing was changed. */
  { readonly kind: 'waits'; readonly deletionAt: Milliseconds; readonly isNew: boolean } | { readonly kind: 'deleted' };

export interface AccountDeletion {
  /** How long an account can still be kept at this moment; 0 where it cannot. */
  grace(): Promise<Milliseconds>;
  /** After the grace period, or at once where there is none: for a guest, to whom nobody could come back to keep it. */
  request(occasion: DeletionOccasion): Promise<DeletionResult | DeletionRefusal>;
  /** Now, whatever the grace period is; also one that waits, and one that is disabled. */
  deleteNow(occasion: DeletionOccasion): Promise<{ readonly kind: 'deleted' } | DeletionRefusal>;
  /** @param deletionAt what its person was shown; null for whatever it is. */
  keep(
    occasion: DeletionOccasion,
    deletionAt: Milliseconds | null,
  ): Promise<{ readonly kind: 'kept' } | DeletionRefusal>;
  /** Empties one whose ground is there; false where it is not, or somebody else was faster. */
  purge(userId: string, ground: PurgeGround): Promise<boolean>;
}

const ATTEMPTS = 3;
/** For what nobody in particular does. */
const NOBODY: Requester = { userAgent: null, addressKey: 'sweep', knownDevice: null };

export function createAccountDeletion(dependencies: AccountDeletionDependencies): AccountDeletion {
  const { environment, database, store, vault, notices, grace, announce, wakeClientEvents } = dependencies;

  function audited(type: AuditType, { userId, by, reference }: DeletionOccasion, more: JsonObject): Step {
    const who = by.kind === 'person' ? { by: 'person' } : { by: by.name, reason: by.reason };
    return insertAuditEvent({
      ...{ id: randomToken(environment, 16), at: environment.now(), type, code: null, userId, provider: null },
      ...{ clientId: null, signInId: null, reference, detail: { ...who, ...more } },
    });
  }

  async function committed(steps: readonly Step[]): Promise<boolean> {
    if (!(await store.commit(steps))) return false;
    notices.wake();
    wakeClientEvents();
    return true;
  }

  const mails = (notice: Notice, emails: readonly NoticedEmail[], { user }: AccountGraph, how: DeletionOccasion) =>
    notices.prepare([notice], emails, {
      ...{ locale: how.locale ?? user.locale ?? defaultLocale, requester: how.requester, eventId: null },
    });

  /** Reads, judges and writes; whoever loses a race does it anew. */
  async function attempt<Result>(
    userId: string,
    work: (graph: AccountGraph) => Promise<Result | DeletionRefusal | 'lost'>,
  ): Promise<Result | DeletionRefusal> {
    for (let round = 0; round < ATTEMPTS; round++) {
      const graph = await store.accountGraphs.read(userId);
      if (graph === null) return refused({ code: 'user_unknown' });
      const { state } = graph.user;
      if (state === 'merged' || state === 'deleted') return refused({ code: 'user_ended', state });
      const result = await work(graph);
      if (result !== 'lost') return result;
    }
    return refused({ code: 'changed_meanwhile' });
  }

  async function wait(graph: AccountGraph, how: DeletionOccasion, deletionAt: Milliseconds): Promise<boolean> {
    const { userId } = how;
    const written = await committed([
      ...beginDeletion(userId, deletionAt, environment.now()),
      audited('user.deletion_requested', how, { deletion_at: new Date(deletionAt).toISOString() }),
      ...(await announce(eventsOfState('account-disabled', userId, graph.subjects))),
      ...(await mails({ kind: 'deletion-requested', deletionAt }, graph.emails, graph, how)),
    ]);
    if (written) await forgetGrants(store, userId);
    return written;
  }

  async function empty(graph: AccountGraph, how: DeletionOccasion, ground: PurgeGround): Promise<boolean> {
    const { userId } = how;
    const written = await committed([
      ...(await purgeSteps(database, userId, ground, { vault, now: environment.now() })),
      audited('user.deleted', how, {}),
      ...(await announce(eventsOfState('account-purged', userId, graph.subjects))),
      // Composed by now, of what the steps before it take away.
      ...(await mails({ kind: 'account-deleted' }, lastAddress(graph), graph, how)),
    ]);
    if (written) await forgetGrants(store, userId);
    return written;
  }

  const deleteNow: AccountDeletion['deleteNow'] = (how) =>
    attempt(how.userId, async (graph) => {
      if (graph.isHeld) return refused({ code: 'legal_hold' });
      return (await empty(graph, how, 'at-once')) ? ({ kind: 'deleted' } as const) : 'lost';
    });

  return {
    grace,
    deleteNow,

    async request(how) {
      const wanted = await grace();
      if (wanted === 0) return deleteNow(how);
      return attempt<DeletionResult>(how.userId, async (graph) => {
        const { state, deletionAt } = graph.user;
        if (deletionAt !== null) return { kind: 'waits', deletionAt, isNew: false };
        if (graph.isHeld) return refused({ code: 'legal_hold' });
        if (state === 'disabled') return refused({ code: 'user_disabled' });
        if (state === 'temporary') return (await empty(graph, how, 'at-once')) ? { kind: 'deleted' } : 'lost';
        const due = environment.now() + wanted;
        return (await wait(graph, how, due)) ? { kind: 'waits', deletionAt: due, isNew: true } : 'lost';
      });
    },

    keep: (how, shown) =>
      attempt(how.userId, async (graph) => {
        const { deletionAt } = graph.user;
        if (deletionAt === null || (shown !== null && shown !== deletionAt))
          return refused({ code: 'nothing_to_keep' });
        const written = await committed([
          keepAccount(how.userId, deletionAt),
          audited('user.kept', how, {}),
          ...(await announce(eventsOfState('account-enabled', how.userId, graph.subjects))),
          ...(await mails({ kind: 'account-kept' }, graph.emails, graph, how)),
        ]);
        return written ? ({ kind: 'kept' } as const) : 'lost';
      }),

    async purge(userId, ground) {
      const graph = await store.accountGraphs.read(userId);
      if (graph === null) return false;
      const by: DeletionBy = { kind: 'operator', name: 'llavero', reason: ground };
      return empty(graph, { userId, by, requester: NOBODY, locale: null, reference: null }, ground);
    },
  };
}

const refused = <const Facts extends object>(facts: Facts) => ({ kind: 'refused', ...facts }) as const;

/** One mail is enough for an account that is gone: to the primary address, or the oldest that was proved. */
function lastAddress({ emails }: AccountGraph): readonly NoticedEmail[] {
  const proved = emails.filter(({ verifiedAt }) => verifiedAt !== null);
  const last = proved.find(({ primary }) => primary) ?? proved[0];
  return last === undefined ? [] : [last];
}
