/**
 * A plan as steps of one transaction: everything of the retired moves or ends, and the account itself is retired at the end.
 *
 * Each step undoes the whole when a row is not as the plan saw it, so that of merges, sign-ins and changes at the same moment the
 * outcome is that of one after the other. They may be part of a larger transaction: a sign-in that claims the work
 * of a guest commits both at once.
 */
import type { Sealer } from '../crypto.ts';
import type { Milliseconds } from '../model.ts';
import {
  changePrimaryEmail,
  endIdentity,
  endLearner,
  giveAgreement,
  giveEmail,
  giveIdentifier,
  lockUser,
  moveIdentity,
  moveLearner,
  moveSubject,
  replaceProfile,
  requireIdentities,
  requireNotHeld,
  retireUser,
  swapUsernames,
  takeAgreement,
  takeEmail,
  takeIdentifier,
  verifyEmailAs,
} from '../store/account-moves.ts';
import { type AuditType, insertAuditEvent } from '../store/audit.ts';
import type { Step } from '../store/database.ts';
import { insertMerge } from '../store/merges.ts';
import { endServiceTokensOf } from '../store/service-tokens.ts';
import { endSessionsOf } from '../store/session-clients.ts';
import { withValue } from './merge-fields.ts';
import { type MergedUsers, type MergeParticipant, participantSteps } from './merge-participants.ts';
import { changesSurvivor, type MergeChanges, type MergePlan } from './merge-plan.ts';

/** How long a merge can be undone. */
export const UNDO_LIFE: Milliseconds = 30 * 24 * 60 * 60_000;

/** Who merges or undoes it, and why. */
export interface MergeOccasion {
  /** Names the merge. Made before, so that the same merge is written once. */
  readonly mergeId: string;
  readonly by: MergeAuthority;
  /** Stands in the audit trail for ever: no personal data. */
  readonly reason: string;
  /** Of the request; null for a command. */
  readonly reference: string | null;
  readonly now: Milliseconds;
}

export type MergeAuthority =
  /** Whoever proved both accounts. */
  { readonly kind: 'person' } | { readonly kind: 'operator'; readonly name: string };

export interface MergeTools {
  readonly sealer: Sealer;
  readonly participants: readonly MergeParticipant[];
}

export function mergeSteps(plan: MergePlan, occasion: MergeOccasion, tools: MergeTools): readonly Step[] {
  const users = usersOf(plan.changes, occasion);
  return [
    ...guards(plan),
    ...identitySteps(plan.changes),
    ...emailSteps(plan.changes),
    ...identifierSteps(plan.changes, tools.sealer),
    ...agreementSteps(plan.changes),
    ...subjectSteps(plan.changes),
    ...learnerSteps(plan.changes),
    ...profileSteps(plan, occasion.now, tools.sealer),
    ...endSessionsOf(users.retired, null, occasion.now),
    endServiceTokensOf(users.retired),
    ...participantSteps(tools.participants, 'merge', users),
    retireUser(users.retired, users.survivor, occasion.now),
    insertMerge(entryOf(plan, occasion), JSON.stringify(plan.changes), tools.sealer),
    ...auditSteps('user.merged', users, occasion),
  ];
}

/** Both, in one order for all who lock two: of A into B and B into A at the same moment one waits for the other. */
export function lockBoth(...users: readonly { readonly id: string; readonly state: Parameters<typeof lockUser>[1] }[]) {
  return users.toSorted((a, b) => (a.id < b.id ? -1 : 1)).map(({ id, state }) => lockUser(id, state));
}

function guards({ retired, survivor, changes }: MergePlan): Step[] {
  return [
    ...lockBoth(retired.user, survivor.user),
    requireNotHeld(retired.user.id, survivor.user.id),
    // What the rule of one provider, and that of one password, were judged on. A guest brings no way of signing in, and its merge may
    // be part of the very transaction that ties a new one to the survivor.
    ...(changes.identities.moves.length === 0
      ? []
      : requireIdentities(
          survivor.user.id,
          survivor.identities.map(({ id }) => id),
        )),
  ];
}

