/**
 * Answers in the shapes of Django and of Django REST framework.
 */

import type { Json } from '../../src/model.ts';
import { json } from '../shared/answers.ts';

export { json };

/** @param status of the REST framework's own refusals */
export function detail(status: number, text: string): Response {
  return json({ detail: text }, status);
}

export const nothingThere = () => new Response(null, { status: 404 });
export const notFound = () => detail(404, 'Not found.');
export const forbidden = () => detail(403, 'You do not have permission to perform this action.');

export function throttled(seconds: number): Response {
  const unit = seconds === 1 ? 'second' : 'seconds';
  const answer = detail(429, `Request was throttled. Expected available in ${seconds} ${unit}.`);
  answer.headers.set('Retry-After', `${seconds}`);
  return answer;
}

export function redirect(location: string, cookies: readonly string[] = []): Response {
  return withCookies(
    new Response(null, { status: 302, headers: { Location: location, 'Cache-Control': 'no-store' } }),
    cookies,
  );
}

export function withCookies(answer: Response, cookies: readonly string[]): Response {
  for (const cookie of cookies) answer.headers.append('Set-Cookie', cookie);
  return answer;
}

/** One page of a list, as the REST framework numbers them; null for a page that is not there. */
export function pageOf<Item>(items: readonly Item[], parameters: URLSearchParams, url: string) {
  const size = Math.min(Math.max(Number(parameters.get('page_size') ?? 10) || 10, 1), 100);
  const number = Number(parameters.get('page') ?? 1);
  const pages = Math.max(Math.ceil(items.length / size), 1);
  if (!Number.isInteger(number) || number < 1 || number > pages) return null;
  const at = (page: number): Json => {
    if (page < 1 || page > pages) return null;
    const query = new URLSearchParams(parameters);
    query.set('page', `${page}`);
    return `${url}?${query}`;
  };
  return {
    results: items.slice((number - 1) * size, number * size),
    pagination: { next: at(number + 1), previous: at(number - 1), count: items.length, num_pages: pages },
  };
}
