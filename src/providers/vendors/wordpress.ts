/**
 * A WordPress site as a provider, through the plugin "WP OAuth Server".
 *
 * Implements facts/wordpress-oauth and facts/social-auth §9.7. There is no setting that just leaves PKCE out. Plugins of
 * the old generation refuse its parameters, and `plugin_generation: old` says so; what makes that bearable is that every
 * client of this vendor authenticates with a secret, so a stolen code is of no use to anybody else.
 */

import { dialectSchema } from '../dialect.ts';
import { createOAuth2Provider } from '../oauth2.ts';
import type { Advice, OAuth2Definition } from '../oauth2-definition.ts';
import { inAllLanguages, type Vendor } from '../vendor.ts';
import { mapWordPressUser } from './wordpress-person.ts';
import { type WordPressSettings, wordpressSettings } from './wordpress-settings.ts';

export const wordpress: Vendor<typeof wordpressSettings> = {
  vendor: 'wordpress',
  settings: wordpressSettings,
  secretSettings: ['client_secret'],
  name: inAllLanguages('WordPress'),
  hint: (settings) => {
    const { host } = baseOf(settings);
    return { 'es-MX': `Con tu cuenta de ${host}`, en: `With your ${host} account` };
  },
  create: (slug, settings) => createOAuth2Provider(define(slug, settings)),
};

function define(slug: string, settings: WordPressSettings): OAuth2Definition {
  const base = baseOf(settings);
  return {
    slug,
    redirectUri: settings.redirect_uri ?? null,
    // The plugin names no issuer; an `ID` means something within one site only.
    issuer: base.href.replace(/\/$/, ''),
    endpoints: {
      authorization: new URL(settings.authorization_path, base),
      token: new URL(settings.token_path, base),
      userData: new URL(settings.userinfo_path, base),
      endSession: null,
    },
    dialect: dialectSchema.parse({
      scope: settings.scope_separator === 'comma' ? 'comma_separated' : 'space_separated',
      // In the body: the header is what many web servers do not hand on to PHP.
      client_authentication: 'client_secret_post',
      access_token_in: settings.access_token_in === 'query' ? 'query' : 'bearer',
      subject_members: ['ID'],
      error_meanings: { expired_token: 'rejected_token' },
    }),
    client: {
      kind: 'confidential',
      id: settings.client_id,
      secret: settings.client_secret,
      pkce: settings.plugin_generation === 'old' ? 'unsupported_by_vendor' : 'S256',
    },
    webService: null,
    scopes: settings.scopes,
    trustsVerifiedEmail: settings.trust_verified_email,
    additionalCalls: [],
    map: (userData) => mapWordPressUser(userData, settings.role_mapping),
    advice,
  };
}

function baseOf({ base_address: address }: WordPressSettings): URL {
  return new URL(address.replace(/\/*$/, '/'));
}

const advice: Advice = {
  unreachable: 'See that this server can reach the site over https, and that no firewall plugin stops it.',
  rejectedClient:
    'Compare client_id, client_secret and the redirect address with the client in the plugin. A plugin of the old ' +
    'generation refuses PKCE: then set plugin_generation to old.',
  invalidAnswer:
    'The site answers, but not as the plugin does. Compare the three paths with the settings of the plugin; sites ' +
    'without permalinks need paths such as ?oauth=token.',
};
