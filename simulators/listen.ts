/**
 * Puts a stand-in behind a real socket, for programs that cannot be handed a function.
 */

import { serve } from '@hono/node-server';
import type { Hono } from 'hono';

export interface Address {
  /** 0 lets the system choose. */
  readonly port: number;
  readonly hostname: string;
}

export interface Listening {
  /** For example `http://127.0.0.1:4401`, with the port that was really given. */
  readonly origin: string;
  /** Stops at once: answers that are still under way are cut off, or a slow one would never let go. */
  close(): Promise<void>;
}

/** @throws Error of the socket (EADDRINUSE, EACCES) when it cannot listen there. */
export function listen(app: Hono, { port, hostname }: Address): Promise<Listening> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch: app.fetch, port, hostname }, (address) => {
      const host = hostname.includes(':') ? `[${hostname}]` : hostname;
      resolve({ origin: `http://${host}:${address.port}`, close });
    });
    const close = () =>
      new Promise<void>((closed) => {
        server.close(() => closed());
        if ('closeAllConnections' in server) server.closeAllConnections();
      });
    server.once('error', reject);
  });
}
