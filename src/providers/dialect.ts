/**
 * How a product deviates from OAuth 2: a closed list of named deviations, as data.
 *
 * The member names are what an operator writes in YAML to describe a provider that nobody has written code for; the
 * default of each is the standard's own behaviour (RFC 6749). **Rule: no option here can switch a protection off**
 * (DESIGN §5). So there is no option for `state`, for PKCE, or for looking for errors in answers of status 200, and
 * parameter names are chosen from fixed sets: a free name could rename a protection away. A product that knows no PKCE is
 * expressible in code only, together with client authentication.
 */

import { z } from 'zod';

/** A member of a JSON answer. Short and plain, so that it can be shown to operators as it is. */
const memberName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_.-]{0,63}$/, 'must be a plain member name');

/** Headers that carry the request itself or another secret; a token in one of them would break or leak it. */
const takenHeaders =
  /^(?:host|connection|cookie|expect|upgrade|te|trailer|authorization|(?:content|transfer|proxy|sec|accept)-.*|accept)$/i;

/** RFC 9110 §5.6.2, as far as header names in use go. */
const headerName = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9-]{0,63}$/, 'must be a header name')
  .refine((name) => !takenHeaders.test(name), 'must not be a header with another meaning');

/** An error code as it stands in an answer; a number is written as its digits. */
const errorCode = z.string().regex(/^[A-Za-z0-9_.-]{1,64}$/, 'must be an error code');

export const dialectSchema = z
  .strictObject({
    /** Under which name the redirect address is sent to the authorization page. `both` sends the same value twice. */
    redirect_parameter: z.enum(['redirect_uri', 'redirect_url', 'both']).default('redirect_uri'),
    /** RFC 6749 §3.3 separates scopes with spaces. Some products want commas, some refuse the parameter. */
    scope: z.enum(['space_separated', 'comma_separated', 'omitted']).default('space_separated'),

    /** RFC 6749 §4.1.3 says `form`. */
    token_request_body: z.enum(['form', 'json']).default('form'),
    /** `redirect_uri` or `redirectUri`, and so on for every member of the token request. */
    token_request_names: z.enum(['snake_case', 'camel_case']).default('snake_case'),
    /** RFC 6749 §2.3.1. `none` is a public client. */
    client_authentication: z.enum(['none', 'client_secret_basic', 'client_secret_post']).default('client_secret_basic'),
    /** `basic` adds the credentials of a web-service user, which are not the client's, to every call of the API. */
    web_service_authentication: z.enum(['none', 'basic']).default('none'),

    /** Where the token answer holds the access token: the first member that is present. */
    access_token_members: z.array(memberName).min(1).max(5).default(['access_token']),
    token_type_members: z.array(memberName).min(1).max(5).default(['token_type']),
    expiry_members: z.array(memberName).min(1).max(5).default(['expires_in']),
    /** `by_size` tells seconds, milliseconds and epoch milliseconds apart by how big the number is. */
    expiry_unit: z.enum(['seconds', 'by_size']).default('seconds'),
    /** Seconds. No access token is kept longer, whatever the provider says. */
    longest_token_life: z.int().min(1).max(86_400).default(3600),

    /** RFC 6750 §2.1 says `bearer`. `query` is its §2.3: for servers that lose the header on the way. */
    access_token_in: z
      .union([z.literal('bearer'), z.literal('query'), z.strictObject({ header: headerName })])
      .default('bearer'),
    /** `appsecret_proof` adds the HMAC-SHA256 of the token under the client's secret to the query of every API call. */
    access_token_proof: z.enum(['none', 'appsecret_proof']).default('none'),
    user_data_method: z.enum(['GET', 'POST']).default('GET'),
    /** The members that lead to the object that describes the person; empty when it is the answer itself. */
    user_data_path: z.array(memberName).max(5).default([]),
    /** Which member says who somebody is: the first that is present. Without a default, because guessing it mixes people up. */
    subject_members: z.array(memberName).min(1).max(5),

    /** Members besides `error` that mark an answer as a refusal, whatever its status. `error` cannot be taken away. */
    error_members: z.array(memberName).max(5).default([]),
    /**
     * What this product means by an error code of its own, or by its number where the error is an object with a `code`.
     * Every meaning is a refusal: a code that is not named anywhere is one too.
     */
    error_meanings: z
      .record(errorCode, z.enum(['rejected_code', 'rejected_client', 'rejected_token', 'unreachable']))
      .default({}),
    /** Statuses without a code that say nothing about this sign-in: too many calls, no credit left. 429 always is one. */
    unavailable_statuses: z.array(z.int().min(400).max(499)).max(5).default([]),

    /** How the session at the provider is ended. `body` is sent as it stands, as JSON. */
    end_session_request: z
      .strictObject({ method: z.enum(['GET', 'POST']), body: z.string().max(256) })
      .default({ method: 'POST', body: '' }),
  })
  .superRefine((dialect, context) => {
    const usesHeader = [
      dialect.client_authentication === 'client_secret_basic',
      dialect.access_token_in === 'bearer',
    ].some(Boolean);
    if (dialect.web_service_authentication === 'basic' && usesHeader) {
      context.addIssue({
        code: 'custom',
        path: ['web_service_authentication'],
        message: 'needs the Authorization header, which client_secret_basic or a bearer token already uses',
      });
    }
    if (dialect.access_token_proof !== 'none' && dialect.client_authentication === 'none') {
      context.addIssue({ code: 'custom', path: ['access_token_proof'], message: 'needs a client with a secret' });
    }
  });

export type Dialect = z.output<typeof dialectSchema>;

/** The members of a token request in the order in which they are sent, and their names in each style. */
const tokenRequestNames = {
  snake_case: {
    grantType: 'grant_type',
    code: 'code',
    redirectUri: 'redirect_uri',
    clientId: 'client_id',
    clientSecret: 'client_secret',
    codeVerifier: 'code_verifier',
  },
  camel_case: {
    grantType: 'grantType',
    code: 'code',
    redirectUri: 'redirectUri',
    clientId: 'clientId',
    clientSecret: 'clientSecret',
    codeVerifier: 'codeVerifier',
  },
} as const;

type TokenRequestMember = keyof (typeof tokenRequestNames)['snake_case'];

/** Writes the body of a token request; members that are null are left out. */
export function writeTokenRequest(
  dialect: Dialect,
  members: { readonly [member in TokenRequestMember]: string | null },
): { readonly contentType: string; readonly body: string } {
  const names = tokenRequestNames[dialect.token_request_names];
  const named: [string, string][] = [];
  for (const member of Object.keys(names) as TokenRequestMember[]) {
    const value = members[member];
    if (value !== null) named.push([names[member], value]);
  }
  return dialect.token_request_body === 'json'
    ? { contentType: 'application/json', body: JSON.stringify(Object.fromEntries(named)) }
    : { contentType: 'application/x-www-form-urlencoded', body: new URLSearchParams(named).toString() };
}
