/**
 * One keep-alive HTTP/1.1 connection, as cheap as a client can be.
 *
 * The load shares its core with the provider and PostgreSQL: a general HTTP client would cost more there than they do.
 * Reads only what our own two servers send: a length or chunks, one request at a time. Never retries.
 */
import { connect, type Socket } from 'node:net';

export interface HttpAnswer {
  readonly status: number;
  readonly location: string | null;
  readonly setCookies: readonly string[];
  readonly body: string;
}

export interface Connection {
  readonly host: string;
  /** `head` is header lines, each ended by CRLF. @throws Error when the connection breaks or the answer cannot be read */
  request(method: 'GET' | 'POST', path: string, head: string, body: string): Promise<HttpAnswer>;
  close(): void;
}

/** @param host what the server believes its name is; the socket goes to `port` on 127.0.0.1. */
export async function openConnection(host: string, port: number): Promise<Connection> {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true });
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  return new RawConnection(host, socket);
}

class RawConnection implements Connection {
  readonly host: string;
  readonly #socket: Socket;
  #received: Buffer = Buffer.alloc(0);
  #waiting: PromiseWithResolvers<HttpAnswer> | null = null;

  constructor(host: string, socket: Socket) {
    this.host = host;
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    socket.on('error', (error) => this.#fail(error));
    socket.on('close', () => this.#fail(new Error(`${host} closed the connection`)));
  }

  request(method: 'GET' | 'POST', path: string, head: string, body: string): Promise<HttpAnswer> {
    if (this.#waiting !== null) throw new Error('one request at a time');
    this.#waiting = Promise.withResolvers<HttpAnswer>();
    const length = method === 'POST' ? `Content-Length: ${Buffer.byteLength(body)}\r\n` : '';
    this.#socket.write(`${method} ${path} HTTP/1.1\r\nHost: ${this.host}\r\n${head}${length}\r\n${body}`);
    return this.#waiting.promise;
  }

  close(): void {
    this.#socket.destroy();
  }

  #receive(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    try {
      const answer = parseAnswer(this.#received);
      if (answer === null) return;
      this.#received = Buffer.alloc(0);
      const waiting = this.#waiting;
      this.#waiting = null;
      waiting?.resolve(answer);
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    const waiting = this.#waiting;
    this.#waiting = null;
    waiting?.reject(error);
  }
}

/** Null while something is missing. With one request at a time nothing can follow the answer. */
function parseAnswer(bytes: Buffer): HttpAnswer | null {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return null;
  const [statusLine = '', ...fields] = bytes.toString('latin1', 0, end).split('\r\n');
  const status = Number(statusLine.slice('HTTP/1.1 '.length, 'HTTP/1.1 '.length + 3));
  let length: number | null = status === 204 || status === 304 ? 0 : null;
  let chunked = false;
  let location: string | null = null;
  const setCookies: string[] = [];
  for (const field of fields) {
    const colon = field.indexOf(':');
    const value = field.slice(colon + 1).trim();
    switch (field.slice(0, colon).toLowerCase()) {
      case 'content-length':
        length = Number(value);
        break;
      case 'transfer-encoding':
        chunked = value.toLowerCase() === 'chunked';
        break;
      case 'location':
        location = value;
        break;
      case 'set-cookie':
        setCookies.push(value);
        break;
    }
  }
  const start = end + 4;
  const body = chunked ? readChunks(bytes, start) : readLength(bytes, start, length);
  return body === null ? null : { status, location, setCookies, body };
}

function readLength(bytes: Buffer, start: number, length: number | null): string | null {
  if (length === null) throw new Error('an answer without a length');
  return bytes.length < start + length ? null : bytes.toString('utf8', start, start + length);
}

/** RFC 9112 §7.1, without trailers. */
function readChunks(bytes: Buffer, start: number): string | null {
  const chunks: Buffer[] = [];
  for (let at = start; ; ) {
    const lineEnd = bytes.indexOf('\r\n', at);
    if (lineEnd < 0) return null;
    const size = Number.parseInt(bytes.toString('latin1', at, lineEnd), 16);
    const next = lineEnd + 2 + size + 2;
    if (bytes.length < next) return null;
    if (size === 0) return Buffer.concat(chunks).toString('utf8');
    chunks.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = next;
  }
}
