/**
 * A port that stays the same while the server behind it may be another one, with or without TLS.
 *
 * Bytes are passed on as they come: nothing here knows HTTP.
 */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { SelfSigned } from '../self-signed.ts';

export interface Front {
  readonly port: number;
  /** From now on new connections are passed to this port of the machine. */
  leadTo(port: number): void;
  /** The port that it leads to. @throws Error before there is one. */
  target(): number;
  close(): Promise<void>;
}

/** @param tls null for plain TCP */
export async function openFront(tls: SelfSigned | null): Promise<Front> {
  let behind: number | null = null;
  const open = new Set<Socket>();
  const accept = (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    if (behind === null) {
      socket.destroy();
      return;
    }
    const onward = connect(behind, '127.0.0.1');
    socket.pipe(onward).pipe(socket);
    // Either side may end at any moment, as when the server is killed: both then end, and nobody is told.
    for (const [one, other] of [[socket, onward] as const, [onward, socket] as const]) {
      one.on('error', () => {});
      one.once('close', () => other.destroy());
    }
  };
  const server: Server =
    tls === null ? createServer(accept) : createTlsServer({ cert: tls.certificate, key: tls.key }, accept);
  server.listen(0, 'localhost');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    leadTo(port) {
      behind = port;
    },
    target() {
      if (behind === null) throw new Error('this front leads nowhere yet');
      return behind;
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}
