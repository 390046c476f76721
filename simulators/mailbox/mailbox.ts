/**
 * A practice mailbox: everybody's mails on one page, for whoever tries the program without a mail server.
 *
 * In memory, bounded, gone with the process. Not a security boundary: whoever reaches the page reads all mails, codes
 * included.
 */

import { Hono } from 'hono';
import type { Environment, Milliseconds } from '../../src/model.ts';
import { BoundedList } from '../shared/bounded.ts';
import { htmlPart, listPage, mailPage, unknownPage } from './pages.ts';

/** What has to be known of a mail. */
export interface ArrivingMail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

export interface ReceivedMail extends ArrivingMail {
  /** Counts from 1 and is never given again. */
  readonly number: number;
  readonly at: Milliseconds;
}

export interface MailboxOptions {
  readonly environment: Pick<Environment, 'now'>;
  /** Where it is mounted, such as `/mail`. */
  readonly prefix: string;
  /** How many mails are kept: 200 by default. */
  readonly keeps?: number;
}

export interface Mailbox {
  readonly app: Hono;
  /** Oldest first; the same array each time. */
  readonly mails: readonly ReceivedMail[];
  deliver(mail: ArrivingMail): void;
}

export function createMailbox({ environment, prefix, keeps = 200 }: MailboxOptions): Mailbox {
  const kept = new BoundedList<ReceivedMail>(keeps);
  let count = 0;
  const find = (number: string) => kept.items.find((mail) => `${mail.number}` === number) ?? null;

  const app = new Hono();
  app.get(prefix, () => listPage(prefix, kept.items.toReversed()));
  app.get(`${prefix}/:number`, (context) => {
    const mail = find(context.req.param('number'));
    return mail === null ? unknownPage(prefix) : mailPage(prefix, mail);
  });
  app.get(`${prefix}/:number/html`, (context) => {
    const mail = find(context.req.param('number'));
    return mail === null ? unknownPage(prefix) : htmlPart(mail);
  });

  return {
    app,
    mails: kept.items,
    deliver({ to, subject, text, html }) {
      count += 1;
      kept.push({ to, subject, text, html, number: count, at: environment.now() });
    },
  };
}
