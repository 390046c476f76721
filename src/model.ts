/**
 * The core types: the words of the product, in the order in which a sign-in meets them.
 *
 * Does nothing. A type that only one folder uses does not belong here. What pages ask, and why sign-ins are begun, stands in
 * files of their own, and is taken from here all the same.
 */
import type { DetailName, Form, Locale, Words } from './forms.ts';
import type { LaunchFacts } from './lti/verified-launch.ts';
import type { Purpose } from './purposes.ts';

export type * from './forms.ts';
export type * from './purposes.ts';

/** JSON as it travels: what an upstream sent, what a provider remembers. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export type JsonObject = { readonly [key: string]: Json };

/** Milliseconds since the Unix epoch. Every time in the program and in the database has this unit. */
export type Milliseconds = number;

/** Time and chance come from here, so that a test can hold them still. */
export interface Environment {
  now(): Milliseconds;
  /** `bytes` cryptographically random bytes. */
  randomBytes(bytes: number): Uint8Array;
}

// ------------------------------------------------------------------------------------- a provider as it is configured

/** The mark on a provider's button: letters, or a picture that we serve ourselves at `/assets/<file>`. */
export type ProviderIcon =
  | { readonly kind: 'letters'; readonly letters: string }
  | { readonly kind: 'picture'; readonly file: string }
  /** One of ours, for ways that are ours: two of them begin with the same letter. */
  | { readonly kind: 'drawing'; readonly drawing: 'envelope' | 'padlock' | 'person' };

/** What the operator says of a provider beside the settings of its vendor: how it looks, and what a sign-in with it does. */
export interface ProviderRecord {
  readonly slug: string;
  readonly vendor: string;
  /** The name that people know it by; also on its button. */
  readonly name: Words;
  /** A line under the name that helps people recognise it; null where none is needed. */
  readonly hint: Words | null;
  /** Null: the first letter of its name. */
  readonly icon: ProviderIcon | null;
  /** Whether a client's hint goes straight to it; otherwise a page names it first and offers the others. */
  readonly skipHintedLoginDialog: boolean;
  readonly skipRegistrationForm: boolean;
  readonly skipEmailVerification: boolean;
  /** Whether somebody new is taken for new, instead of being asked whether they have an account. */
  readonly sendToRegistrationFirst: boolean;
  /** Whether one person may have only one identity of it. */
  readonly oneIdentityPerUser: boolean;
  /** Whether an existing account is brought up to date from the profile at each sign-in. */
  readonly syncLearnerProfileData: boolean;
  /** Whether a sign-in with it marks the identity as that of a person whose papers were seen. */
  readonly enableSsoIdVerification: boolean;
  /** The longest life of a session that it begins; null leaves it at our own. */
  readonly maxSessionLength: Milliseconds | null;
}

// ---------------------------------------------------------------------------------------------- what a provider says

/** An e-mail address as a provider asserted it. `verified` is never optional: a default here would be a default that trusts. */
export interface ProfileEmail {
  readonly address: string;
  /** True only when the operator trusts this provider's word for this address and the provider said so with a real boolean. */
  readonly verified: boolean;
}

/** What an institution calls its own people: unique within its namespace, which the kind names. */
export type InstitutionKind = `institution:${string}`;

/** A typed identifier of the person, such as a CURP. Never a key on its own: the pipeline decides what it may be used for. */
export interface ProfileIdentifier {
  readonly kind: 'curp' | InstitutionKind;
  readonly value: string;
  /** False for a value that is malformed or shared by many people (the generic CURP of foreigners): never look anybody up by it. */
  readonly identifies: boolean;
}

export interface ProfilePhone {
  /** E.164 where the provider's value could be read as a number, otherwise its digits as sent. */
  readonly number: string;
  readonly verified: boolean;
}

/** A role that the provider asserts. It grants nothing by itself. */
export interface ProfileRole {
  readonly id: string;
  readonly name: string;
}

declare const profileBrand: unique symbol;

/** What a provider asserted about a person just now, normalised. Made only by `makeProfile`, which refuses an unusable subject. */
export interface Profile {
  readonly [profileBrand]: true;
  /** The provider's slug: with `subject` the key of the identity (DESIGN §6.1). */
  readonly provider: string;
  readonly issuer: string;
  readonly subject: string;
  readonly emails: readonly ProfileEmail[];
  /** Who verified those that are: the provider's slug, or `llavero` where the broker itself sent a mail there. */
  readonly verifier: string;
  readonly name: PersonName;
  readonly birthDate: string | null;
  readonly phone: ProfilePhone | null;
  readonly identifiers: readonly ProfileIdentifier[];
  readonly roles: readonly ProfileRole[];
  readonly locale: Locale | null;
  /** ISO 3166-1 alpha-2. */
  readonly country: string | null;
  readonly assurance: Assurance;
  /** Everything the provider sent, for support and for mappings; sealed at rest, never logged. */
  readonly raw: JsonObject;
}

