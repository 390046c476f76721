/**
 * The userinfo endpoint (OpenID Connect Core §5.3): the person's claims for a bearer token.
 */

import type { Received } from './received.ts';
import { tokenLifetime, type World } from './world.ts';

export function userinfo(received: Received, world: World): Response {
  const value = /^Bearer (?<token>\S+)$/.exec(received.headers.authorization ?? '')?.groups?.token;
  const token = value === undefined ? null : world.tokens.get(value);
  if (token === null || world.environment.now() - token.issuedAt > tokenLifetime) {
    world.complain('userinfo', 'the bearer token is absent, unknown or expired');
    return Response.json(
      { error: 'invalid_token' },
      { status: 401, headers: { 'WWW-Authenticate': 'Bearer error="invalid_token"' } },
    );
  }
  return Response.json(world.flavour.userinfoClaims(token.person.claims));
}
