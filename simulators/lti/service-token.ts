/**
 * The token endpoint (lti.md §3.12): a tool shows by a signed assertion who it is, and gets a token for the campus' services.
 */

import { mediaTypeOf } from '../shared/received.ts';
import { urlEncoded } from './form-page.ts';
import { allScopes } from './tool.ts';
import { readToolToken, unverifiedClaims } from './tool-token.ts';
import type { Incoming, World } from './world.ts';

type ErrorCode = 'invalid_request' | 'invalid_client' | 'invalid_scope' | 'unsupported_grant_type';

const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
/** Seconds. */
const lifetime = 3600;

export const tokenAddress = (world: World): string => `${world.base}/lti/token`;

export const tokenAudience = (world: World): string =>
  world.product.services.tokenAudience?.(world.base) ?? tokenAddress(world);

export async function serviceToken(request: Incoming, world: World): Promise<Response> {
  const refuse = (error: ErrorCode, complaint: string): Response => {
    world.complain('token', complaint);
    return Response.json({ error, error_description: complaint }, { status: error === 'invalid_client' ? 401 : 400 });
  };
  if (mediaTypeOf(request) !== urlEncoded) return refuse('invalid_request', `the body is not ${urlEncoded}`);
  const body = new URLSearchParams(request.body);
  if (new Set(body.keys()).size !== [...body.keys()].length)
    return refuse('invalid_request', 'a parameter was sent twice');
  if (body.get('grant_type') !== 'client_credentials') {
    return refuse('unsupported_grant_type', 'grant_type is not "client_credentials"');
  }
  if (body.get('client_assertion_type') !== assertionType) {
    return refuse('invalid_request', 'client_assertion_type is not the one of private_key_jwt');
  }
  const assertion = body.get('client_assertion') ?? '';
  const tool = world.toolOf(String(unverifiedClaims(assertion)?.iss));
  if (tool === null) return refuse('invalid_client', 'the assertion is of no tool that is installed');
  const claims = await readToolToken(assertion, tool, [tokenAudience(world)], world);
  if (typeof claims === 'string') return refuse('invalid_client', claims);
  if (claims.sub !== tool.clientId) return refuse('invalid_client', 'sub of the assertion is not the client id');
  if (typeof claims.jti !== 'string' || !world.useOnce(`jti ${tool.clientId}`, claims.jti)) {
    return refuse('invalid_client', 'jti of the assertion is absent or was used before');
  }
  const asked = (body.get('scope') ?? '').split(' ');
  if (!asked.every((scope) => allScopes.includes(scope))) return refuse('invalid_scope', 'a scope is not known here');
  // May be less than was asked for: what the campus lets this tool do.
  const granted = asked.filter((scope) => tool.scopes.includes(scope));
  if (granted.length === 0) return refuse('invalid_scope', 'no scope is one that this tool may have');
  const value = world.opaque();
  const expiresAt = world.environment.now() + lifetime * 1000;
  world.serviceTokens.set(value, { clientId: tool.clientId, scopes: granted, expiresAt });
  const answer = {
    access_token: value,
    token_type: world.product.services.tokenType,
    expires_in: lifetime,
    scope: granted.join(' '),
  };
  return Response.json(answer, { headers: { 'Cache-Control': 'no-store' } });
}

/** The client id behind the bearer token, or the answer that refuses it. @param scopes one of which it must have */
export function callerOf(
  request: Incoming,
  scopes: readonly string[],
  world: World,
): { readonly clientId: string } | Response {
  const value = /^Bearer (?<token>\S+)$/.exec(request.headers.authorization ?? '')?.groups?.token;
  const token = value === undefined ? null : world.serviceTokens.get(value);
  const refuse = (status: 401 | 403, error: string, complaint: string): Response => {
    world.complain(request.endpoint, complaint);
    return Response.json({ error }, { status, headers: { 'WWW-Authenticate': `Bearer error="${error}"` } });
  };
  if (token === null || token.expiresAt <= world.environment.now()) {
    return refuse(401, 'invalid_token', 'the bearer token is absent, unknown or expired');
  }
  if (!scopes.some((scope) => token.scopes.includes(scope))) {
    return refuse(403, 'insufficient_scope', 'the token is not for this service');
  }
  return { clientId: token.clientId };
}
