/**
 * Campuses that launch people, one by each rule, and what each of them says (lti.md §5.1). Whatever its rule does not trust, it may lie
 * about: an address, an institution's id.
 *
 * The same id is another person's at the next campus, so that whoever looks at an id alone takes one for the other.
 */
import { type LaunchRegistration, type LinkingRule, launchProvider } from '../../src/lti/launch-registration.ts';
import type { LaunchFacts } from '../../src/lti/verified-launch.ts';
import { type Campus, campusWith, personWith } from '../lti/campus.ts';
import { mailboxOf, ownerOfMailbox, type Person, people } from './people.ts';

/** `old` and `neighbour` speak LTI 1.1. */
export const slugsOfCampuses = ['strict', 'open', 'domain', 'ids', 'old', 'neighbour'] as const;
export type CampusSlug = (typeof slugsOfCampuses)[number];

export const NAMESPACE = 'udg';
const DOMAIN = 'uni.mx';

type Rule = LinkingRule extends infer Each ? (Each extends LinkingRule ? Omit<Each, 'staff'> : never) : never;
export const rules: { readonly [slug in CampusSlug]: Rule } = {
  strict: { kind: 'require-account' },
  open: { kind: 'create-on-first-launch' },
  domain: { kind: 'trust-emails', domains: [DOMAIN] },
  ids: { kind: 'match-identifier', namespace: NAMESPACE, from: { kind: 'sourced-id' } },
  old: { kind: 'create-on-first-launch' },
  neighbour: { kind: 'require-account' },
};
const isOld = (slug: CampusSlug) => slug === 'old' || slug === 'neighbour';

/** Per-course ids: one person has two at each campus. */
export type Nth = 1 | 2;

export const subjectAt = (slug: CampusSlug, person: Person, nth: Nth) =>
  `${((people.indexOf(person) + slugsOfCampuses.indexOf(slug)) % people.length) + 1}-${nth}`;

/** By `provider subject`. */
export const everyoneOfCampuses: readonly (readonly [string, Person])[] = slugsOfCampuses.flatMap((slug) =>
  people.flatMap((person) =>
    ([1, 2] as const).map((nth) => [`${launchProvider(slug)} ${subjectAt(slug, person, nth)}`, person] as const),
  ),
);

export const institutionIdOf = (person: Person) => `21734567${people.indexOf(person)}`;

/** What is said of whoever is launched, where the campus may say it. */
export interface Sent {
  readonly slug: CampusSlug;
  readonly nth: Nth;
  readonly message: 'resource-link' | 'deep-linking';
  readonly address: string | null;
  readonly idOf: Person | null;
  /** Who they were in LTI 1.1; null says nothing. A platform that moves tells the truth: it is believed. */
  readonly was: { readonly slug: 'old' | 'neighbour'; readonly nth: Nth } | null;
}

/**
 * What somebody said or did on the way that lets a launch tie, make or switch an account: both are theirs, they have signed in to
 * one, it may change hands, it is them.
 */
export type Said = Set<'theirs' | 'proved' | 'switches' | 'is them'>;

export interface Launched {
  readonly slug: CampusSlug;
  readonly provider: string;
  readonly subject: string;
  readonly link: string;
  readonly facts: Partial<LaunchFacts>;
  readonly sent: Sent;
  /** It holds also for whoever leaves a page and comes back to it. */
  readonly said: Said;
}

/** Who presses the link of a course, as the campus says it. */
export function launchOf(person: Person, sent: Sent): Launched {
  const { slug, nth, was } = sent;
  const subject = subjectAt(slug, person, nth);
  // A course that setting up is about has no pressed link.
  const message = isOld(slug) ? 'resource-link' : sent.message;
  const believed = { ...sent, message, was: isOld(slug) ? null : was };
  const { address, idOf } = truthful(person, believed);
  const link = `link-of-${person}`;
  const facts: Partial<LaunchFacts> = {
    ...{ version: isOld(slug) ? '1.1' : '1.3', registration: slug, deploymentId: isOld(slug) ? null : '1', subject },
    ...{ message, context: { id: `course-of-${person}`, label: null, title: null } },
    person: personWith({ fullName: person, email: address, sourcedId: idOf && institutionIdOf(idOf) }),
    resourceLink: { id: link, title: null },
    ...(isOld(slug)
      ? { outcome: { serviceUrl: 'https://campus.test/outcomes', sourcedId: subject } }
      : { grades: { userId: subject, lineItem: 'https://campus.test/column', lineItems: null, scopes: [] } }),
    migratedFrom:
      believed.was === null
        ? null
        : { consumer: believed.was.slug, userId: subjectAt(believed.was.slug, person, believed.was.nth) },
  };
  return {
    slug,
    provider: launchProvider(slug),
    subject,
    link,
    facts,
    sent: { ...believed, address, idOf },
    said: new Set(),
  };
}

/** What a campus is trusted for is true; with a launch that its rule believes nothing of, it may say anything. */
function truthful(person: Person, { slug, message, address, idOf }: Sent): Pick<Sent, 'address' | 'idOf'> {
  const { kind } = rules[slug];
  const isBelieved = message === 'resource-link';
  const isOfDomain = address?.endsWith(`@${DOMAIN}`) === true && ownerOfMailbox(address) !== person;
  return {
    address: kind === 'trust-emails' && isBelieved && isOfDomain ? mailboxOf(person, 'mailbox-1') : address,
    idOf: kind === 'match-identifier' && isBelieved && idOf !== null ? person : idOf,
  };
}

export interface Campuses {
  readonly campus: Campus;
  /** All are on, and know of nobody with powers. */
  reset(): void;
  switchOff(slug: CampusSlug): void;
  switchOn(slug: CampusSlug): void;
  /** The operator tells all of them who has powers, by username. */
  guard(username: string): void;
  readonly staff: readonly string[];
}

export function openCampuses(): Campuses {
  const campus = campusWith({ kind: 'never', staff: [] });
  const { registrations } = campus;
  let staff: readonly string[] = [];
  const registrationOf = (slug: CampusSlug): LaunchRegistration => {
    const linking: LinkingRule = { ...rules[slug], staff };
    return { slug, name: { 'es-MX': `Campus ${slug}`, en: `Campus ${slug}` }, client: 'course-site', linking };
  };
  const switchOn = (slug: CampusSlug) => {
    registrations.set(slug, registrationOf(slug));
  };
  const reset = () => {
    staff = [];
    registrations.clear();
    slugsOfCampuses.forEach(switchOn);
  };
  return {
    ...{ campus, reset, switchOn },
    switchOff: (slug) => {
      registrations.delete(slug);
    },
    guard(username) {
      staff = [...staff, username];
      slugsOfCampuses.forEach(switchOn);
    },
    get staff() {
      return staff;
    },
  };
}
