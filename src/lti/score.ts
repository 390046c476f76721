/**
 * A score on its way from an app to the campus: what it says, and where it goes (lti.md §2.6, §3.12).
 *
 * One shape for Basic Outcomes and for Assignment and Grade Services, in the words of the latter, so that an app need not know by
 * which version of LTI its learner came.
 */
import type { Delivery } from '../delivery/attempt.ts';
import type { Milliseconds } from '../model.ts';

export const activityProgress = ['Initialized', 'Started', 'InProgress', 'Submitted', 'Completed'] as const;
export const gradingProgress = ['FullyGraded', 'Pending', 'PendingManual', 'Failed', 'NotReady'] as const;

export interface Score {
  /** Null while there is nothing to grade yet. `given` may be above `maximum`, never below 0; `maximum` is above 0. */
  readonly points: { readonly given: number; readonly maximum: number } | null;
  readonly comment: string | null;
  /** When the app gave it. A platform takes none that is older than the one it has. */
  readonly at: Milliseconds;
  readonly activityProgress: (typeof activityProgress)[number];
  readonly gradingProgress: (typeof gradingProgress)[number];
}

export type ScoreDestination =
  /** `lineItem` null: the one of the resource link is looked for in `lineItems`, and made where there is none and we may. */
  | {
      readonly kind: 'grade-service';
      /** The slug of the platform. */
      readonly registration: string;
      readonly userId: string;
      readonly resourceLinkId: string;
      /** What a column that we make is called; null where the launch had no title. */
      readonly resourceLinkTitle: string | null;
      readonly lineItem: string | null;
      readonly lineItems: string | null;
      /** What the launch said that we may. */
      readonly scopes: readonly string[];
    }
  /** Basic Outcomes. */
  | {
      readonly kind: 'outcome-service';
      /** The slug of the consumer. */
      readonly registration: string;
      readonly serviceUrl: string;
      readonly sourcedId: string;
    };

/** Never rejects for what the other side does, and ends within 20 seconds. */
export type SendScore = (destination: ScoreDestination, score: Score) => Promise<Delivery>;
