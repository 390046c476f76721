/**
 * An upstream of bytes, for tests of what a real HTTP server would never send, and the outbound calls to it.
 *
 * Listens on a free port of 127.0.0.1; everything that is opened ends with the test.
 */

import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { type ErrorCode, SignInError } from '../src/errors.ts';
import { createOutbound, type Outbound, type OutboundOptions, type OutboundRequest } from '../src/http.ts';

/** A server that speaks bytes, so that it can break HTTP in every way. Keeps what reached it. */
export interface Upstream {
  readonly port: number;
  readonly requests: readonly string[];
  readonly sockets: ReadonlySet<Socket>;
  /** Resolves when no socket is open. */
  deserted(): Promise<void>;
}

export type Answer = (socket: Socket, request: string, count: number) => void;

export async function startUpstream(t: TestContext, answer: Answer, tls: TlsOptions | null = null): Promise<Upstream> {
  const requests: string[] = [];
  const sockets = new Set<Socket>();
  const changes = new EventEmitter();
  const receive = (socket: Socket) => {
    socket.on('error', () => {});
    socket.on('data', (data) => {
      requests.push(data.toString());
      answer(socket, data.toString(), requests.length);
    });
  };
  const server = tls === null ? createServer(receive) : createTlsServer(tls, receive);
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => {
      sockets.delete(socket);
      changes.emit('closed');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  assert(typeof address === 'object' && address !== null);
  const deserted = async () => {
    while (sockets.size > 0) await once(changes, 'closed');
  };
  return { port: address.port, requests, sockets, deserted };
}

export function makeOutbound(t: TestContext, options: Partial<OutboundOptions>): Outbound {
  const { outbound, close } = createOutbound({ allowPrivate: [], allowInsecure: [], ...options });
  t.after(close);
  return outbound;
}

export const local = { allowPrivate: ['127.0.0.1'], allowInsecure: ['127.0.0.1'] } as const;
export const get = (url: string): OutboundRequest => ({ method: 'GET', url: new URL(url), headers: {}, body: null });
export const post = (url: string, body: string): OutboundRequest => ({ ...get(url), method: 'POST', body });
export const ok = (body: string, ...fields: string[]) =>
  [`HTTP/1.1 200 OK`, `content-length: ${Buffer.byteLength(body)}`, ...fields, '', body].join('\r\n');

/** The refusal with this code; its text names the host and neither the query nor the body. */
export async function refuses(call: Promise<unknown>, code: ErrorCode, cause: RegExp): Promise<void> {
  await assert.rejects(call, (error) => {
    assert(error instanceof SignInError);
    assert.equal(error.code, code, error.detail);
    assert.match(error.detail, cause);
    assert.doesNotMatch(`${error.stack}${error.cause}`, /canary/);
    return true;
  });
}

/** A resolver that knows one answer. */
export function resolveTo(addresses: readonly string[]) {
  return async () => addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
}
