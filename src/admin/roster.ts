/**
 * What a campus answers when it is asked who is in a course, for an operator: numbers, or why it refuses.
 *
 * The whole roster passes through here, so looking is written down before the campus is asked. Must never show who is in it.
 */
import { randomToken } from '../crypto.ts';
import { launchProvider } from '../lti/launch-registration.ts';
import { type CampusCalls, errandAtPlatform } from '../lti/services/campus-calls.ts';
import { readMembers } from '../lti/services/memberships.ts';
import { serviceAddress } from '../lti/services/platform-client.ts';
import { ServiceError } from '../lti/services/service-error.ts';
import type { Environment, Milliseconds } from '../model.ts';
import type { Roster } from '../store/rosters.ts';
import type { Store } from '../store/store.ts';
import { AdminRefusal } from './refusal.ts';
import type { Cause } from './users.ts';

export interface RosterTools {
  readonly environment: Environment;
  readonly store: Pick<Store, 'rosters' | 'audit'>;
  readonly campuses: CampusCalls;
}

export interface RosterView {
  readonly campus: string;
  readonly deployment_id: string;
  readonly course: string;
  /** Apps that may ask for it. */
  readonly clients: readonly string[];
  readonly last_launched_at: Milliseconds;
  readonly answer: RosterAnswer;
}

export type RosterAnswer =
  | {
      readonly kind: 'members';
      readonly pages: number;
      readonly members: number;
      readonly unreadable: number;
      readonly cut_short: boolean;
      /** By the last part of each role. Who has several counts in each. */
      readonly roles: { readonly [role: string]: number };
      readonly statuses: { readonly [status: string]: number };
    }
  | { readonly kind: 'refused'; readonly code: string; readonly reason: string };

/** One for each installation of the campus from which the course was launched. @throws AdminRefusal `not_found` */
export async function viewRosters(
  tools: RosterTools,
  { registration, contextId }: { readonly registration: string; readonly contextId: string },
  { by, reason }: Cause,
): Promise<RosterView[]> {
  const { environment, store } = tools;
  const rosters = await store.rosters.ofCourse(registration, contextId);
  if (rosters.length === 0) {
    throw new AdminRefusal(
      'not_found',
      `no launch from a course ${JSON.stringify(contextId)} of ${registration} offered a roster`,
    );
  }
  // Whoever cannot write it down may not look.
  await store.audit.record({
    ...{
      id: randomToken(environment, 16),
      at: environment.now(),
      type: 'personal_data.viewed',
      code: null,
      userId: null,
    },
    ...{ provider: launchProvider(registration), clientId: null, signInId: null, reference: null },
    detail: { by, reason, course: contextId },
  });
  const views: RosterView[] = [];
  for (const [newest, ...more] of Map.groupBy(rosters, ({ deploymentId }) => deploymentId).values()) {
    if (newest !== undefined) views.push(await viewOf(tools, newest, [newest, ...more]));
  }
  return views;
}

async function viewOf(tools: RosterTools, newest: Roster, all: readonly Roster[]): Promise<RosterView> {
  return {
    ...{ campus: newest.registration, deployment_id: newest.deploymentId, course: newest.contextId },
    ...{ clients: all.map(({ clientId }) => clientId).toSorted(), last_launched_at: newest.launchedAt },
    answer: await ask(tools, newest),
  };
}

async function ask({ campuses }: RosterTools, { registration, address }: Roster): Promise<RosterAnswer> {
  try {
    const errand = await errandAtPlatform(campuses, registration);
    const query = { role: null, limit: 100, resourceLinkId: null };
    const found = await readMembers(campuses.client, errand, { address: serviceAddress(address), query });
    const { items, pages, unreadable, isWhole } = found;
    return {
      ...{ kind: 'members', pages, members: items.length, unreadable, cut_short: !isWhole },
      roles: counted(items.flatMap(({ roles }) => [...new Set(roles.map(lastPart))])),
      statuses: counted(items.map(({ status }) => status)),
    };
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    const { code, detail, status } = error.refused;
    return {
      kind: 'refused',
      code: code ?? 'unknown',
      reason: status === null ? detail : `${detail} (HTTP ${status})`,
    };
  }
}

const lastPart = (role: string) => role.slice(Math.max(role.lastIndexOf('#'), role.lastIndexOf('/')) + 1);

function counted(words: readonly string[]): { readonly [word: string]: number } {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return Object.fromEntries([...counts].toSorted());
}
