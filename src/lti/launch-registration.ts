/**
 * Who sends launches, as sign-ins look them up: a consumer of LTI 1.1 or a platform of 1.3, and what the operator decided about the
 * people that it sends (DESIGN §5, lti.md §5.3).
 *
 * Holds no secret and no key: those are the verifiers'.
 */
import type { ProviderRecord, Words } from '../model.ts';

/** What becomes of somebody whom a launch brings for the first time; the table is that of sign-in/launch-rule.ts. */
export type LinkingRule = {
  /** Usernames of accounts with staff powers: no address leads a launch to them (lti.md §5.2, chain 1). */
  readonly staff: readonly string[];
} & (
  | { readonly kind: 'require-account' }
  | { readonly kind: 'create-on-first-launch' }
  /** The platform's addresses in these domains count as verified. Only LTI 1.3: those of 1.1 can be a course author's (R4). */
  | { readonly kind: 'trust-emails'; readonly domains: readonly string[] }
  /** The platform's word for what an institution calls the person counts. Only LTI 1.3: that of 1.1 can be a course author's. */
  | { readonly kind: 'match-identifier'; readonly namespace: string; readonly from: IdentifierSource }
  | { readonly kind: 'never' }
);

/** Where in a launch the institution's id stands: `person_sourcedid` of the claim `lis`, or a custom parameter. */
export type IdentifierSource = { readonly kind: 'sourced-id' } | { readonly kind: 'custom'; readonly name: string };

export interface LaunchRegistration {
  /** Unique among consumers and platforms. */
  readonly slug: string;
  readonly name: Words;
  /** The client that its launches end in. */
  readonly client: string;
  readonly linking: LinkingRule;
}

/** By slug: those whose launches are taken now. */
export type LaunchRegistrations = ReadonlyMap<string, LaunchRegistration>;

const PREFIX = 'lti:';

/** What stands as the provider of an identity: no configured provider can have a colon in its name. */
export const launchProvider = (slug: string): string => `${PREFIX}${slug}`;

/** The slug of the registration; null for a provider of the configuration. */
export function registrationSlug(provider: string): string | null {
  return provider.startsWith(PREFIX) ? provider.slice(PREFIX.length) : null;
}

/** What a sign-in needs to know of a provider, of one that nobody chooses. */
export function recordOfRegistration({ slug, name }: LaunchRegistration): ProviderRecord {
  return {
    ...{ slug: launchProvider(slug), vendor: 'lti', name, hint: null, icon: null },
    ...{ skipHintedLoginDialog: true, skipRegistrationForm: false, skipEmailVerification: false },
    // Its own rule says who is new.
    sendToRegistrationFirst: true,
    // Per-course ids make several of one campus, all the same person's (lti.md §1.6).
    oneIdentityPerUser: false,
    ...{ syncLearnerProfileData: true, enableSsoIdVerification: false, maxSessionLength: null },
  };
}
