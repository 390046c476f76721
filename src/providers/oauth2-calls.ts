/**
 * The calls to an OAuth 2 provider's API: token, user data, further data, end of session.
 *
 * Implements RFC 6749 §4.1.3 and §5.1, RFC 6750 §2.1, RFC 7617 and B-18. No call is ever repeated here, and no answer
 * is used before it was looked through for a refusal. Refresh tokens are not read at all.
 */

import { createHmac } from 'node:crypto';
import { SignInError } from '../errors.ts';
import type { OutboundRequest } from '../http.ts';
import type { Json, JsonObject, Milliseconds, UpstreamSession } from '../model.ts';
import { type Dialect, writeTokenRequest } from './dialect.ts';
import { type AdditionalAnswers, type OAuth2Definition, usesPkce } from './oauth2-definition.ts';
import type { ProviderContext } from './provider.ts';
import { tokenExpiry } from './token-life.ts';
import { firstMember, readAcknowledgement, readAnswer, readObjectOrList } from './upstream-answer.ts';
import { personIn } from './user-data.ts';

/** What a token request needs of an attempt. */
export interface Grant {
  readonly code: string;
  readonly redirectUri: string;
  readonly codeVerifier: string;
}

export interface AccessToken {
  readonly accessToken: string;
  readonly expiresAt: Milliseconds;
}

/** RFC 6749 §4.1.3. Never repeated: sending a code spends it. */
export async function redeemCode(
  definition: OAuth2Definition,
  grant: Grant,
  context: ProviderContext,
): Promise<AccessToken> {
  const { client, dialect } = definition;
  const inBasic = dialect.client_authentication === 'client_secret_basic';
  const { contentType, body } = writeTokenRequest(dialect, {
    grantType: 'authorization_code',
    code: grant.code,
    redirectUri: grant.redirectUri,
    clientId: inBasic ? null : client.id,
    clientSecret: client.kind === 'confidential' && !inBasic ? client.secret : null,
    codeVerifier: usesPkce(client) ? grant.codeVerifier : null,
  });
  const headers = {
    accept: 'application/json',
    'content-type': contentType,
    ...callerHeaders(definition),
    ...clientHeaders(definition),
  };
  // The clock is read before the call: a slow answer may only shorten the token's life here.
  const askedAt = context.now();
  const response = await context.outbound({ method: 'POST', url: new URL(definition.endpoints.token), headers, body });
  return readToken(readAnswer(response, 'token request', dialect), dialect, askedAt);
}

/** RFC 6749 §5.1 */
function readToken(answer: JsonObject, dialect: Dialect, askedAt: Milliseconds): AccessToken {
  const accessToken = firstMember(answer, dialect.access_token_members);
  // Visible characters only: the token becomes a header, and a line break in it would become a second one.
  if (typeof accessToken !== 'string' || accessToken.length > 16_384 || !/^[\x21-\x7e]+$/.test(accessToken)) {
    throw new SignInError('provider_answer_invalid', 'The token answer holds no usable access token');
  }
  const type = firstMember(answer, dialect.token_type_members);
  // RFC 6749 §7.1: a token of an unknown type must not be used. Case does not matter; some products omit it.
  if (type !== undefined && (typeof type !== 'string' || type.toLowerCase() !== 'bearer')) {
    throw new SignInError('provider_answer_invalid', 'The token answer holds a token of an unknown type');
  }
  const life = firstMember(answer, dialect.expiry_members);
  const limit = dialect.longest_token_life * 1000;
  return { accessToken, expiresAt: tokenExpiry(life, dialect.expiry_unit, limit, askedAt) };
}

export async function fetchUserData(
  definition: OAuth2Definition,
  accessToken: string,
  { outbound }: ProviderContext,
): Promise<JsonObject> {
  const { dialect, endpoints } = definition;
  const method = dialect.user_data_method;
  const body = method === 'POST' ? '{}' : null;
  const response = await outbound(apiRequest(definition, accessToken, { method, url: endpoints.userData, body }));
  return personIn(readAnswer(response, 'user data request', dialect), dialect.user_data_path);
}

/** The further calls of a definition. Whatever goes wrong at the provider is no answer, and never stops a sign-in. */
export async function callAdditional(
  definition: OAuth2Definition,
  accessToken: string,
  subject: Json,
  context: ProviderContext,
): Promise<AdditionalAnswers> {
  const answers = definition.additionalCalls.map(async (call): Promise<[string, Json]> => {
    try {
      const body = call.method === 'POST' ? JSON.stringify(call.body(subject)) : null;
      const { method, url } = call;
      const response = await context.outbound(apiRequest(definition, accessToken, { method, url, body }));
      return [call.name, readObjectOrList(response, 'additional request', definition.dialect)];
    } catch (error) {
      if (error instanceof SignInError) return [call.name, null];
      throw error;
    }
  });
  return Object.fromEntries(await Promise.all(answers));
}

/** Ends the session at the provider. An expired token is not sent: there is nothing left to end. */
export async function endUpstreamSession(
  definition: OAuth2Definition,
  endpoint: URL,
  session: UpstreamSession,
  context: ProviderContext,
): Promise<void> {
  if (session.expiresAt <= context.now()) return;
  const { method, body: literal } = definition.dialect.end_session_request;
  const body = method === 'POST' ? literal : null;
  const request = apiRequest(definition, session.accessToken, { method, url: endpoint, body });
  const response = await context.outbound(request);
  readAcknowledgement(response, 'end of session', definition.dialect);
}

/** A call with the token where this product wants it, and the web-service user where there is one. */
function apiRequest(
  definition: OAuth2Definition,
  accessToken: string,
  { method, url, body }: Omit<OutboundRequest, 'headers'>,
): OutboundRequest {
  const { client, dialect } = definition;
  const headers = {
    accept: 'application/json',
    ...(body === null ? {} : { 'content-type': 'application/json' }),
    ...callerHeaders(definition),
    ...tokenHeaders(dialect, accessToken),
  };
  const address = new URL(url);
  if (dialect.access_token_in === 'query') address.searchParams.set('access_token', accessToken);
  if (dialect.access_token_proof === 'appsecret_proof' && client.kind === 'confidential') {
    // facts/social-auth §9.2: shows that whoever holds the token is the application, so a stolen one is of no use.
    const proof = createHmac('sha256', client.secret).update(accessToken).digest('hex');
    address.searchParams.set('appsecret_proof', proof);
  }
  return { method, url: address, headers, body };
}

function tokenHeaders({ access_token_in: place }: Dialect, accessToken: string): Headers {
  // RFC 6750 §2.3: an answer to an address with a token in it must not be kept on the way.
  if (place === 'query') return { 'cache-control': 'no-store' };
  return place === 'bearer' ? { authorization: `Bearer ${accessToken}` } : { [place.header]: accessToken };
}

/** RFC 7617 §2: user and password of the web service as they are, in UTF-8. */
function callerHeaders({ webService }: OAuth2Definition): Headers {
  return webService === null ? {} : { authorization: basic(webService.user, webService.password) };
}

/** RFC 6749 §2.3.1: id and secret are form-encoded before they are joined, because either may hold a colon. */
function clientHeaders({ client, dialect }: OAuth2Definition): Headers {
  if (client.kind === 'public' || dialect.client_authentication !== 'client_secret_basic') return {};
  return { authorization: basic(formEncode(client.id), formEncode(client.secret)) };
}

type Headers = { readonly [name: string]: string };

function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}`;
}

function formEncode(text: string): string {
  return new URLSearchParams({ x: text }).toString().slice('x='.length);
}
