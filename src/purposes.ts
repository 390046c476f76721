/**
 * Why sign-ins are begun, as data: each purpose with what its end needs to know.
 *
 * Imports nothing and does nothing. Everybody else takes these types from `model.ts`.
 */

/** A client's authorization request; `interaction` is oidc-provider's handle of it. */
export interface AuthorizePurpose {
  readonly kind: 'authorize';
  readonly interaction: string;
  readonly clientId: string;
  readonly clientName: string;
  /** The host, with a port where it has one, of the address that the person goes back to; empty for an app's own scheme. */
  readonly site: string;
  /** What the client believes the person will type at the provider (OpenID Connect Core §3.1.2.1). Proves nothing. */
  readonly loginHint: string | null;
}

/** Somebody was sent by a campus, to an app of ours. Begun by their arrival: there is no provider to go to. */
export interface LaunchPurpose {
  readonly kind: 'launch';
  /** The slug of the consumer or platform. */
  readonly registration: string;
  readonly clientId: string;
  readonly clientName: string;
  /** Where the app begins a sign-in for it, or is entered: judged before anything was stored. */
  readonly onward: string;
}

/** Why this sign-in was begun, and so where it ends. */
export type Purpose =
  | AuthorizePurpose
  /** Somebody came to the broker itself; `returnTo` is a path of ours. */
  | { readonly kind: 'visit'; readonly returnTo: string }
  /** Whoever is signed in connects one more way of signing in to this account; as long as the session lives that began it. */
  | { readonly kind: 'link'; readonly userId: string; readonly session: string; readonly returnTo: string }
  /** Whoever is signed in changes something of their account that takes a proof; likewise. */
  | {
      readonly kind: 'change';
      readonly userId: string;
      readonly session: string;
      readonly what: OwnChange;
      readonly returnTo: string;
    }
  /** Whoever is signed in shows once more that it is they, for a change that matters. */
  | { readonly kind: 'reauthenticate'; readonly userId: string; readonly returnTo: string }
  /** Somebody shows that an account is theirs, and is not signed in by it: another attempt, or a page, waits for the proof. */
  | {
      readonly kind: 'prove';
      readonly waits:
        | { readonly kind: 'sign-in'; readonly id: string; readonly of: AuthorizePurpose | LaunchPurpose | null }
        /** The account that the proved one is to be merged with. */
        | { readonly kind: 'merge'; readonly userId: string };
      readonly returnTo: string;
    }
  | LaunchPurpose
  /** An operator tries a provider, perhaps one that is switched off: nobody is signed in, and it ends in a report. */
  | { readonly kind: 'test'; readonly slug: string };

export type OwnChange =
  /** A mailbox becomes one of the account's: the canonical address; null where the person says which. */
  | { readonly kind: 'verify-address'; readonly address: string | null }
  /**
   * A password for the account. The mailbox that has to be proved for it; null where the password before was typed just now.
   * `label` is what the person signs in as, `subject` the password's own id, null where there is none yet.
   */
  | {
      readonly kind: 'choose-password';
      readonly mailbox: string | null;
      readonly subject: string | null;
      readonly label: string;
    };
