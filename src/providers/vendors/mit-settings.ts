/**
 * What an operator states about a registration at MIT Open Learning, by one of two protocols.
 *
 * No host is preset: production, release candidates and partners' copies differ, and a guess would send people to the
 * wrong one.
 */

import { z } from 'zod';
import { clientId, origin, redirectUri, secret } from './common-settings.ts';
import { issuer } from './oidc-settings.ts';

export const mitSettings = z
  .strictObject({
    protocol: z.enum(['oidc', 'oauth2']).describe('`oidc`: a Keycloak realm. `oauth2`: MITx Online or xPRO itself.'),
    issuer: issuer
      .optional()
      .describe('`oidc` only: the address of the realm, such as `https://<host>/realms/<name>`.'),
    base_url: origin.optional().describe('`oauth2` only: the address of the application, `https://<host>`.'),
    client_id: clientId.describe('The id of the client or application that was registered.'),
    client_secret: secret.describe('Its secret.'),
    trust_verified_email: z
      .boolean()
      .default(false)
      .describe('`oidc` only: whether `email_verified` of the realm counts as proof of an e-mail address.'),
    redirect_uri: redirectUri,
  })
  .superRefine((settings, context) => {
    const fault = (name: string, message: string) => context.addIssue({ code: 'custom', path: [name], message });
    const [needed, refused] =
      settings.protocol === 'oidc' ? (['issuer', 'base_url'] as const) : (['base_url', 'issuer'] as const);
    if (settings[needed] === undefined) fault(needed, `is needed when protocol is ${settings.protocol}`);
    if (settings[refused] !== undefined) fault(refused, `is refused when protocol is ${settings.protocol}`);
    // Its answers carry no such flag: the setting would promise what cannot be.
    if (settings.protocol === 'oauth2' && settings.trust_verified_email) {
      fault('trust_verified_email', 'is refused when protocol is oauth2');
    }
  });

export type MitSettings = z.output<typeof mitSettings>;
