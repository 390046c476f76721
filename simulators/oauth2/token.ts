/**
 * The token endpoint (RFC 6749 §4.1.3): a code for an access token, once.
 */

import { createHash } from 'node:crypto';
import { z } from 'zod';
import { json } from '../shared/answers.ts';
import type { Client } from '../shared/client.ts';
import { authenticateClient } from '../shared/client-authentication.ts';
import { mediaTypeOf } from '../shared/received.ts';
import type { Code, Received, World } from './world.ts';

export function token(received: Received, world: World): Response {
  if (received.query !== '') return world.refuse('token', 'invalid_request', 'something was sent in the address');
  const body = readBody(received, world);
  if (typeof body === 'string') return world.refuse('token', 'invalid_request', body);
  if (body.get('grant_type') !== 'authorization_code') {
    return world.refuse('token', 'unsupported_grant_type', 'grant_type is not "authorization_code"');
  }
  const { authorization } = received.headers;
  const client = authenticateClient(authorization, body, world.clients, world.flavour.authentication);
  if (typeof client === 'string') return world.refuse('token', 'invalid_client', client);
  const code = world.codes.get(body.get('code') ?? '');
  const complaint = code === null ? 'the code was never issued' : judgeCode(code, client, body, world);
  if (code === null || complaint !== null) {
    return world.refuse('token', 'invalid_grant', complaint ?? '', code?.person ?? null);
  }
  const { token, type, expiry } = world.flavour.tokenMembers;
  return json({ [token]: world.issueToken(code), [expiry]: world.flavour.tokenLifetime / 1000, [type]: 'Bearer' });
}

/** The members, or what is wrong with the body. */
function readBody(received: Received, { flavour }: World): URLSearchParams | string {
  if (flavour.tokenRequest === 'json') {
    if (mediaTypeOf(received) !== 'application/json') return 'the body is not application/json';
    const members = readMembers(received.body);
    return members === null ? 'the body is not a JSON object of texts' : new URLSearchParams(members);
  }
  if (mediaTypeOf(received) !== 'application/x-www-form-urlencoded') return 'the body is not a form';
  const body = new URLSearchParams(received.body);
  const names = [...body.keys()];
  // RFC 6749 §3.2
  return new Set(names).size === names.length ? body : 'a parameter was sent twice';
}

function readMembers(text: string): Record<string, string> | null {
  try {
    return z.record(z.string(), z.string()).safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

function judgeCode(code: Code, client: Client, body: URLSearchParams, { environment, flavour }: World): string | null {
  if (code.client !== client) return 'the code is of another client';
  if (code.spent) return 'the code was used twice';
  // RFC 6749 §4.1.2: one use, also when that use fails below. Otherwise a thief could guess on.
  code.spent = true;
  if (environment.now() - code.issuedAt > flavour.codeLifetime) return 'the code came too late';
  if (body.get('redirect_uri') !== code.redirectUri) return 'redirect_uri differs from the authorization request';
  const verifier = body.get('code_verifier');
  if (code.codeChallenge === null) {
    return verifier === null ? null : 'code_verifier was sent to a product that knows no PKCE';
  }
  // RFC 7636 §4.1 and §4.6
  const challenge = createHash('sha256')
    .update(verifier ?? '')
    .digest('base64url');
  if (/^[A-Za-z0-9._~-]{43,128}$/.test(verifier ?? '') && challenge === code.codeChallenge) return null;
  return 'code_verifier is absent, malformed or not of the code_challenge';
}