/** Names as the provider wrote them. Nothing is guessed: a part that was not sent is null. */
export interface PersonName {
  readonly full: string | null;
  readonly given: string | null;
  readonly firstSurname: string | null;
  readonly secondSurname: string | null;
}

/** How the person was authenticated, as the provider said. Passed on truthfully and never raised. */
export interface Assurance {
  readonly acr: string | null;
  readonly amr: readonly string[];
  readonly authTime: Milliseconds | null;
}

// ------------------------------------------------------------------------------------------------------ who we know

export type UserState = 'active' | 'temporary' | 'disabled' | 'merged' | 'deleted';

/** What an account keeps of what providers say. What they leave open, the person may have said: `details`. */
export interface ProvidedValues {
  readonly name: PersonName;
  readonly birthDate: string | null;
  readonly phone: ProfilePhone | null;
  readonly locale: Locale | null;
  readonly country: string | null;
}

export type ProvidedField = keyof ProvidedValues;

/** Whose word each value is: a provider's slug, or `import`. Only of values that are there. */
export type ValueSources = { readonly [field in ProvidedField]?: string };

/** The account of one person here. `id` is the `sub` that clients see: random and never used again. */
export interface User extends ProvidedValues {
  readonly id: string;
  readonly state: UserState;
  readonly username: string;
  readonly sources: ValueSources;
  readonly details: PersonDetails;
  /**
   * When it is deleted for good, because its person wants that; null otherwise. Until then it is `disabled`, and the person alone can
   * keep it.
   */
  readonly deletionAt: Milliseconds | null;
  /** What the person has put in the place of a provider's word, or taken away: no provider says it any more (M-06). */
  readonly corrected: readonly DetailName[];
  readonly createdAt: Milliseconds;
  readonly updatedAt: Milliseconds;
}

/**
 * What the person told us on the registration page, each in its one canonical form; a name that is missing was not told.
 * Never what a provider says, so that no sign-in takes it away.
 */
export type PersonDetails = { readonly [name in DetailName]?: string };

export interface UserEmail {
  readonly address: string;
  readonly verifiedAt: Milliseconds | null;
  /** Who verified it: a provider's slug, `llavero` or `import`. Null while nobody did. */
  readonly verifiedBy: string | null;
  readonly primary: boolean;
}

/** The lasting tie between a user and (provider, subject); unique in the database. */
export interface Identity {
  readonly id: string;
  readonly provider: string;
  readonly subject: string;
  readonly userId: string;
  readonly createdAt: Milliseconds;
  readonly lastUsedAt: Milliseconds;
  /** When a provider that the operator trusts for it first vouched for who the person is; null while none did. */
  readonly verifiedAt: Milliseconds | null;
}

// -------------------------------------------------------------------------------------------------- one sign-in

/** What the engine and the provider keep while the person is with the provider. Sealed at rest. */
export interface Departure {
  readonly provider: string;
  readonly departedAt: Milliseconds;
  /** Where the person is: choosing the same provider again leads to the same place. */
  readonly to: Whereabouts;
  readonly codeVerifier: string;
  readonly nonce: string;
  /** What the provider's own `start` asked to be given back. */
  readonly remembered: JsonObject;
}

/** A page of the provider's own, or a form on one of ours. */
export type Whereabouts =
  | { readonly kind: 'redirect'; readonly url: string }
  | { readonly kind: 'form'; readonly form: Form };

/** The device that asked for something, as far as it says so itself. For people to recognise, never for a decision. */
export interface Requester {
  /** The `User-Agent` field; null when there is none. */
  readonly userAgent: string | null;
  /** What stands for the network address in limits: never shown, never stored in the clear. */
  readonly addressKey: string;
  /** What a browser shows that signed in with a password before; null for any other. To be checked, never believed. */
  readonly knownDevice: string | null;
}

/** A browser by the names that we have for such; null where it said none of them. For people to recognise. */
export interface Device {
  readonly browser: string | null;
  readonly system: string | null;
}

/** One line of the trace that support reads: which step decided what, and why. */
export interface TraceEntry {
  readonly step: string;
  readonly decision: 'pass' | 'use' | 'create' | 'claim' | 'ask' | 'deny' | 'conflict';
  readonly reason: string;
}

/**
 * What the pipeline concluded; the commit makes it so. `guestId` is the temporary user of this browser whose work is
 * the person's: it goes into the account that is used, or becomes the account that would be created.
 */
export type Decision =
  | { readonly kind: 'use'; readonly userId: string; readonly guestId: string | null }
  | { readonly kind: 'create'; readonly guestId: string | null };

/**
 * The state of a sign-in. Every arrow is one compare-and-set on `state`; a row that is not where it is expected is an
 * expired or replayed attempt, whatever the cause (DESIGN §5).
 *
 *     started → returned → (waiting ⇄) decided → answered
 */
export type SignInState = 'started' | 'returned' | 'waiting' | 'decided' | 'answered';

