/**
 * Who calls an endpoint of the API: by a token, by a JWT, or by the session of a browser.
 */

import { timingSafeEqual } from 'node:crypto';
import type { Account } from './accounts.ts';
import { detail, json, throttled } from './answers.ts';
import { formOf, type Incoming } from './incoming.ts';
import { csrfCookie } from './sessions.ts';
import type { World } from './world.ts';

export interface Caller {
  readonly account: Account;
  readonly scopes: readonly string[];
  readonly by: 'bearer' | 'jwt' | 'session';
}

type TokenError =
  | 'token_not_provided'
  | 'token_malformed'
  | 'token_nonexistent'
  | 'token_expired'
  | 'user_not_active'
  | 'user_is_disabled';

const explanations: { readonly [code in TokenError]: string } = {
  token_not_provided: 'No token was provided.',
  token_malformed: 'The Authorization header is not of the form "Bearer <token>".',
  token_nonexistent: 'The token does not exist.',
  token_expired: 'The token has expired.',
  user_not_active: 'The account of the token is not active.',
  user_is_disabled: 'The account of the token is disabled.',
};

function tokenError(code: TokenError): Response {
  const answer = json({ error_code: code, developer_message: explanations[code] }, 401);
  answer.headers.set('WWW-Authenticate', 'Bearer realm="api"');
  return answer;
}

/** The caller, null where nobody says who they are, or the 401 for what they say. */
export function identify(request: Incoming, world: World, inactive: 'allowed' | 'refused'): Caller | null | Response {
  const [scheme = '', ...rest] = (request.headers.authorization ?? '').split(' ');
  if (scheme.toLowerCase() === 'bearer') return byToken(rest, world, inactive);
  if (scheme.toLowerCase() === 'jwt') return byJwt(rest.join(' '), world);
  return bySession(request, world);
}

function byToken(parts: readonly string[], world: World, inactive: 'allowed' | 'refused'): Caller | Response {
  const [value = ''] = parts;
  if (value === '') return tokenError('token_not_provided');
  if (parts.length > 1) return tokenError('token_malformed');
  const token = world.tokens.access(value);
  if (token === null) return tokenError('token_nonexistent');
  if (world.tokens.hasExpired(token)) return tokenError('token_expired');
  const { account, scopes } = token;
  if (inactive === 'refused' && !account.isActive) return tokenError('user_not_active');
  const ownsOne = [...world.applications.values()].some(({ user }) => user === account.username);
  if (account.password === null && !ownsOne) return tokenError('user_is_disabled');
  return { account, scopes, by: 'bearer' };
}

function byJwt(value: string, world: World): Caller | Response {
  const claims = world.tokens.readJwt(value);
  const account = claims === null ? null : world.accounts.named(String(claims.preferred_username));
  if (claims === null || account === null) return detail(401, 'Error decoding token.');
  return { account, scopes: Array.isArray(claims.scopes) ? claims.scopes.map(String) : [], by: 'jwt' };
}

function bySession(request: Incoming, world: World): Caller | null | Response {
  const account = world.sessions.find(request)?.account ?? null;
  if (account === null) return null;
  if (request.method !== 'GET') {
    if (!isFromOwnPage(request)) return detail(403, 'CSRF Failed: CSRF token missing or incorrect.');
  }
  return { account, scopes: [], by: 'session' };
}

/** Django's double submit: what a page sends by header or field is what its cookie says. */
export function isFromOwnPage(request: Incoming): boolean {
  const known = Buffer.from(request.cookies.get(csrfCookie) ?? '');
  const sent = Buffer.from(request.headers['x-csrftoken'] ?? formOf(request)?.get('csrfmiddlewaretoken') ?? '');
  return known.length > 0 && known.length === sent.length && timingSafeEqual(known, sent);
}

export type Handler = (request: Incoming, world: World) => Response | Promise<Response>;
export type CallerHandler = (request: Incoming, world: World, caller: Caller) => Response | Promise<Response>;

/** For views that want to know who asks. */
export function authenticated(handler: CallerHandler, inactive: 'allowed' | 'refused' = 'allowed'): Handler {
  return (request, world) => {
    const caller = identify(request, world, inactive);
    if (caller instanceof Response) return caller;
    if (caller !== null) return handler(request, world, caller);
    const answer = detail(401, 'Authentication credentials were not provided.');
    answer.headers.set('WWW-Authenticate', 'JWT realm="api"');
    return answer;
  };
}

export const isStaff = ({ account }: Caller): boolean => account.isStaff || account.isSuperuser;

/** What comes too soon: 40 a minute and 120 for staff at enrolments, 20 and 40 at courses. */
export function tooSoon(
  what: string,
  request: Incoming,
  world: World,
  caller: Caller | null,
  perMinute: { readonly anybody: number; readonly staff: number },
): Response | null {
  const key = `${what} ${caller === null ? request.address : caller.account.id}`;
  const limit = caller !== null && isStaff(caller) ? perMinute.staff : perMinute.anybody;
  const seconds = world.rates.throttle(key, limit);
  return seconds === null ? null : throttled(seconds);
}
