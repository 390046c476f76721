/**
 * A mailbox inside the process that sends: hands each mail's code to whoever asks for it, once.
 *
 * In place of a mail server, because what that costs says nothing of the broker. The outbox is still written and read.
 */
import type { MailTransport } from '../src/mail/transport.ts';

export interface MailboxInProcess {
  readonly transport: MailTransport;
  /** Resolves when the mail is there. */
  codeFor(address: string): Promise<string>;
}

export function createMailboxInProcess(): MailboxInProcess {
  const mails = new Map<string, PromiseWithResolvers<string>>();
  function slotOf(address: string): PromiseWithResolvers<string> {
    const slot = mails.get(address) ?? Promise.withResolvers<string>();
    mails.set(address, slot);
    return slot;
  }
  return {
    transport: {
      canSend: true,
      async deliver({ message: { to, text } }) {
        const code = /^(\d{3}) (\d{3})$/m.exec(text)?.slice(1).join('');
        // Notices have none, and nobody waits for them.
        if (code !== undefined) slotOf(to).resolve(code);
        return { kind: 'sent' };
      },
      close() {},
    },
    async codeFor(address) {
      const code = await slotOf(address).promise;
      mails.delete(address);
      return code;
    },
  };
}
