/**
 * Scores that apps gave and campuses are to get, as an operator sees them, and sending again what was given up.
 *
 * Shows that there is a score, of whom, for which campus and why it is not there yet; never what it says.
 */
import type { Milliseconds } from '../model.ts';
import type { OutgoingScores, ScoreState, ScoreView } from '../store/outgoing-scores.ts';
import { AdminRefusal } from './refusal.ts';

/** More than anybody reads. */
const MOST_LISTED = 1000;

/** Oldest first. */
export function listScoresIn(scores: OutgoingScores, state: ScoreState): Promise<ScoreView[]> {
  return scores.list(state, MOST_LISTED);
}

/** Running servers send it within ten seconds. @throws AdminRefusal `not_found`, `invalid` */
export async function retryScore(scores: OutgoingScores, id: string, now: Milliseconds): Promise<void> {
  if (await scores.retry(id, now)) return;
  const view = await scores.find(id);
  if (view === null) throw new AdminRefusal('not_found', `there is no score ${id}`);
  const why = view.state === 'waiting' ? 'is on its way at this moment' : 'was sent, or a newer one has its place';
  throw new AdminRefusal('invalid', `the score ${id} ${why}`);
}

/** Answers how many; not those that have a newer one by now. */
export async function retryGivenUpScores(scores: OutgoingScores, now: Milliseconds): Promise<number> {
  let retried = 0;
  // Each that is due again is in the list no more; what cannot be sent again stays in it.
  for (const { id } of await scores.list('given-up', MOST_LISTED)) retried += (await scores.retry(id, now)) ? 1 : 0;
  return retried;
}
