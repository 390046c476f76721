/**
 * The door between node:http and oidc-provider.
 *
 * Everything that the library would read from the request to build an address is overwritten with the configured issuer:
 * otherwise its discovery document follows whatever `Host` or `X-Forwarded-*` a caller sends (I-12).
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Provider } from 'oidc-provider';
import { noNeeds, securityHeaders } from './middleware.ts';

/** Old Open edX backends write these two with a slash at the end. */
const WITH_SLASH: ReadonlyMap<string, string> = new Map([
  ['/oauth2/authorize/', '/oauth2/authorize'],
  ['/oauth2/token/', '/oauth2/token'],
]);
const DISCOVERY = '/.well-known/openid-configuration';
/** Where MIT's apps have user info. There whatever is wrong is answered in the same way, so they are always there. */
const USER_INFO_ELSEWHERE = ['/api/users/me', '/api/v0/users/me', '/api/v0/userinfo'];

/** Whether oidc-provider answers this request. Its interactions are pages of ours. */
export function isOidcRequest({ url = '/' }: IncomingMessage): boolean {
  const pathname = pathOf(url);
  return isOidcAddress(pathname) || USER_INFO_ELSEWHERE.includes(withoutSlash(pathname));
}

/** Whether an address is one of the library's own. What else comes through the door asks for user info under another name. */
export function isOidcAddress(pathname: string): boolean {
  if (pathname === DISCOVERY) return true;
  return pathname.startsWith('/oauth2/') && !pathname.startsWith('/oauth2/interaction/');
}

/** The address at which a client asks for user info, if it may be one; null for what people and their browsers ask for. */
export function userinfoPath({ url = '/', headers }: IncomingMessage): string | null {
  return /^bearer /i.test(headers.authorization ?? '') ? withoutSlash(pathOf(url)) : null;
}

export function createOidcDoor(publicUrl: URL, current: () => Promise<Provider>) {
  const headers = {
    ...securityHeaders(publicUrl, noNeeds),
    // `script-src` stands empty: the library adds the hash of the one script of its form_post page.
    'Content-Security-Policy':
      "default-src 'none'; script-src; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    // Apps in a browser read discovery, keys and tokens from other origins; CORS says which may.
    'Cross-Origin-Resource-Policy': 'cross-origin',
  };
  const listeners = new WeakMap<Provider, ReturnType<Provider['callback']>>();

  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    // First of all, so that an answer about a database that is down carries them too (I-01).
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    const provider = await current();
    const listener = listeners.get(provider) ?? provider.callback();
    listeners.set(provider, listener);
    pin(request, publicUrl);
    await listener(request, response);
  };
}

/** A content security policy of the door, with other places that a form on the page may lead to. */
export function withFormTargets(policy: string, sources: readonly string[]): string {
  return policy.replace(/form-action [^;]*/, `form-action ${sources.join(' ')}`);
}

function pin(request: IncomingMessage, publicUrl: URL): void {
  const url = request.url ?? '/';
  const pathname = pathOf(url);
  const plain = WITH_SLASH.get(pathname);
  if (plain !== undefined) request.url = plain + url.slice(pathname.length);
  for (const name of Object.keys(request.headers)) {
    if (name.startsWith('x-forwarded-')) delete request.headers[name];
  }
  request.headers.host = publicUrl.host;
  request.headers['x-forwarded-proto'] = publicUrl.protocol.slice(0, -1);
}

const withoutSlash = (pathname: string) => pathname.replace(/(?<=.)\/$/, '');

function pathOf(url: string): string {
  const end = url.search(/[?#]/);
  return end < 0 ? url : url.slice(0, end);
}
