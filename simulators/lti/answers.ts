/**
 * What the services of the campus have in common: refusals in words, pages of a list, media types.
 */

import type { Json } from '../../src/model.ts';
import { mediaTypeOf } from '../shared/received.ts';
import type { Incoming, World } from './world.ts';

export function refuse(request: Incoming, status: number, complaint: string, world: World): Response {
  world.complain(request.endpoint, complaint);
  return Response.json({ status, error: complaint }, { status });
}

export function answer(
  value: Json,
  mediaType: string,
  status = 200,
  headers: { readonly [name: string]: string } = {},
): Response {
  return new Response(JSON.stringify(value), { status, headers: { ...headers, 'Content-Type': mediaType } });
}

/** A tool that asks for nothing in particular is answered all the same. */
export function accepts({ headers }: Incoming, mediaType: string): boolean {
  const wanted = (headers.accept ?? '*/*').split(',').map((part) => part.split(';', 1)[0]?.trim().toLowerCase());
  return wanted.some((part) => part === '*/*' || part === 'application/*' || part === mediaType);
}

export const sends = (request: Incoming, mediaType: string): boolean => mediaTypeOf(request) === mediaType;

/**
 * One page of the list and the Link header to the next. The query of that is in mixed case on purpose: whoever lower-cases it asks
 * for another page (lti.md §3.12).
 */
export function pageOf<Item>(
  items: readonly Item[],
  request: Incoming,
  pageSize: number,
  address: string,
): { readonly items: readonly Item[]; readonly headers: { readonly [name: string]: string } } {
  const query = new URLSearchParams(request.query);
  const asked = Number(query.get('limit') ?? pageSize);
  const size = Number.isInteger(asked) && asked > 0 ? Math.min(asked, pageSize) : pageSize;
  const start = Number(/^Desde(\d+)$/.exec(query.get('Pagina') ?? '')?.[1] ?? 0);
  const page = items.slice(start, start + size);
  if (start + size >= items.length) return { items: page, headers: {} };
  query.set('Pagina', `Desde${start + size}`);
  return { items: page, headers: { Link: `<${address}?${query}>; rel="next"` } };
}
