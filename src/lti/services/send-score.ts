/**
 * Sends a score to the campus by whichever service its launch had.
 */
import type { Score, ScoreDestination, SendScore } from '../score.ts';
import { type CampusCalls, errandAtConsumer, errandAtPlatform } from './campus-calls.ts';
import { createColumnFinder, type FindColumn, type GradeService } from './link-column.ts';
import { sendOutcome } from './outcomes.ts';
import { type PlatformClient, serviceAddress } from './platform-client.ts';
import { scopes } from './scopes.ts';
import { hasScore, postScore, type SentScore } from './scores.ts';
import { ServiceError } from './service-error.ts';
import type { PlatformErrand } from './service-tokens.ts';

type OutcomeService = Extract<ScoreDestination, { kind: 'outcome-service' }>;

interface Tools extends CampusCalls {
  readonly findColumn: FindColumn;
}

export function createSendScore(calls: CampusCalls): SendScore {
  const tools: Tools = { ...calls, findColumn: createColumnFinder(calls.client) };

  return async (destination, score) => {
    try {
      if (destination.kind === 'grade-service') await toGradeService(tools, destination, score);
      else await toOutcomeService(tools, destination, score);
      return { kind: 'sent' };
    } catch (error) {
      if (error instanceof ServiceError) return error.refused;
      throw error;
    }
  };
}

/** The maximum of a column that is made by a score without points. Platforms bring every score to the units of its column. */
const USUAL_MAXIMUM = 100;

async function toGradeService(tools: Tools, service: GradeService, score: Score): Promise<void> {
  const { client, findColumn } = tools;
  const errand = await errandAtPlatform(tools, service.registration);
  const lineItem =
    service.lineItem === null
      ? await findColumn(errand, service, score.points?.maximum ?? USUAL_MAXIMUM)
      : serviceAddress(service.lineItem);
  const sent = { lineItem, userId: service.userId, score };
  try {
    await postScore(client, errand, sent);
  } catch (error) {
    const mayBeThere = error instanceof ServiceError && error.fault === 'not_newer';
    if (!mayBeThere || !(await isThere(client, errand, service, sent))) throw error;
  }
}

/** Where the answer to the first try was lost, the second is refused for being no newer: what was wanted is done. */
async function isThere(
  client: PlatformClient,
  errand: PlatformErrand,
  { scopes: allowed }: GradeService,
  sent: SentScore,
): Promise<boolean> {
  if (!allowed.includes(scopes.results)) return false;
  try {
    return await hasScore(client, errand, sent);
  } catch (error) {
    if (error instanceof ServiceError) return false;
    throw error;
  }
}

/** Without points there is nothing to grade, and a grade service takes away what it had: here that is a deletion. */
async function toOutcomeService(
  tools: Tools,
  { registration, serviceUrl, sourcedId }: OutcomeService,
  { points }: Score,
): Promise<void> {
  const errand = await errandAtConsumer(tools, registration);
  const service = serviceAddress(serviceUrl);
  if (points === null) {
    await sendOutcome(tools, errand, service, { operation: 'deleteResult', sourcedId });
    return;
  }
  const score = Math.min(Math.max(points.given / points.maximum, 0), 1);
  await sendOutcome(tools, errand, service, { operation: 'replaceResult', sourcedId, score });
}
