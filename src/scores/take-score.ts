/**
 * From what an app says of a score to the place that the campus wants it at, and into the queue.
 *
 * An app names a person and an activity by what it was told itself. It reaches only what launches that ended in it have left, whoever
 * the person is elsewhere. Must never: guess between two campuses, for a grade of one person in the books of another campus is
 * nobody's to find (lti.md §5.2, chain 7).
 */
import { randomName } from '../crypto.ts';
import { deploymentOf } from '../lti/deployment.ts';
import type { Score } from '../lti/score.ts';
import type { Environment } from '../model.ts';
import type { ScoreView } from '../store/outgoing-scores.ts';
import type { ScoreLink, ScorePlace } from '../store/score-places.ts';
import type { Store } from '../store/store.ts';
import { writeScore } from './scores.ts';

/** An activity as an app knows it. What is null was not said, and narrows nothing down. */
export interface LinkNamed {
  /** The `sub` by which the app was told of the person, also one from before a merge. */
  readonly user: string;
  readonly resourceLinkId: string;
  readonly contextId: string | null;
  /** The claim `deployment_id`: which campus. */
  readonly deployment: string | null;
}

export type PlaceRefusal =
  | { readonly kind: 'user-unknown' }
  | { readonly kind: 'place-unknown' }
  /** Which they are: each is told apart by one of the members that were not said. */
  | { readonly kind: 'place-ambiguous'; readonly links: readonly ScoreLink[] };

export type TakenScore =
  | PlaceRefusal
  | { readonly kind: 'taken'; readonly view: ScoreView }
  | { readonly kind: 'differs' };

export interface TakeScoreTools {
  readonly environment: Environment;
  readonly store: Pick<Store, 'clientSubjects' | 'scorePlaces' | 'outgoingScores'>;
}

/** Wake the worker where it was taken. */
export async function takeScore(
  { environment, store }: TakeScoreTools,
  clientId: string,
  named: LinkNamed,
  score: Score,
): Promise<TakenScore> {
  const found = await findPlace(store, clientId, named);
  if (found.kind !== 'place') return found;
  const { place } = found;
  const { registration } = place.link;
  const entry = { id: randomName(environment), placeId: place.id, registration, clientId };
  const taken = await store.outgoingScores.take({ ...entry, at: score.at, said: writeScore(score) }, environment.now());
  return taken.kind === 'no-place' ? { kind: 'place-unknown' } : taken;
}

/** The one place that an app means. */
export async function findPlace(
  store: PlaceStore,
  clientId: string,
  named: LinkNamed,
): Promise<PlaceRefusal | { readonly kind: 'place'; readonly place: ScorePlace }> {
  const found = await findPlaces(store, clientId, named);
  if (found.kind !== 'places') return found;
  const links = distinctLinks(found.places);
  if (links.length > 1) return { kind: 'place-ambiguous', links };
  // Of several identities of one campus, the one that was launched last is who the person is there now.
  const [place] = found.places;
  return place === undefined ? { kind: 'place-unknown' } : { kind: 'place', place };
}

/** What became of the scores of a person for an activity, the newest first. */
export async function listScores(
  { store }: Pick<TakeScoreTools, 'store'>,
  clientId: string,
  named: LinkNamed,
  atMost: number,
): Promise<Extract<PlaceRefusal, { kind: 'user-unknown' }> | { readonly kind: 'scores'; readonly views: ScoreView[] }> {
  const found = await findPlaces(store, clientId, named);
  if (found.kind !== 'places') return found;
  const ids = found.places.map(({ id }) => id);
  return { kind: 'scores', views: await store.outgoingScores.ofPlaces(ids, atMost) };
}

type FoundPlaces =
  | Extract<PlaceRefusal, { kind: 'user-unknown' }>
  | { readonly kind: 'places'; readonly places: readonly ScorePlace[] };

type PlaceStore = Pick<Store, 'clientSubjects' | 'scorePlaces'>;

async function findPlaces(store: PlaceStore, clientId: string, named: LinkNamed): Promise<FoundPlaces> {
  const userId = await store.clientSubjects.findUser(clientId, named.user);
  if (userId === null) return { kind: 'user-unknown' };
  const all = await store.scorePlaces.find(userId, clientId, named.resourceLinkId);
  const places = all.filter(
    ({ link }) => isWanted(named.contextId, link.context?.id ?? null) && isWanted(named.deployment, deploymentOf(link)),
  );
  return { kind: 'places', places };
}

const isWanted = (wanted: string | null, is: string | null) => wanted === null || wanted === is;

function distinctLinks(places: readonly ScorePlace[]): ScoreLink[] {
  const keyed = places.map(({ link }) => {
    return [JSON.stringify([deploymentOf(link), link.context?.id ?? null]), link] as const;
  });
  return [...new Map(keyed).values()];
}
