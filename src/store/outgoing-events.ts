/**
 * What clients are to be told: written with what it tells of, sent afterwards, gone once it is taken (V-17).
 *
 * Durable and sealed, as mails are, and claimed by lease in the same way. Further than mails: events to one client about
 * one person go out in the order in which they were written, as long as the earlier ones are not given up; and what is
 * given up stays for a while as a dead letter, with the reason. Ends of sessions have no order: each stands for itself,
 * and none may wait behind something else.
 */
import type { Sealer } from '../crypto.ts';
import type { Milliseconds } from '../model.ts';
import { type AuditEvent, insertAuditEvent } from './audit.ts';
import type { AccountEvent, ClientEvent } from './client-event.ts';
import { type Database, type Row, type Statement, type Step, sql } from './database.ts';
import { numberOf, numberOrNull, textOf, textOrNull } from './rows.ts';

/** An app that is down over a long weekend learns it all the same. */
export const EVENT_LIFE: Milliseconds = 72 * 60 * 60_000;
/** The end of a session is no news any more when every session of that day has ended by itself. */
export const LOGOUT_LIFE: Milliseconds = 24 * 60 * 60_000;
/** How long a dead letter can be looked at and sent again. */
export const DEAD_LETTER_LIFE: Milliseconds = 30 * 24 * 60 * 60_000;

export interface OutgoingEvent<Event extends ClientEvent = ClientEvent> {
  /** Its `jti`, the same at each attempt: what the client tells a repetition by. */
  readonly id: string;
  readonly clientId: string;
  /** Whom it is about, by our own ids: whoever was retired or concerned, and the other one of a merge. For the order only. */
  readonly userId: string;
  readonly otherUserId: string | null;
  readonly event: Event;
}

/** Not written yet: it has no `jti`. */
export type Announcement = Omit<OutgoingEvent<AccountEvent>, 'id'>;

/** An event that this caller alone may send until its lease ends. */
export interface ClaimedEvent extends OutgoingEvent {
  readonly happenedAt: Milliseconds;
  readonly notAfter: Milliseconds;
  readonly attempt: number;
}

/** What an operator sees of one: nothing of what it says. */
export interface OutgoingEventView {
  readonly id: string;
  readonly clientId: string;
  readonly userId: string;
  readonly kind: ClientEvent['kind'];
  readonly createdAt: Milliseconds;
  readonly attempts: number;
  readonly nextAttemptAt: Milliseconds;
  /** Why the last attempt failed; null before that. */
  readonly failure: string | null;
  /** When it became a dead letter; null while it waits. */
  readonly givenUpAt: Milliseconds | null;
}

export interface EventCounts {
  readonly waiting: number;
  /** When the oldest of those that wait was written; null where none waits. */
  readonly waitingSince: Milliseconds | null;
  readonly dead: number;
}

export interface OutgoingEvents {
  /** The clients for which something waits, due or not. */
  waitingClients(): Promise<string[]>;
  /** One event to this client that is due and waits for no earlier one, leased to the caller; null when there is none. */
  claim(clientId: string, now: Milliseconds, lease: Milliseconds): Promise<ClaimedEvent | null>;
  /** Taken by the client: nothing of it stays. False when the claim had run out and somebody else has it. */
  remove(claimed: ClaimedEvent): Promise<boolean>;
  /** Not taken: due again at `retryAt`. False likewise. */
  putBack(claimed: ClaimedEvent, retryAt: Milliseconds, failure: string): Promise<boolean>;
  /** Becomes a dead letter, with the event that says so in the audit trail. False likewise. */
  giveUp(claimed: ClaimedEvent, failure: string, audit: AuditEvent): Promise<boolean>;
  /** Those that wait, or the dead letters; oldest first. */
  list(which: 'waiting' | 'dead', atMost: number): Promise<OutgoingEventView[]>;
  counts(): Promise<EventCounts>;
  /** Makes one due now, as if it were new; also a dead letter. False when there is none with this id. */
  retry(id: string, now: Milliseconds): Promise<boolean>;
  retryAllDead(now: Milliseconds): Promise<number>;
  /** Forgets dead letters whose time is over. */
  deleteExpired(before: Milliseconds, atMost: number): Promise<number>;
}

