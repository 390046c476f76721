/**
 * What the provider contract must be told about a provider: data, and how its stand-in is mounted.
 *
 * A thing that a protocol cannot have is never left out: it is written down with the reason, and listed as such. Holds
 * no attack and no judgement.
 */
import type { Hono } from 'hono';
import type { OidcSimulator } from '../../simulators/index.ts';
import type { SubjectPlace } from '../../simulators/shared/spoil.ts';
import type { Environment, JsonObject, ProfileEmail } from '../../src/model.ts';

/** Why a case cannot be tried on this provider. */
export interface NotApplicable {
  readonly notApplicable: string;
}

export const notApplicable = (why: string): NotApplicable => ({ notApplicable: why });

/** A call of the broker to the provider. */
export interface Call {
  /** What the stand-in names it among what it received. */
  readonly endpoint: string;
  readonly answer: 'json' | 'form';
}

/** The calls that the contract spoils: before the person leaves, for the code, for keys, for the person. */
export const callNames = ['first', 'token', 'keys', 'userData'] as const;
export type CallName = (typeof callNames)[number];

/** A practice provider, whatever its protocol. */
export interface StandIn {
  readonly app: Hono;
  /** What arrived, the latest last. */
  readonly requests: readonly { readonly endpoint: string }[];
  readonly complaints: readonly string[];
  behave(): void;
  /** For forging ID tokens, which one protocol alone has. */
  readonly openId: OidcSimulator | null;
}

/** Where the stand-in is reached, and which callback address is registered there. */
export interface Place {
  readonly environment: Environment;
  readonly origin: string;
  readonly redirectUri: string;
}

/** Somebody who signs in, and what of their e-mail addresses may be believed. */
export interface Guest {
  readonly slug: string;
  readonly emails: readonly ProfileEmail[];
}

export interface Fixture {
  readonly name: string;
  readonly vendor: string;
  /** As in the configuration file, with every trust that an operator can give. */
  settings(origin: string): JsonObject;
  /** Of those settings: what must never be in an address, a page or a log. */
  readonly secrets: readonly string[];
  mount(place: Place): StandIn;
  readonly people: {
    readonly ordinary: Guest;
    readonly unverified: Guest | NotApplicable;
    readonly withoutEmail: Guest;
    /** The slug of somebody who gives no permission. */
    readonly refuses: string;
  };
  readonly calls: { readonly [name in CallName]: Call | NotApplicable } & { readonly token: Call };
  readonly callback: {
    /** The parameter that is worth something: it is spent for the token. */
    readonly grant: 'code' | 'oauth_verifier';
    /** The parameter with which a person's refusal comes back. */
    readonly denial: 'error' | 'oauth_problem';
    /** Whether that parameter has words for other troubles (RFC 6749 §4.1.2.1). */
    readonly errorCodes: true | NotApplicable;
    /** Whether a callback may name its issuer, and whether the provider said that it always does (RFC 9207). */
    readonly issuer: true | NotApplicable;
    readonly announcesIssuer: true | NotApplicable;
  };
  readonly token: { readonly member: string; readonly typeMember: string | NotApplicable };
  readonly pkce: true | NotApplicable;
  /**
   * How a grant of another attempt is refused when `state` and the browser are right: by the provider, which compares the
   * verifier of PKCE, or here before it is asked.
   */
  readonly bindsGrant: 'provider_rejected_code' | 'callback_malformed' | NotApplicable;
  readonly idToken: true | NotApplicable;
  /** Whether the ID token gives the nonce back. */
  readonly nonce: true | NotApplicable;
  /** What says who somebody is. */
  readonly subject: { readonly from: 'user data'; readonly place: SubjectPlace } | { readonly from: 'ID token' };
  /** Where the subject stands alone: elsewhere a second word must agree with it, and one changed alone is refused. */
  readonly subjectStandsAlone: true | NotApplicable;
  /** Whether user data can be about somebody else than the token: then the place that must agree. */
  readonly ownerInUserData: SubjectPlace | NotApplicable;
  /** The provider's own flag beside an e-mail address that the operator trusts. */
  readonly emailFlag:
    | { readonly from: 'user data'; readonly place: SubjectPlace }
    | { readonly from: 'ID token'; readonly claim: string }
    | NotApplicable;
}

export function isNotApplicable(value: object | string | true): value is NotApplicable {
  return typeof value === 'object' && 'notApplicable' in value;
}

/** @throws TypeError when a case asks for what it did not make sure of */
export function given<Value extends object | string | true>(value: Value): Exclude<Value, NotApplicable> {
  if (isNotApplicable(value)) throw new TypeError(`not applicable: ${value.notApplicable}`);
  return value as Exclude<Value, NotApplicable>;
}
