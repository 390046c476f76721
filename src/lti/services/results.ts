/**
 * What a campus has for a person and a link now, by whichever service the launch had (lti.md §2.6, §3.12).
 *
 * May differ from what was sent: teachers change grades. Must never make a column, or change what is there.
 */
import type { ScoreDestination } from '../score.ts';
import { type CampusCalls, errandAtConsumer, errandAtPlatform } from './campus-calls.ts';
import { lineItemsOfLink } from './line-items.ts';
import type { GradeService } from './link-column.ts';
import { sendOutcome } from './outcomes.ts';
import { serviceAddress } from './platform-client.ts';
import { scopeToReadLineItems } from './scopes.ts';
import { type Result, readResults } from './scores.ts';
import { ServiceError } from './service-error.ts';
import type { PlatformErrand } from './service-tokens.ts';

export type CampusResult = Omit<Result, 'userId'>;

/** Null where the campus has nothing. @throws ServiceError */
export async function readCampusResult(
  calls: CampusCalls,
  destination: ScoreDestination,
): Promise<CampusResult | null> {
  if (destination.kind === 'outcome-service') return fromOutcomeService(calls, destination);
  const errand = await errandAtPlatform(calls, destination.registration);
  try {
    return await fromGradeService(calls, errand, destination);
  } catch (error) {
    // The column is gone, or nobody by that id is in the course any more.
    if (error instanceof ServiceError && error.fault === 'not_found') return null;
    throw error;
  }
}

async function fromGradeService(
  { client }: CampusCalls,
  errand: PlatformErrand,
  service: GradeService,
): Promise<CampusResult | null> {
  const { userId } = service;
  const lineItem = await columnOf({ client }, errand, service);
  if (lineItem === null) return null;
  const { items, isWhole } = await readResults(client, errand, { lineItem, userId });
  // Some do not look for the person themselves, and give those of everybody.
  const found = items.find((result) => result.userId === userId);
  if (found === undefined && !isWhole) throw ServiceError.of('answer_unreadable', null);
  return found === undefined ? null : { score: found.score, maximum: found.maximum, comment: found.comment };
}

async function columnOf(
  { client }: Pick<CampusCalls, 'client'>,
  errand: PlatformErrand,
  { lineItem, lineItems, resourceLinkId, scopes: allowed }: GradeService,
): Promise<URL | null> {
  if (lineItem !== null) return serviceAddress(lineItem);
  const scope = scopeToReadLineItems(allowed);
  if (lineItems === null || scope === null) return null;
  const [first] = await lineItemsOfLink(client, errand, {
    container: serviceAddress(lineItems),
    scope,
    resourceLinkId,
  });
  return first?.address ?? null;
}

async function fromOutcomeService(
  calls: CampusCalls,
  { registration, serviceUrl, sourcedId }: Extract<ScoreDestination, { kind: 'outcome-service' }>,
): Promise<CampusResult | null> {
  const errand = await errandAtConsumer(calls, registration);
  const service = serviceAddress(serviceUrl);
  const { score } = await sendOutcome(calls, errand, service, { operation: 'readResult', sourcedId });
  if (score === null || score === '') return null;
  // From 0 to 1, whatever the units of the column are there.
  if (!/^(?:0(?:\.\d{1,17})?|1(?:\.0{1,17})?|\.\d{1,17})$/.test(score))
    throw ServiceError.of('answer_unreadable', null);
  return { score: Number(score), maximum: 1, comment: null };
}
