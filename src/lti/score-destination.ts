/**
 * What a launch leaves for scores: which activity it was of, and by which service the campus takes them (lti.md §2.6, §3.12).
 */
import type { NewScorePlace, ScoreLink, ScoreService } from '../store/score-places.ts';
import type { ScoreDestination } from './score.ts';
import type { LaunchFacts } from './verified-launch.ts';

/** Null where the campus takes no scores for it; what an earlier launch left then stays as it is. */
export function scorePlaceOf(launch: LaunchFacts): Pick<NewScorePlace, 'link' | 'service'> | null {
  const { message, registration, deploymentId, context, resourceLink } = launch;
  // The other messages are about choosing content, or about somebody else's work.
  if (message !== 'resource-link' || resourceLink === null) return null;
  const service = serviceOf(launch);
  return service && { link: { registration, deploymentId, context, resourceLink }, service };
}

function serviceOf({ grades, outcome }: LaunchFacts): ScoreService | null {
  if (grades !== null && grades.userId !== null && (grades.lineItem ?? grades.lineItems) !== null) {
    const { userId, lineItem, lineItems, scopes } = grades;
    // Whatever the scopes say: Sakai takes scores and does not list theirs (lti.md §4).
    return { kind: 'grade-service', userId, lineItem, lineItems, scopes };
  }
  return outcome && { kind: 'outcome-service', ...outcome };
}

export function destinationOf({ registration, resourceLink }: ScoreLink, service: ScoreService): ScoreDestination {
  return service.kind === 'grade-service'
    ? { ...service, registration, resourceLinkId: resourceLink.id, resourceLinkTitle: resourceLink.title }
    : { ...service, registration };
}
