/**
 * What an operator states about an OpenID provider, and the settings that every vendor of that kind has.
 *
 * No setting here, and no value of one, takes away `state`, PKCE, the nonce or a check of the ID token.
 */

import { z } from 'zod';

/** An https address as text; plain HTTP only towards this machine, for practice. */
const address = z.string().refine(isAddress, 'must be an https address without a fragment');

/** OpenID Connect Core §1.2: no query and no fragment. Kept as written: a slash at the end makes another issuer. */
export const issuer = address.refine(
  (text) => !text.includes('?'),
  'must be the issuer exactly as the provider writes it, without a query',
);

/** Scheme, host and port alone. */
export const origin = address.refine((text) => {
  const url = URL.parse(text);
  return url !== null && (text === url.origin || text === `${url.origin}/`);
}, 'must be https://<host>, without a path');

export const secret = z.string().min(1, 'must not be empty').max(1024);
export const clientId = z
  .string('must be text: put it in quotes')
  .regex(/^[\x21-\x7e]{1,255}$/, 'must be the id that the provider gave, without spaces');

/** RFC 6749 §3.3 */
const scope = z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,100}$/, 'must be one scope');
const claimName = z
  .string()
  .regex(/^[^\p{Cc}]{1,100}$/u, 'must be the name of a claim')
  .refine((name) => name !== 'sub', 'must not be the subject');
const line = z.string().min(1).max(120);

/** What every vendor has, with the name that its button shows unless the operator says otherwise. */
export function commonSettings(displayName: string) {
  return {
    redirect_uri: address
      .optional()
      .describe("The address registered at the provider when it is not this server's own callback."),
    display_name: z.string().min(1).max(80).default(displayName).describe('The name on the button.'),
    refresh_user_data: z.boolean().default(true).describe('Whether an account is brought up to date at each sign-in.'),
  };
}

/** For a vendor whose issuer is fixed: only this machine, so that nobody else can be taken for that vendor. */
export const practiceIssuer = z
  .string()
  .refine(
    (text) => isAddress(text) && text.startsWith('http:') && !text.includes('?'),
    'must be an http address on this machine',
  )
  .optional()
  .describe('Practice only: the issuer of a stand-in on this machine.');

const stated = ['authorization_endpoint', 'token_endpoint', 'jwks_uri'] as const;

export const oidcSettings = z
  .strictObject({
    issuer: issuer.describe('The issuer, letter by letter as the provider writes it.'),
    client_id: clientId.describe('The id of the client that was registered.'),
    client_secret: secret.optional().describe('The secret of the client. None for a public client.'),
    client_authentication: z
      .enum(['client_secret_basic', 'client_secret_post', 'none'])
      .default('client_secret_basic')
      .describe('How the client shows its secret; `none` for a public client.'),
    scopes: z
      .array(scope)
      .max(20)
      .default(['profile', 'email'])
      .describe('What is asked for beside `openid`, which always is.'),
    authorization_endpoint: address.optional().describe('Only for a provider without discovery; all three then.'),
    token_endpoint: address.optional().describe('Only for a provider without discovery.'),
    jwks_uri: address.optional().describe('Only for a provider without discovery.'),
    userinfo_endpoint: address.optional().describe('Only for a provider without discovery; may be left out.'),
    userinfo: z
      .boolean()
      .default(true)
      .describe('Whether the userinfo endpoint is asked too, where there is one: one more call at each sign-in.'),
    name_claims: z
      .strictObject({
        full: claimName.nullable().default('name'),
        given: claimName.nullable().default('given_name'),
        first_surname: claimName.nullable().default('family_name'),
        second_surname: claimName.nullable().default(null),
      })
      .prefault({})
      .describe('Which claims hold `full`, `given`, `first_surname` and `second_surname`.'),
    trust_verified_email: z
      .boolean()
      .default(false)
      .describe('Whether `email_verified` of this provider counts as proof of an e-mail address.'),
    trusted_email_domains: z
      .array(z.string().regex(/^(?:[a-z0-9-]+\.)+[a-z0-9-]+$/, 'must be a domain in lower case'))
      .min(1)
      .max(100)
      .optional()
      .describe('The only domains for which that holds. Without it: all.'),
    ...commonSettings('OpenID Connect'),
    hint: z
      .strictObject({ 'es-MX': line, en: line })
      .optional()
      .describe('A line under the name on the button, in `es-MX` and `en`.'),
  })
  .superRefine((settings, context) => {
    const fault = (name: string, message: string) => context.addIssue({ code: 'custom', path: [name], message });
    const isPublic = settings.client_authentication === 'none';
    if (isPublic && settings.client_secret !== undefined) fault('client_secret', 'is refused for a public client');
    if (!isPublic && settings.client_secret === undefined) {
      fault('client_secret', 'is needed, unless client_authentication is none');
    }
    const given = stated.filter((name) => settings[name] !== undefined);
    const isStated = given.length > 0 || settings.userinfo_endpoint !== undefined;
    for (const name of stated) {
      if (isStated && settings[name] === undefined) fault(name, 'is needed beside the other endpoints');
      // The same rule as for a discovered document: nothing travels less protected than the issuer says.
      if (settings.issuer.startsWith('https:') && settings[name]?.startsWith('http:')) fault(name, 'must be https');
    }
    if (settings.trusted_email_domains !== undefined && !settings.trust_verified_email) {
      fault('trusted_email_domains', 'is of no use while trust_verified_email is false');
    }
  });

export type OidcSettings = z.output<typeof oidcSettings>;

/** A setting whose presence the schema has already made sure of. */
export function required(value: string | undefined): string {
  if (value === undefined) throw new TypeError('Settings that did not pass their schema');
  return value;
}

function isAddress(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || url.username !== '' || url.password !== '' || text.includes('#')) return false;
  const here = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  return url.protocol === 'https:' || (url.protocol === 'http:' && here);
}
