/**
 * What a client can be told, as it is stored until it has been told. How it is said on the wire is decided when it is sent.
 *
 * Each subject is one that this very client was given. Nothing else of a person is in it: whoever is told may ask.
 */

export type AccountEvent =
  /** Who was `from` is `to` from now on. Where the two are equal, the client knew one of the accounts only, and nothing changes for it. */
  | { readonly kind: 'account-merged'; readonly mergeId: string; readonly from: string; readonly to: string }
  /** That merge was undone: `from` is a person of its own again. Subjects as in the merge. */
  | { readonly kind: 'account-unmerged'; readonly mergeId: string; readonly from: string; readonly to: string }
  | {
      readonly kind: 'account-disabled' | 'account-enabled' | 'account-purged' | 'sessions-revoked';
      readonly subject: string;
    };

/** A session of ours ended in which the client got tokens; `sid` is what those said of it. */
export interface LogoutNotice {
  readonly kind: 'logged-out';
  readonly subject: string;
  readonly sid: string;
}

export type ClientEvent = AccountEvent | LogoutNotice;
