/**
 * Requests as bytes, over a socket of their own: what `fetch` and browsers would refuse to send.
 */
import { once } from 'node:events';
import { connect } from 'node:net';

export interface RawAnswer {
  readonly status: number;
  readonly body: string;
}

/** Sends what is given and nothing else, latin1, and waits for the end of the connection. */
export async function sendRaw(
  port: number,
  requestLine: string,
  headers: readonly string[],
  body: string,
): Promise<RawAnswer> {
  const socket = connect(port, '127.0.0.1');
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.on('error', () => {});
  socket.write([requestLine, 'Connection: close', ...headers, '', body].join('\r\n'), 'latin1');
  await once(socket, 'close');
  const text = Buffer.concat(chunks).toString('utf8');
  return { status: Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1]), body: text };
}
