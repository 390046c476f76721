/**
 * Sends a score to the campus by whichever service its launch had.
 *
 * Judges afresh each time by what is configured then: a campus that was switched off gets nothing, with whatever it was launched before.
 */
import { launchesNow } from '../launch-1-1.ts';
import type { Score, ScoreDestination } from '../score.ts';
import { createSignForCampus } from '../sign.ts';
import { createColumnFinder, type FindColumn, type GradeService } from './link-column.ts';
import { type ConsumerErrand, type OutcomeTools, sendOutcome } from './outcomes.ts';
import { createPlatformClient, type PlatformClient, serviceAddress } from './platform-client.ts';
import type { CreateSendScore, ServicePorts } from './ports.ts';
import { scopes } from './scopes.ts';
import { hasScore, postScore, type SentScore } from './scores.ts';
import { createServiceCall, type Errand, forOneErrand } from './service-call.ts';
import { ServiceError } from './service-error.ts';
import { createServiceTokens, type PlatformErrand } from './service-tokens.ts';

type OutcomeService = Extract<ScoreDestination, { kind: 'outcome-service' }>;

interface Tools extends OutcomeTools {
  readonly client: PlatformClient;
  readonly findColumn: FindColumn;
}

export const createSendScore: CreateSendScore = (ports) => {
  const { environment } = ports;
  const call = createServiceCall(environment);
  const tokens = createServiceTokens({ environment, call, sign: createSignForCampus(ports.keys) });
  const client = createPlatformClient(call, tokens);
  const tools: Tools = { environment, call, client, findColumn: createColumnFinder(client) };

  return async (destination, score) => {
    try {
      const outbound = forOneErrand(await ports.outbound(), environment);
      const errand = { registration: destination.registration, outbound };
      if (destination.kind === 'grade-service') {
        await toGradeService(tools, await withPlatform(ports, errand), destination, score);
      } else {
        await toOutcomeService(tools, await withConsumer(ports, errand), destination, score);
      }
      return { kind: 'sent' };
    } catch (error) {
      if (error instanceof ServiceError) return error.refused;
      throw error;
    }
  };
};

async function withPlatform({ registrations }: ServicePorts, errand: Errand): Promise<PlatformErrand> {
  const platform = (await registrations()).ltiPlatforms.get(errand.registration);
  if (platform === undefined) throw ServiceError.of('campus_unknown', null);
  if (!platform.enabled) throw ServiceError.of('campus_disabled', null);
  return { ...errand, platform };
}

async function withConsumer({ registrations, environment }: ServicePorts, errand: Errand): Promise<ConsumerErrand> {
  const consumer = (await registrations()).ltiConsumers.get(errand.registration);
  if (consumer === undefined) throw ServiceError.of('campus_unknown', null);
  if (!launchesNow(consumer, environment.now())) throw ServiceError.of('campus_disabled', null);
  return { ...errand, consumer };
}

/** The maximum of a column that is made by a score without points. Platforms bring every score to the units of its column. */
const USUAL_MAXIMUM = 100;

async function toGradeService(
  { client, findColumn }: Tools,
  errand: PlatformErrand,
  service: GradeService,
  score: Score,
): Promise<void> {
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
  errand: ConsumerErrand,
  { serviceUrl, sourcedId }: OutcomeService,
  { points }: Score,
): Promise<void> {
  const service = serviceAddress(serviceUrl);
  if (points === null) {
    await sendOutcome(tools, errand, service, { operation: 'deleteResult', sourcedId });
    return;
  }
  const score = Math.min(Math.max(points.given / points.maximum, 0), 1);
  await sendOutcome(tools, errand, service, { operation: 'replaceResult', sourcedId, score });
}
