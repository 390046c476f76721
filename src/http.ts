/**
 * The one way out: calls to providers and to whatever else an operator configured.
 *
 * Owns the limits of such a call (K-02, K-05, K-06, K-10): one deadline for all of it, a size, no redirects, no
 * cookies, no decompression. It must never send a request twice, because a code is spent by sending it (RFC 6749
 * §4.1.2), and never put a path, a header or a body into an error: they hold codes and tokens.
 *
 * The global fetch is not used: it costs ten times as much per call, follows redirects unless told not to, and reads
 * bodies without a limit.
 */

import { isUtf8 } from 'node:buffer';
import { lookup } from 'node:dns/promises';
import { Agent, type Dispatcher } from 'undici';
import { type ErrorCode, SignInError } from './errors.ts';
import { AddressRefused, createGuardedConnect, namesHost, type Resolve } from './guarded-connect.ts';
import type { Milliseconds } from './model.ts';

export interface OutboundRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly url: URL;
  readonly headers: { readonly [name: string]: string };
  readonly body: string | null;
}

export interface OutboundResponse {
  readonly status: number;
  /** Lower-case names; several fields of one name joined with a comma. */
  readonly headers: { readonly [name: string]: string };
  /** Decoded as UTF-8; at most the limit of the caller's `createOutbound`. */
  readonly body: string;
}

/** @throws SignInError provider_timeout, provider_unreachable, provider_answer_too_large, provider_answer_invalid */
export type Outbound = (request: OutboundRequest) => Promise<OutboundResponse>;

/** An answer with the cookies that it sets, for the one caller that plays a browser of its own (K-10). */
export interface VisitedResponse extends OutboundResponse {
  readonly setCookies: readonly string[];
}

/** @throws what an `Outbound` throws */
export type Visit = (request: OutboundRequest) => Promise<VisitedResponse>;

export interface OutboundOptions {
  /** For a whole call: waiting for a socket, name, TCP, TLS, request and answer. Default 5000. */
  readonly timeoutMs?: Milliseconds;
  /** The largest body. Default 1 MiB. */
  readonly maxBytes?: number;
  /** All header fields of an answer together. Default 16 KiB. */
  readonly maxHeaderBytes?: number;
  /** Sockets to one host; calls beyond wait within their own deadline. Default 100. */
  readonly maxSockets?: number;
  /** How long a socket is kept that nobody uses. Default 4000: servers close theirs after 5 seconds or more. */
  readonly idleSocketMs?: Milliseconds;
  /** Hosts (`host` or `host:port`) that may have a private address: providers on the premises. */
  readonly allowPrivate: readonly string[];
  /** Hosts (`host` or `host:port`) that may be called over http: development on localhost. */
  readonly allowInsecure: readonly string[];
  /** PEM certificates to trust beside the platform's own, for every call. */
  readonly certificateAuthorities?: readonly string[];
  /** How names become addresses. Default: the system's resolver. */
  readonly resolve?: Resolve;
}

const resolveBySystem: Resolve = (hostname) => lookup(hostname, { all: true });

/** `visit` shows cookies, for walks only. `close` lets running calls end (they have a deadline) and then frees every socket. */
export function createOutbound(options: OutboundOptions): { outbound: Outbound; visit: Visit; close(): Promise<void> } {
  const limits: Limits = { timeoutMs: options.timeoutMs ?? 5_000, maxBytes: options.maxBytes ?? 1024 * 1024 };
  const agent = new Agent({
    connections: options.maxSockets ?? 100,
    pipelining: 1,
    maxHeaderSize: options.maxHeaderBytes ?? 16 * 1024,
    // Given up before the server does: one that closes just as a request is written takes the code down with it.
    keepAliveTimeout: options.idleSocketMs ?? 4_000,
    // A server may ask for more with `keep-alive: timeout=…`, but not for long.
    keepAliveMaxTimeout: 30_000,
    // Time limits of their own would restart with every byte; the deadline of the call does not.
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: createGuardedConnect({
      timeoutMs: limits.timeoutMs,
      allowPrivate: options.allowPrivate,
      certificateAuthorities: options.certificateAuthorities ?? [],
      resolve: options.resolve ?? resolveBySystem,
    }),
  });
  const exchange = <Answer extends OutboundResponse>(request: OutboundRequest, read: ReadAnswer<Answer>) => {
    const { protocol, hostname, port, host } = request.url;
    const insecure = protocol === 'http:' && namesHost(options.allowInsecure, hostname, port || '80');
    if (protocol !== 'https:' && !insecure) {
      return Promise.reject(new SignInError('provider_unreachable', `${host}: only https is allowed`));
    }
    return new Exchange(host, limits, read).carryOut(agent, request);
  };
  return {
    outbound: (request) => exchange(request, withoutCookies),
    visit: (request) => exchange(request, withCookies),
    close: () => agent.close(),
  };
}

interface Limits {
  readonly timeoutMs: Milliseconds;
  readonly maxBytes: number;
}

/** One request and its answer. Settles once; what arrives afterwards is thrown away with its socket. */
class Exchange<Answer extends OutboundResponse> implements Dispatcher.DispatchHandler {
  readonly #host: string;
  readonly #limits: Limits;
  readonly #read: ReadAnswer<Answer>;
  readonly #answer = Promise.withResolvers<Answer>();
  #body: Buffer = Buffer.alloc(0);
  #size = 0;
  #status = 0;
  #headers: OutboundResponse['headers'] = {};
  #setCookies: readonly string[] = [];
  #deadline: NodeJS.Timeout | null = null;
  #controller: Dispatcher.DispatchController | null = null;
  #failure: SignInError | null = null;

