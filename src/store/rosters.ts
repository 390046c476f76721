/**
 * Where a campus tells who is in a course: for each course from which a launch ended in an app, what the newest of them said (lti.md §3.12).
 *
 * Speaks of courses, and of nobody: who is in one is asked of the campus each time and kept nowhere. It is written by every launch
 * that has something new to say and by the first of each day, not by all: a class that comes at once would wait for one row.
 */
import type { Vault } from '../crypto.ts';
import type { LaunchFacts } from '../lti/verified-launch.ts';
import type { Milliseconds } from '../model.ts';
import { type Database, type Row, sql } from './database.ts';
import { numberOf, textOf } from './rows.ts';

/** A course as one app knows it. */
export interface RosterCourse {
  readonly clientId: string;
  readonly registration: string;
  readonly deploymentId: string;
  readonly contextId: string;
}

export interface Roster extends RosterCourse {
  readonly id: string;
  readonly address: string;
  /** To the day. */
  readonly launchedAt: Milliseconds;
}

/** A year and a little more: a course from which nobody came for so long is over, and who was in it is no app's affair. */
export const ROSTER_KEPT: Milliseconds = 400 * 24 * 60 * 60_000;
const WRITTEN_EVERY: Milliseconds = 24 * 60 * 60_000;

export interface Rosters {
  /** The newest launch says it. One that says nothing leaves what another said: a campus tells teachers more. */
  note(clientId: string, launch: RosterWord, now: Milliseconds): Promise<void>;
  find(course: RosterCourse): Promise<Roster | null>;
  /** Those of a course of this id, of whatever app and deployment; the last launched first. */
  ofCourse(registration: string, contextId: string): Promise<Roster[]>;
  deleteExpired(before: Milliseconds, atMost: number): Promise<number>;
}

type RosterWord = Pick<LaunchFacts, 'registration' | 'deploymentId' | 'context' | 'memberships'>;

export function createRosters(database: Database, vault: Vault): Rosters {
  // What campuses may call a course is longer than what an index takes.
  const idOf = ({ clientId, registration, deploymentId, contextId }: RosterCourse) =>
    vault.blindIndex('roster', JSON.stringify([clientId, registration, deploymentId, contextId]));

  const find = async (course: RosterCourse) => {
    const row = await database.get(sql`select * from rosters where id = ${idOf(course)}`);
    return row && readRoster(row);
  };

  return {
    async note(clientId, { registration, deploymentId, context, memberships: address }, now) {
      if (deploymentId === null || context === null || address === null) return;
      const course = { clientId, registration, deploymentId, contextId: context.id };
      const known = await find(course);
      if (known?.address === address && now - known.launchedAt < WRITTEN_EVERY) return;
      // An older launch that is written late must not take the place of a newer one.
      await database.run(sql`
        insert into rosters (id, client_id, registration, deployment_id, context_id, address, launched_at)
        values (${idOf(course)}, ${clientId}, ${registration}, ${deploymentId}, ${context.id}, ${address}, ${now})
        on conflict (id) do update set address = excluded.address, launched_at = excluded.launched_at
        where rosters.launched_at <= excluded.launched_at`);
    },

    find,

    async ofCourse(registration, contextId) {
      const rows = await database.all(sql`
        select * from rosters where registration = ${registration} and context_id = ${contextId}
        order by launched_at desc, id`);
      return rows.map(readRoster);
    },

    deleteExpired: (before, atMost) =>
      database.run(sql`
        delete from rosters where id in (
          select id from rosters where launched_at < ${before - ROSTER_KEPT} limit ${atMost})
        and launched_at < ${before - ROSTER_KEPT}`),
  };
}

const readRoster = (row: Row): Roster => ({
  id: textOf(row, 'id'),
  clientId: textOf(row, 'client_id'),
  registration: textOf(row, 'registration'),
  deploymentId: textOf(row, 'deployment_id'),
  contextId: textOf(row, 'context_id'),
  address: textOf(row, 'address'),
  launchedAt: numberOf(row, 'launched_at'),
});
