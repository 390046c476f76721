/**
 * How a mail leaves: one interface, and the two ways for a process that has no mail server.
 */
import type { Delivery } from '../delivery/attempt.ts';
import type { Milliseconds } from '../model.ts';
import type { OutgoingMail } from '../store/outbox.ts';
import type { Sender } from './sender.ts';

export interface MailTransport {
  /** False where nothing that is handed over reaches anybody: then nothing may be offered that needs a mail. */
  readonly canSend: boolean;
  /** Never rejects for what the other side does, and ends within `DELIVERY_LIMIT`. */
  deliver(mail: OutgoingMail, sender: Sender): Promise<Delivery>;
  /** Ends what is under way as failed. */
  close(): void;
}

/** A server that answers one byte a second must hold no mail longer (F-17). */
export const DELIVERY_LIMIT: Milliseconds = 60_000;

/** Few: mail servers shut out whoever comes with many at once. Several, so that one slow mail delays no other. */
export const DELIVERIES_AT_ONCE = 4;

/** Production without a mail server: each mail is given up at once and in the open, instead of waiting for nobody. */
export const noTransport: MailTransport = {
  canSend: false,
  deliver: async () => ({ kind: 'never', detail: 'no mail server is configured', code: null, status: null }),
  close() {},
};

/** For development: each mail as one block that a person reads. It shows codes, so it must never be used in production. */
export function createLogTransport(write: (text: string) => void): MailTransport {
  return {
    canSend: true,
    async deliver({ message }, sender) {
      const head = `From: ${sender.name} <${sender.address}>\nTo: ${message.to}\nSubject: ${message.subject}`;
      write(`\n----- mail -----\n${head}\n\n${message.text}----------------\n`);
      return { kind: 'sent' };
    },
    close() {},
  };
}
