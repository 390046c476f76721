/**
 * A score for the campus that sent somebody here: what is told to the broker, which passes it on.
 *
 * The activity is named by the claims that came with the person, as they came. Time belongs to the score: the same score sent again
 * has the same one, or it would be another.
 */

import type { SignedIn } from './broker.ts';
import { campusClaims } from './campus.ts';

export interface Score {
  readonly user: string;
  readonly resource_link: unknown;
  readonly context?: unknown;
  readonly deployment_id?: unknown;
  readonly scoreGiven: number;
  readonly scoreMaximum: number;
  readonly timestamp: string;
  readonly activityProgress: 'Completed';
  readonly gradingProgress: 'FullyGraded';
}

/** What everybody gets here. A real site would look at what they did. */
export const practiceScore = { given: 8, maximum: 10 } as const;

/** Null for somebody who came by no activity of a campus. @param now in milliseconds */
export function scoreOf({ subject, userInfo }: SignedIn, now: number): Score | null {
  const {
    [campusClaims.resourceLink]: link,
    [campusClaims.context]: context,
    [campusClaims.deployment]: deployment,
  } = userInfo;
  if (link === undefined) return null;
  return {
    user: subject,
    resource_link: link,
    ...(context === undefined ? {} : { context }),
    ...(deployment === undefined ? {} : { deployment_id: deployment }),
    scoreGiven: practiceScore.given,
    scoreMaximum: practiceScore.maximum,
    timestamp: new Date(now).toISOString(),
    activityProgress: 'Completed',
    gradingProgress: 'FullyGraded',
  };
}
