/**
 * What an operator states about an OAuth 1.0a product that nobody has written code for.
 *
 * Closed lists: PLAINTEXT is not among the methods, and no setting leaves out the confirmation of the callback, the
 * verifier, or the comparison of tokens.
 */

import { createPrivateKey, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import { MalformedRequest, parseForm } from '../../oauth1/encoding.ts';
import { claimMappingSchema, roleNamesSchema } from '../claim-mapping.ts';
import { address, clientId, redirectUri, secret } from './common-settings.ts';

/** Its query is signed, so it must read in one way only, and hold nothing that the protocol itself sends. */
const endpoint = address.refine(hasPlainQuery, 'must have a query in plain form encoding, without oauth_ parameters');
const member = z.string().regex(/^[A-Za-z_][A-Za-z0-9_.-]{0,63}$/, 'must be a plain member name');

export const consumerKey = clientId.describe('The key of the client (consumer key, API key).');
const meaningOfSecret = 'The secret of the client (consumer secret, API key secret).';
export const consumerSecret = secret.describe(meaningOfSecret);

const privateKey = z
  .string()
  .refine((pem) => readPrivateKey(pem) !== null, 'must be an RSA private key of 2048 bits or more, as PEM')
  .optional()
  .describe('The private key in PEM form. Only for `RSA-SHA1`.');

export const oauth1Settings = z
  .strictObject({
    temporary_credentials_endpoint: endpoint.describe('The address of the first request (request token).'),
    authorization_endpoint: address.describe('The address of the page where people give permission.'),
    token_credentials_endpoint: endpoint.describe('The address where the verifier is exchanged (access token).'),
    user_data_endpoint: endpoint.describe('The address that says who a token is of.'),
    issuer: address.optional().describe('A name for the provider. By default the origin of the authorization page.'),
    consumer_key: consumerKey,
    signature_method: z.enum(['HMAC-SHA1', 'RSA-SHA1']).default('HMAC-SHA1').describe('How requests are signed.'),
    consumer_secret: secret.optional().describe(`${meaningOfSecret} Not for \`RSA-SHA1\`.`),
    private_key: privateKey,
    parameters_in: z
      .enum(['authorization_header', 'query'])
      .default('authorization_header')
      .describe('Where the signature goes. `query` only for a product that reads nothing else.'),
    credentials_method: z.enum(['POST', 'GET']).default('POST').describe('How the two credentials are asked for.'),
    user_data_path: z.array(member).max(5).default([]).describe('The members that lead to the person in the answer.'),
    subject_members: z
      .tuple([member], member)
      .describe('Which member says who somebody is: the first that is present. Never an e-mail address.'),
    mapping: claimMappingSchema.prefault({}).describe('Which claim holds which part of the profile.'),
    role_mapping: roleNamesSchema.describe('Roles there (`mapping.roles`) and their names here. Others are ignored.'),
    trust_verified_email: z
      .boolean()
      .default(false)
      .describe('Whether true at `mapping.email_verified` counts as proof of an e-mail address.'),
    redirect_uri: redirectUri,
  })
  .superRefine((settings, context) => {
    const fault = (name: string, message: string) => context.addIssue({ code: 'custom', path: [name], message });
    const { signature_method: method, consumer_secret: secret, private_key: key } = settings;
    const needed = method === 'RSA-SHA1' ? 'private_key' : 'consumer_secret';
    const refused = method === 'RSA-SHA1' ? 'consumer_secret' : 'private_key';
    if ((needed === 'private_key' ? key : secret) === undefined) fault(needed, `is needed for ${method}`);
    if ((refused === 'private_key' ? key : secret) !== undefined) fault(refused, `is refused for ${method}`);
    if (settings.trust_verified_email && settings.mapping.email_verified === null) {
      fault('trust_verified_email', 'is of no use without mapping.email_verified');
    }
  });

export type OAuth1Settings = z.output<typeof oauth1Settings>;

/** The key; null when the text is none, is of another kind, or is too short to resist anybody. */
export function readPrivateKey(pem: string): KeyObject | null {
  try {
    const key = createPrivateKey(pem);
    return key.asymmetricKeyType === 'rsa' && (key.asymmetricKeyDetails?.modulusLength ?? 0) >= 2048 ? key : null;
  } catch {
    // Without the cause: it may quote the text.
    return null;
  }
}

function hasPlainQuery(text: string): boolean {
  try {
    return parseForm(new URL(text).search.slice(1)).every(([name]) => !name.startsWith('oauth_'));
  } catch (error) {
    if (error instanceof MalformedRequest || error instanceof TypeError) return false;
    throw error;
  }
}
