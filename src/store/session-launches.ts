/**
 * What a campus said of the person and the course when it sent them: for each session and app, the last word about each course.
 *
 * It ends with the session, as what was told by it does. Sealed: a course and a role in it say something of a person. Must never be
 * told to an app of another session or of another launch: a role in one course is none in another (lti.md §5.2, chains 7 and 8).
 */
import type { Vault } from '../crypto.ts';
import type { LaunchFacts } from '../lti/verified-launch.ts';
import type { Milliseconds } from '../model.ts';
import { type Database, type Row, type Step, sql } from './database.ts';
import { numberOf, textOf } from './rows.ts';
import { noticeId } from './session-clients.ts';

export type LaunchWord = Pick<
  LaunchFacts,
  'registration' | 'deploymentId' | 'roles' | 'context' | 'resourceLink' | 'forUser'
>;

export interface LaunchOf {
  readonly sessionHash: string;
  readonly clientId: string;
  readonly word: LaunchWord;
}

export interface SessionLaunches {
  /** The last one of the session in which this client has tokens with this `sid`; null when there is none. */
  findLast(sid: string, clientId: string): Promise<LaunchWord | null>;
  /** Those of all sessions of an account, the newest first: for the person themselves. */
  ofUser(userId: string): Promise<KeptLaunch[]>;
}

export interface KeptLaunch {
  readonly clientId: string;
  readonly word: LaunchWord;
  readonly launchedAt: Milliseconds;
}

export function createSessionLaunches(database: Database, vault: Vault): SessionLaunches {
  // What an older release wrote speaks of nobody else.
  const wordOf = (row: Row): LaunchWord => ({
    forUser: null,
    ...JSON.parse(vault.open(sealedAt(textOf(row, 'id')), textOf(row, 'document'))),
  });

  return {
    async findLast(sid, clientId) {
      const row = await database.get(sql`
        select session_launches.id, document from session_launches
        join session_clients on session_clients.session_hash = session_launches.session_hash
        where session_clients.notice_id = ${noticeId(sid)} and session_clients.client_id = ${clientId}
          and session_launches.client_id = ${clientId}
        order by launched_at desc, session_launches.id limit 1`);
      return row === null ? null : wordOf(row);
    },

    async ofUser(userId) {
      const rows = await database.all(sql`
        select session_launches.* from session_launches join sessions on sessions.id_hash = session_launches.session_hash
        where sessions.user_id = ${userId} order by launched_at desc, session_launches.id`);
      return rows.map((row) => ({
        clientId: textOf(row, 'client_id'),
        word: wordOf(row),
        launchedAt: numberOf(row, 'launched_at'),
      }));
    },
  };
}

/** For the transaction of a sign-in, once its session is there. Writes nothing for a session that has ended. */
export function noteSessionLaunch({ sessionHash, clientId, word }: LaunchOf, vault: Vault, now: Milliseconds): Step {
  const id = vault.tokenHash('launch of a session', JSON.stringify([sessionHash, clientId, contextOf(word)]));
  const document = vault.seal(sealedAt(id), JSON.stringify(word));
  return {
    statement: sql`
      insert into session_launches (id, session_hash, client_id, document, launched_at)
      select ${id}, id_hash, ${clientId}, ${document}, cast(${now} as bigint) from sessions where id_hash = ${sessionHash}
      on conflict (id) do update set document = excluded.document, launched_at = excluded.launched_at`,
    changes: 'any',
  };
}

const sealedAt = (id: string) => ({ table: 'session_launches', column: 'document', row: id });

/** For the transaction in which an account loses somebody of a campus: what was said of them is not said of whoever stays. */
export function forgetLaunchesOf(userId: string): Step {
  return {
    statement: sql`
      delete from session_launches
      where session_hash in (select id_hash from sessions where user_id = ${userId})`,
    changes: 'any',
  };
}

/** The same for an identity that may be of anything else, such as Google: then nothing is forgotten. While it is still there. */
export function forgetLaunchesWith(userId: string, identityId: string): Step {
  return {
    statement: sql`
      delete from session_launches
      where session_hash in (select id_hash from sessions where user_id = ${userId})
        and exists (
          select 1 from identities
          where id = ${identityId} and user_id = ${userId} and provider like 'lti:%')`,
    changes: 'any',
  };
}

/** The same id at another campus, or in another installation of it, is another course. */
const contextOf = ({ registration, deploymentId, context }: LaunchWord) => [
  registration,
  deploymentId,
  context?.id ?? null,
];
