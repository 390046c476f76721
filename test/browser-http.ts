/**
 * Carries a Request to a real node:http server, as a reverse proxy that ends TLS would.
 *
 * For handlers that need a socket. Never follows a redirect and never keeps a connection, so that a server can be closed
 * at the end of a test without waiting.
 */

import { request as httpRequest, type OutgoingHttpHeaders, type Server } from 'node:http';

/** A handler that sends each request to 127.0.0.1 with its own Host and the scheme in X-Forwarded-Proto. */
export function overHttp(target: number | Server): (request: Request) => Promise<Response> {
  return async (request) => {
    const url = new URL(request.url);
    const body = Buffer.from(await request.arrayBuffer());
    const headers: OutgoingHttpHeaders = {
      ...Object.fromEntries(request.headers),
      host: url.host,
      'x-forwarded-proto': url.protocol.slice(0, -1),
    };
    if (body.length > 0) headers['content-length'] = body.length;
    return exchange({ port: portOf(target), path: url.pathname + url.search, method: request.method, headers }, body);
  };
}

function exchange(
  options: { port: number; path: string; method: string; headers: OutgoingHttpHeaders },
  body: Buffer,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest({ ...options, host: '127.0.0.1', agent: false }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('error', reject);
      incoming.on('end', () => {
        const headers = new Headers();
        for (let index = 0; index < incoming.rawHeaders.length; index += 2) {
          // Appended one by one: joining would merge several Set-Cookie fields into one that means something else.
          headers.append(incoming.rawHeaders[index] ?? '', incoming.rawHeaders[index + 1] ?? '');
        }
        const status = incoming.statusCode ?? 0;
        const withoutBody = status === 204 || status === 205 || status === 304;
        resolve(new Response(withoutBody ? null : Buffer.concat(chunks), { status, headers }));
      });
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** Read at each call: a server may be told to listen after the handler was made. */
function portOf(target: number | Server): number {
  if (typeof target === 'number') return target;
  const address = target.address();
  if (address === null || typeof address === 'string') throw new Error('the server is not listening on a port');
  return address.port;
}
