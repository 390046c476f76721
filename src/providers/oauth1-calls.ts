/**
 * The calls to an OAuth 1.0a provider: temporary credentials, token credentials, user data.
 *
 * Implements RFC 5849 §2.1, §2.3 and §3. Every call is signed with a nonce of its own, and none is ever repeated. No
 * secret is ever part of an address.
 */

import { SignInError } from '../errors.ts';
import type { OutboundRequest } from '../http.ts';
import type { Environment, JsonObject } from '../model.ts';
import { inAuthorizationHeader, inQuery, signedParameters } from '../oauth1/client-request.ts';
import type { Parameter } from '../oauth1/encoding.ts';
import type { SigningKey } from '../oauth1/signature.ts';
import { type Credentials, readCredentials, type TokenAndSecret } from './oauth1-answer.ts';
import type { OAuth1Client, OAuth1Definition } from './oauth1-definition.ts';
import type { ProviderContext } from './provider.ts';
import { readAnswer } from './upstream-answer.ts';
import { personIn } from './user-data.ts';

/** What the person's browser brought back. */
export interface Grant extends TokenAndSecret {
  readonly verifier: string;
}

/** RFC 5849 §2.1 */
export async function requestTemporaryCredentials(
  definition: OAuth1Definition,
  callback: string,
  context: ProviderContext,
): Promise<TokenAndSecret> {
  const url = definition.permission.temporaryCredentials;
  const request = signedRequest(definition, context, {
    method: definition.credentialsMethod,
    url,
    token: null,
    oauthParameters: [['oauth_callback', callback]],
  });
  const call = 'temporary credentials request';
  const { token, tokenSecret, parameters } = readCredentials(await context.outbound(request), call);
  // Without it the provider speaks the version before 1.0a, in which a stranger's permission could be slipped under a
  // person (OAuth session fixation, advisory 2009.1; B-32).
  if (parameters.get('oauth_callback_confirmed') !== 'true') {
    throw new SignInError(
      'provider_answer_invalid',
      'The provider does not confirm the callback: it is not OAuth 1.0a',
    );
  }
  return { token, tokenSecret };
}

/** RFC 5849 §2.3. Never repeated: sending a verifier spends it. */
export async function requestTokenCredentials(
  definition: OAuth1Definition,
  { verifier, ...credentials }: Grant,
  context: ProviderContext,
): Promise<Credentials> {
  const request = signedRequest(definition, context, {
    method: definition.credentialsMethod,
    url: definition.tokenCredentials,
    token: credentials,
    oauthParameters: [['oauth_verifier', verifier]],
  });
  return readCredentials(await context.outbound(request), 'token credentials request');
}

/** @throws SignInError provider_rejected_token, provider_unreachable, provider_answer_invalid */
export async function fetchUserData(
  definition: OAuth1Definition,
  token: TokenAndSecret,
  context: ProviderContext,
): Promise<JsonObject> {
  const url = definition.userData;
  const request = signedRequest(definition, context, { method: 'GET', url, token, oauthParameters: [] });
  const answer = readAnswer(await context.outbound(request), 'user data request', definition.errors);
  return personIn(answer, definition.userDataPath);
}

/** The first request as the browser carries it, where the product wants it so. */
export function signedFirstStep(definition: OAuth1Definition, callback: string, environment: Environment): URL {
  const { client, permission } = definition;
  const oauthParameters: readonly Parameter[] = [['oauth_callback', callback]];
  const request = { method: 'GET', url: permission.temporaryCredentials, oauthParameters } as const;
  return inQuery(request.url, signedParameters(request, credentialsOf(client, null), freshness(environment)));
}

interface Call {
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly token: TokenAndSecret | null;
  readonly oauthParameters: readonly Parameter[];
}

function signedRequest(
  { client, parametersIn }: OAuth1Definition,
  environment: Environment,
  { token, ...request }: Call,
): OutboundRequest {
  const { method, url } = request;
  const parameters = signedParameters(request, credentialsOf(client, token), freshness(environment));
  const accept = { accept: '*/*' };
  if (parametersIn === 'query') return { method, url: inQuery(url, parameters), headers: accept, body: null };
  return { method, url, headers: { ...accept, ...inAuthorizationHeader(parameters) }, body: null };
}

function credentialsOf({ consumerKey, signing }: OAuth1Client, token: TokenAndSecret | null) {
  const key: SigningKey =
    signing.method === 'RSA-SHA1'
      ? signing
      : { method: signing.method, clientSecret: signing.secret, tokenSecret: token?.tokenSecret ?? '' };
  return { consumerKey, key, token: token?.token ?? null };
}

/** RFC 5849 §3.3: 128 random bits, in characters that no product encodes in its own way. */
function freshness(environment: Environment) {
  return {
    timestamp: Math.floor(environment.now() / 1000),
    nonce: Buffer.from(environment.randomBytes(16)).toString('hex'),
  };
}
