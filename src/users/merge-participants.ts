/**
 * Apps that keep tables of their own beside ours and merge them in the same transaction (DESIGN §6.5).
 *
 * A participant answers statements and is not asked to wait for anything: what it reads to decide, it reads in the statements
 * themselves, so that nothing can change in between. What it must remember for the undo it writes down under the merge's
 * id. A statement that changes another number of rows than it must undoes the whole merge.
 */
import type { Step } from '../store/database.ts';

/** The ids of two users, and that of what joins them. */
export interface MergedUsers {
  readonly mergeId: string;
  readonly retired: string;
  readonly survivor: string;
}

export interface MergeParticipant {
  /** For messages: which app stopped a merge. */
  readonly name: string;
  /** Makes what is the retired user's the survivor's. */
  merge(users: MergedUsers): readonly Step[];
  /** Gives back what this very merge moved, and no more. */
  undo(users: MergedUsers): readonly Step[];
}

/** A step that knows whose it is. */
export interface ParticipantStep extends Step {
  readonly participant: string;
}

export function participantSteps(
  participants: readonly MergeParticipant[],
  verb: 'merge' | 'undo',
  users: MergedUsers,
): ParticipantStep[] {
  return participants.flatMap((participant) =>
    participant[verb](users).map((step) => ({ ...step, participant: participant.name })),
  );
}

/** A participant's own step was not carried out as it must be: an app's fault, and not a race that was lost. */
export class ParticipantFailed extends Error {
  override readonly name = 'ParticipantFailed';

  constructor(participant: string) {
    super(`${participant} stopped it: one of its statements changed another number of rows than it must`);
  }
}

/** @throws ParticipantFailed when the step that undid the transaction is an app's */
export function blameParticipant(steps: readonly Step[], failedAt: number): void {
  const step = steps[failedAt];
  if (step !== undefined && 'participant' in step) throw new ParticipantFailed(String(step.participant));
}
