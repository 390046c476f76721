/**
 * The node:http server around the app: limits on slow and oversized requests, and an orderly end.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RequestListener } from './app.ts';
import type { Log } from './events/log.ts';

/** Whoever needs longer than this to send a request is not a browser in use. */
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
/** Longer than that of common proxies, so that it is they who close an idle connection. */
const KEEP_ALIVE_MS = 65_000;
/** How long requests in progress may still take once the process was told to stop. */
export const SHUTDOWN_PATIENCE_MS = 10_000;

export interface RunningServer {
  readonly port: number;
  /** No new connections; answers what was begun, within `SHUTDOWN_PATIENCE_MS`. */
  close(): Promise<void>;
}

export async function startServer(
  listener: RequestListener,
  options: { readonly port: number; readonly hostname: string; readonly log: Log },
): Promise<RunningServer> {
  const server = createServer(
    { headersTimeout: HEADERS_TIMEOUT_MS, requestTimeout: REQUEST_TIMEOUT_MS },
    (request, response) => {
      listener(request, response).catch((error: unknown) => {
        // Only what broke before any route was reached comes here; the app answers everything else itself.
        options.log.error({ event: 'request.failed', code: 'internal_error' }, error);
        if (!response.headersSent) response.writeHead(503, { 'Content-Type': 'text/plain', 'Retry-After': '5' });
        response.end('The service is not available right now.\n');
      });
    },
  );
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  await listen(server, options.port, options.hostname);
  return { port: (server.address() as AddressInfo).port, close: () => close(server) };
}

function listen(server: Server, port: number, hostname: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, hostname, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const impatience = setTimeout(() => server.closeAllConnections(), SHUTDOWN_PATIENCE_MS);
    server.close(() => {
      clearTimeout(impatience);
      resolve();
    });
    server.closeIdleConnections();
  });
}
