/**
 * What a vendor states about an OpenID provider: issuer, client, scopes, and whose e-mail addresses it may vouch for.
 *
 * Data, as far as it goes. There is nothing here with which a definition could do without `state`, PKCE, the signature or
 * a check of the ID token. The one deviation, a product that returns no nonce, can be stated only for a client that
 * authenticates, and by vendor code only.
 */

import type { JsonObject } from '../model.ts';
import type { Advice, Registration } from './oauth2-definition.ts';

export type OidcClient =
  | { readonly kind: 'public'; readonly id: string }
  | {
      readonly kind: 'confidential';
      readonly id: string;
      readonly secret: string;
      readonly authentication: 'client_secret_basic' | 'client_secret_post';
      /**
       * `never_returned_by_vendor`: PKCE alone binds the code to the attempt (RFC 9700 §2.1.1 takes either). A nonce that
       * comes back all the same must be the one that was sent.
       */
      readonly nonce: 'returned' | 'never_returned_by_vendor';
    };

/** Where the endpoints come from: the issuer's own document, or the operator. */
export type MetadataSource =
  | { readonly kind: 'discovery' }
  | {
      readonly kind: 'stated';
      readonly authorizationEndpoint: string;
      readonly tokenEndpoint: string;
      readonly jwksUri: string;
      readonly userinfoEndpoint: string | null;
    };

/** Which claim holds which part of a name; null where the provider has none. */
export interface NameClaims {
  readonly full: string | null;
  readonly given: string | null;
  readonly firstSurname: string | null;
  readonly secondSurname: string | null;
}

export const standardNameClaims: NameClaims = {
  full: 'name',
  given: 'given_name',
  firstSurname: 'family_name',
  secondSurname: null,
};

export interface OidcDefinition extends Registration {
  /** Compared character by character everywhere (OpenID Connect Discovery §4.3, Core §3.1.3.7). */
  readonly issuer: string;
  /** Other spellings that this one issuer is known to put into its ID tokens. */
  readonly issuerSpellings: readonly string[];
  readonly metadata: MetadataSource;
  readonly client: OidcClient;
  /** Beside `openid`, which is always asked for. */
  readonly scopes: readonly string[];
  /** Further parameters of the authorization request. Those of the protocol are set after them. */
  readonly authorizationParameters: { readonly [name: string]: string };
  /** Whether the userinfo endpoint is asked too, where there is one. */
  readonly userinfo: boolean;
  readonly nameClaims: NameClaims;
  /** Whether the operator trusts this provider's word about this address (DESIGN §6.2). `claims` are of the ID token. */
  trustsVerifiedEmail(address: string, claims: JsonObject): boolean;
  /** Whether the operator trusts its word about how somebody signed in there: `acr` and `amr`. */
  readonly trustsAssurance: boolean;
  /** A rule of the operator about who may come this way. @throws SignInError sign_in_refused_by_rule */
  admit(claims: JsonObject): void;
  readonly advice: Advice;
}
