/**
 * A small app for tests of log-out in a real browser: it signs people in through the broker with a session cookie of its own,
 * and has the log-out page of Open edX (open-edx.md §9): a hidden frame for each address of a list, and on when all have loaded.
 *
 * All apps of a test share the host `localhost`, and so the site; each has a port and a cookie name of its own.
 */
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface PracticeApp {
  readonly origin: string;
  readonly name: string;
  /** As a client of the broker, in YAML, with these further members. */
  client(members: readonly string[]): string;
  /** Where it sends people; to be set before anybody signs in. */
  broker: string;
  /** Its `IDA_LOGOUT_URI_LIST`. */
  logoutUris: readonly string[];
  /** While true, its log-out page never answers. */
  hangs: boolean;
  /** What was asked of it: `GET /logout?no_redirect=1 iframe`. */
  readonly asked: string[];
  /** Sessions that are open. */
  readonly sessions: ReadonlyMap<string, string>;
  close(): void;
}

export async function openPracticeApp(name: string, hostname = 'localhost'): Promise<PracticeApp> {
  const sessions = new Map<string, string>();
  const [verifier, secret] = [randomBytes(32).toString('base64url'), randomBytes(32).toString('hex')];
  const cookie = `practice_${name}`;
  const server = createServer((request, response) => {
    void answer(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  server.listen(0, hostname);
  await once(server, 'listening');
  const origin = `http://${hostname}:${(server.address() as AddressInfo).port}`;
  const app: PracticeApp = {
    ...{ origin, name, broker: '', logoutUris: [], hangs: false, asked: [], sessions },
    client: (members) => {
      const lines = [
        ...[`client_name: Practice ${name}`, `client_secret: ${secret}`],
        ...['token_endpoint_auth_method: client_secret_post', `redirect_uris: ["${origin}/callback"]`],
        ...['skip_authorization: true', ...members],
      ];
      return [`  - client_id: ${name}\n`, ...lines.map((line) => `    ${line}\n`)].join('');
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', origin);
    app.asked.push(`${request.method} ${url.pathname}${url.search} ${request.headers['sec-fetch-dest'] ?? ''}`.trim());
    switch (url.pathname) {
      case '/login':
        return redirect(response, authorizationAddress());
      case '/callback': {
        const id = randomBytes(8).toString('hex');
        sessions.set(id, await sidOf(url.searchParams.get('code') ?? ''));
        response.setHeader('Set-Cookie', `${cookie}=${id}; Path=/; HttpOnly; SameSite=Lax`);
        return redirect(response, '/');
      }
      case '/logout':
        if (app.hangs) return;
        sessions.delete(sessionOf(request));
        return show(response, logoutPage(request.headers.referer ?? null));
      case '/back-channel': {
        const token = new URLSearchParams(await bodyOf(request)).get('logout_token') ?? '';
        for (const [id, sid] of sessions) if (sid === claimsIn(token).sid) sessions.delete(id);
        response.writeHead(200).end();
        return;
      }
      case '/frame':
        return show(response, `<iframe id="framed" src="${url.searchParams.get('src')}"></iframe>`);
      default:
        return show(response, `<p data-testid="who">${sessions.has(sessionOf(request)) ? 'signed in' : 'nobody'}</p>`);
    }
  }

  const sessionOf = ({ headers }: IncomingMessage) =>
    new RegExp(`(?:^|; )${cookie}=(\\w+)`).exec(headers.cookie ?? '')?.[1] ?? '';

  function authorizationAddress(): string {
    const query = new URLSearchParams({
      ...{ client_id: name, redirect_uri: `${origin}/callback`, response_type: 'code', scope: 'openid', state: 'x' },
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
    });
    return `${app.broker}/oauth2/authorize?${query}`;
  }

  /** The signature is checked elsewhere; here it is enough that the code was good. */
  async function sidOf(code: string): Promise<string> {
    const body = new URLSearchParams({
      ...{ grant_type: 'authorization_code', code, client_id: name, client_secret: secret },
      ...{ redirect_uri: `${origin}/callback`, code_verifier: verifier },
    });
    const tokens = (await (await fetch(`${app.broker}/oauth2/token`, { method: 'POST', body })).json()) as Tokens;
    return String(claimsIn(tokens.id_token).sid);
  }

  /** An entry that begins with the referer is skipped, as the LMS does. */
  function logoutPage(referer: string | null): string {
    const uris = app.logoutUris.filter((uri) => referer === null || !uri.startsWith(referer.replace(/\/$/, '')));
    const frames = uris.map((uri) => `<iframe hidden src="${uri}?no_redirect=1"></iframe>`).join('');
    return `<div id="frames">${frames}</div><script>
      const frames = document.querySelectorAll('iframe');
      let left = frames.length;
      const done = () => { if (--left <= 0) location.replace('/'); };
      if (left === 0) done();
      for (const frame of frames) frame.addEventListener('load', done);
    </script>`;
  }

  return app;
}

interface Tokens {
  readonly id_token: string;
}

function redirect(response: ServerResponse, location: string): void {
  response.writeHead(302, { Location: location }).end();
}

/** With the policy of Django, which sends no referer to others. */
function show(response: ServerResponse, body: string): void {
  const headers = { 'Content-Type': 'text/html; charset=utf-8', 'Referrer-Policy': 'same-origin' };
  response.writeHead(200, headers).end(`<!doctype html><title>app</title><link rel="icon" href="data:,">${body}`);
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

function claimsIn(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
}
