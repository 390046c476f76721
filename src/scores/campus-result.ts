/**
 * What the campus has for a person and an activity, asked for by the app that they were launched into.
 */
import { destinationOf } from '../lti/score-destination.ts';
import type { CampusCalls } from '../lti/services/campus-calls.ts';
import { type CampusResult, readCampusResult } from '../lti/services/results.ts';
import type { ScoreLink } from '../store/score-places.ts';
import type { Store } from '../store/store.ts';
import { findPlace, type LinkNamed, type PlaceRefusal } from './take-score.ts';

export interface CampusResultTools {
  readonly store: Pick<Store, 'clientSubjects' | 'scorePlaces'>;
  readonly campuses: CampusCalls;
}

/** @throws ServiceError */
export async function findCampusResult(
  { store, campuses }: CampusResultTools,
  clientId: string,
  named: LinkNamed,
): Promise<PlaceRefusal | { readonly kind: 'result'; readonly link: ScoreLink; readonly result: CampusResult | null }> {
  const found = await findPlace(store, clientId, named);
  if (found.kind !== 'place') return found;
  const { link, service } = found.place;
  return { kind: 'result', link, result: await readCampusResult(campuses, destinationOf(link, service)) };
}
