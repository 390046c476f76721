/**
 * What a provider is: two functions and a remembered value. Most send the browser away and read what it brings back; our
 * own ways of signing in show forms of ours and read what is sent from them.
 *
 * The engine that calls these owns `state`, PKCE, the nonce, the time limit, replay and the binding to the browser; a
 * provider gets the values to use and has no way to switch them off (DESIGN §5). A provider sees neither the store nor
 * the sign-in, and never decides who somebody is.
 */

import type { ErrorCode } from '../errors.ts';
import type { Outbound } from '../http.ts';
import type {
  Arrival,
  Environment,
  Form,
  JsonObject,
  Locale,
  Milliseconds,
  OwnChange,
  PasswordFault,
  ProofPurpose,
  ProviderRecord,
  Requester,
  UpstreamSession,
} from '../model.ts';

/** What every provider may use of the world. */
export interface ProviderContext extends Environment {
  readonly outbound: Outbound;
}

export type Provider = RedirectProvider | FormProvider;

/** A provider with what is known of whether it answers. */
export type WatchedProvider = Provider & Watched;
export interface Watched {
  /** Whether somebody who chose it now would be told at once that it does not answer. */
  isDown(): boolean;
}

/** A provider that people can sign in with now, with what its operator says of it. */
export interface EnabledProvider {
  readonly record: ProviderRecord;
  readonly provider: WatchedProvider;
}

/** One thing that `check` looked at, for the operator. */
export interface Finding {
  readonly subject: string;
  readonly verdict: 'good' | 'bad' | 'unsure';
  /** What was seen, and what to do about it where it is not good. Holds no secret. */
  readonly detail: string;
}

// ------------------------------------------------------------------------------------------------ a page elsewhere

/** A provider with a page of its own. */
export interface RedirectProvider {
  readonly kind: 'redirect';
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
  /** What the operator can do about a refusal, in the vendor's own terms; null where it is not about how it is set up. */
  advise(code: ErrorCode): string | null;
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

/** The profile; and what is needed to end the session at the provider, null where it has no such thing. */
export type Finish = Omit<Arrival, 'special'>;

// ------------------------------------------------------------------------------------------------ forms on our pages

/** One of our own ways of signing in. */
export interface FormProvider {
  readonly kind: 'form';
  readonly slug: string;

  start(request: FormRequest, ports: FormPorts): Promise<Shown>;
  /** @throws SignInError when it cannot be answered now; the form stays as it is. */
  submit(submission: Submission, ports: FormPorts): Promise<Shown | Answered<Arrival>>;
}

/** Who is asked, and where they are. */
export interface FormRequest {
  readonly signInId: string;
  readonly locale: Locale;
  /** The site that the person is on the way to; null for the broker itself. */
  readonly siteName: string | null;
  /** What a client believes the person will type. Saves typing and nothing else: never trust or log it. */
  readonly loginHint: string | null;
  /** What whoever is signed in changes of their account by it; null for whoever signs in. */
  readonly change: OwnChange | null;
  readonly requester: Requester;
}

/** What the person sent from a form that was shown. */
export interface Submission extends FormRequest {
  readonly form: Form;
  readonly remembered: JsonObject;
  /** Each known to be present once only. */
  readonly fields: ReadonlyMap<string, string>;
}

/** A form to be shown next: the first, another one, or the same with what is wrong. */
export interface Shown {
  readonly kind: 'form';
  readonly form: Form;
  readonly remembered: JsonObject;
}

/** The person has said enough. */
export interface Answered<Answer> {
  readonly kind: 'answered';
  readonly answer: Answer;
}

/** What forms may use of the broker. */
export interface FormPorts extends Environment {
  /** The broker's own address: the issuer of what it vouches for itself. */
  readonly issuer: string;
  readonly mailProofs: MailProofs;
  readonly passwords: Passwords;
  readonly usernames: Usernames;
}

/** Proofs that somebody reads a mailbox: a mail with a code and a link, either of them good once. */
export interface MailProofs {
  /** Whether mails reach anybody here. */
  readonly canSend: boolean;
  /** Sends one. `previous` is a proof of the same attempt that this one replaces; null for the first. */
  send(request: MailProofRequest, previous: string | null): Promise<MailProofSent>;
  /** Whether this is the code of that mail. Each try counts; after a few the right one is wrong too (F-06). */
  takeCode(proofId: string, code: string): Promise<boolean>;
  /** The address that the link of a mail proves; null when it was used, replaced or has expired (F-04, F-05). */
  takeLink(link: string): Promise<{ readonly address: string; readonly purpose: ProofPurpose } | null>;
}

export interface MailProofRequest extends Omit<FormRequest, 'loginHint' | 'change'> {
  /** As the person wrote it. */
  readonly address: string;
  readonly purpose: ProofPurpose;
}

export type MailProofSent =
  /** `address` is the one that the mail went to: the canonical form of what was written (F-10). */
  | { readonly kind: 'sent'; readonly proofId: string; readonly address: string }
  | { readonly kind: 'unusable' | 'too_soon' | 'too_many' };

/** The passwords of accounts. */
export interface Passwords {
  /**
   * The subject of the identity whose password this is; null when the password is wrong, nobody has that name, or too
   * many were tried: the person is told the same (F-11). @throws SignInError too_busy
   */
  verify(attempt: PasswordAttempt): Promise<string | null>;
  /** The password of whoever owns this verified address; null when there is none yet. */
  find(provider: string, address: string): Promise<KnownPassword | null>;
  /** The stored form of a password that may be chosen, or everything that speaks against it. @throws SignInError too_busy */
  choose(choice: PasswordChoice): Promise<ChosenPassword>;
}

export interface KnownPassword {
  /** Of the identity whose password it is. */
  readonly subject: string;
  readonly changedAt: Milliseconds;
}

export interface PasswordChoice {
  readonly provider: string;
  /** The subject of the identity whose password it takes the place of; null where there is none that is known. */
  readonly replaces: string | null;
  readonly password: string;
  /** In code points. */
  readonly minimumLength: number;
  /** What is known of the person, and must not be their password. */
  readonly contextWords: readonly string[];
}

export type ChosenPassword =
  | { readonly kind: 'accepted'; readonly hash: string }
  | { readonly kind: 'refused'; readonly faults: readonly PasswordFault[] };

/** The names of accounts. */
export interface Usernames {
  /** Of one that somebody has just typed: each counts. @throws SignInError too_many_requests */
  tryOut(username: string, requester: Requester): Promise<UsernameJudgement>;
  /** Of one that was tried out before. */
  judge(username: string): Promise<UsernameJudgement>;
}

export type UsernameJudgement =
  | { readonly kind: 'free' }
  /** With some that resemble it and are free. */
  /** It says who somebody is: a CURP, where the operator does not call people so. */
  | { readonly kind: 'holds_curp' }
  | { readonly kind: 'taken'; readonly suggestions: readonly string[] };

export interface PasswordAttempt {
  readonly provider: string;
  /** An e-mail address or a username, as the person wrote it. */
  readonly login: string;
  readonly password: string;
  readonly requester: Requester;
}
