/**
 * Sends what is in the outbox: at once after it was put there, because somebody waits for it, and what is left over later.
 *
 * A mail may arrive twice, when its process dies between the server's answer and the note of it; it is never lost to
 * that. Nothing of a mail but its fate is logged, and no transaction is open while a mail server is talked to (V-25).
 */
import type { Log } from '../events/log.ts';
import type { Environment, Milliseconds } from '../model.ts';
import type { ClaimedMail, Outbox } from '../store/outbox.ts';
import type { Sender } from './sender.ts';
import { DELIVERIES_AT_ONCE, DELIVERY_LIMIT, type DeliveryFailure, type MailTransport } from './transport.ts';

/** A mail whose process died is due again after this long. Nobody sends for so long, so no two processes send one mail. */
export const LEASE: Milliseconds = 2 * DELIVERY_LIMIT;
/** How often the outbox is looked into unasked: for retries, and for what another process left behind. */
const LOOK_EVERY: Milliseconds = 10_000;
const FIRST_RETRY: Milliseconds = 10_000;
const LAST_RETRY: Milliseconds = 15 * 60_000;
/** What is under way when the process is told to stop may take this long; then it is cut, and due again elsewhere. */
const STOPPING_PATIENCE: Milliseconds = 5_000;

export interface DeliveryDependencies {
  readonly outbox: Outbox;
  readonly transport: MailTransport;
  readonly sender: () => Promise<Sender>;
  readonly environment: Environment;
  readonly log: Log;
  readonly delay: (milliseconds: number) => Promise<void>;
}

export interface MailDelivery {
  /** Something may be due. Answers at once and never throws. */
  wake(): void;
  /** Wakes, and resolves when nothing is due or under way any more. */
  settle(): Promise<void>;
  /** Takes on nothing more, and waits for what is under way, but not for long. */
  stop(): Promise<void>;
}

export function startDelivery({
  outbox,
  transport,
  sender,
  environment,
  log,
  delay,
}: DeliveryDependencies): MailDelivery {
  const underWay = new Set<Promise<void>>();
  let wokenInVain = false;
  let stopping = false;

  function wake(): void {
    if (stopping) return;
    // One of those at work may just have looked for the last time.
    wokenInVain = underWay.size >= DELIVERIES_AT_ONCE;
    if (wokenInVain) return;
    const work = deliverAll()
      .catch((error: unknown) => log.error({ event: 'mail.failed' }, error))
      .finally(() => {
        underWay.delete(work);
        if (wokenInVain) wake();
      });
    underWay.add(work);
  }

  async function deliverAll(): Promise<void> {
    while (!stopping) {
      const claimed = await outbox.claim(environment.now(), LEASE);
      if (claimed === null) return;
      // Where one is due there may be more: a slow one holds up none of them.
      wake();
      await deliver(claimed);
    }
  }

  async function deliver(claimed: ClaimedMail): Promise<void> {
    if (environment.now() >= claimed.notAfter) return giveUp(claimed, tooLate);
    const begunAt = environment.now();
    const result = await transport.deliver(claimed, await sender());
    if (result.kind === 'sent') {
      await outbox.remove(claimed);
      return log.info({ event: 'mail.sent', count: claimed.attempt, durationMs: environment.now() - begunAt });
    }
    const retryAt = environment.now() + waitAfter(claimed.attempt);
    if (result.kind === 'never') return giveUp(claimed, result);
    // Said with the reason of the last attempt: that it was too late says little.
    if (retryAt >= claimed.notAfter) return giveUp(claimed, result);
    await outbox.putBack(claimed, retryAt);
    log.warn({ event: 'mail.delayed', ...fateOf(claimed, result) });
  }

  async function giveUp(claimed: ClaimedMail, failure: DeliveryFailure): Promise<void> {
    await outbox.remove(claimed);
    log.error({ event: 'mail.given_up', ...fateOf(claimed, failure) });
  }

  async function finished(): Promise<void> {
    while (underWay.size > 0) await Promise.all(underWay);
  }

  const timer = setInterval(wake, LOOK_EVERY);
  timer.unref();
  // What the process before this one left behind.
  wake();
  return {
    wake,
    async settle() {
      wake();
      await finished();
    },
    async stop() {
      clearInterval(timer);
      stopping = true;
      await Promise.race([finished(), delay(STOPPING_PATIENCE)]);
      transport.close();
      await finished();
    },
  };
}

/** Twice as long after each attempt: 10 s, 20 s, 40 s, up to a quarter of an hour. */
export function waitAfter(attempt: number): Milliseconds {
  return Math.min(FIRST_RETRY * 2 ** (attempt - 1), LAST_RETRY);
}

const tooLate: DeliveryFailure = { detail: 'it could not be sent while it was of use', code: null, status: null };

function fateOf({ attempt }: ClaimedMail, { detail, code, status }: DeliveryFailure) {
  return { detail, code, status, count: attempt };
}