/** Exactly one of these ends a sign-in. */
export type Outcome =
  | { readonly kind: 'succeeded'; readonly userId: string }
  /** The account, or a mailbox for it, was shown to be the person's, and nobody was signed in. */
  | { readonly kind: 'proved'; readonly userId: string }
  | { readonly kind: 'tested' }
  | {
      readonly kind: 'refused';
      readonly code: string;
      readonly provider: string | null;
      /** Under which support finds the conflict; null for every other refusal. */
      readonly caseNumber: string | null;
    };

/** Who was signed in as a guest when the attempt was begun: in this browser, or in the one that asked for the mail. */
export interface GuestOfSignIn {
  readonly userId: string;
  readonly elsewhere: boolean;
}

/** What a test saw at one step: nothing secret, and what others wrote cleaned and cut. `address` null: a form of ours. */
export type TestStep = { readonly verdict: 'good' | 'unsure' | 'bad' } & (
  | { readonly step: 'departure'; readonly address: string | null }
  /** What the browser brought back, as `name=value`. */
  | { readonly step: 'return'; readonly parameters: readonly string[] }
  | { readonly step: 'claims' | 'profile'; readonly data: JsonObject }
  /** What a sign-in would do now; why, its trace says. `known`: whether an account is tied to the person. */
  | {
      readonly step: 'decision';
      readonly would: Exclude<TraceEntry['decision'], 'pass' | 'claim'>;
      readonly known: boolean;
    }
  | ({ readonly step: 'failure' } & TestFailure)
);

/** Where and why a test ended early. `detail` and `advice` are for its operator, in English. */
export interface TestFailure {
  readonly at: 'departure' | 'return' | 'claims' | 'profile' | 'decision';
  readonly code: string;
  readonly detail: string;
  readonly advice: string | null;
}

/** One attempt in progress. */
export interface SignIn {
  readonly id: string;
  readonly state: SignInState;
  /** Counts the changes: what a compare-and-set within one state compares. */
  readonly version: number;
  /** Hash of the secret that only the browser which began this sign-in holds. */
  readonly browserHash: string;
  readonly purpose: Purpose;
  /** The temporary user whose work may be claimed; null where there is none. */
  readonly guest: GuestOfSignIn | null;
  readonly locale: Locale;
  readonly createdAt: Milliseconds;
  readonly changedAt: Milliseconds;
  readonly expiresAt: Milliseconds;
  readonly departure: Departure | null;
  readonly arrival: Arrival | null;
  readonly trace: readonly TraceEntry[];
  /** What waits for the person; null unless `state` is `waiting`. */
  readonly pause: Pause | null;
  /** Since when a press of a form's button is being answered; null while none is. */
  readonly answeringSince: Milliseconds | null;
  /** What the person answered on the pages of paused steps, by step name. */
  readonly answers: { readonly [step: string]: JsonObject };
  readonly decision: Decision | null;
  readonly outcome: Outcome | null;
  /** Of a test, what it has seen so far; empty for every other purpose. */
  readonly testSteps: readonly TestStep[];
}

/** A step of the pipeline that asks. Its *name* is kept, never its place in the list. */
export interface Pause {
  readonly step: string;
  readonly form: Form;
  /** What the step keeps while the person answers in several parts. */
  readonly remembered: JsonObject;
}

/** Who came back from the provider. */
export interface Arrival {
  readonly profile: Profile;
  readonly upstream: UpstreamSession | null;
  readonly special: SpecialArrival | null;
}

/** What an arrival brings besides the profile, for the pipeline to look at and the commit to carry out. */
export type SpecialArrival =
  /** The person proved a mailbox, then, and chose a password; `hash` is its stored form. */
  | { readonly kind: 'new-password'; readonly hash: string; readonly provedAt: Milliseconds }
  /** Nobody in particular: a new user is a temporary one. */
  | { readonly kind: 'guest' }
  /** Sent by a campus; every check of the launch has passed. */
  | { readonly kind: 'launch'; readonly launch: LaunchFacts };

/** What is needed to end the session at the provider later; sealed, and forgotten when it expires. */
export interface UpstreamSession {
  readonly provider: string;
  readonly accessToken: string;
  readonly expiresAt: Milliseconds;
}

/** A signed-in browser. */
export interface Session {
  /** Hash of the cookie's value: the stored form, useless as a cookie. */
  readonly idHash: string;
  readonly userId: string;
  readonly provider: string;
  /** The identity that it began with; null when that is no longer one of the account. */
  readonly identityId: string | null;
  readonly assurance: Assurance;
  readonly createdAt: Milliseconds;
  readonly lastSeenAt: Milliseconds;
  readonly expiresAt: Milliseconds;
}

// ------------------------------------------------------------------------------------------- what we write to people

declare const recipientBrand: unique symbol;
declare const headerLineBrand: unique symbol;

/** Exactly one mailbox, in canonical form. Made only by `parseRecipient`. */
export type Recipient = string & { readonly [recipientBrand]: true };

/** One line that may stand in a header of a mail. Made only by `headerLine`. */
export type HeaderLine = string & { readonly [headerLineBrand]: true };

/** A mail to one person. Both parts say the same. */
export interface MailMessage {
  readonly to: Recipient;
  readonly subject: HeaderLine;
  readonly text: string;
  readonly html: string;
}
