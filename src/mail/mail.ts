/**
 * What the rest of the program needs of mail: to know whether one can be sent, and to have one sent.
 *
 * Whoever asks is answered when the mail is stored: whether a mail server is slow or away changes no answer to a person
 * (F-17), and so tells nobody whether an address has an account (F-11).
 */
import { randomToken } from '../crypto.ts';
import type { Worker } from '../delivery/worker.ts';
import type { MailMessage, Milliseconds } from '../model.ts';
import type { OutgoingMail } from '../store/outbox.ts';
import { type DeliveryDependencies, startDelivery } from './delivery.ts';

export interface SendOptions {
  /** From then on the mail is worthless and not sent any more. */
  readonly notAfter: Milliseconds;
}

export interface Mail {
  /** Whether mails reach anybody here: without it no way in may be offered that needs one. */
  readonly canSend: boolean;
  /** Resolves when the mail is stored. @throws DatabaseUnavailable */
  sendMail(message: MailMessage, options: SendOptions): Promise<void>;
  /**
   * For a mail that is to be stored in the transaction of what it tells of, by `insertOutgoingMail` of the store; call
   * `wake` once that is committed.
   */
  prepare(message: MailMessage, options: SendOptions): OutgoingMail;
  wake(): void;
}

export interface MailService extends Mail, Pick<Worker, 'settle' | 'stop'> {}

export function startMail(dependencies: DeliveryDependencies): MailService {
  const { outbox, transport, environment } = dependencies;
  const delivery = startDelivery(dependencies);
  const prepare: Mail['prepare'] = (message, { notAfter }) => ({ id: randomToken(environment, 16), message, notAfter });
  return {
    canSend: transport.canSend,
    prepare,
    async sendMail(message, options) {
      await outbox.enqueue(prepare(message, options), environment.now());
      delivery.wake();
    },
    wake: delivery.wake,
    settle: delivery.settle,
    stop: delivery.stop,
  };
}
