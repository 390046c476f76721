/**
 * What a vendor states about an OAuth 1.0a product: addresses, client, and how user data reads.
 *
 * Data, as far as it goes. The types leave no way to state PLAINTEXT, an unsigned call, or a callback that is not looked
 * at; a first step that hands nothing to remember can be stated by vendor code alone.
 */

import type { KeyObject } from 'node:crypto';
import type { JsonObject } from '../model.ts';
import type { Advice, Mapped, Registration } from './oauth2-definition.ts';
import type { ErrorReading } from './upstream-answer.ts';

/** RFC 5849 §3.4.2 and §3.4.3 */
export type ClientSigning =
  | { readonly method: 'HMAC-SHA1'; readonly secret: string }
  | { readonly method: 'RSA-SHA1'; readonly privateKey: KeyObject };

export interface OAuth1Client {
  /** The client identifier, `oauth_consumer_key` on the wire. */
  readonly consumerKey: string;
  readonly signing: ClientSigning;
}

/** How the person's permission is asked for (RFC 5849 §2). */
export type Permission =
  | {
      /** §2.1 and §2.2: this server gets temporary credentials, and the browser carries the token alone. */
      readonly kind: 'three_legged';
      readonly temporaryCredentials: URL;
      readonly authorization: URL;
    }
  | {
      /**
       * facts/social-auth §9.6: the browser itself carries the signed first request, and the temporary credentials come
       * back in the callback, the secret too. There is nothing to compare the callback's token with, so only `state` and
       * the browser binding hold off a foreign one (B-32). Vendor code may say so; no settings file can.
       */
      readonly kind: 'merged_first_step';
      readonly temporaryCredentials: URL;
    };

export interface OAuth1Definition extends Registration {
  readonly issuer: string;
  readonly permission: Permission;
  readonly tokenCredentials: URL;
  readonly userData: URL;
  readonly client: OAuth1Client;
  /** RFC 5849 §3.5 prefers the header. `query` is for products that read nothing else. */
  readonly parametersIn: 'authorization_header' | 'query';
  /** How the two requests for credentials are sent. RFC 5849 §2.1 says POST. */
  readonly credentialsMethod: 'POST' | 'GET';
  /** The members that lead to the object that describes the person; empty when it is the answer itself. */
  readonly userDataPath: readonly string[];
  /** Which member says who somebody is: the first that is present. */
  readonly subjectMembers: readonly [string, ...string[]];
  /** The parameter beside the token that says who it is of: both must name the same person. Null where there is none. */
  readonly tokenSubject: string | null;
  readonly errors: ErrorReading;
  readonly trustsVerifiedEmail: boolean;
  map(userData: JsonObject): Mapped;
  readonly advice: Advice;
}
