/**
 * From a client's document to the metadata that oidc-provider works with.
 */
import type { AdapterPayload } from 'oidc-provider';
import type { ClientDocument } from '../configuration/client-document.ts';
import { mappingOf } from '../configuration/userinfo-shape.ts';
import { LEGACY_SCOPE, scopesOf } from './claims.ts';

/** Our own members among a client's metadata; oidc-provider hands them back on its client object. */
export const ownClientMembers = [
  'released_claims',
  'skip_authorization',
  'default_provider',
  'redirect_uri_match',
  'userinfo_shape',
] as const;

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
    response_types: ['code'],
    grant_types: ['authorization_code'],
    // When the person really signed in is told to every client, asked for or not (NIST SP 800-63C). Not where there may be no ID
    // token to tell it in: the library refuses a plain OAuth 2 request of a client that wants it.
    require_auth_time: !isShaped,
    // The library's name for a `sub` that is looked up for this client; see `subjects.ts` for what ours is.
    subject_type: 'pairwise',
    // Wanted where redirect addresses have several hosts; nobody fetches it, because the operator wrote all of them.
    sector_identifier_uri: 'https://sector.invalid/',
    id_token_signed_response_alg: client.id_token_signed_response_alg,
    scope: [...scopesOf(client.claims), ...(isShaped ? [LEGACY_SCOPE] : [])].join(' '),
    released_claims: [...client.claims],
    skip_authorization: client.skip_authorization,
    default_provider: client.default_provider,
    redirect_uri_match: client.redirect_uri_match,
    userinfo_shape: client.userinfo_shape,
  };
}

/**
 * RFC 8252: an app on the person's own device. It keeps no secret and is found by a loopback or private-use address, so
 * anybody can claim to be it: oidc-provider then never answers without showing a page (§8.6).
 */
function isNative(client: ClientDocument): boolean {
  return client.client_secret === null && client.redirect_uris.some((uri) => !uri.startsWith('https:'));
}
