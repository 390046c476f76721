/**
 * Scores to a column, and what stands in it (Assignment and Grade Services; lti.md §3.12).
 */
import { z } from 'zod';
import type { Json, JsonObject } from '../../model.ts';
import type { Score } from '../score.ts';
import { listIn, type Pages, readPages, withQuery } from './pages.ts';
import { isDone, type PlatformClient, refusalOf } from './platform-client.ts';
import { scopes } from './scopes.ts';
import { ServiceError } from './service-error.ts';
import type { PlatformErrand } from './service-tokens.ts';

const scoreType = 'application/vnd.ims.lis.v1.score+json';
const resultsType = 'application/vnd.ims.lis.v2.resultcontainer+json';
const MOST_PAGES = 200;

/** Below the path, before the query, which names the tool at Moodle (case 57). */
export function belowLineItem(lineItem: URL, name: 'scores' | 'results'): URL {
  const address = new URL(lineItem);
  address.pathname = `${lineItem.pathname.replace(/\/$/, '')}/${name}`;
  address.hash = '';
  return address;
}

/** @throws ServiceError */
export async function postScore(
  client: PlatformClient,
  errand: PlatformErrand,
  { lineItem, userId, score }: SentScore,
): Promise<void> {
  const answer = await client(errand, {
    ...{ method: 'POST', url: belowLineItem(lineItem, 'scores'), scope: scopes.scores, accept: '*/*' },
    body: { type: scoreType, json: written(userId, score) },
  });
  if (answer.status === 409) throw ServiceError.of('not_newer', answer.status);
  // D2L: for somebody who is in the course and gets no grades.
  if (answer.status === 422) throw ServiceError.of('not_gradable', answer.status);
  if (!isDone(answer)) throw refusalOf(answer);
  // What a platform writes beside its 200 varies, and may be nothing; but the page of something before it is no answer of its.
  if (answer.body.trimStart().startsWith('<')) throw ServiceError.of('answer_unreadable', answer.status);
}

export interface SentScore {
  readonly lineItem: URL;
  readonly userId: string;
  readonly score: Score;
}

/** Whether that is what stands in the column, in whatever units. @throws ServiceError */
export async function hasScore(
  client: PlatformClient,
  errand: PlatformErrand,
  { lineItem, userId, score: { points } }: SentScore,
): Promise<boolean> {
  const { items } = await readResults(client, errand, { lineItem, userId });
  const kept = items.find((result) => result.userId === userId) ?? null;
  if (points === null) return (kept?.score ?? null) === null;
  if (kept?.score == null || kept.maximum === null) return false;
  // Campuses keep a few decimals.
  return Math.abs(kept.score / kept.maximum - points.given / points.maximum) < 0.0001;
}

function written(userId: string, { points, comment, at, activityProgress, gradingProgress }: Score): JsonObject {
  return {
    userId,
    // Without them the platform takes away what it had.
    ...(points === null ? {} : { scoreGiven: points.given, scoreMaximum: points.maximum }),
    ...(comment === null ? {} : { comment }),
    // With zone and fraction: of two within a second the later one must be seen to be later.
    timestamp: new Date(at).toISOString(),
    activityProgress,
    gradingProgress,
  };
}

export interface Result {
  readonly userId: string;
  /** In units of the column; null while there is no grade. */
  readonly score: number | null;
  readonly maximum: number | null;
  readonly comment: string | null;
}

const resultSchema = z
  .object({
    userId: z.string().min(1),
    resultScore: z.number().nullable().default(null),
    resultMaximum: z.number().positive().nullable().default(null),
    comment: z.string().nullable().default(null),
  })
  .transform(
    ({ userId, resultScore: score, resultMaximum: maximum, comment }): Result => ({ userId, score, maximum, comment }),
  );

/** @param userId null: of everybody. @throws ServiceError */
export function readResults(
  client: PlatformClient,
  errand: PlatformErrand,
  { lineItem, userId }: { readonly lineItem: URL; readonly userId: string | null },
): Promise<Pages<Result>> {
  const address = belowLineItem(lineItem, 'results');
  return readPages(client, errand, {
    first: userId === null ? address : withQuery(address, { user_id: userId }),
    ...{ scope: scopes.results, mediaType: resultsType, entriesOf: listIn, mostPages: MOST_PAGES },
    read: (entry: Json) => resultSchema.safeParse(entry).data ?? null,
  });
}
