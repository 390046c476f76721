/**
 * The token endpoint (OpenID Connect Core §3.1.3): a code for an access token and an ID token, once.
 */

import { createHash } from 'node:crypto';
import type { Client } from '../shared/client.ts';
import { authenticateClient } from '../shared/client-authentication.ts';
import { writeIdToken } from './id-token.ts';
import { concernsIdToken } from './misbehaviour.ts';
import type { Received } from './received.ts';
import { type Code, codeLifetime, tokenLifetime, type World } from './world.ts';

type ErrorCode = 'invalid_request' | 'invalid_client' | 'invalid_grant' | 'unsupported_grant_type';

export function token(received: Received, world: World): Response {
  const refuse = (error: ErrorCode, complaint: string): Response => {
    world.complain('token', complaint);
    return Response.json({ error }, { status: error === 'invalid_client' ? 401 : 400 });
  };
  if (!(received.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded')) {
    return refuse('invalid_request', 'the body is not application/x-www-form-urlencoded');
  }
  const body = new URLSearchParams(received.body);
  if (new Set(body.keys()).size !== [...body.keys()].length) return refuse('invalid_request', 'a parameter twice');
  if (body.get('grant_type') !== 'authorization_code') {
    return refuse('unsupported_grant_type', 'grant_type is not "authorization_code"');
  }
  const client = authenticateClient(received.headers.authorization, body, world.clients, world.flavour.authentication);
  if (typeof client === 'string') return refuse('invalid_client', client);
  const code = world.codes.get(body.get('code') ?? '');
  const complaint = code === null ? 'the code was never issued' : judgeCode(code, client, body, world);
  if (code === null || complaint !== null) return refuse('invalid_grant', complaint ?? '');
  const accessToken = world.issueToken(code.person);
  const answer = {
    access_token: accessToken,
    token_type: 'Bearer',
    expires_in: tokenLifetime / 1000,
    id_token: writeIdToken(code, accessToken, world.orders.take('token', concernsIdToken), world),
  };
  return Response.json(answer, { headers: { 'Cache-Control': 'no-store' } });
}

function judgeCode(code: Code, client: Client, body: URLSearchParams, world: World): string | null {
  if (code.client !== client) return 'the code is of another client';
  if (code.spent) return 'the code was used twice';
  // RFC 6749 §4.1.2: one use, also when that use fails below. Otherwise a thief could guess on.
  code.spent = true;
  if (world.environment.now() - code.issuedAt > codeLifetime) return 'the code came too late';
  if (body.get('redirect_uri') !== code.redirectUri) return 'redirect_uri differs from the authorization request';
  const verifier = body.get('code_verifier') ?? '';
  // RFC 7636 §4.6
  if (createHash('sha256').update(verifier).digest('base64url') === code.codeChallenge) return null;
  return 'code_verifier is absent or does not belong to the code_challenge';
}
