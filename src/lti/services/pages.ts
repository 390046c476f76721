/**
 * Reads a list that a platform gives a page at a time (lti.md §3.12).
 *
 * A page leads to the next only at its own origin, for the token goes along; and to none twice, for a loop of links would never end.
 */
import { parseUpstreamJson, parseUpstreamList } from '../../json.ts';
import type { Json, JsonObject } from '../../model.ts';
import { nextLink } from './link-header.ts';
import { isDone, type PlatformClient, refusalOf } from './platform-client.ts';
import { ServiceError } from './service-error.ts';
import type { PlatformErrand } from './service-tokens.ts';

export interface Pages<Item> {
  readonly items: readonly Item[];
  /** Entries that are not as the service describes them: how many. */
  readonly unreadable: number;
  /** How many were read. */
  readonly pages: number;
  /** False where the links went round, led elsewhere, or never ended. */
  readonly isWhole: boolean;
}

/** What one page of a list holds. */
export interface Page<Item> extends Pick<Pages<Item>, 'items' | 'unreadable'> {
  /** As the platform named it, wherever that is. Null on the last page. */
  readonly next: URL | null;
}

export interface PagedList<Item> {
  readonly first: URL;
  readonly scope: string;
  readonly mediaType: string;
  readonly entriesOf: (body: string) => readonly Json[];
  /** Null for an entry that cannot be read. */
  readonly read: (entry: Json) => Item | null;
  readonly mostPages: number;
}

/** @throws ServiceError */
export async function readPages<Item>(
  client: PlatformClient,
  errand: PlatformErrand,
  list: PagedList<Item>,
): Promise<Pages<Item>> {
  const items: Item[] = [];
  let unreadable = 0;
  const seen = new Set<string>();
  let url: URL | null = list.first;
  while (url !== null && url.origin === list.first.origin && !seen.has(url.href) && seen.size < list.mostPages) {
    seen.add(url.href);
    const page: Page<Item> = await readPage(client, errand, list, url);
    for (const item of page.items) items.push(item);
    unreadable += page.unreadable;
    url = page.next;
  }
  return { items, unreadable, pages: seen.size, isWhole: url === null };
}

/** @param url one of the list, at its origin. @throws ServiceError */
export async function readPage<Item>(
  client: PlatformClient,
  errand: PlatformErrand,
  list: Omit<PagedList<Item>, 'first' | 'mostPages'>,
  url: URL,
): Promise<Page<Item>> {
  const answer = await client(errand, {
    ...{ method: 'GET', url, scope: list.scope, accept: list.mediaType, body: null },
  });
  if (!isDone(answer)) throw refusalOf(answer);
  const read = entriesIn(answer.body, answer.status, list).map(list.read);
  const items = read.filter((item) => item !== null);
  const next = nextLink(answer.headers.link ?? '');
  return {
    ...{ items, unreadable: read.length - items.length },
    next: next === null ? null : nextAddress(next, url, answer.status),
  };
}

function entriesIn(
  body: string,
  status: number,
  { entriesOf }: Pick<PagedList<unknown>, 'entriesOf'>,
): readonly Json[] {
  try {
    return entriesOf(body);
  } catch {
    throw ServiceError.of('answer_unreadable', status);
  }
}

/** RFC 8288 §3.1: it may be relative. */
function nextAddress(text: string, base: URL, status: number): URL {
  if (!URL.canParse(text, base.href)) throw ServiceError.of('answer_unreadable', status);
  const address = new URL(text, base);
  // It is never sent, so that two addresses that differ in it alone are one page.
  address.hash = '';
  return address;
}

export const listIn = (body: string): readonly Json[] => parseUpstreamList(body);
export const objectIn = (body: string): JsonObject => parseUpstreamJson(body);

/** What stands in the address already stays as it is: platforms tell by it whom they mean (lti.md §3.12). */
export function withQuery(address: URL, more: { readonly [name: string]: string }): URL {
  const url = new URL(address);
  const added = new URLSearchParams(more).toString();
  url.search = [url.search.slice(1), added].filter((part) => part !== '').join('&');
  return url;
}
