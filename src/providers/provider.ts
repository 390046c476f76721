/**
 * What a provider is: two functions and a remembered value.
 *
 * The engine that calls these owns `state`, PKCE, the nonce, the time limit, replay and the binding to the browser; a
 * provider gets the values to use and has no way to switch them off (DESIGN §5). A provider sees neither the store nor
 * the sign-in, and never decides who somebody is.
 */

import type { Outbound } from '../http.ts';
import type { Environment, JsonObject, Locale, Profile, ProviderRecord, UpstreamSession } from '../model.ts';

/** What every provider may use of the world. */
export interface ProviderContext extends Environment {
  readonly outbound: Outbound;
}

export interface StartRequest {
  /** The callback address to be named to the provider, and nothing else. */
  readonly redirectUri: string;
  readonly state: string;
  /** RFC 7636 §4.1: made and kept by the engine. Hand the challenge to the provider, never the verifier. */
  readonly codeChallenge: string;
  readonly nonce: string;
  readonly locale: Locale;
  /** What the person may be spared to type, where the protocol can carry it. Comes from a client: never trust or log it. */
  readonly loginHint: string | null;
}

export interface Start {
  readonly redirect: URL;
  /** Given back to `finish`, sealed in between. For what only this protocol needs (an OAuth 1.0a token secret). */
  readonly remembered: JsonObject;
}

export interface FinishRequest {
  /** The callback's parameters, each known to be present once only. `state` was already checked. */
  readonly parameters: ReadonlyMap<string, string>;
  readonly redirectUri: string;
  readonly codeVerifier: string;
  readonly nonce: string;
  readonly remembered: JsonObject;
}

export interface Finish {
  readonly profile: Profile;
  /** What is needed to end the session at the provider; null where it has no such thing. */
  readonly upstream: UpstreamSession | null;
}

/** One thing that `check` looked at, for the operator. */
export interface Finding {
  readonly subject: string;
  readonly verdict: 'good' | 'bad' | 'unsure';
  /** What was seen, and what to do about it where it is not good. Holds no secret. */
  readonly detail: string;
}

export interface Provider {
  readonly slug: string;
  /** The address to register at the provider when it is not the broker's own `/callback/<slug>`; null otherwise. */
  readonly redirectUri: string | null;

  /** @throws SignInError when the provider cannot be reached or refuses. */
  start(request: StartRequest, context: ProviderContext): Promise<Start>;
  /** @throws SignInError when the person or the provider refused, or when what came back cannot be trusted. */
  finish(request: FinishRequest, context: ProviderContext): Promise<Finish>;
  /** Ends the session at the provider. @throws SignInError: the caller reports it and goes on signing out. */
  endSession: ((session: UpstreamSession, context: ProviderContext) => Promise<void>) | null;
  /** Looks at the configuration from outside, without a person: reachable, registered, credentials accepted? */
  check(redirectUri: string, context: ProviderContext): Promise<readonly Finding[]>;
}

/** A provider that people can sign in with now, with what its operator says of it. */
export interface EnabledProvider {
  readonly record: ProviderRecord;
  readonly provider: Provider;
}
