/**
 * The token endpoint (OpenID Connect Core §3.1.3): a code for an access token and an ID token, once.
 */

import { createHash } from 'node:crypto';
import type { Client } from './client.ts';
import type { Authentication } from './flavour.ts';
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
  const client = authenticate(received, body, world);
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

/** The client, or what it did wrong (RFC 6749 §2.3.1). */
function authenticate(received: Received, body: URLSearchParams, world: World): Client | string {
  const basic = readBasic(received.headers.authorization);
  const used: Authentication =
    basic !== null ? 'client_secret_basic' : body.has('client_secret') ? 'client_secret_post' : 'none';
  if (!world.flavour.authentication.includes(used)) return `${used} is not a way in which clients authenticate here`;
  if (basic !== null && body.has('client_secret')) return 'the secret was sent in two ways';
  const client = world.clients.get(basic?.id ?? body.get('client_id') ?? '');
  if (client === undefined) return 'client_id is absent or not registered';
  const secret = basic?.secret ?? body.get('client_secret');
  if (client.kind === 'public') return secret === null ? client : 'a public client has no secret';
  return secret === client.clientSecret ? client : 'the client secret is absent or wrong';
}

/** Id and secret are form-encoded before they are joined, so both are decoded again. */
function readBasic(header: string | undefined): { readonly id: string; readonly secret: string } | null {
  const encoded = /^Basic (?<encoded>\S+)$/.exec(header ?? '')?.groups?.encoded;
  if (encoded === undefined) return null;
  const [id = '', secret = ''] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
  const decode = (text: string) => new URLSearchParams(`x=${text}`).get('x') ?? '';
  return { id: decode(id), secret: decode(secret) };
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
