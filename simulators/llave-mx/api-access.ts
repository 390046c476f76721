/**
 * Who may call the API with a token: the web-service user by HTTP Basic, and the header named `accessToken`
 * (facts of Llave MX, sections 1 and 5).
 */

import { refuse, refuseBasic } from './answers.ts';
import type { Mode, WebApplication } from './application.ts';
import type { Endpoint, Received } from './received.ts';
import { type Token, tokenLifetime, type World } from './world.ts';

export type Access =
  | { readonly granted: true; readonly token: Token }
  | { readonly granted: false; readonly response: Response };

/** Checks the credentials of a call in the order in which the real one does: the front door first, then the token. */
export function admit(mode: Mode, received: Received, world: World, endpoint: Endpoint): Access {
  const value = received.headers.accesstoken ?? '';
  const usesBearer = /^bearer /i.test(received.headers.authorization ?? '');
  if (usesBearer && value === '') {
    world.complain(endpoint, 'the token came as Authorization: Bearer; it goes in a header named accessToken');
    return { granted: false, response: refuse('invalid_token') };
  }
  const caller = mode === 'web' ? findByBasic(received, world, endpoint) : null;
  if (mode === 'web' && caller === null) return { granted: false, response: refuseBasic() };

  const token = world.tokens.get(value);
  const complaint = judgeToken(mode, value, token, caller, world);
  if (complaint === null && token !== null) return { granted: true, token };
  world.complain(endpoint, complaint ?? 'no such token');
  return { granted: false, response: refuse('invalid_token', token?.person.errors ?? null) };
}

function judgeToken(
  mode: Mode,
  value: string,
  token: Token | null,
  caller: WebApplication | null,
  world: World,
): string | null {
  if (value === '') return 'the header accessToken is absent or empty';
  if (token === null) return 'the token was never issued';
  if (token.application.mode !== mode) return `a token of mode ${token.application.mode} came to the path of ${mode}`;
  if (token.application.mode === 'web' && token.application.webService.user !== caller?.webService.user) {
    return 'the token is of another application than the web-service user';
  }
  if (token.loggedOut) return 'the token was used after the log-out';
  if (world.environment.now() - token.issuedAt >= tokenLifetime) return 'the token was used after its 15 minutes';
  return null;
}

/** The web application whose web-service user is calling, or null; then the complaint is already made. */
export function findByBasic(received: Received, world: World, endpoint: Endpoint): WebApplication | null {
  const credentials = /^basic ([a-z0-9+/=]+)$/i.exec(received.headers.authorization ?? '')?.[1];
  if (credentials === undefined) {
    world.complain(endpoint, 'HTTP Basic of the web-service user is absent: web mode wants it on every call');
    return null;
  }
  const decoded = Buffer.from(credentials, 'base64').toString('utf8');
  for (const application of world.applications.values()) {
    if (application.mode !== 'web') continue;
    // RFC 7617 §2: plain text on both sides of the first colon; nothing is percent-encoded, as OAuth clients do.
    if (decoded === `${application.webService.user}:${application.webService.password}`) return application;
  }
  world.complain(endpoint, 'HTTP Basic is wrong (it is the web-service user, not the client id and secret)');
  return null;
}
