/**
 * What an operator states about any OpenID provider.
 *
 * No setting here, and no value of one, takes away `state`, PKCE, the nonce or a check of the ID token.
 */

import { z } from 'zod';
import { address, clientId, redirectUri, scope, secret } from './common-settings.ts';

/** OpenID Connect Core §1.2: no query and no fragment. Kept as written: a slash at the end makes another issuer. */
export const issuer = address.refine(
  (text) => !text.includes('?'),
  'must be the issuer exactly as the provider writes it, without a query',
);

const claimName = z
  .string()
  .regex(/^[^\p{Cc}]{1,100}$/u, 'must be the name of a claim')
  .refine((name) => name !== 'sub', 'must not be the subject');

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
    trust_assurance: z
      .boolean()
      .default(false)
      .describe('Whether `acr` and `amr` of this provider are passed on to clients.'),
    redirect_uri: redirectUri,
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
    }
    for (const name of [...stated, 'userinfo_endpoint'] as const) {
      // The same rule as for a discovered document: nothing travels less protected than the issuer says.
      if (settings.issuer.startsWith('https:') && settings[name]?.startsWith('http:')) fault(name, 'must be https');
    }
    if (settings.trusted_email_domains !== undefined && !settings.trust_verified_email) {
      fault('trusted_email_domains', 'is of no use while trust_verified_email is false');
    }
  });

export type OidcSettings = z.output<typeof oidcSettings>;
