/**
 * Assignment and Grade Services (lti.md §3.12): the columns of the grade book that are the calling tool's. What another tool owns
 * does not exist for it.
 */

import { z } from 'zod';
import type { JsonObject } from '../../src/model.ts';
import { accepts, answer, pageOf, refuse, sends } from './answers.ts';
import type { Course } from './course.ts';
import type { LineItem } from './grade-book.ts';
import { callerOf } from './service-token.ts';
import { scopes } from './tool.ts';
import type { Incoming, World } from './world.ts';

const itemType = 'application/vnd.ims.lis.v2.lineitem+json';
const containerType = 'application/vnd.ims.lis.v2.lineitemcontainer+json';
const itemsPerPage = 20;

const itemSchema = z.object({
  label: z.string().min(1).max(255),
  scoreMaximum: z.number().positive(),
  resourceLinkId: z.string().optional(),
  resourceId: z.string().optional(),
  tag: z.string().optional(),
});

export interface Column {
  readonly course: Course;
  readonly item: LineItem;
}

const reading = [scopes.lineItem, scopes.lineItemReadOnly];

/** The course, for a tool that may be here. */
function enter(
  request: Incoming,
  allowed: readonly string[],
  world: World,
): { readonly course: Course; readonly owner: string } | Response {
  const caller = callerOf(request, allowed, world);
  if (caller instanceof Response) return caller;
  const course = world.courses.get(request.parts.course ?? '');
  if (course === undefined) return refuse(request, 404, 'there is no such course', world);
  // Moodle tells by it which of its tools is meant; an address from which it is lost leads to nothing.
  if (!request.query.includes(world.product.services.lineItemQuery.slice(1))) {
    return refuse(request, 404, 'the query of the address was lost', world);
  }
  return { course, owner: caller.clientId };
}

export function enterColumn(request: Incoming, allowed: readonly string[], world: World): Column | Response {
  const entered = enter(request, allowed, world);
  if (entered instanceof Response) return entered;
  const item = world.grades.get(entered.course.slug, request.parts.item ?? '');
  if (item?.owner !== entered.owner) return refuse(request, 404, 'there is no such line item of this tool', world);
  return { course: entered.course, item };
}

export const itemAddress = ({ course, id }: LineItem, { base, product }: World): string =>
  `${base}/lti/courses/${course}/line-items/${id}${product.services.lineItemQuery}`;

function written(item: LineItem, world: World): JsonObject {
  return {
    id: itemAddress(item, world),
    label: item.label,
    scoreMaximum: item.scoreMaximum,
    ...(item.link === null ? {} : { resourceLinkId: `${item.course}.${item.link}` }),
    ...(item.resourceId === null ? {} : { resourceId: item.resourceId }),
    ...(item.tag === null ? {} : { tag: item.tag }),
  };
}

export function listLineItems(request: Incoming, world: World): Response {
  const entered = enter(request, reading, world);
  if (entered instanceof Response) return entered;
  if (!accepts(request, containerType)) return refuse(request, 406, `the answer would be ${containerType}`, world);
  const { course, owner } = entered;
  const query = new URLSearchParams(request.query);
  const fits = (item: LineItem) =>
    item.course === course.slug &&
    item.owner === owner &&
    (query.get('resource_link_id') ?? `${course.slug}.${item.link}`) === `${course.slug}.${item.link}` &&
    (query.get('resource_id') ?? item.resourceId) === item.resourceId &&
    (query.get('tag') ?? item.tag) === item.tag;
  const address = `${world.base}/lti/courses/${course.slug}/line-items`;
  const page = pageOf(world.grades.lineItems.filter(fits), request, itemsPerPage, address);
  return answer(
    page.items.map((item) => written(item, world)),
    containerType,
    200,
    page.headers,
  );
}

export function createLineItem(request: Incoming, world: World): Response {
  const entered = enter(request, [scopes.lineItem], world);
  if (entered instanceof Response) return entered;
  const read = readItem(request, world);
  if (read instanceof Response) return read;
  const { course, owner } = entered;
  const link = course.links.find(({ slug }) => `${course.slug}.${slug}` === read.resourceLinkId);
  if (read.resourceLinkId !== undefined && link === undefined) {
    return refuse(request, 404, 'resourceLinkId is of no link of this course', world);
  }
  const item = { ...columnOf(read), id: world.opaque(), course: course.slug, link: link?.slug ?? null, owner };
  world.grades.put(item);
  return answer(written(item, world), itemType, 201);
}

export function showLineItem(request: Incoming, world: World): Response {
  const found = enterColumn(request, reading, world);
  return found instanceof Response ? found : answer(written(found.item, world), itemType);
}

export function changeLineItem(request: Incoming, world: World): Response {
  const found = enterColumn(request, [scopes.lineItem], world);
  if (found instanceof Response) return found;
  const read = readItem(request, world);
  if (read instanceof Response) return read;
  const item = { ...found.item, ...columnOf(read) };
  world.grades.put(item);
  return answer(written(item, world), itemType);
}

export function removeLineItem(request: Incoming, world: World): Response {
  const found = enterColumn(request, [scopes.lineItem], world);
  if (found instanceof Response) return found;
  world.grades.remove(found.item.id);
  return new Response(null, { status: 204 });
}

function readItem(request: Incoming, world: World): z.infer<typeof itemSchema> | Response {
  if (!sends(request, itemType)) return refuse(request, 415, `the body is not ${itemType}`, world);
  const read = itemSchema.safeParse(parseJson(request.body));
  return read.success ? read.data : refuse(request, 400, 'the body is not a line item', world);
}

const columnOf = ({ label, scoreMaximum, resourceId = '', tag = '' }: z.infer<typeof itemSchema>) => ({
  label,
  scoreMaximum,
  resourceId: resourceId === '' ? null : resourceId,
  tag: tag === '' ? null : tag,
});

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
