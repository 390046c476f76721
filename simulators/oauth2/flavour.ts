/**
 * What a product that speaks OAuth 2 looks like to a client: the shape of a page of facts, and the plain one.
 *
 * Only what a client can see. A flavour is stricter than its product where that shows a careless client.
 */

import type { Json, JsonObject, Milliseconds } from '../../src/model.ts';
import type { Authentication } from '../shared/client-authentication.ts';
import type { SubjectPlace } from '../shared/spoil.ts';

export type RefusalCode =
  | 'invalid_request'
  | 'unsupported_grant_type'
  | 'invalid_client'
  | 'invalid_grant'
  | 'invalid_token';

/** What was asked for at the user data endpoint, and what the person had let the client have. */
export interface UserDataRequest {
  readonly userData: JsonObject;
  readonly query: URLSearchParams;
  readonly scopes: readonly string[];
}

export interface Flavour {
  /** The name on the practice page. */
  readonly product: string;
  /** After the prefix of the stand-in. */
  readonly paths: { readonly authorize: string; readonly token: string; readonly userData: string };
  /** Facts of a sign-in: the longest `state` that is taken, and how long a code and a token live. */
  readonly longestState: number;
  readonly codeLifetime: Milliseconds;
  readonly tokenLifetime: Milliseconds;
  /** `refused`: a product that knows no PKCE and takes its parameters for an attack. */
  readonly pkce: 'required' | 'refused';
  readonly scopes: { readonly separator: ' ' | ','; readonly needed: readonly string[] };
  /** What is accepted; the first is what the product's own documents show. */
  readonly authentication: readonly Authentication[];
  readonly tokenRequest: 'form' | 'json';
  /** What a token answer calls its members. */
  readonly tokenMembers: { readonly token: string; readonly type: string; readonly expiry: string };
  /** The header or query parameter that carries the token; `bearer` is the Authorization header. */
  readonly tokenIn: readonly ('bearer' | 'query' | { readonly header: string })[];
  /** Whether API calls must prove that their caller holds the secret. */
  readonly appSecretProof: boolean;
  /** Parameters of the callback beside `code` and `state`. */
  readonly callbackExtras: { readonly [name: string]: string };
  /** Where the answer at the user data endpoint says who somebody is. */
  readonly subject: SubjectPlace;
  userData(request: UserDataRequest): Json;
  refusal(code: RefusalCode): { readonly status: number; readonly body: JsonObject };
}

/** RFC 6749 §5.2 and RFC 6750 §3.1 */
export function standardRefusal(code: RefusalCode): ReturnType<Flavour['refusal']> {
  const status = code === 'invalid_client' || code === 'invalid_token' ? 401 : 400;
  return { status, body: { error: code, error_description: 'Error de práctica' } };
}

/** A product without a deviation. */
export const plain: Flavour = {
  product: 'OAuth 2',
  paths: { authorize: '/authorize', token: '/token', userData: '/userinfo' },
  longestState: 4096,
  codeLifetime: 60_000,
  tokenLifetime: 3_600_000,
  pkce: 'required',
  scopes: { separator: ' ', needed: [] },
  authentication: ['client_secret_basic', 'client_secret_post', 'none'],
  tokenRequest: 'form',
  tokenMembers: { token: 'access_token', type: 'token_type', expiry: 'expires_in' },
  tokenIn: ['bearer'],
  appSecretProof: false,
  callbackExtras: {},
  subject: { within: [], members: ['id'] },
  userData: ({ userData }) => userData,
  refusal: standardRefusal,
};
