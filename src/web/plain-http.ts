/**
 * What happens to a request that reached the operator's proxy over plain http (H-13).
 *
 * Only a proxy that the operator named is believed about it: anybody else could write the header and have browsers sent
 * in circles. A direct connection is never taken for plain http, because every deployment ends TLS before us.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { parsePath } from '../pages/href.ts';
import { peerOf, type TrustedProxies } from './client-address.ts';

/** Answers the request and says so, when it came over plain http and must not be served. */
export type PlainHttpGuard = (request: IncomingMessage, response: ServerResponse) => boolean;

export function createPlainHttpGuard(publicUrl: URL, proxies: TrustedProxies): PlainHttpGuard {
  return (request, response) => {
    if (publicUrl.protocol !== 'https:' || request.headers['x-forwarded-proto'] !== 'http') return false;
    const peer = peerOf(request);
    if (peer === null || !proxies.includes(peer)) return false;
    // Only what changes nothing may be asked for again: a form sent in the clear has already been read by others.
    if (request.method === 'GET' || request.method === 'HEAD') {
      // `//evil.test` in the request line would name another host (I-05).
      const path = parsePath(request.url ?? '/') ?? '/';
      response.writeHead(308, { Location: `${publicUrl.origin}${path}`, 'Cache-Control': 'no-store' });
    } else {
      response.writeHead(403, { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' });
      response.write('This address is served over https only.\n');
    }
    response.end();
    return true;
  };
}
