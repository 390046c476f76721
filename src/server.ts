/**
 * The node:http server around the app: limits on slow and oversized requests, and an orderly end.
 */
import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RequestListener } from './app.ts';
import type { Log } from './events/log.ts';

/** Whoever needs longer than this to send a request is not a browser in use. */
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
/** Longer than that of common proxies, so that it is they who close an idle connection. */
const KEEP_ALIVE_MS = 65_000;
/** How long requests in progress may still take once the process was told to stop. */
const SHUTDOWN_PATIENCE_MS = 10_000;

export interface RunningServer {
  readonly port: number;
  /**
   * Answers what was begun, within `SHUTDOWN_PATIENCE_MS`, and then takes no more connections. Until then it goes on
   * listening, so that whoever asks `/readyz` is told no and sends people elsewhere, instead of being turned away.
   */
  close(): Promise<void>;
}

export async function startServer(
  listener: RequestListener,
  options: { readonly port: number; readonly hostname: string | null; readonly log: Log },
): Promise<RunningServer> {
  const begun = new Set<ServerResponse>();
  const server = createServer(
    { headersTimeout: HEADERS_TIMEOUT_MS, requestTimeout: REQUEST_TIMEOUT_MS },
    (request, response) => {
      begun.add(response);
      response.once('close', () => begun.delete(response));
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
  return { port: (server.address() as AddressInfo).port, close: () => close(server, begun) };
}

/** `hostname` null: all interfaces, IPv6 and IPv4, or IPv4 alone where the machine has no IPv6. */
function listen(server: Server, port: number, hostname: string | null): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(hostname === null ? { port } : { port, host: hostname }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

async function close(server: Server, begun: ReadonlySet<ServerResponse>): Promise<void> {
  const impatience = setTimeout(() => {
    server.close();
    server.closeAllConnections();
  }, SHUTDOWN_PATIENCE_MS);
  await Promise.all([...begun].map((response) => once(response, 'close')));
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
  clearTimeout(impatience);
}