export function createOutgoingEvents(database: Database, sealer: Sealer): OutgoingEvents {
  return {
    async waitingClients() {
      // From one client to the next through the index: a client that is down for a day has many thousands of rows.
      const rows = await database.all(sql`
        with recursive client (id) as (
          select min(client_id) from outgoing_events where given_up_at is null
          union all
          select (select min(client_id) from outgoing_events where given_up_at is null and client_id > client.id)
          from client where client.id is not null
        )
        select id from client where id is not null`);
      return rows.map((row) => textOf(row, 'id'));
    },

    async claim(clientId, now, lease) {
      for (;;) {
        const row = await database.get(firstDue(clientId, now));
        if (row === null) return null;
        const [id, attempts] = [textOf(row, 'id'), numberOf(row, 'attempts')];
        const claimed = await database.run(sql`
          update outgoing_events set attempts = ${attempts + 1}, next_attempt_at = ${now + lease}
          where id = ${id} and attempts = ${attempts} and next_attempt_at = ${numberOf(row, 'next_attempt_at')}
            and given_up_at is null`);
        // Somebody was faster with this one; there may be others.
        if (claimed === 1) return readClaimed(row, sealer);
      }
    },

    async remove({ id, attempt }) {
      const removed = await database.run(sql`
        delete from outgoing_events where id = ${id} and attempts = ${attempt} and given_up_at is null`);
      return removed === 1;
    },

    async putBack({ id, attempt }, retryAt, failure) {
      const changed = await database.run(sql`
        update outgoing_events set next_attempt_at = ${retryAt}, failure = ${failure}
        where id = ${id} and attempts = ${attempt} and given_up_at is null`);
      return changed === 1;
    },

    async giveUp({ id, attempt }, failure, audit) {
      const buried = sql`
        update outgoing_events set given_up_at = ${audit.at}, failure = ${failure}
        where id = ${id} and attempts = ${attempt} and given_up_at is null`;
      return (await database.atomically([{ statement: buried, changes: 1 }, insertAuditEvent(audit)])).committed;
    },

    async list(which, atMost) {
      const rows = await database.all(
        which === 'dead'
          ? sql`select * from outgoing_events where given_up_at is not null order by given_up_at, id limit ${atMost}`
          : sql`select * from outgoing_events where given_up_at is null order by created_at, id limit ${atMost}`,
      );
      return rows.map(readView);
    },

    async counts() {
      const row = await database.get(sql`
        select count(*) filter (where given_up_at is null) as waiting, count(given_up_at) as dead,
               min(created_at) filter (where given_up_at is null) as waiting_since
        from outgoing_events`);
      if (row === null) throw new Error('a count answered nothing');
      return {
        waiting: numberOf(row, 'waiting'),
        waitingSince: numberOrNull(row, 'waiting_since'),
        dead: numberOf(row, 'dead'),
      };
    },

    // The count of attempts goes on: with it a claim is told from an earlier one.
    async retry(id, now) {
      const changed = await database.run(sql`
        update outgoing_events
        set given_up_at = null, next_attempt_at = ${now},
          not_after = case when position is null
            then cast(${now + LOGOUT_LIFE} as bigint) else cast(${now + EVENT_LIFE} as bigint) end
        where id = ${id}`);
      return changed === 1;
    },

    retryAllDead: (now) =>
      database.run(sql`
        update outgoing_events
        set given_up_at = null, next_attempt_at = ${now},
          not_after = case when position is null
            then cast(${now + LOGOUT_LIFE} as bigint) else cast(${now + EVENT_LIFE} as bigint) end
        where given_up_at is not null`),

    deleteExpired: (before, atMost) =>
      database.run(sql`
        delete from outgoing_events
        where id in (select id from outgoing_events where given_up_at < ${before - DEAD_LETTER_LIFE} limit ${atMost})`),
  };
}

/**
 * The step that writes an event, for the transaction of what it tells of; after the steps that lock whom it is about, or
 * two events of one moment have no order. Writing the same event again changes nothing.
 */
export function insertOutgoingEvent(outgoing: OutgoingEvent<AccountEvent>, sealer: Sealer, now: Milliseconds): Step {
  const { id, clientId, userId, otherUserId, event } = outgoing;
  return {
    statement: sql`
      insert into outgoing_events (id, client_id, user_id, other_user_id, kind, payload, position,
                                   created_at, not_after, attempts, next_attempt_at)
      values (${id}, ${clientId}, ${userId}, ${otherUserId}, ${event.kind}, ${sealEvent(id, event, sealer)},
              (select coalesce(max(position), 0) + 1 from outgoing_events
               where client_id = ${clientId} and given_up_at is null),
              ${now}, ${now + EVENT_LIFE}, 0, ${now})
      on conflict (id) do nothing`,
    changes: 'any',
  };
}

/** Also for what is sealed before it is known when it will be sent: it opens in the row of this id alone. */
export function sealEvent(id: string, event: ClientEvent, sealer: Sealer): string {
  return sealer.seal(place(id), JSON.stringify(event));
}

/** Not one for which an earlier one waits, about any of the same people: a merge is not told after what came of it. */
function firstDue(clientId: string, now: Milliseconds): Statement {
  return sql`
    select * from outgoing_events as due
    where client_id = ${clientId} and given_up_at is null and next_attempt_at <= ${now}
      and not exists (
        select 1 from outgoing_events as earlier
        where earlier.client_id = due.client_id and earlier.given_up_at is null and earlier.position < due.position
          and earlier.user_id in (due.user_id, due.other_user_id))
      and not exists (
        select 1 from outgoing_events as earlier
        where earlier.client_id = due.client_id and earlier.given_up_at is null and earlier.position < due.position
          and earlier.other_user_id in (due.user_id, due.other_user_id))
    order by next_attempt_at, position, id limit 1`;
}

const place = (id: string) => ({ table: 'outgoing_events', column: 'payload', row: id });

function readClaimed(row: Row, sealer: Sealer): ClaimedEvent {
  const id = textOf(row, 'id');
  return {
    id,
    clientId: textOf(row, 'client_id'),
    userId: textOf(row, 'user_id'),
    otherUserId: textOrNull(row, 'other_user_id'),
    event: JSON.parse(sealer.open(place(id), textOf(row, 'payload'))),
    happenedAt: numberOf(row, 'created_at'),
    notAfter: numberOf(row, 'not_after'),
    attempt: numberOf(row, 'attempts') + 1,
  };
}

function readView(row: Row): OutgoingEventView {
  return {
    id: textOf(row, 'id'),
    clientId: textOf(row, 'client_id'),
    userId: textOf(row, 'user_id'),
    kind: textOf(row, 'kind') as ClientEvent['kind'],
    createdAt: numberOf(row, 'created_at'),
    attempts: numberOf(row, 'attempts'),
    nextAttemptAt: numberOf(row, 'next_attempt_at'),
    failure: textOrNull(row, 'failure'),
    givenUpAt: numberOrNull(row, 'given_up_at'),
  };
}
