/**
 * Sends what is in the outbox: at once after it was put there, because somebody waits for it, and what is left over later.
 *
 * A mail may arrive twice, when its process dies between the server's answer and the note of it; it is never lost to
 * that. Nothing of a mail but its fate is logged.
 */
import { attempt, type DeliveryFailure, type Sending } from '../delivery/attempt.ts';
import { createPool } from '../delivery/pool.ts';
import { startWorker, type Worker } from '../delivery/worker.ts';
import type { Log } from '../events/log.ts';
import type { Environment, Milliseconds } from '../model.ts';
import type { ClaimedMail, Outbox } from '../store/outbox.ts';
import type { Sender } from './sender.ts';
import { DELIVERIES_AT_ONCE, DELIVERY_LIMIT, type MailTransport } from './transport.ts';

/** A mail whose process died is due again after this long. Nobody sends for so long, so no two processes send one mail. */
export const LEASE: Milliseconds = 2 * DELIVERY_LIMIT;
/** Longer than most troubles of a mail server, and well within the life of a notice. */
export const LONGEST_WAIT: Milliseconds = 15 * 60_000;

export interface DeliveryDependencies {
  readonly outbox: Outbox;
  readonly transport: MailTransport;
  readonly sender: () => Promise<Sender>;
  readonly environment: Environment;
  readonly log: Log;
  readonly delay: (milliseconds: number) => Promise<void>;
}

export function startDelivery(dependencies: DeliveryDependencies): Worker {
  const { outbox, transport, sender, environment, log, delay } = dependencies;
  const sending: Sending<ClaimedMail> = {
    longestWait: LONGEST_WAIT,
    deliver: async (mail) => transport.deliver(mail, await sender()),
    async sent(mail, durationMs) {
      await outbox.remove(mail);
      log.info({ event: 'mail.sent', count: mail.attempt, durationMs });
    },
    async putOff(mail, failure, retryAt) {
      await outbox.putBack(mail, retryAt);
      log.warn({ event: 'mail.delayed', ...fateOf(mail, failure) });
    },
    async giveUp(mail, failure) {
      await outbox.remove(mail);
      log.error({ event: 'mail.given_up', ...fateOf(mail, failure) });
    },
  };
  const pool = createPool({
    atOnce: DELIVERIES_AT_ONCE,
    claim: () => outbox.claim(environment.now(), LEASE),
    async carryOut(mail: ClaimedMail) {
      await attempt(mail, sending, environment);
      return true;
    },
    failed: (error) => log.error({ event: 'mail.failed' }, error),
  });
  return startWorker(pool, { delay, cut: () => transport.close() });
}

function fateOf({ attempt: count }: ClaimedMail, { detail, code, status }: DeliveryFailure) {
  return { detail, code, status, count };
}
