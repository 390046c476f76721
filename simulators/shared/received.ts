/**
 * A request as it arrived, read once: what the handlers judge and what tests look at afterwards.
 *
 * Holds the client's credentials in clear, because a test must be able to see them; so it is never logged or shown.
 */

import type { Milliseconds } from '../../src/model.ts';

export interface ReceivedAt<Endpoint extends string> {
  readonly at: Milliseconds;
  readonly endpoint: Endpoint;
  readonly method: string;
  readonly path: string;
  /** Without the question mark, as sent. */
  readonly query: string;
  /** Names in lower case. */
  readonly headers: { readonly [name: string]: string };
  readonly body: string;
  /** Whether the browser came over TLS. */
  readonly secure: boolean;
}

export function receive<Endpoint extends string>(
  request: Request,
  body: string,
  endpoint: Endpoint,
  at: Milliseconds,
): ReceivedAt<Endpoint> {
  const url = new URL(request.url);
  return {
    at,
    endpoint,
    method: request.method,
    path: url.pathname,
    query: url.search.slice(1),
    headers: Object.fromEntries(request.headers),
    body,
    secure: url.protocol === 'https:',
  };
}

/** The media type alone: parameters such as the character set do not matter here. */
export function mediaTypeOf(received: ReceivedAt<string>): string {
  return (received.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}
