/**
 * Mails that are to be sent: written with what they tell of, sent afterwards, gone once they are.
 *
 * Durable, so that a notice is not lost with the process that owes it. The message is sealed: it holds a code and an
 * address. A claim is a lease: it moves the next attempt beyond the time that sending may take, by compare-and-set, so
 * of all processes one sends; when that one dies, the mail is due again by itself. Must never be asked to hold a claim
 * open in a transaction (V-25).
 */
import type { Sealer } from '../crypto.ts';
import type { MailMessage, Milliseconds } from '../model.ts';
import { type Database, type Row, type Step, sql } from './database.ts';
import { numberOf, textOf } from './rows.ts';

export interface OutgoingMail {
  readonly id: string;
  readonly message: MailMessage;
  /** From then on it is worthless, as a code is after its end. */
  readonly notAfter: Milliseconds;
}

/** A mail that this caller alone may send until its lease ends. */
export interface ClaimedMail extends OutgoingMail {
  /** Counts from 1; with the id it names this claim and no other. */
  readonly attempt: number;
}

export interface Outbox {
  enqueue(mail: OutgoingMail, now: Milliseconds): Promise<void>;
  /** One mail that is due, leased to the caller for `lease`; null when none is. Also one that is worthless by now. */
  claim(now: Milliseconds, lease: Milliseconds): Promise<ClaimedMail | null>;
  /** Sent, or never to be sent: nothing of it stays. False when the claim had run out and somebody else has it. */
  remove(claimed: ClaimedMail): Promise<boolean>;
  /** Not sent: due again at `retryAt`. False likewise. */
  putBack(claimed: ClaimedMail, retryAt: Milliseconds): Promise<boolean>;
  deleteExpired(before: Milliseconds, atMost: number): Promise<number>;
}

export function createOutbox(database: Database, sealer: Sealer): Outbox {
  return {
    async enqueue(mail, now) {
      await database.run(insertOutgoingMail(mail, null, sealer, now).statement);
    },

    async claim(now, lease) {
      for (;;) {
        // Looked for first, by reading alone: whoever finds nothing to do has written nothing.
        const row = await database.get(sql`
          select * from outgoing_mails where next_attempt_at <= ${now} order by next_attempt_at, id limit 1`);
        if (row === null) return null;
        const [id, attempts] = [textOf(row, 'id'), numberOf(row, 'attempts')];
        const claimed = await database.run(sql`
          update outgoing_mails set attempts = ${attempts + 1}, next_attempt_at = ${now + lease}
          where id = ${id} and attempts = ${attempts} and next_attempt_at = ${numberOf(row, 'next_attempt_at')}`);
        // Somebody was faster with this one; there may be others.
        if (claimed === 1) return read(row, sealer);
      }
    },

    async remove({ id, attempt }) {
      return (await database.run(sql`delete from outgoing_mails where id = ${id} and attempts = ${attempt}`)) === 1;
    },

    async putBack({ id, attempt }, retryAt) {
      const changed = await database.run(sql`
        update outgoing_mails set next_attempt_at = ${retryAt} where id = ${id} and attempts = ${attempt}`);
      return changed === 1;
    },

    deleteExpired: (before, atMost) =>
      database.run(sql`
        delete from outgoing_mails
        where id in (select id from outgoing_mails where not_after < ${before} limit ${atMost})`),
  };
}

/**
 * The step that writes a mail, for the transaction of what it tells of. Writing the same mail again changes nothing.
 * @param eventId the audit event that this transaction writes later on; where it is there, the mail was sent. Null: it is
 *   the transaction that can only be carried out once.
 */
export function insertOutgoingMail(
  { id, message, notAfter }: OutgoingMail,
  eventId: string | null,
  sealer: Sealer,
  now: Milliseconds,
): Step {
  const sealed = sealer.seal(place(id), JSON.stringify(message));
  return {
    statement: sql`
      insert into outgoing_mails (id, message, not_after, attempts, next_attempt_at)
      select ${id}, ${sealed}, ${notAfter}, 0, ${now}
      where not exists (select 1 from audit_events where id = ${eventId ?? ''})
      on conflict (id) do nothing`,
    changes: 'any',
  };
}

const place = (id: string) => ({ table: 'outgoing_mails', column: 'message', row: id });

function read(row: Row, sealer: Sealer): ClaimedMail {
  const id = textOf(row, 'id');
  return {
    id,
    message: JSON.parse(sealer.open(place(id), textOf(row, 'message'))),
    notAfter: numberOf(row, 'not_after'),
    attempt: numberOf(row, 'attempts') + 1,
  };
}
