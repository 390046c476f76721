/**
 * Undoing a merge, within 30 days: the retired account is there again with what was its own, in one transaction.
 *
 * The last merge first: of A into B and B into C, the second is undone before the first can be. Both people sign in anew, because
 * nobody can say whose the survivor's sessions are. Must never bring back an account whose other half is disabled or held.
 */
import type { Milliseconds, UserState } from '../model.ts';
import type { AccountGraph } from '../store/account-graph.ts';
import {
  changePrimaryEmail,
  giveAgreement,
  giveEmail,
  giveIdentifier,
  moveIdentity,
  moveLearner,
  moveSubject,
  replaceProfile,
  requireNotHeld,
  restoreIdentity,
  restoreLearner,
  reviveUser,
  swapUsernames,
  takeAgreement,
  takeEmail,
  takeIdentifier,
  unverifyEmail,
} from '../store/account-moves.ts';
import type { Step } from '../store/database.ts';
import { endMerge, type MergeEntry, type StoredMerge } from '../store/merges.ts';
import { endSessionsOf } from '../store/session-clients.ts';
import type { Store } from '../store/store.ts';
import { ATTEMPTS, carryOut, forgetGrants, type MergeDependencies } from './merge.ts';
import { withValue } from './merge-fields.ts';
import { participantSteps } from './merge-participants.ts';
import type { MergeChanges } from './merge-plan.ts';
import type { ClientNotice } from './merge-preview.ts';
import { refused } from './merge-rules.ts';
import {
  auditSteps,
  lockBoth,
  type MergeAuthority,
  type MergeOccasion,
  type MergeTools,
  usersOf,
} from './merge-steps.ts';
import { type LeftAsItIs, planUnmerge, type UnmergePlan, unmergeNotices } from './unmerge-plan.ts';

export type UnmergeRefusal = { readonly kind: 'refused' } & (
  | { readonly code: 'merge_unknown' }
  | { readonly code: 'merge_undone'; readonly at: Milliseconds }
  | { readonly code: 'undo_too_late'; readonly until: Milliseconds }
  /** This one has to be undone before. */
  | { readonly code: 'undo_out_of_order'; readonly first: string }
  | { readonly code: 'user_disabled'; readonly userId: string; readonly state: UserState }
  | { readonly code: 'deletion_pending'; readonly userId: string }
  | { readonly code: 'legal_hold'; readonly userId: string }
  /** Something of both was changed at the same moment, more than once: nothing was undone, and it may be tried again. */
  | { readonly code: 'merge_running' }
);

export interface UnmergeRequest {
  readonly mergeId: string;
  readonly by: MergeAuthority;
  /** For the audit trail: no personal data. */
  readonly reason: string;
  readonly reference: string | null;
  /** What is written in the same transaction. */
  also(result: UnmergeResult): Promise<readonly Step[]> | readonly Step[];
}

export interface UnmergeResult {
  readonly kind: 'unmerged';
  readonly mergeId: string;
  readonly retiredId: string;
  readonly survivorId: string;
  readonly left: readonly LeftAsItIs[];
  readonly clients: readonly ClientNotice[];
  readonly plan: UnmergePlan;
}

export interface UnmergeDependencies extends Omit<MergeDependencies, 'rules' | 'store'> {
  readonly store: MergeDependencies['store'] & Pick<Store, 'merges'>;
}

/** @throws ParticipantFailed, DatabaseUnavailable: nothing was changed */
export async function unmerge(
  { environment, database, store, vault, participants }: UnmergeDependencies,
  { mergeId, by, reason, reference, also }: UnmergeRequest,
): Promise<UnmergeResult | UnmergeRefusal> {
  const occasion: MergeOccasion = { mergeId, by, reason, reference, now: environment.now() };
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const merge = await store.merges.find(mergeId);
    if (merge === null) return refused({ code: 'merge_unknown' });
    const changes = changesOf(merge, occasion.now);
    if ('code' in changes) return changes;
    const [retired, survivor] = await Promise.all([
      store.accountGraphs.read(merge.retiredId),
      store.accountGraphs.read(merge.survivorId),
    ]);
    if (retired === null || survivor === null) throw new Error('a merge speaks of a user who is not there');
    // Asked after both were read: of a survivor who was merged on meanwhile the reason is this one.
    const inTheWay = await store.merges.findInTheWayOf(merge);
    if (inTheWay !== null) return refused({ code: 'undo_out_of_order', first: inTheWay.id });
    const refusal = refusalOf(retired, survivor);
    if (refusal !== null) return refusal;
    const plan = planUnmerge(changes, retired, survivor);
    const result = resultOf(plan, merge);
    const tools = { sealer: vault, participants };
    const steps = [...unmergeSteps(plan, merge, occasion, tools), ...(await also(result))];
    if (await carryOut(database, steps, attempt < ATTEMPTS)) {
      for (const { user } of [retired, survivor]) await forgetGrants(store, user.id);
      return result;
    }
  }
  return refused({ code: 'merge_running' });
}

