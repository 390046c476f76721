/**
 * From a client's document to the metadata that oidc-provider works with.
 */
import type { AdapterPayload, Client } from 'oidc-provider';
import type { ClientDocument } from '../configuration/client-document.ts';
import { mappingOf } from '../configuration/userinfo-shape.ts';
import { LEGACY_SCOPE, scopesOf } from './claims.ts';

/** OpenID Connect Core §11 */
export const OFFLINE = 'offline_access';

/** Our own members among a client's metadata; oidc-provider hands them back on its client object. */
export const ownClientMembers = [
  'released_claims',
  'skip_authorization',
  'default_provider',
  'redirect_uri_match',
  'userinfo_shape',
  'username_format',
  'previous_client_secret',
  'previous_client_secret_expires_at',
  'access_token_seconds',
  'id_token_seconds',
  'refresh_token_idle_seconds',
  'refresh_token_seconds',
  'may_introspect',
] as const;

export type TokenLives = Pick<
  ClientDocument,
  'access_token_seconds' | 'id_token_seconds' | 'refresh_token_idle_seconds' | 'refresh_token_seconds'
>;

export function clientMetadata(client: ClientDocument): AdapterPayload {
  const isShaped = mappingOf(client.userinfo_shape) !== null;
  return {
    client_id: client.client_id,
    client_name: client.client_name,
    ...(client.client_secret === null ? {} : { client_secret: client.client_secret }),
    token_endpoint_auth_method: client.token_endpoint_auth_method,
    application_type: isNative(client) ? 'native' : 'web',
    redirect_uris: [...client.redirect_uris],
    post_logout_redirect_uris: [...client.post_logout_redirect_uris],
    response_types: client.grant_types.includes('authorization_code') ? ['code'] : [],
    grant_types: [...client.grant_types],
    // When the person really signed in is told to every client, asked for or not (NIST SP 800-63C). Not where there may be no ID
    // token to tell it in: the library refuses a plain OAuth 2 request of a client that wants it.
    require_auth_time: !isShaped,
    // The library's name for a `sub` that is looked up for this client; see `subjects.ts` for what ours is.
    subject_type: 'pairwise',
    // Wanted where redirect addresses have several hosts; nobody fetches it, because the operator wrote all of them.
    sector_identifier_uri: 'https://sector.invalid/',
    id_token_signed_response_alg: client.id_token_signed_response_alg,
    require_pushed_authorization_requests: client.require_pushed_authorization_requests,
    ...(client.default_max_age === null ? {} : { default_max_age: client.default_max_age }),
    scope: [
      ...scopesOf(client.claims),
      ...(client.grant_types.includes('refresh_token') ? [OFFLINE] : []),
      ...(isShaped ? [LEGACY_SCOPE] : []),
    ].join(' '),
    released_claims: [...client.claims],
    skip_authorization: client.skip_authorization,
    default_provider: client.default_provider,
    redirect_uri_match: client.redirect_uri_match,
    userinfo_shape: client.userinfo_shape,
    username_format: client.username_format,
    previous_client_secret: client.previous_client_secret,
    previous_client_secret_expires_at: client.previous_client_secret_expires_at,
    access_token_seconds: client.access_token_seconds,
    id_token_seconds: client.id_token_seconds,
    refresh_token_idle_seconds: client.refresh_token_idle_seconds,
    refresh_token_seconds: client.refresh_token_seconds,
    may_introspect: [...client.may_introspect],
  };
}

/**
 * RFC 8252: an app on the person's own device. It keeps no secret and is found by a loopback or private-use address, so
 * anybody can claim to be it: oidc-provider then never answers without showing a page (§8.6).
 */
function isNative(client: ClientDocument): boolean {
  return client.client_secret === null && client.redirect_uris.some((uri) => !uri.startsWith('https:'));
}

/** Of the members above those that say how long tokens live, as the library hands them back. */
export function livesOf(client: Client): TokenLives {
  return client as unknown as TokenLives;
}
