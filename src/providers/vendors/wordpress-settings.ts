/**
 * What an operator states about a WordPress site with the plugin "WP OAuth Server" or one that speaks like it.
 *
 * Implements facts/wordpress-oauth, "Endpoints": paths and separator differ between sites.
 */

import { z } from 'zod';
import { roleNamesSchema } from '../claim-mapping.ts';
import { address, clientId, redirectUri, scope, secret } from './common-settings.ts';

/**
 * Below the base address and never beside it: `..` or `//host` would send the secret elsewhere. A query alone is for
 * sites without permalinks.
 */
const path = z
  .string()
  .regex(/^(?:[A-Za-z0-9_~-][A-Za-z0-9._~/-]*)?(?:\?[A-Za-z0-9._~=&-]+)?$/, 'must be a path without a slash in front')
  .refine((text) => text !== '' && !text.split(/[/?]/).includes('..'), 'must be a path below the base address');

export const wordpressSettings = z.strictObject({
  base_address: address
    .refine((text) => !text.includes('?'), 'must be the address of the site, without a query')
    .describe('The address of the site, such as `https://site.example` or `https://site.example/blog`.'),
  authorization_path: path.default('oauth/authorize').describe('The authorization page, below `base_address`.'),
  token_path: path.default('oauth/token').describe('Where a code is exchanged, below `base_address`.'),
  userinfo_path: path.default('oauth/me').describe('Where the site says who a token is of, below `base_address`.'),
  client_id: clientId.describe('The client id that the plugin made.'),
  client_secret: secret.describe('Its secret.'),
  scopes: z
    .array(scope)
    .max(10)
    .default(['basic', 'profile', 'email'])
    .describe('What is asked for. An empty list asks for nothing.'),
  scope_separator: z.enum(['space', 'comma']).default('space').describe('What stands between scopes at this site.'),
  access_token_in: z
    .enum(['header', 'query'])
    .default('header')
    .describe('`query` is for sites whose web server does not hand the header on to PHP.'),
  plugin_generation: z
    .enum(['current', 'old'])
    .default('current')
    .describe('`old` is for plugins that refuse the parameters of PKCE.'),
  role_mapping: roleNamesSchema.describe('Role slugs of the site and their names here. Others are ignored.'),
  trust_verified_email: z
    .boolean()
    .default(false)
    .describe('Whether the site makes everybody confirm their address. WordPress by itself does not.'),
  redirect_uri: redirectUri,
});

export type WordPressSettings = z.output<typeof wordpressSettings>;
