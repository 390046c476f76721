/**
 * Llave MX, the digital identity of the Mexican government.
 *
 * Implements facts/llave-mx §1 to §7 as data over the OAuth 2 engine. Of a token nothing is kept but what ends the
 * session there, for 15 minutes at most. The refresh token is never read (§8.6).
 */

import { dialectSchema } from '../dialect.ts';
import { createOAuth2Provider } from '../oauth2.ts';
import type { AdditionalCall, OAuth2Client, OAuth2Definition } from '../oauth2-definition.ts';
import { inAllLanguages, type Vendor } from '../vendor.ts';
import { mapLlaveMxUser } from './llave-mx-person.ts';
import { type LlaveMxSettings, llaveMxAddresses, llaveMxSettings, required } from './llave-mx-settings.ts';

export const llaveMx: Vendor<typeof llaveMxSettings> = {
  vendor: 'llave-mx',
  settings: llaveMxSettings,
  secretSettings: ['client_secret', 'web_service_password'],
  name: inAllLanguages('Llave MX'),
  hint: () => ({ 'es-MX': 'Con tu CURP y contraseña de Llave MX', en: 'With your CURP and Llave MX password' }),
  create: (slug, settings) => createOAuth2Provider(define(slug, settings)),
};

/** How Llave MX deviates from the standard, in both modes. */
const dialect = {
  // §3: every client in production sends `redirect_url`, one server asks for `redirect_uri`; the same value under both suits all.
  redirect_parameter: 'both',
  // §3: the sandbox rejects a request with a scope.
  scope: 'omitted',
  // §4: a form is refused.
  token_request_body: 'json',
  token_request_names: 'camel_case',
  access_token_members: ['accessToken', 'access_token'],
  token_type_members: ['tokenType', 'token_type'],
  // §4: seconds, milliseconds and a moment have all been seen. The life is 15 minutes whatever it says.
  expiry_members: ['expiresIn', 'expires', 'expires_in'],
  expiry_unit: 'by_size',
  longest_token_life: 900,
  // §5: not a bearer token.
  access_token_in: { header: 'accessToken' },
  // §5: older answers call it `id`.
  subject_members: ['idUsuario', 'id'],
  // §7: production answers 411 to an empty body.
  end_session_request: { method: 'POST', body: '{}' },
} as const;

/** §1: what differs between an application registered as native and one registered as web. */
const modes = {
  apps: { client_authentication: 'none', web_service_authentication: 'none' },
  web: { client_authentication: 'client_secret_post', web_service_authentication: 'basic' },
} as const;

function define(slug: string, settings: LlaveMxSettings): OAuth2Definition {
  const { issuer, authorization, token, userData, roles, endSession } = llaveMxAddresses(settings);
  return {
    slug,
    redirectUri: settings.redirect_uri ?? null,
    issuer,
    endpoints: { authorization, token, userData, endSession },
    dialect: dialectSchema.parse({ ...dialect, ...modes[settings.mode] }),
    client: clientOf(settings),
    webService: webServiceOf(settings),
    scopes: [],
    trustsVerifiedEmail: settings.trust_verified_email,
    additionalCalls: settings.roles ? [rolesCall(roles, settings.client_id)] : [],
    map: mapLlaveMxUser,
    advice,
  };
}

function clientOf({ mode, client_id: id, client_secret: secret }: LlaveMxSettings): OAuth2Client {
  if (mode === 'apps') return { kind: 'public', id };
  // §1: the web mode has no PKCE. The secret and the web-service user stand in for it.
  return { kind: 'confidential', id, secret: required(secret), pkce: 'unsupported_by_vendor' };
}

function webServiceOf(settings: LlaveMxSettings): OAuth2Definition['webService'] {
  if (settings.mode === 'apps') return null;
  return { user: required(settings.web_service_user), password: required(settings.web_service_password) };
}

/** §6. `idSistema` is the client's id; `idUsuario` goes back as the type in which it came. */
function rolesCall(url: URL, clientId: string): AdditionalCall {
  return { name: 'roles', method: 'POST', url, body: (subject) => ({ idUsuario: subject, idSistema: clientId }) };
}

const advice = {
  unreachable:
    'Production answers only public IP addresses that were registered ("homologadas") with the ATDT: have this ' +
    "server's address registered, and check that authorization_host and api_host fit the environment.",
  rejectedClient:
    'Compare client_id, the environment, and the redirect address with the registration. Mode web also needs the ' +
    'client secret and the web-service user; an application registered as native needs mode apps. Production accepts ' +
    'only redirect hosts under gob.mx.',
  invalidAnswer:
    'The address answers, but not as the API of Llave MX does. Check api_host and mode: the two modes have different ' +
    'paths, and an answer in HTML comes from a load balancer or from another server.',
} as const;
