/**
 * Who is in a course, for an app that its launches end in: one page of what the campus says, with those named whom the app knows.
 *
 * A roster is not somebody at the door: it signs in, makes and ties nobody, and nobody is looked up by a name or an address in it.
 * Nothing of it is kept. Must never tell an app of somebody whom it was not told of, or show where a campus has its next page: such
 * addresses carry ids, and sometimes more.
 */
import type { Vault } from '../crypto.ts';
import { deploymentNamed } from '../lti/deployment.ts';
import { launchProvider } from '../lti/launch-registration.ts';
import { type CampusCalls, errandAtPlatform } from '../lti/services/campus-calls.ts';
import { firstMemberPage, type Member, MOST_MEMBER_PAGES, readMemberPage } from '../lti/services/memberships.ts';
import { serviceAddress } from '../lti/services/platform-client.ts';
import type { PlatformErrand } from '../lti/services/service-tokens.ts';
import { subjectOf, subjectWithin } from '../lti/subject.ts';
import type { Environment, Milliseconds } from '../model.ts';
import type { Roster } from '../store/rosters.ts';
import type { Store } from '../store/store.ts';

export interface MembersAsked {
  /** The claim `deployment_id`: which campus. */
  readonly deployment: string;
  readonly contextId: string;
  readonly role: string | null;
  readonly limit: number;
  /** As the page before named it; null for the first. It goes on with what the first was asked for. */
  readonly page: string | null;
}

export interface CourseMember {
  /** The `sub` by which the app knows them; null for whoever it was never told of. */
  readonly user: string | null;
  readonly said: Member;
}

export type MembersFound =
  /** No launch from the course ended in this app, or none offered its roster. */
  | { readonly kind: 'no-roster' }
  | { readonly kind: 'page-ended' }
  | {
      readonly kind: 'members';
      readonly members: readonly CourseMember[];
      readonly unreadable: number;
      readonly next: string | null;
      /** There is more, and the campus leads nowhere that can be followed. */
      readonly isCutShort: boolean;
    };

export interface MembersTools {
  readonly environment: Pick<Environment, 'now'>;
  readonly store: Pick<Store, 'rosters' | 'clientSubjects'>;
  readonly vault: Pick<Vault, 'seal' | 'open'>;
  readonly campuses: CampusCalls;
}

/** @throws ServiceError */
export async function findMembers(tools: MembersTools, clientId: string, asked: MembersAsked): Promise<MembersFound> {
  const { store, campuses } = tools;
  const deployment = deploymentNamed(asked.deployment);
  const roster = deployment && (await store.rosters.find({ clientId, ...deployment, contextId: asked.contextId }));
  if (roster === null) return { kind: 'no-roster' };
  const errand = await errandAtPlatform(campuses, roster.registration);
  // Launches of the campus end in another app by now, or none of this installation is taken: then its people are no affair of this one.
  const { client, deployment_ids } = errand.platform;
  if (client !== clientId || !deployment_ids.includes(roster.deploymentId)) return { kind: 'no-roster' };
  const first = serviceAddress(roster.address);
  const { role, limit } = asked;
  const place =
    asked.page === null
      ? { url: firstMemberPage(first, { role, limit, resourceLinkId: null }), number: 1 }
      : openPage(tools, roster, asked.page);
  // An address of another origin was good before the newest launch.
  if (place?.url.origin !== first.origin) return { kind: 'page-ended' };
  const { items, unreadable, next } = await readMemberPage(campuses.client, errand, place.url);
  const following = next === null ? null : sealPage(tools, roster, next, place);
  return {
    ...{ kind: 'members', unreadable, next: following, isCutShort: next !== null && following === null },
    members: await named(tools, errand, roster, items),
  };
}

/** As many as are asked for together. */
const AT_ONCE = 50;

async function named(
  { store }: MembersTools,
  { platform }: PlatformErrand,
  { clientId, registration, deploymentId }: Roster,
  members: readonly Member[],
): Promise<CourseMember[]> {
  async function name(said: Member): Promise<CourseMember> {
    const subject = subjectOf(said.userId);
    if (subject === null) return { user: null, said };
    const known = platform.subject_scope === 'platform' ? subject : subjectWithin(deploymentId, subject);
    return { user: await store.clientSubjects.ofIdentity(clientId, launchProvider(registration), known), said };
  }
  const found: CourseMember[] = [];
  for (let n = 0; n < members.length; n += AT_ONCE) {
    found.push(...(await Promise.all(members.slice(n, n + AT_ONCE).map(name))));
  }
  return found;
}

interface Place {
  readonly url: URL;
  /** How many pages there were with it: links that go round end. */
  readonly number: number;
}

/** As long as somebody may pause within a list. */
const PAGE_LIFE: Milliseconds = 15 * 60_000;
/** Sealed it is a third longer, and must fit into an address. */
const LONGEST_ADDRESS = 4000;

/** Of one course and one app: at any other it does not open. */
const sealedAt = ({ id }: Roster) => ({ table: 'rosters', column: 'page', row: id });

/** Null where the campus leads nowhere that can be followed. */
function sealPage(
  { environment, vault }: MembersTools,
  roster: Roster,
  url: URL,
  { url: current, number }: Place,
): string | null {
  // To no other origin, for the token goes along.
  if (url.origin !== current.origin || url.href === current.href) return null;
  if (number >= MOST_MEMBER_PAGES || url.href.length > LONGEST_ADDRESS) return null;
  const page = { url: url.href, number: number + 1, until: environment.now() + PAGE_LIFE };
  return vault.seal(sealedAt(roster), JSON.stringify(page));
}

/** Null for what was not sealed here for this course and app, and for what has ended. */
function openPage({ environment, vault }: MembersTools, roster: Roster, text: string): Place | null {
  try {
    const { url, number, until } = JSON.parse(vault.open(sealedAt(roster), text));
    return environment.now() < until ? { url: new URL(url), number } : null;
  } catch {
    return null;
  }
}
