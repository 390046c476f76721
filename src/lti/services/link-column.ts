/**
 * The column for the grades of a link that came without one: found, or made where the launch said that we may.
 *
 * Two at once must not make two, for a teacher would see half of the grades in each. Within the process one looks and the others wait;
 * of two processes that made one each, both find both, and the one whose column is not the first takes its own away before anything is
 * in it.
 */
import type { ScoreDestination } from '../score.ts';
import { createLineItem, deleteLineItem, type LineItem, lineItemsOfLink } from './line-items.ts';
import { type PlatformClient, serviceAddress } from './platform-client.ts';
import { scopes, scopeToReadLineItems } from './scopes.ts';
import { ServiceError } from './service-error.ts';
import type { PlatformErrand } from './service-tokens.ts';

export type GradeService = Extract<ScoreDestination, { kind: 'grade-service' }>;

/** @throws ServiceError */
export type FindColumn = (errand: PlatformErrand, service: GradeService, maximum: number) => Promise<URL>;

export function createColumnFinder(client: PlatformClient): FindColumn {
  const underWay = new Map<string, Promise<URL>>();

  return async (errand, service, maximum) => {
    const key = JSON.stringify([service.registration, service.lineItems, service.resourceLinkId]);
    const found = underWay.get(key) ?? findOrMake(client, errand, service, maximum).finally(() => underWay.delete(key));
    underWay.set(key, found);
    return found;
  };
}

async function findOrMake(
  client: PlatformClient,
  errand: PlatformErrand,
  { lineItems, resourceLinkId, resourceLinkTitle, scopes: allowed }: GradeService,
  maximum: number,
): Promise<URL> {
  const scope = scopeToReadLineItems(allowed);
  if (lineItems === null || scope === null) throw ServiceError.of('no_line_item', null);
  const container = serviceAddress(lineItems);
  const look = async () => (await lineItemsOfLink(client, errand, { container, scope, resourceLinkId }))[0] ?? null;
  const found = await look();
  if (found !== null) return found.address;
  if (scope !== scopes.lineItems) throw ServiceError.of('no_line_item', null);
  const made = await unlessConflict(
    createLineItem(client, errand, container, {
      // A teacher can give it another name.
      ...{ label: resourceLinkTitle ?? resourceLinkId, scoreMaximum: maximum },
      ...{ resourceLinkId, resourceId: resourceLinkId, tag: null },
    }),
  );
  const first = await look();
  if (made === null) {
    if (first === null) throw ServiceError.of('service_failed', 409);
    return first.address;
  }
  if (first?.address.href === made.address.href) return made.address;
  await deleteLineItem(client, errand, made.address);
  // The platform does not show it by its link: each score would make another.
  if (first === null) throw ServiceError.of('no_line_item', null);
  return first.address;
}

/** Null where somebody else made it first. */
async function unlessConflict(making: Promise<LineItem>): Promise<LineItem | null> {
  try {
    return await making;
  } catch (error) {
    if (error instanceof ServiceError && error.refused.status === 409) return null;
    throw error;
  }
}