/** What it did, or why it can be undone no more. */
function changesOf({ undoneAt, undoUntil, snapshot }: StoredMerge, now: Milliseconds): MergeChanges | UnmergeRefusal {
  if (undoneAt !== null) return refused({ code: 'merge_undone', at: undoneAt });
  if (now >= undoUntil || snapshot === null) return refused({ code: 'undo_too_late', until: undoUntil });
  return JSON.parse(snapshot);
}

function refusalOf(retired: AccountGraph, survivor: AccountGraph): UnmergeRefusal | null {
  const { id, state, deletionAt } = survivor.user;
  if (deletionAt !== null) return refused({ code: 'deletion_pending', userId: id });
  // As no merge is an amnesty, no undo is: whoever was barred would be back under the other account.
  if (state === 'disabled' || state === 'deleted') return refused({ code: 'user_disabled', userId: id, state });
  const held = [retired, survivor].find(({ isHeld }) => isHeld);
  return held === undefined ? null : refused({ code: 'legal_hold', userId: held.user.id });
}

function resultOf(plan: UnmergePlan, { id, retiredId, survivorId }: MergeEntry): UnmergeResult {
  const clients = unmergeNotices(plan);
  return { kind: 'unmerged', mergeId: id, retiredId, survivorId, left: plan.left, clients, plan };
}

function unmergeSteps(plan: UnmergePlan, merge: MergeEntry, occasion: MergeOccasion, tools: MergeTools): Step[] {
  const { changes } = plan;
  const [retiredId, survivorId] = [changes.retired.id, changes.survivor.id];
  return [
    ...lockBoth({ id: retiredId, state: 'merged' }, { id: survivorId, state: 'active' }),
    requireNotHeld(retiredId, survivorId),
    endMerge(merge, occasion.now),
    reviveUser(retiredId, survivorId, changes.retired.state, occasion.now),
    ...plan.identities.map((id) => moveIdentity(id, survivorId, retiredId)),
    ...changes.identities.ends.flatMap(restoreIdentity),
    ...emailSteps(plan),
    ...plan.identifiers.map((identifier) => takeIdentifier(survivorId, identifier)),
    ...[...plan.identifiers, ...changes.identifiers.ends].map((identifier) =>
      giveIdentifier(retiredId, identifier, tools.sealer),
    ),
    ...plan.agreements.map((agreement) => takeAgreement(survivorId, agreement)),
    ...plan.yielded.map((agreement) => giveAgreement(survivorId, agreement)),
    ...[...plan.agreements, ...changes.agreements.ends].map((agreement) => giveAgreement(retiredId, agreement)),
    ...plan.subjects.map(({ clientId, subject }) => moveSubject(clientId, subject, survivorId, retiredId)),
    ...plan.learners.map((id) => moveLearner(id, survivorId, retiredId)),
    ...endedLearners(changes).map((learner) => restoreLearner(retiredId, learner)),
    ...profileSteps(plan, occasion.now, tools),
    ...endSessionsOf(survivorId, null, occasion.now),
    ...participantSteps(tools.participants, 'undo', usersOf(changes, occasion)),
    ...auditSteps('user.unmerged', usersOf(changes, occasion), occasion),
  ];
}

/** A merge that was made before there were any says nothing of them. */
function endedLearners({ learners }: Partial<MergeChanges>) {
  return learners?.ends ?? [];
}

function emailSteps({ changes, emails }: UnmergePlan): Step[] {
  const [retiredId, survivorId] = [changes.retired.id, changes.survivor.id];
  const { survivorPrimary: primary, retiredPrimary } = emails;
  return [
    // First, because it may be one of those that go.
    ...(primary.before === primary.after ? [] : changePrimaryEmail(survivorId, primary.before, primary.after)),
    ...emails.moves.map(({ key }) => takeEmail(survivorId, key)),
    ...emails.parts.map((email) => unverifyEmail(survivorId, email)),
    ...[...emails.moves, ...emails.parts, ...changes.emails.ends].map((email) => giveEmail(retiredId, email)),
    ...changePrimaryEmail(retiredId, null, retiredPrimary),
  ];
}

function profileSteps(
  { survivor, retired, fields, swapsUsernames }: UnmergePlan,
  now: Milliseconds,
  { sealer }: MergeTools,
) {
  const restored = fields.reduce(
    (user, { field, before, sources }) => withValue(user, field, before, sources.before),
    survivor.user,
  );
  return [
    ...(fields.length === 0 ? [] : [replaceProfile({ ...restored, updatedAt: now }, survivor.sealedProfile, sealer)]),
    ...(swapsUsernames ? swapUsernames(retired.user, survivor.user, now) : []),
  ];
}
