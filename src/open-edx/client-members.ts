/**
 * The client that an LMS is here: its members, as each backend needs them (open-edx.md §1, §12; mit-apps.md §14).
 */
import type { LmsBackend } from '../configuration/open-edx-document.ts';
import type { JsonObject } from '../model.ts';
import { completePath, type Lms } from './lms.ts';

/** What a backend deviates in from what every client has. */
const ofBackend: { readonly [backend in LmsBackend]: JsonObject } = {
  oidc: { token_endpoint_auth_method: 'client_secret_basic' },
  identityServer3: { token_endpoint_auth_method: 'client_secret_post' },
  // It appends `redirect_state` to its address, and reads `/api/users/me`.
  'ol-oauth2': {
    token_endpoint_auth_method: 'client_secret_post',
    redirect_uri_match: 'django-oauth-toolkit',
    userinfo_shape: 'mit-users-me',
  },
};

export function clientMembers(lms: Pick<Lms, 'base' | 'public' | 'backend'>): JsonObject {
  const origins = [...new Set([lms.public.origin, lms.base.origin])];
  return {
    client_name: lms.public.host,
    redirect_uris: origins.map((origin) => `${origin}${completePath(lms.backend)}`),
    post_logout_redirect_uris: [`${lms.public.origin}/logout`],
    // A GET of it, in a frame, is the only way to end a session there (open-edx.md §9).
    frontchannel_logout_uri: `${lms.public.origin}/logout`,
    // A server that plays the browser cannot answer a question.
    skip_authorization: true,
    // Not `email_verified`: an LMS never reads it, and takes any address for a proved one.
    claims: ['preferred_username', 'name', 'given_name', 'family_name', 'email'],
    ...ofBackend[lms.backend],
  };
}
