/**
 * `obtenerToken`: a code for an access token (facts of Llave MX, section 4).
 *
 * The body is JSON and its members are in camel case; what every OAuth library sends by itself is refused.
 */

import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { JsonObject, Milliseconds } from '../../src/model.ts';
import { json } from '../shared/answers.ts';
import { mediaTypeOf } from '../shared/received.ts';
import { type RefusalCode, refuse, refuseBasic } from './answers.ts';
import { findByBasic } from './api-access.ts';
import type { Application, Mode, WebApplication } from './application.ts';
import type { ExpiryShape } from './person.ts';
import type { Received } from './received.ts';
import { type Code, codeLifetime, tokenLifetime, type World } from './world.ts';

const bodySchema = z.object({
  grantType: z.string(),
  code: z.string(),
  redirectUri: z.string(),
  clientId: z.string(),
  clientSecret: z.string().optional(),
  codeVerifier: z.string().optional(),
});
type Body = z.infer<typeof bodySchema>;

interface Fault {
  readonly code: RefusalCode;
  readonly complaint: string;
}

export function obtainToken(mode: Mode, received: Received, world: World): Response {
  if (mediaTypeOf(received) !== 'application/json') {
    world.complain('token', 'the body is not application/json (a form-encoded body is refused)');
    return new Response(null, { status: 415 });
  }
  const body = parseBody(received.body);
  if (body === null) {
    world.complain('token', 'the body is not a JSON object with grantType, code, redirectUri and clientId as text');
    return refuse('invalid_request');
  }
  const caller = mode === 'web' ? findByBasic(received, world, 'token') : null;
  if (mode === 'web' && caller === null) return refuseBasic();

  const application = world.applications.get(body.clientId);
  const code = world.codes.get(body.code);
  const fault = judgeClient(mode, application, caller, body) ?? judgeCode(application, code, body, world);
  if (fault !== null || code === null) {
    world.complain('token', fault?.complaint ?? 'no such code');
    return refuse(fault?.code ?? 'invalid_grant', code?.person.errors ?? null);
  }
  const accessToken = world.issueToken(code);
  return json({
    accessToken,
    refreshToken: world.makeOpaque(),
    ...expiry(code.person.expiry, world.environment.now()),
    tokenType: 'Bearer',
  });
}

function parseBody(text: string): Body | null {
  try {
    return bodySchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

function judgeClient(
  mode: Mode,
  application: Application | undefined,
  caller: WebApplication | null,
  body: Body,
): Fault | null {
  if (body.grantType !== 'authorization_code') {
    return { code: 'unsupported_grant_type', complaint: 'grantType is not "authorization_code"' };
  }
  if (application === undefined) return { code: 'invalid_client', complaint: 'clientId is not registered' };
  if (application.mode !== mode) {
    return {
      code: 'invalid_client',
      complaint: `an application of mode ${application.mode} called the path of ${mode}`,
    };
  }
  if (application.mode === 'apps') return null;
  if (caller?.webService.user !== application.webService.user) {
    return { code: 'invalid_client', complaint: 'the web-service user belongs to another application' };
  }
  if (body.clientSecret === application.clientSecret) return null;
  return { code: 'invalid_client', complaint: 'clientSecret is absent or wrong' };
}

function judgeCode(application: Application | undefined, code: Code | null, body: Body, world: World): Fault | null {
  if (code === null) return { code: 'invalid_grant', complaint: 'the code was never issued' };
  if (code.application !== application) return { code: 'invalid_grant', complaint: 'the code is of another client' };
  if (code.spent) return { code: 'invalid_grant', complaint: 'the code was used twice' };
  // RFC 6749 §4.1.2: one use, also when that use fails below. Otherwise a thief could guess on.
  code.spent = true;
  if (world.environment.now() - code.issuedAt > codeLifetime) {
    return { code: 'invalid_grant', complaint: 'the code came later than a minute after it was issued' };
  }
  if (body.redirectUri !== code.redirectUri) {
    return {
      code: 'redirect_uri_mismatch',
      complaint: 'redirectUri differs from the one of the authorization request',
    };
  }
  if (code.codeChallenge === null) return null;
  if (body.codeVerifier === undefined) return { code: 'invalid_grant', complaint: 'codeVerifier is absent' };
  // RFC 7636 §4.6
  if (createHash('sha256').update(body.codeVerifier).digest('base64url') === code.codeChallenge) return null;
  return { code: 'invalid_grant', complaint: 'codeVerifier does not belong to the code_challenge' };
}

function expiry(shape: ExpiryShape, now: Milliseconds): JsonObject {
  switch (shape) {
    case 'expiresIn-seconds':
      return { expiresIn: tokenLifetime / 1000 };
    case 'expiresIn-milliseconds':
      return { expiresIn: tokenLifetime };
    case 'expires-epoch-milliseconds':
      return { expires: now + tokenLifetime };
  }
}
