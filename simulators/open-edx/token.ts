/**
 * `/oauth2/access_token`: what django-oauth-toolkit grants, and the LMS's own JWTs beside it.
 */

import { createHash } from 'node:crypto';
import type { JsonObject } from '../../src/model.ts';
import { frontHtml } from '../shared/answers.ts';
import type { Account } from './accounts.ts';
import { json } from './answers.ts';
import { readScopes } from './authorize.ts';
import type { Handler } from './caller.ts';
import { decoded, formOf, type Incoming } from './incoming.ts';
import type { Application } from './records.ts';
import { jwtSeconds, opaqueSeconds, type Permission } from './tokens.ts';
import type { World } from './world.ts';

type ErrorCode =
  | 'invalid_request'
  | 'invalid_client'
  | 'invalid_grant'
  | 'invalid_scope'
  | 'unauthorized_client'
  | 'unsupported_grant_type';

/** What the grant gives; `null` instead of a permission where it is worth nothing. */
interface Grant {
  readonly permission: Permission | ErrorCode;
  readonly withRefresh: boolean;
}

export const accessToken: Handler = (request, world) => {
  if (world.rates.isLimited(`access_token ${request.address}`, world.settings.RATELIMIT_RATE)) {
    return frontHtml(403, 'Forbidden');
  }
  const form = formOf(request);
  const refuse = (error: ErrorCode, complaint: string) => {
    world.complain('token', complaint);
    return json({ error }, error === 'invalid_client' ? 401 : 400);
  };
  if (form === null) return refuse('invalid_request', 'the body is not a form');
  const application = authenticateClient(request, form, world);
  if (application === null) return refuse('invalid_client', 'client_id or client_secret is wrong');
  const grant = readGrant(form, application, world);
  if (typeof grant.permission === 'string') return refuse(grant.permission, 'what was sent is worth nothing');

  const wantsJwt = form.get('token_type') === 'jwt' || request.headers['x-token-type'] === 'jwt';
  const grantType = form.get('grant_type') ?? '';
  const answer = json(issue(grant.permission, { application, wantsJwt, grantType, ...grant }, world));
  answer.headers.set('Cache-Control', 'no-store');
  return answer;
};

/** By the Basic header, or by the fields of the form. */
export function authenticateClient(request: Incoming, form: URLSearchParams, world: World): Application | null {
  const encoded = /^Basic (?<encoded>\S+)$/i.exec(request.headers.authorization ?? '')?.groups?.encoded;
  const [id, secret] =
    encoded === undefined
      ? [form.get('client_id') ?? '', form.get('client_secret') ?? '']
      : (Buffer.from(encoded, 'base64').toString('utf8').split(':').map(decoded) as [string, string]);
  const application = world.applications.get(id);
  if (application === undefined) return null;
  return application.client_type === 'public' || application.client_secret === secret ? application : null;
}

function readGrant(form: URLSearchParams, application: Application, world: World): Grant {
  const { client_id: clientId, authorization_grant_type: kind } = application;
  const refused = (permission: ErrorCode): Grant => ({ permission, withRefresh: false });
  switch (form.get('grant_type')) {
    case 'authorization_code': {
      if (kind !== 'authorization-code') return refused('unauthorized_client');
      const code = world.tokens.takeCode(form.get('code') ?? '');
      // The same address as before, character by character.
      const fits = code !== null && code.clientId === clientId && code.redirectUri === form.get('redirect_uri');
      return fits ? { permission: code, withRefresh: true } : refused('invalid_grant');
    }
    case 'refresh_token': {
      const token = world.tokens.takeRefresh(form.get('refresh_token') ?? '', clientId);
      return token === null ? refused('invalid_grant') : { permission: token, withRefresh: true };
    }
    case 'client_credentials': {
      if (kind !== 'client-credentials') return refused('unauthorized_client');
      const account = world.accounts.named(application.user);
      const scopes = readScopes(form.get('scope'), application);
      if (account === null) return refused('invalid_client');
      return scopes === null
        ? refused('invalid_scope')
        : { permission: { account, scopes, clientId }, withRefresh: false };
    }
    case 'password': {
      if (kind !== 'password') return refused('unauthorized_client');
      const account = world.accounts.named(form.get('username') ?? '');
      const scopes = readScopes(form.get('scope'), application);
      if (account?.password == null || account.password !== form.get('password')) return refused('invalid_grant');
      return scopes === null
        ? refused('invalid_scope')
        : { permission: { account, scopes, clientId }, withRefresh: true };
    }
    default:
      return refused('unsupported_grant_type');
  }
}

interface Wishes {
  readonly application: Application;
  readonly wantsJwt: boolean;
  readonly grantType: string;
  readonly withRefresh: boolean;
}

function issue({ account, scopes, clientId }: Permission, wishes: Wishes, world: World): JsonObject {
  const { application, wantsJwt, withRefresh } = wishes;
  const permission = { account, scopes, clientId };
  const opaque = world.tokens.issueAccess(permission, application.restricted ? 0 : opaqueSeconds);
  const refresh = withRefresh ? { refresh_token: world.tokens.issueRefresh(permission, opaque) } : {};
  const seconds = wantsJwt ? jwtSeconds : opaqueSeconds;
  return {
    access_token: wantsJwt ? world.tokens.signJwt(claimsOf(permission, wishes, world)) : opaque,
    expires_in: seconds,
    token_type: wantsJwt ? 'JWT' : 'Bearer',
    scope: scopes.join(' '),
    ...refresh,
  };
}

function claimsOf({ account, scopes }: Permission, { application, grantType }: Wishes, world: World): JsonObject {
  const now = Math.floor(world.now() / 1_000);
  return {
    iss: `${world.origin}/oauth2`,
    aud: 'openedx',
    exp: now + jwtSeconds,
    iat: now,
    // Not the number of the account: nobody can follow somebody across platforms by it.
    sub: createHash('md5').update(`anonymous ${account.id}`).digest('hex'),
    preferred_username: account.username,
    scopes: [...scopes],
    version: '1.2.0',
    filters: [],
    is_restricted: application.restricted,
    email_verified: account.isActive,
    grant_type: grantType,
    ...(scopes.includes('user_id') ? { user_id: account.id } : {}),
    ...(scopes.includes('email') ? { email: account.email } : {}),
    ...(scopes.includes('profile') ? profileClaims(account) : {}),
  };
}

function profileClaims(account: Account): JsonObject {
  return {
    name: account.name,
    family_name: account.lastName,
    given_name: account.firstName,
    administrator: account.isStaff,
    superuser: account.isSuperuser,
  };
}

/** `/oauth2/revoke_token`: of opaque tokens only. Says nothing about whether there was one (RFC 7009 §2.2). */
export const revokeToken: Handler = (request, world) => {
  const form = formOf(request);
  const application = form === null ? null : authenticateClient(request, form, world);
  if (form === null || application === null) return json({ error: 'invalid_client' }, 401);
  const token = form.get('token') ?? '';
  const known = world.tokens.permissionOf(token);
  if (known !== null && known.clientId === application.client_id) world.tokens.revoke(token);
  return new Response(null, { status: 200 });
};