function identitySteps({ retired, survivor, identities }: MergeChanges): Step[] {
  return [
    ...identities.moves.map(({ id }) => moveIdentity(id, retired.id, survivor.id)),
    ...identities.ends.flatMap(endIdentity),
  ];
}

/** All leave the retired first: an address is verified for one account at every moment. */
function emailSteps({ retired, survivor, emails }: MergeChanges): Step[] {
  const { moves, joins, ends, primary } = emails;
  const changes = primary.before !== primary.after;
  return [
    ...[...moves, ...joins, ...ends].map(({ key }) => takeEmail(retired.id, key)),
    ...moves.map((email) => giveEmail(survivor.id, email)),
    ...joins.map((email) => verifyEmailAs(survivor.id, email)),
    ...(changes ? changePrimaryEmail(survivor.id, primary.before, primary.after) : []),
  ];
}

function identifierSteps({ retired, survivor, identifiers: { moves, ends } }: MergeChanges, sealer: Sealer): Step[] {
  return [
    ...[...moves, ...ends].map((identifier) => takeIdentifier(retired.id, identifier)),
    ...moves.map((identifier) => giveIdentifier(survivor.id, identifier, sealer)),
  ];
}

function agreementSteps({ retired, survivor, agreements: { moves, yields, ends } }: MergeChanges): Step[] {
  return [
    ...[...moves, ...ends].map((agreement) => takeAgreement(retired.id, agreement)),
    ...yields.map((agreement) => takeAgreement(survivor.id, agreement)),
    ...moves.map((agreement) => giveAgreement(survivor.id, agreement)),
  ];
}

/** A client that knew only the retired goes on knowing the person by that `sub`. One that knew both keeps a row that nobody gets. */
function subjectSteps({ retired, survivor, subjects }: MergeChanges): Step[] {
  return subjects.moves.map(({ clientId, subject }) => moveSubject(clientId, subject, retired.id, survivor.id));
}

function learnerSteps({ retired, survivor, learners: { moves, ends } }: MergeChanges): Step[] {
  return [
    ...moves.map(({ id }) => moveLearner(id, retired.id, survivor.id)),
    ...ends.map(({ id }) => endLearner(id, retired.id)),
  ];
}

function profileSteps({ retired, survivor, changes }: MergePlan, now: Milliseconds, sealer: Sealer): Step[] {
  const taken = changes.fields.reduce(
    (user, { field, after, sources }) => withValue(user, field, after, sources.after),
    survivor.user,
  );
  const merged = { ...taken, updatedAt: now };
  return [
    ...(changes.fields.length === 0
      ? []
      : [
          // What was taken must still be what the retired says.
          replaceProfile(retired.user, retired.sealedProfile, sealer),
          replaceProfile(merged, survivor.sealedProfile, sealer),
        ]),
    ...(changes.swapsUsernames ? swapUsernames(retired.user, survivor.user, now) : []),
  ];
}

function entryOf({ changes }: MergePlan, { mergeId, by, reason, now }: MergeOccasion) {
  return {
    id: mergeId,
    retiredId: changes.retired.id,
    survivorId: changes.survivor.id,
    changedSurvivor: changesSurvivor(changes),
    mergedBy: by.kind === 'person' ? 'person' : by.name,
    reason,
    mergedAt: now,
    undoUntil: now + UNDO_LIFE,
  };
}

export function usersOf({ retired, survivor }: MergeChanges, { mergeId }: MergeOccasion): MergedUsers {
  return { mergeId, retired: retired.id, survivor: survivor.id };
}

/** On both accounts: each has its own history, and that of the retired stays where it is (D-21). */
export function auditSteps(
  type: Extract<AuditType, 'user.merged' | 'user.unmerged'>,
  { mergeId, retired, survivor }: MergedUsers,
  { by, reason, reference, now }: MergeOccasion,
): Step[] {
  const common = { at: now, type, code: null, provider: null, clientId: null, signInId: null, reference };
  const detail = { merge: mergeId, retired, survivor, by: by.kind === 'person' ? 'person' : by.name, reason };
  return [retired, survivor].map((userId) =>
    insertAuditEvent({ ...common, id: `${mergeId}:${type}:${userId}`, userId, detail }),
  );
}
