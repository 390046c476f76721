/**
 * The calls to an OpenID provider: code for tokens, and userinfo.
 *
 * Implements OpenID Connect Core §3.1.3 and §5.3, RFC 6749 §4.1.3, B-10, B-14 and B-18, over a protocol library whose
 * functions take only what its other functions have checked. Every answer is read strictly before the library sees it.
 * No call is ever repeated, and refresh tokens are not read.
 */

import * as oauth from 'oauth4webapi';
import { SignInError } from '../errors.ts';
import type { Outbound } from '../http.ts';
import { memberOf } from '../json.ts';
import type { Json, JsonObject } from '../model.ts';
import type { OidcClient, OidcDefinition } from './oidc-definition.ts';
import { readIdToken } from './oidc-id-token.ts';
import type { Kept } from './oidc-kept.ts';
import type { VerificationKey } from './oidc-keys.ts';
import type { Metadata } from './oidc-metadata.ts';
import { readSubject } from './profile.ts';
import type { FinishRequest, ProviderContext } from './provider.ts';
import { type Call, readAnswer, standardErrors } from './upstream-answer.ts';

/** A definition with what its provider has said so far. */
export interface OidcParty {
  readonly definition: OidcDefinition;
  readonly metadata: Metadata;
  readonly keys: Kept<readonly VerificationKey[]>;
}

export type Grant = Pick<FinishRequest, 'parameters' | 'redirectUri' | 'codeVerifier' | 'nonce'>;

export interface Tokens {
  readonly accessToken: string;
  /** Of the ID token: signed, and everything about it checked. */
  readonly claims: JsonObject;
}

/** Redeems the code of a callback. @throws SignInError */
export function redeemCode(party: OidcParty, grant: Grant, context: ProviderContext): Promise<Tokens> {
  return inOurWords('token answer', async () => {
    const { metadata, definition } = party;
    const client = clientOf(definition.client);
    // `state` was compared before anything of the attempt was read.
    const callback = oauth.validateAuthResponse(
      metadata,
      client,
      new URLSearchParams([...grant.parameters]),
      oauth.skipStateCheck,
    );
    const response = await oauth.authorizationCodeGrantRequest(
      metadata,
      client,
      authenticationOf(definition.client),
      callback,
      grant.redirectUri,
      grant.codeVerifier,
      optionsFor(context.outbound, 'token request'),
    );
    const answer = await contentOf(response);
    const accessToken = readAccessToken(memberOf(answer, 'access_token'));
    const expectation = {
      clientId: definition.client.id,
      algorithms: metadata.id_token_signing_alg_values_supported,
      keys: party.keys,
      accessToken,
    };
    const claims = await readIdToken(memberOf(answer, 'id_token'), expectation, context);
    readSubject(memberOf(claims, 'sub'));
    await oauth.processAuthorizationCodeResponse(issuerAsSpelled(party, claims), client, response, {
      expectedNonce: expectedNonce(definition.client, claims, grant.nonce),
      requireIdToken: true,
    });
    return { accessToken, claims };
  });
}

/** What the userinfo endpoint says; null where it is not asked. `subject` is of the ID token, and must be the answer's too. */
export async function fetchUserinfo(
  { definition, metadata }: OidcParty,
  { accessToken, claims }: Tokens,
  context: ProviderContext,
): Promise<JsonObject | null> {
  if (!definition.userinfo || metadata.userinfo_endpoint === undefined) return null;
  return inOurWords('userinfo answer', async () => {
    const client = clientOf(definition.client);
    const options = optionsFor(context.outbound, 'user data request');
    const response = await oauth.userInfoRequest(metadata, client, accessToken, options);
    const userinfo = await contentOf(response);
    // Core §5.3.2: another subject means the answer is about somebody else (B-14).
    await oauth.processUserInfoResponse(metadata, client, readSubject(memberOf(claims, 'sub')), response);
    return userinfo;
  });
}

function clientOf(client: OidcClient): oauth.Client {
  return {
    client_id: client.id,
    // The library reads the clock of the process. Times were checked by ours, which tests can hold still.
    [oauth.clockTolerance]: Number.MAX_SAFE_INTEGER,
  };
}

function authenticationOf(client: OidcClient): oauth.ClientAuth {
  if (client.kind === 'public') return oauth.None();
  return client.authentication === 'client_secret_basic'
    ? oauth.ClientSecretBasic(client.secret)
    : oauth.ClientSecretPost(client.secret);
}

function optionsFor(outbound: Outbound, call: Call) {
  return {
    [oauth.customFetch]: async (url: string, request: oauth.CustomFetchOptions<string, Body>): Promise<Response> => {
      const { method, headers, body } = request;
      const written = body === undefined || body === null ? null : body.toString();
      const response = await outbound({
        method: method === 'POST' ? method : 'GET',
        url: new URL(url),
        headers,
        body: written,
      });
      // Read as strictly as any upstream's JSON, and written anew: the library's own reader takes duplicate members (K-07).
      return Response.json(readAnswer(response, call, standardErrors));
    },
    // Which hosts may be called without TLS is decided by whoever made `outbound`, for every call alike.
    [oauth.allowInsecureRequests]: true as const,
  };
}

type Body = URLSearchParams | null | undefined;

/** What `optionsFor` put in, for us; the library reads the answer itself. */
async function contentOf(response: Response): Promise<JsonObject> {
  return (await response.clone().json()) as JsonObject;
}

/** Core §3.1.3.7 rule 2, for products that spell their one issuer in two ways. A foreign one stays what it is, and fails. */
function issuerAsSpelled({ definition, metadata }: OidcParty, claims: JsonObject): Metadata {
  const sent = memberOf(claims, 'iss');
  const spelling = definition.issuerSpellings.find((candidate) => candidate === sent);
  return spelling === undefined ? metadata : { ...metadata, issuer: spelling };
}

/** B-10: one that was sent must come back, but for a product that never returns any. A wrong one is refused there too. */
function expectedNonce(client: OidcClient, claims: JsonObject, sent: string): string | typeof oauth.expectNoNonce {
  const neverReturned = client.kind === 'confidential' && client.nonce === 'never_returned_by_vendor';
  return neverReturned && !Object.hasOwn(claims, 'nonce') ? oauth.expectNoNonce : sent;
}

/** Visible characters only: the token becomes a header, and a line break in it would become a second one. */
function readAccessToken(sent: Json | undefined): string {
  if (typeof sent === 'string' && sent.length <= 16_384 && /^[\x21-\x7e]+$/.test(sent)) return sent;
  throw new SignInError('provider_answer_invalid', 'The token answer holds no usable access token');
}

/** A refusal of the library as one of ours: its code, never its message or its cause, which hold the answer. */
async function inOurWords<Result>(what: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof oauth.OperationProcessingError || error instanceof oauth.UnsupportedOperationError) {
      throw new SignInError('provider_answer_invalid', `The ${what} is refused: ${error.code}${claimOf(error.cause)}`);
    }
    throw error;
  }
}

function claimOf(cause: unknown): string {
  const isNamed = typeof cause === 'object' && cause !== null && 'claim' in cause && typeof cause.claim === 'string';
  return isNamed ? ` (${cause.claim})` : '';
}
