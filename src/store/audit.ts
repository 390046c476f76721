/**
 * What happened, for support and for the law: append-only events with the names of DESIGN §11.
 *
 * An event that belongs to a sign-in has an id made from it, so that repeating a commit writes it once. `detail` holds
 * no secret and no personal data: ids, codes and reasons only.
 */
import type { JsonObject, Milliseconds } from '../model.ts';
import { type Database, type Row, type Step, sql } from './database.ts';
import { numberOf, textOf, textOrNull } from './rows.ts';

export type AuditType =
  | 'sign_in.succeeded'
  | 'sign_in.refused'
  | 'account.proved'
  | 'account.guarded'
  | 'user.created'
  | 'user.merged'
  | 'user.unmerged'
  | 'user.disabled'
  | 'user.enabled'
  | 'user.held'
  | 'user.released'
  | 'personal_data.viewed'
  | 'user.claimed'
  | 'user.deletion_requested'
  | 'user.kept'
  | 'user.deleted'
  | 'identity.linked'
  | 'identity.unlinked'
  | 'identifier.given'
  | 'identifier.taken'
  | 'email.verified'
  | 'email.primary_changed'
  | 'email.removed'
  | 'email.change_undone'
  | 'password.changed'
  | 'terms.agreed'
  | 'conflict.opened'
  | 'conflict.resolved'
  | 'session.ended'
  | 'event.given_up'
  | 'score.given_up'
  | 'grant.revoked'
  | 'learner.registered'
  | 'learner.connected'
  | 'learner.enrolled'
  | 'learner.unenrolled'
  | 'key.rotated'
  | 'key.retired'
  | 'token.issued'
  | 'token.extended'
  | 'token.revoked'
  | 'registration.invited'
  | 'registration.received'
  | 'registration.approved'
  | 'registration.rejected'
  | 'config.changed';

export interface AuditEvent {
  readonly id: string;
  readonly at: Milliseconds;
  readonly type: AuditType;
  readonly code: string | null;
  readonly userId: string | null;
  readonly provider: string | null;
  readonly clientId: string | null;
  readonly signInId: string | null;
  readonly reference: string | null;
  readonly detail: JsonObject;
}

export interface Audit {
  record(event: AuditEvent): Promise<void>;
  isRecorded(eventId: string): Promise<boolean>;
  countOfUser(userId: string, type: AuditType, since: Milliseconds): Promise<number>;
  /** What happened to the account, the newest first; of very many the newest ten thousand. */
  ofUser(userId: string): Promise<AuditEvent[]>;
}

export function createAudit(database: Database): Audit {
  return {
    async record(event) {
      await database.run(insertAuditEvent(event).statement);
    },

    async isRecorded(eventId) {
      return (await database.get(sql`select id from audit_events where id = ${eventId}`)) !== null;
    },

    async countOfUser(userId, type, since) {
      const row = await database.get(sql`
        select count(*) as events from audit_events where user_id = ${userId} and at >= ${since} and type = ${type}`);
      return row === null ? 0 : numberOf(row, 'events');
    },

    async ofUser(userId) {
      const rows = await database.all(sql`
        select * from audit_events where user_id = ${userId} order by at desc, id limit ${MOST_EVENTS}`);
      return rows.map(readEvent);
    },
  };
}

const MOST_EVENTS = 10_000;

function readEvent(row: Row): AuditEvent {
  return {
    ...{ id: textOf(row, 'id'), at: numberOf(row, 'at'), type: textOf(row, 'type') as AuditType },
    ...{ code: textOrNull(row, 'code'), userId: textOrNull(row, 'user_id'), provider: textOrNull(row, 'provider') },
    ...{ clientId: textOrNull(row, 'client_id'), signInId: textOrNull(row, 'sign_in_id') },
    ...{ reference: textOrNull(row, 'reference'), detail: JSON.parse(textOf(row, 'detail')) },
  };
}

/** The step that writes an event, for a transaction. Writing the same event again changes nothing. */
export function insertAuditEvent(event: AuditEvent): Step {
  return {
    statement: sql`
      insert into audit_events (id, at, type, code, user_id, provider, client_id, sign_in_id, reference, detail)
      values (${event.id}, ${event.at}, ${event.type}, ${event.code}, ${event.userId}, ${event.provider},
              ${event.clientId}, ${event.signInId}, ${event.reference}, ${JSON.stringify(event.detail)})
      on conflict (id) do nothing`,
    changes: 'any',
  };
}

/** The same for a transaction that may be carried out once: when the event is there already nothing of it is committed. */
export function insertAuditEventOnce(event: AuditEvent): Step {
  return { ...insertAuditEvent(event), changes: 1 };
}
