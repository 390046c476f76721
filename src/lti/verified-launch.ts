/**
 * A launch from a campus LMS whose every check has passed, in one shape for LTI 1.1 and 1.3: what sign-ins, services and pages
 * work with (lti.md §2.1, §3.6).
 *
 * Made by the two verifiers and by nothing else, so that whoever holds one need not ask again. It says what the platform says:
 * nothing of it is believed beyond that (lti.md §5.1).
 */

declare const launchBrand: unique symbol;

export interface VerifiedLaunch extends LaunchFacts {
  readonly [launchBrand]: true;
}

/** `submission-review` and `data-privacy` speak of another person: nobody is ever signed in as them. */
export type LaunchMessage = 'resource-link' | 'deep-linking' | 'submission-review' | 'data-privacy';

export interface LaunchFacts {
  readonly version: '1.1' | '1.3';
  /** The slug of the consumer or platform in the configuration. */
  readonly registration: string;
  /** 1.3: one installation within a registration. Null in 1.1. */
  readonly deploymentId: string | null;
  /**
   * Who it is there, compared exactly: `user_id` or `sub`; with the deployment before it where identities depend on that (lti.md §4).
   * Null for an anonymous launch, which signs nobody in.
   */
  readonly subject: string | null;
  readonly message: LaunchMessage;
  /** Whom the message speaks of, as `subject` says who comes; null where it speaks of nobody else. */
  readonly forUser: string | null;
  readonly person: {
    readonly fullName: string | null;
    readonly givenName: string | null;
    readonly familyName: string | null;
    /** The platform's word, never proof by itself. */
    readonly email: string | null;
    readonly locale: string | null;
    /** `lis_person_sourcedid`: an institution's id. */
    readonly sourcedId: string | null;
  };
  /** As they were sent: full URIs in 1.3, also short names in 1.1. */
  readonly roles: readonly string[];
  readonly context: { readonly id: string; readonly label: string | null; readonly title: string | null } | null;
  readonly resourceLink: { readonly id: string; readonly title: string | null } | null;
  /** Where in an app of ours it wants to go: `target_link_uri`, or in 1.1 the custom parameter `target_link_uri`. Judged by who sends there. */
  readonly target: string | null;
  readonly custom: { readonly [name: string]: string };
  /** LTI 1.1 Basic Outcomes. */
  readonly outcome: { readonly serviceUrl: string; readonly sourcedId: string } | null;
  /** Assignment and Grade Services. */
  readonly grades: {
    /** The `sub` as it was sent, by which the platform keeps grades; null for an anonymous launch. */
    readonly userId: string | null;
    readonly lineItem: string | null;
    readonly lineItems: string | null;
    readonly scopes: readonly string[];
  } | null;
  /** Names and Role Provisioning: the address of the members. */
  readonly memberships: string | null;
  readonly deepLinking: {
    readonly returnUrl: string;
    readonly data: string | null;
    readonly acceptTypes: readonly string[];
    readonly acceptMultiple: boolean;
    /** False where the platform says that it makes none of the columns of grades that are sent along. */
    readonly acceptLineItem: boolean;
  } | null;
  /** Who the same person was in LTI 1.1, where the claim's signature was checked (lti.md §3.15). */
  readonly migratedFrom: { readonly consumer: string; readonly userId: string } | null;
  /** Where the platform wants people back: `return_url`. */
  readonly returnUrl: string | null;
}
