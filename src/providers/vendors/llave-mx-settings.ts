/**
 * What an operator states about a registration at Llave MX, and the addresses that follow from it.
 *
 * Implements facts/llave-mx §1 and §2. Environment and mode have no default: a registration belongs to exactly one of
 * each, and a guess would send people to the wrong government system.
 */

import { z } from 'zod';

/** Scheme, host and port; plain HTTP only towards this machine, for practice. */
const origin = z.string().refine(isOrigin, 'must be https://<host>, without a path');

const callbackAddress = z
  .string()
  .refine(
    (text) => isSafeScheme(URL.parse(text)) && !text.includes('#'),
    'must be an https address without a fragment',
  );

const secret = z.string().min(1, 'must not be empty').max(1024);

export const llaveMxSettings = z
  .strictObject({
    environment: z
      .enum(['val', 'production', 'custom'])
      .describe('`val` is the validation system of the agency; `custom` names both hosts itself.'),
    authorization_host: origin.optional().describe('Overrides the host of the authorization page of the environment.'),
    api_host: origin.optional().describe('Overrides the host of the API of the environment.'),
    mode: z
      .enum(['apps', 'web'])
      .describe('As which kind the application was registered: `apps` (native, PKCE) or `web` (with a secret).'),
    // Unquoted in YAML the id is a number, and a number of 18 digits loses its last ones.
    client_id: z
      .string('must be text: put the 18 digits in quotes')
      .regex(/^\d{18}$/, 'must be 18 digits')
      .describe('The id of the application: 18 digits, in quotes.'),
    client_secret: secret.optional().describe('Mode `web` only: the secret of the application.'),
    // RFC 7617 §2: a colon would end the user name.
    web_service_user: secret
      .regex(/^[^:\p{Cc}]*$/u, 'must not hold a colon or control characters')
      .optional()
      .describe('Mode `web` only: the user of the web service (`usuario_ws`), which is not the client.'),
    web_service_password: secret.optional().describe('Mode `web` only: the password of that user (`password_ws`).'),
    redirect_uri: callbackAddress
      .optional()
      .describe("The address registered at Llave MX when it is not this server's own callback."),
    trust_verified_email: z
      .boolean()
      .default(false)
      .describe('Whether `correoVerificado` counts as proof of an e-mail address.'),
    roles: z
      .boolean()
      .default(false)
      .describe("Whether the person's roles in this application are asked for: one more call at each sign-in."),
  })
  .superRefine((settings, context) => {
    const fault = (name: string, message: string) => context.addIssue({ code: 'custom', path: [name], message });
    if (settings.environment === 'custom') {
      for (const name of ['authorization_host', 'api_host'] as const) {
        if (settings[name] === undefined) fault(name, 'is needed when environment is custom');
      }
    }
    for (const name of webOnly) {
      const given = settings[name] !== undefined;
      if (settings.mode === 'web' && !given) fault(name, 'is needed when mode is web');
      // A secret beside a registration that has none is a registration that was misread.
      if (settings.mode === 'apps' && given) fault(name, 'is refused when mode is apps');
    }
  });

const webOnly = ['client_secret', 'web_service_user', 'web_service_password'] as const;

export type LlaveMxSettings = z.output<typeof llaveMxSettings>;

/** facts/llave-mx §2. Production is as current deployments have it; the older hosts are reached by overriding. */
const hosts = {
  val: { authorization: 'https://val-llave.infotec.mx', api: 'https://val-api-llave.infotec.mx' },
  production: { authorization: 'https://www.llave.gob.mx', api: 'https://www.api.llave.gob.mx' },
} as const;

/** facts/llave-mx §1. Mind the log-out of native applications: `auth`, where every other path has `oauth`. */
const paths = {
  apps: { calls: '/ws/rest/apps/oauth/', endSession: '/ws/rest/apps/auth/cerrarSesion' },
  web: { calls: '/ws/rest/oauth/', endSession: '/ws/rest/oauth/cerrarSesion' },
} as const;

export interface LlaveMxAddresses {
  /** The origin of the authorization page, which stands for the issuer: Llave MX states none. */
  readonly issuer: string;
  readonly authorization: URL;
  readonly token: URL;
  readonly userData: URL;
  readonly roles: URL;
  readonly endSession: URL;
}

export function llaveMxAddresses(settings: LlaveMxSettings): LlaveMxAddresses {
  const preset = settings.environment === 'custom' ? null : hosts[settings.environment];
  const authorizationHost = required(settings.authorization_host ?? preset?.authorization);
  const apiHost = required(settings.api_host ?? preset?.api);
  const { calls, endSession } = paths[settings.mode];
  return {
    issuer: new URL(authorizationHost).origin,
    authorization: new URL('/oauth.xhtml', authorizationHost),
    token: new URL(`${calls}obtenerToken`, apiHost),
    userData: new URL(`${calls}datosUsuario`, apiHost),
    roles: new URL(`${calls}getRolesUsuarioLogueado`, apiHost),
    endSession: new URL(endSession, apiHost),
  };
}

/** A setting whose presence the schema has already made sure of. */
export function required(value: string | undefined): string {
  if (value === undefined) throw new TypeError('Settings that did not pass their schema');
  return value;
}

function isOrigin(text: string): boolean {
  const url = URL.parse(text);
  return isSafeScheme(url) && url !== null && (text === url.origin || text === `${url.origin}/`);
}

function isSafeScheme(url: URL | null): boolean {
  if (url === null || url.username !== '' || url.password !== '') return false;
  const here = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  return url.protocol === 'https:' || (url.protocol === 'http:' && here);
}
