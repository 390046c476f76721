/**
 * What an operator states about an OAuth 2 product that nobody has written code for.
 *
 * The dialect and the mapping are closed lists. No setting here, and no value of one, takes away `state`, PKCE or a look
 * for refusals in an answer.
 */

import { z } from 'zod';
import { claimMappingSchema, roleNamesSchema } from '../claim-mapping.ts';
import { dialectSchema } from '../dialect.ts';
import { address, clientId, redirectUri, scope, secret } from './common-settings.ts';

export const oauth2Settings = z
  .strictObject({
    authorization_endpoint: address.describe('The address of the page where people give permission.'),
    token_endpoint: address.describe('The address where a code is exchanged for a token.'),
    user_data_endpoint: address.describe('The address that says who a token is of.'),
    end_session_endpoint: address
      .optional()
      .describe('The address that ends the session there. Without it no access token is kept.'),
    issuer: address
      .optional()
      .describe('Its name in callbacks (`iss`). By default the origin of the authorization page.'),
    client_id: clientId.describe('The id of the client that was registered.'),
    client_secret: secret.optional().describe('Its secret; none when `client_authentication` is `none`.'),
    web_service_user: secret
      // RFC 7617 §2: a colon would end the user name.
      .regex(/^[^:\p{Cc}]*$/u, 'must not hold a colon or control characters')
      .optional()
      .describe('Only when `web_service_authentication` is `basic`: that user.'),
    web_service_password: secret.optional().describe('Only then: that password.'),
    scopes: z.array(scope).max(20).default([]).describe('What is asked for.'),
    dialect: dialectSchema.describe('How the product deviates from the standard: see below.'),
    mapping: claimMappingSchema.prefault({}).describe('Which claim holds which part of the profile: see below.'),
    role_mapping: roleNamesSchema.describe('Roles there (`mapping.roles`) and their names here. Others are ignored.'),
    trust_verified_email: z
      .boolean()
      .default(false)
      .describe('Whether true at `mapping.email_verified` counts as proof of an e-mail address.'),
    redirect_uri: redirectUri,
  })
  .superRefine((settings, context) => {
    const fault = (name: string, message: string) => context.addIssue({ code: 'custom', path: [name], message });
    const { client_authentication: authentication, web_service_authentication: webService } = settings.dialect;
    const isPublic = authentication === 'none';
    if (isPublic && settings.client_secret !== undefined) fault('client_secret', 'is refused for a public client');
    if (!isPublic && settings.client_secret === undefined) fault('client_secret', `is needed for ${authentication}`);
    for (const name of ['web_service_user', 'web_service_password'] as const) {
      const given = settings[name] !== undefined;
      if (webService === 'none' && given) fault(name, 'is refused when web_service_authentication is none');
      if (webService === 'basic' && !given) fault(name, 'is needed when web_service_authentication is basic');
    }
    if (settings.trust_verified_email && settings.mapping.email_verified === null) {
      fault('trust_verified_email', 'is of no use without mapping.email_verified');
    }
  });

export type OAuth2Settings = z.output<typeof oauth2Settings>;
