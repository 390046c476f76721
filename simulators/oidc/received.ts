/**
 * A request as it arrived, read once: what the handlers judge and what tests look at afterwards.
 *
 * Holds the client's credentials in clear, because a test must be able to see them; so it is never logged or shown.
 */

export const endpoints = ['discovery', 'jwks', 'authorize', 'token', 'userinfo'] as const;
export type Endpoint = (typeof endpoints)[number];

export interface Received {
  readonly endpoint: Endpoint;
  readonly method: string;
  /** Without the question mark, as sent. */
  readonly query: string;
  /** Names in lower case. */
  readonly headers: { readonly [name: string]: string };
  readonly body: string;
}

export async function receive(request: Request, endpoint: Endpoint): Promise<Received> {
  return {
    endpoint,
    method: request.method,
    query: new URL(request.url).search.slice(1),
    headers: Object.fromEntries(request.headers),
    body: await request.text(),
  };
}
