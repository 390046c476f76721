/**
 * What a campus said of the person and the course when it sent them: for each session and app, the last word about each course.
 *
 * It ends with the session, as what was told by it does. Sealed: a course and a role in it say something of a person. Must never be
 * read for another session or another app than the launch was for: a role in one course is none in another (lti.md §5.2, chains 7 and 8).
 */
import type { Vault } from '../crypto.ts';
import type { LaunchFacts } from '../lti/verified-launch.ts';
import type { Milliseconds } from '../model.ts';
import { type Database, type Step, sql } from './database.ts';
import { textOf } from './rows.ts';
import { noticeId } from './session-clients.ts';

export type LaunchWord = Pick<LaunchFacts, 'registration' | 'deploymentId' | 'roles' | 'context' | 'resourceLink'>;

export interface LaunchOf {
  readonly sessionHash: string;
  readonly clientId: string;
  readonly word: LaunchWord;
}

export interface SessionLaunches {
  /** Writes nothing for a session that has ended. */
  note(launch: LaunchOf, now: Milliseconds): Promise<void>;
  /** The last one of the session in which this client has tokens with this `sid`; null when there is none. */
  findLast(sid: string, clientId: string): Promise<LaunchWord | null>;
}

export function createSessionLaunches(database: Database, vault: Vault): SessionLaunches {
  const place = (id: string) => ({ table: 'session_launches', column: 'document', row: id });

  return {
    async note({ sessionHash, clientId, word }, now) {
      const id = vault.tokenHash('launch of a session', JSON.stringify([sessionHash, clientId, contextOf(word)]));
      const document = vault.seal(place(id), JSON.stringify(word));
      await database.run(sql`
        insert into session_launches (id, session_hash, client_id, document, launched_at)
        select ${id}, id_hash, ${clientId}, ${document}, cast(${now} as bigint) from sessions where id_hash = ${sessionHash}
        on conflict (id) do update set document = excluded.document, launched_at = excluded.launched_at`);
    },

    async findLast(sid, clientId) {
      const row = await database.get(sql`
        select session_launches.id, document from session_launches
        join session_clients on session_clients.session_hash = session_launches.session_hash
        where session_clients.notice_id = ${noticeId(sid)} and session_clients.client_id = ${clientId}
          and session_launches.client_id = ${clientId}
        order by launched_at desc, session_launches.id limit 1`);
      return row === null ? null : JSON.parse(vault.open(place(textOf(row, 'id')), textOf(row, 'document')));
    },
  };
}

/** For the transaction in which an account loses somebody of a campus: what was said of them is not said of whoever stays. */
export function forgetLaunchesOf(userId: string): Step {
  return {
    statement: sql`
      delete from session_launches
      where session_hash in (select id_hash from sessions where user_id = ${userId})`,
    changes: 'any',
  };
}

/** The same id at another campus, or in another installation of it, is another course. */
const contextOf = ({ registration, deploymentId, context }: LaunchWord) => [
  registration,
  deploymentId,
  context?.id ?? null,
];
