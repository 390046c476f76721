/**
 * What people are asked on pages of ours, as data: the forms, and what an operator may want to know of people.
 *
 * Imports nothing and does nothing. Everybody else takes these types from `model.ts`.
 */

export type Locale = 'es-MX' | 'en';

/** The same words in each language. */
export type Words = { readonly [locale in Locale]: string };

// ------------------------------------------------------------------------------------------------------------- forms

/**
 * A page of ours that waits for the person: a way of signing in that has no page elsewhere, or a step of the pipeline that
 * asks. A closed list, each with its page. What is sent from it comes back to whoever asked, by plain field names.
 */
export type Form =
  /** Yes or no. Sends `answer=yes`, or nothing. */
  | { readonly kind: 'confirm'; readonly title: Words; readonly text: Words }
  /** Where to send a code. Sends `email`. */
  | {
      readonly kind: 'email-address';
      readonly purpose: ProofPurpose;
      readonly address: string;
      /** Whether it is this address that counts, and none that the person may type. */
      readonly fixed: boolean;
      readonly fault:
        | 'address_unusable'
        | 'address_not_allowed'
        | 'too_many_mails'
        | 'used_elsewhere'
        | 'expired'
        | null;
    }
  /** A code was sent. Sends `code`; or the action `resend` or, where the address is not fixed, `change`. */
  | {
      readonly kind: 'email-code';
      readonly purpose: ProofPurpose;
      readonly address: string;
      readonly mayChange: boolean;
      /** `too_soon`: another mail was asked for within a minute of the last one. */
      readonly fault: 'wrong_code' | 'too_soon' | 'too_many_mails' | null;
    }
  /** Sends `email` (an address or a username) and `password`; or the action `forgot`. */
  | {
      readonly kind: 'password';
      readonly username: string;
      /** Whether one can be chosen here: that takes a mail. */
      readonly mayChoose: boolean;
      readonly fault: 'wrong_password' | null;
    }
  /** Sends `password`. The address was proved. */
  | {
      readonly kind: 'new-password';
      readonly address: string;
      readonly minimumLength: number;
      readonly faults: readonly PasswordFault[];
    }
  /** Sends nothing: pressing the button is the whole of it, so that no prefetch makes an account. */
  | { readonly kind: 'guest' }
  /**
   * Whether the person has an account here already, which they then sign in to. Sends `answer=new` to go on without one.
   * `certain`: one has the address, which the provider has verified; otherwise nobody has looked.
   */
  | { readonly kind: 'existing-account'; readonly address: string | null; readonly certain: boolean }
  /** Whether the work of a guest in this browser is the person's. Sends `answer=yes` or `answer=no`. */
  | {
      readonly kind: 'guest-work';
      /** When the guest began, in milliseconds. */
      readonly since: number;
      /** Whether the guest is in another browser, in which the mail was asked for that is used here. */
      readonly elsewhere: boolean;
      /** Whose account it would go to; null where it becomes the person's new account. */
      readonly account: string | null;
    }
  /** That the work of the guest of this name cannot go to the account now. Sends `answer=go-on` to sign in without it. */
  | { readonly kind: 'guest-work-stays'; readonly guestName: string }
  /** Whether an account that waits for its deletion is kept; which, and until when, so that no other is kept by the answer. */
  | { readonly kind: 'keep-account'; readonly userId: string; readonly deletionAt: number }
  /**
   * That a launch needs an account here with this address, which the person then signs in to. `person`: whom the campus names, `present`:
   * who is signed in without it. Sends nothing of its own.
   */
  | {
      readonly kind: 'launch-sign-in';
      readonly person: string | null;
      readonly address: string;
      readonly present: string | null;
    }
  /** Whether a launch is for the account of whoever is signed in. Sends `answer=link`, `new` where that may be, or `no`. */
  | {
      readonly kind: 'launch-link';
      readonly userId: string;
      readonly account: string;
      readonly person: string | null;
      readonly address: string | null;
      readonly mayCreate: boolean;
    }
  /** Whether somebody else than who is signed in goes on here; which two, so that no others are meant. `to` null: a new account. Sends `answer=switch` or `stay`. */
  | {
      readonly kind: 'switch-account';
      readonly from: string;
      readonly to: string | null;
      readonly fromName: string;
      readonly toName: string | null;
    }
  /** Whether it is them whom a launch would sign in here. `to` null: a new account. Sends `answer=go` or `no`. */
  | { readonly kind: 'continue-as'; readonly to: string | null; readonly name: string | null }
  /** What an account still lacks. Sends each field that is not fixed by its name, `terms=<version>`, and `action=save`. */
  | {
      readonly kind: 'registration';
      /** Whether an account is made with it; otherwise something is added to one that is there. */
      readonly isNew: boolean;
      readonly fields: readonly AskedField[];
      readonly terms: AskedTerms | null;
    };

export interface AskedField {
  readonly name: RegistrationField;
  /** What is there or was typed, also where it cannot be used; empty for nothing. */
  readonly value: string;
  /** `fixed`: shown, and not to be changed. */
  readonly rule: 'required' | 'optional' | 'fixed';
  readonly fault: FieldFault | null;
}

export interface AskedTerms extends Terms {
  readonly agreed: boolean;
  readonly fault: 'missing' | null;
}

/** What is wrong with what somebody typed. */
export type FieldFault =
  | { readonly code: 'missing' | 'malformed' | 'reserved' | 'holds_curp' }
  | { readonly code: 'too_long'; readonly limit: number }
  /** With some that are free. */
  | { readonly code: 'taken'; readonly suggestions: readonly string[] };

/** What speaks against a password that somebody wants to choose. */
export type PasswordFault =
  | { readonly code: 'too_short' | 'too_long'; readonly limit: number }
  | {
      readonly code:
        | 'missing'
        | 'malformed'
        | 'unknown_characters'
        | 'too_common'
        | 'personal'
        | 'in_order'
        | 'repetitive'
        | 'unchanged';
    };

/** What a mailbox is proved for: told in the mail, so that nobody gives away a code for something else. */
export type ProofPurpose = 'sign-in' | 'choose-password' | 'verify-address';

// ------------------------------------------------------------------------------------------------------ registration

/** What may be asked of a person; named as Open edX names it where it has it. */
export type DetailName =
  | 'given_name'
  | 'family_name'
  | 'country'
  | 'state'
  | 'city'
  | 'mailing_address'
  | 'language'
  | 'year_of_birth'
  | 'gender'
  | 'level_of_education'
  | 'goals';

/** What may be asked at registration: of the person, and of the account. */
export type RegistrationField = DetailName | 'username' | 'email';

/** As in `REGISTRATION_EXTRA_FIELDS` of Open edX. */
export type FieldRule = 'required' | 'optional' | 'hidden';

/** What people must agree to. Another version is asked for anew. */
export interface Terms {
  readonly version: string;
  /** An https:// address. */
  readonly address: string;
  /** What it is called; null for our own words. */
  readonly title: Words | null;
}

/** What the operator wants to know of people before they are let in. */
export interface Registration {
  readonly fields: { readonly [name in RegistrationField]: FieldRule };
  /** Whether an address that a provider sent without vouching for it is proved before an account is made with it. */
  readonly verifyEmail: boolean;
  readonly terms: Terms | null;
}
