/**
 * What a vendor states about an OAuth 2 product: addresses, dialect, client, and how user data reads.
 *
 * Data, as far as it goes. The types leave no way to state a client without any protection of its code: a public client
 * has nothing to say about PKCE, which it always uses, and only one that authenticates may do without.
 */

import { ConfigurationError } from '../errors.ts';
import type { Json, JsonObject } from '../model.ts';
import type { Dialect } from './dialect.ts';
import type { MappedUser } from './profile.ts';
import type { RedirectProvider } from './provider.ts';

/** RFC 6749 §2.1 */
export type OAuth2Client =
  | { readonly kind: 'public'; readonly id: string }
  | {
      readonly kind: 'confidential';
      readonly id: string;
      readonly secret: string;
      /**
       * `unsupported_by_vendor` is for a product whose confidential mode knows no PKCE: its client authentication keeps a
       * stolen code useless to others, but a code injected into our callback (RFC 9700 §4.5) is then held off by `state`
       * and the browser binding alone. Vendor code may say so; a dialect from a file cannot.
       */
      readonly pkce: 'S256' | 'unsupported_by_vendor';
    };

/** RFC 7617 credentials of a web-service user, sent with every call of the API. */
export interface WebServiceUser {
  readonly user: string;
  readonly password: string;
}

/** A further call after user data, such as for roles. Its failure never stops a sign-in. */
export interface AdditionalCall {
  readonly name: string;
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  /** The JSON body; null for none. `subject` is as the provider sent it: some want a number back as a number. */
  body(subject: Json): Json;
}

/** What the calls answered, by name; null for one that failed. */
export type AdditionalAnswers = { readonly [name: string]: Json };

/** What a mapping makes of user data. It is given no subject and has no way to name one. */
export interface Mapped {
  readonly user: MappedUser;
  /** Conclusions worth keeping beside what was sent, for support and for mappings to clients. */
  readonly derived: JsonObject;
}

/** What an operator should do in each case, in the vendor's own terms. Shown by `check`. */
export interface Advice {
  readonly unreachable: string;
  readonly rejectedClient: string;
  readonly invalidAnswer: string;
}

export type Registration = Pick<RedirectProvider, 'slug' | 'redirectUri'>;

export interface OAuth2Definition extends Registration {
  readonly issuer: string;
  readonly endpoints: {
    readonly authorization: URL;
    readonly token: URL;
    readonly userData: URL;
    /** Null where a session at the provider cannot be ended; then no access token is kept. */
    readonly endSession: URL | null;
  };
  readonly dialect: Dialect;
  readonly client: OAuth2Client;
  readonly webService: WebServiceUser | null;
  readonly scopes: readonly string[];
  /** Whether the operator trusts this provider's word about e-mail addresses (DESIGN §6.2). */
  readonly trustsVerifiedEmail: boolean;
  readonly additionalCalls: readonly AdditionalCall[];
  map(userData: JsonObject, additional: AdditionalAnswers): Mapped;
  readonly advice: Advice;
}

/**
 * Finds a dialect and credentials that do not belong together when the provider is made, not at somebody's sign-in.
 * @throws ConfigurationError
 */
export function checkDefinition(definition: OAuth2Definition): void {
  const { slug, client, dialect, webService } = definition;
  const faults: string[] = [];
  if ((client.kind === 'public') !== (dialect.client_authentication === 'none')) {
    faults.push(`${slug}: client_authentication ${dialect.client_authentication} does not fit a ${client.kind} client`);
  }
  if ((webService === null) !== (dialect.web_service_authentication === 'none')) {
    faults.push(`${slug}: web_service_authentication and the web-service user must be given together`);
  }
  if (faults.length > 0) throw new ConfigurationError(faults);
}

/** RFC 9700 §2.1.1: always, unless a client that authenticates talks to a product that knows no PKCE. */
export function usesPkce(client: OAuth2Client): boolean {
  return client.kind === 'public' || client.pkce === 'S256';
}