  constructor(host: string, limits: Limits, read: ReadAnswer<Answer>) {
    this.#host = host;
    this.#limits = limits;
    this.#read = read;
  }

  carryOut(agent: Agent, { method, url, headers, body }: OutboundRequest): Promise<Answer> {
    const { timeoutMs } = this.#limits;
    this.#deadline = setTimeout(() => {
      this.#fail('provider_timeout', `no complete answer within ${timeoutMs} ms`);
    }, timeoutMs);
    agent.dispatch(
      {
        origin: url.origin,
        path: url.pathname + url.search,
        method,
        // Asking for no encoding is half of the defence against a small body that unpacks to a huge one (K-05).
        headers: { 'user-agent': 'llavero', ...headers, 'accept-encoding': 'identity' },
        body,
      },
      this,
    );
    return this.#answer.promise;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    // The deadline passed while the connection was made: nothing was sent, and now nothing will be.
    if (this.#failure !== null) controller.abort(this.#failure);
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, fields: HeaderFields): void {
    if (status < 200) return;
    this.#status = status;
    this.#headers = joinFields(fields);
    this.#setCookies = [fields['set-cookie'] ?? []].flat();
    const { 'content-encoding': encoding = 'identity', 'content-length': length } = this.#headers;
    if (encoding !== 'identity') this.#fail('provider_answer_invalid', 'the answer is compressed');
    // Ends a large answer before it is read. An honest length is not relied upon: what arrives is counted too.
    else if (Number(length) > this.#limits.maxBytes) this.#failTooLarge();
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    const size = this.#size + chunk.length;
    if (size > this.#limits.maxBytes) {
      this.#failTooLarge();
      return;
    }
    // Copied, not listed: a list of one-byte chunks would take a hundred times the memory of the body.
    if (size > this.#body.length) {
      const larger = Buffer.allocUnsafe(Math.max(size, 2 * this.#body.length));
      this.#body.copy(larger, 0, 0, this.#size);
      this.#body = larger;
    }
    chunk.copy(this.#body, this.#size);
    this.#size = size;
  }

  onResponseEnd(): void {
    const body = this.#body.subarray(0, this.#size);
    // Decoding leniently would make one subject of two that differ in a broken byte.
    if (!isUtf8(body)) {
      this.#fail('provider_answer_invalid', 'the answer is not UTF-8');
      return;
    }
    this.#settle();
    const plain = { status: this.#status, headers: this.#headers, body: body.toString('utf8') };
    const answer = this.#read(plain, this.#setCookies);
    // The agent frees the socket in an immediate of its own, asked for after this returns. Answering sooner would make
    // a call that follows at once (token, then user data) open a second connection: a TLS handshake for each sign-in.
    queueMicrotask(() => setImmediate(this.#answer.resolve, answer));
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    const { code, cause } = explain(error);
    this.#fail(code, cause);
  }

  #failTooLarge(): void {
    this.#fail('provider_answer_too_large', `more than ${this.#limits.maxBytes} bytes`);
  }

  #fail(code: ErrorCode, cause: string): void {
    if (this.#failure !== null) return;
    this.#failure = new SignInError(code, `${this.#host}: ${cause}`);
    this.#settle();
    this.#answer.reject(this.#failure);
    this.#controller?.abort(this.#failure);
  }

  #settle(): void {
    if (this.#deadline !== null) clearTimeout(this.#deadline);
  }
}

type ReadAnswer<Answer> = (answer: OutboundResponse, setCookies: readonly string[]) => Answer;
const withoutCookies: ReadAnswer<OutboundResponse> = (answer) => answer;
const withCookies: ReadAnswer<VisitedResponse> = (answer, setCookies) => ({ ...answer, setCookies });

type HeaderFields = { readonly [name: string]: string | string[] | undefined };

/** Without a prototype, so that no name but a sent one is found; without cookies, so that no caller can keep one (K-10). */
function joinFields(fields: HeaderFields): OutboundResponse['headers'] {
  const headers: { [name: string]: string } = Object.create(null);
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined || name === 'set-cookie') continue;
    headers[name] = typeof value === 'string' ? value : value.join(', ');
  }
  return headers;
}

/** Which refusal a failed call is. Takes only the code of the error: messages of the HTTP parser quote the answer. */
function explain(error: Error): { readonly code: ErrorCode; readonly cause: string } {
  const name = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  if (error instanceof AddressRefused) return { code: 'provider_unreachable', cause: 'its address is not allowed' };
  if (name === 'UND_ERR_HEADERS_OVERFLOW') return { code: 'provider_answer_too_large', cause: 'too many header bytes' };
  if (name === 'UND_ERR_SOCKET') return { code: 'provider_unreachable', cause: 'the connection was closed' };
  if (name === 'UND_ERR_CONNECT_TIMEOUT' || name === 'ETIMEDOUT') return { code: 'provider_timeout', cause: name };
  // A header or path that cannot be sent was made from something that the provider handed over, such as a token.
  const unsendable = name === 'UND_ERR_INVALID_ARG';
  if (unsendable || error.name === 'HTTPParserError' || name === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH') {
    return { code: 'provider_answer_invalid', cause: `broken HTTP (${name})` };
  }
  return { code: 'provider_unreachable', cause: name };
}
