/**
 * Line items of Assignment and Grade Services: the columns of a campus' grade book that are ours (lti.md §3.12).
 */
import { z } from 'zod';
import { parseUpstreamJson } from '../../json.ts';
import type { Json, JsonObject } from '../../model.ts';
import { addressOf } from '../address.ts';
import { listIn, type Pages, readPages, withQuery } from './pages.ts';
import { isDone, type PlatformCall, type PlatformClient, refusalOf } from './platform-client.ts';
import { scopes } from './scopes.ts';
import { ServiceError } from './service-error.ts';
import type { PlatformErrand } from './service-tokens.ts';

/** What is written of one. */
export interface Column {
  readonly label: string;
  readonly scoreMaximum: number;
  readonly resourceLinkId: string | null;
  /** Of the tool, both free. */
  readonly resourceId: string | null;
  readonly tag: string | null;
}

export interface LineItem extends Column {
  readonly address: URL;
}

const itemType = 'application/vnd.ims.lis.v2.lineitem+json';
const containerType = 'application/vnd.ims.lis.v2.lineitemcontainer+json';
/** Of a course, where a platform does not look for one itself. */
const MOST_PAGES = 20;

const optionalText = z.string().nullable().default(null);
const itemSchema = z.object({
  id: z.string().refine((text) => addressOf(text) !== null),
  label: z.string(),
  scoreMaximum: z.number().positive(),
  resourceLinkId: optionalText,
  resourceId: optionalText,
  tag: optionalText,
});

function readItem(entry: Json): LineItem | null {
  const { success, data } = itemSchema.safeParse(entry);
  if (!success) return null;
  const { id, ...column } = data;
  return { ...column, address: new URL(id) };
}

const written = ({ label, scoreMaximum, ...optional }: Column): JsonObject => ({
  label,
  scoreMaximum,
  ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== null)),
});

/** @param scope one of those by which they may be read */
export function listLineItems(
  client: PlatformClient,
  errand: PlatformErrand,
  {
    container,
    scope,
    resourceLinkId,
  }: { readonly container: URL; readonly scope: string; readonly resourceLinkId: string | null },
): Promise<Pages<LineItem>> {
  const first = resourceLinkId === null ? container : withQuery(container, { resource_link_id: resourceLinkId });
  return readPages(client, errand, {
    ...{ first, scope, mediaType: containerType, entriesOf: listIn, mostPages: MOST_PAGES },
    // A token goes to no origin that only an answer named.
    read: (entry) => {
      const item = readItem(entry);
      return item?.address.origin === container.origin ? item : null;
    },
  });
}

/**
 * The columns of a link, in the order in which the platform has them. Asked for by query, and looked at again: some ignore it, and some
 * keep of a column that we made only the id that is ours.
 * @throws ServiceError also where the list does not end, for what is missing in it may be there
 */
export async function lineItemsOfLink(
  client: PlatformClient,
  errand: PlatformErrand,
  asked: { readonly container: URL; readonly scope: string; readonly resourceLinkId: string },
): Promise<readonly LineItem[]> {
  const { items, isWhole } = await listLineItems(client, errand, asked);
  const found = items.filter((item) => (item.resourceLinkId ?? item.resourceId) === asked.resourceLinkId);
  if (found.length === 0 && !isWhole) throw ServiceError.of('answer_unreadable', null);
  return found;
}

export function createLineItem(
  client: PlatformClient,
  errand: PlatformErrand,
  container: URL,
  column: Column,
): Promise<LineItem> {
  return oneItem(client, errand, container, {
    ...{ method: 'POST', url: container, scope: scopes.lineItems, accept: itemType },
    body: { type: itemType, json: written(column) },
  });
}

export function readLineItem(
  client: PlatformClient,
  errand: PlatformErrand,
  address: URL,
  scope: string,
): Promise<LineItem> {
  return oneItem(client, errand, address, { method: 'GET', url: address, scope, accept: itemType, body: null });
}

/** Whole: what is left out is taken away. */
export function updateLineItem(
  client: PlatformClient,
  errand: PlatformErrand,
  { address, ...column }: LineItem,
): Promise<LineItem> {
  return oneItem(client, errand, address, {
    ...{ method: 'PUT', url: address, scope: scopes.lineItems, accept: itemType },
    body: { type: itemType, json: { ...written(column), id: address.href } },
  });
}

/** With every grade in it. One that is gone already is as good. */
export async function deleteLineItem(client: PlatformClient, errand: PlatformErrand, address: URL): Promise<void> {
  const answer = await client(errand, {
    ...{ method: 'DELETE', url: address, scope: scopes.lineItems, accept: '*/*', body: null },
  });
  if (!isDone(answer) && answer.status !== 404) throw refusalOf(answer);
}

async function oneItem(
  client: PlatformClient,
  errand: PlatformErrand,
  { origin }: URL,
  call: PlatformCall,
): Promise<LineItem> {
  const answer = await client(errand, call);
  if (!isDone(answer)) throw refusalOf(answer);
  const item = readItem(unlessMalformed(answer.body));
  if (item?.address.origin !== origin) throw ServiceError.of('answer_unreadable', answer.status);
  return item;
}

function unlessMalformed(body: string): Json {
  try {
    return parseUpstreamJson(body);
  } catch {
    return null;
  }
}
