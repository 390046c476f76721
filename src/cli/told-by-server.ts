/**
 * For commands that owe mails to people and events to apps: they store them with what they tell of, and the server sends them.
 */
import type { Settings } from '../config.ts';
import { randomToken } from '../crypto.ts';
import type { Mail } from '../mail/mail.ts';
import type { MergingSurroundings } from '../merging.ts';
import type { Environment, Requester } from '../model.ts';

/** Nobody's browser: the mail names no device. */
export const byOperator: Requester = { userAgent: null, addressKey: 'command line', knownDevice: null };

/** It looks for mails and events every few seconds. */
const leftToServer = () => {};

export function toldByServer(
  settings: Pick<Settings, 'smtp' | 'mode' | 'publicUrl'>,
  environment: Environment,
): Omit<MergingSurroundings, 'participants'> {
  const mail = {
    canSend: settings.smtp !== null || settings.mode !== 'production',
    prepare: (message: Parameters<Mail['prepare']>[0], { notAfter }: Parameters<Mail['prepare']>[1]) => {
      return { id: randomToken(environment, 16), message, notAfter };
    },
    wake: leftToServer,
  };
  return { environment, publicUrl: new URL(settings.publicUrl), mail, wakeClientEvents: leftToServer };
}
