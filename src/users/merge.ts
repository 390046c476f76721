/**
 * Merging two accounts: reads both, plans, and carries the plan out in one transaction (DESIGN §6.5).
 *
 *     const planned = await merging.plan(question);                          // `previewOf` it, to be shown and agreed to
 *     const result = await merging.merge({ ...question, agreedTo: fingerprint, … });
 *
 * That whoever asks may have both accounts is shown by whoever calls: the person proved both, or an operator said why. Must never
 * carry out anything else than what was agreed to: when an account changed meanwhile, it is planned anew and compared.
 */
import type { Vault } from '../crypto.ts';
import type { Environment } from '../model.ts';
import { ConstraintViolation, type Database, type Step } from '../store/database.ts';
import type { Store } from '../store/store.ts';
import { blameParticipant, type MergeParticipant } from './merge-participants.ts';
import { type MergeChoices, type MergePlan, planMerge } from './merge-plan.ts';
import { type ClientNotice, clientNotices, type MergePreview, previewOf } from './merge-preview.ts';
import { type MergeRefusal, type MergeRules, refused } from './merge-rules.ts';
import { type MergeAuthority, type MergeOccasion, mergeSteps } from './merge-steps.ts';

export interface MergeQuestion {
  readonly retiredId: string;
  readonly survivorId: string;
  readonly choices: MergeChoices;
  readonly by: MergeAuthority;
}

export interface MergeRequest extends MergeQuestion {
  /** For the audit trail: no personal data. */
  readonly reason: string;
  readonly reference: string | null;
  /** The preview that was agreed to; null where nobody is asked. */
  readonly agreedTo: MergePreview['fingerprint'] | null;
  /** Names it; used once. */
  readonly mergeId: string;
  /** What is written in the same transaction: mails, events to apps. */
  also(result: MergeResult): Promise<readonly Step[]> | readonly Step[];
}

export interface MergeResult {
  readonly kind: 'merged';
  readonly mergeId: string;
  readonly retiredId: string;
  readonly survivorId: string;
  /** What each client that knew the retired is to be told. */
  readonly clients: readonly ClientNotice[];
  /** What was carried out, with both accounts as they were before. */
  readonly plan: MergePlan;
}

export interface MergeDependencies {
  readonly environment: Environment;
  readonly database: Database;
  readonly store: Pick<Store, 'accountGraphs' | 'oidcRecords'>;
  readonly vault: Vault;
  readonly participants: readonly MergeParticipant[];
  readonly rules: (by: MergeAuthority['kind']) => Promise<MergeRules>;
}

export interface Merging {
  /** Changes nothing. */
  plan(question: MergeQuestion): Promise<MergePlan | MergeRefusal>;
  /** @throws ParticipantFailed, DatabaseUnavailable: nothing was changed */
  merge(request: MergeRequest): Promise<MergeResult | MergeRefusal>;
}

/** Each loss means that somebody else changed one of the accounts just then. */
export const ATTEMPTS = 3;

export function createMerging(dependencies: MergeDependencies): Merging {
  const { environment, database, store, vault, participants } = dependencies;

  async function plan({ retiredId, survivorId, choices, by }: MergeQuestion) {
    const [retired, survivor] = await Promise.all([
      store.accountGraphs.read(retiredId),
      store.accountGraphs.read(survivorId),
    ]);
    if (retired === null) return unknown(retiredId);
    if (survivor === null) return unknown(survivorId);
    return planMerge(retired, survivor, choices, await dependencies.rules(by.kind));
  }

  return {
    plan,

    async merge(request) {
      const { agreedTo, also } = request;
      const occasion: MergeOccasion = {
        mergeId: request.mergeId,
        by: request.by,
        reason: request.reason,
        reference: request.reference,
        now: environment.now(),
      };
      for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
        const planned = await plan(request);
        if (planned.kind === 'refused') return planned;
        if (agreedTo !== null && previewOf(planned).fingerprint !== agreedTo)
          return refused({ code: 'preview_changed' });
        const result = resultOf(planned, occasion);
        const steps = [...mergeSteps(planned, occasion, { sealer: vault, participants }), ...(await also(result))];
        if (await carryOut(database, steps, attempt < ATTEMPTS)) {
          await forgetGrants(store, request.retiredId);
          return result;
        }
      }
      return refused({ code: 'merge_running' });
    },
  };
}

/** What a merge comes to, for whoever carries its steps out in a transaction of their own. */
export function resultOf(plan: MergePlan, { mergeId }: MergeOccasion): MergeResult {
  const { retired, survivor } = plan.changes;
  const clients = clientNotices(plan);
  return { kind: 'merged', mergeId, retiredId: retired.id, survivorId: survivor.id, clients, plan };
}

/**
 * Codes, grants and tokens of an account that ended. They are worth nothing already, because nobody is let in by them any
 * more (H-06): so it does not matter when this is lost, and it must not make a merge that stands look like one that failed.
 */
export async function forgetGrants({ oidcRecords }: Pick<Store, 'oidcRecords'>, userId: string): Promise<void> {
  await oidcRecords.deleteOfAccount(userId).catch(() => {});
}

const unknown = (userId: string) => refused({ code: 'user_not_mergeable', userId, because: 'unknown' });

/**
 * Whether the steps were carried out; otherwise nothing was.
 * @throws ParticipantFailed, and what a constraint says when it says so again and again: then it is no race
 */
export async function carryOut(database: Database, steps: readonly Step[], mayTryAgain: boolean): Promise<boolean> {
  try {
    const result = await database.atomically(steps);
    if (!result.committed) blameParticipant(steps, result.failedAt);
    return result.committed;
  } catch (error) {
    if (mayTryAgain && error instanceof ConstraintViolation) return false;
    throw error;
  }
}
