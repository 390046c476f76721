/**
 * Mails over SMTP (RFC 5321), by nodemailer.
 *
 * Owns what is said to a mail server: TLS or nothing, unless it is this machine (F-17); exactly one recipient, given as
 * a value and never parsed out of a text (F-09, CVE-2025-13033); no file and no address read for a message. Must never
 * hand on what the server answered: it repeats the address.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { getCACertificates } from 'node:tls';
import { createTransport, type NodemailerError, type SendMailOptions } from 'nodemailer';
import type { SmtpServer } from '../config.ts';
import type { DeliveryFailure } from '../delivery/attempt.ts';
import type { Environment, Milliseconds } from '../model.ts';
import type { OutgoingMail } from '../store/outbox.ts';
import type { Sender } from './sender.ts';
import { DELIVERIES_AT_ONCE, DELIVERY_LIMIT, type MailTransport } from './transport.ts';

export interface SmtpOptions {
  readonly server: SmtpServer;
  /** How we introduce ourselves: the host of the public address, because that of the machine is nobody's business. */
  readonly ownName: string;
  readonly environment: Pick<Environment, 'now'>;
  /** For one mail from beginning to end. Default: `DELIVERY_LIMIT`. */
  readonly limitMs?: Milliseconds;
  /** PEM certificates to trust beside the platform's own. */
  readonly certificateAuthorities?: readonly string[];
}

export interface SmtpTransport extends MailTransport {
  /** What keeps the server from taking our connection and our login; null when nothing does. Sends nothing. */
  check(): Promise<DeliveryFailure | null>;
}

export function createSmtpTransport(options: SmtpOptions): SmtpTransport {
  const { server, environment, limitMs = DELIVERY_LIMIT } = options;
  const pool = createTransport({
    pool: true,
    maxConnections: DELIVERIES_AT_ONCE,
    // Once, and only for a connection that died while it was idle: nothing of the mail was said over it.
    maxRequeues: 1,
    idleTimeout: 30_000,
    host: server.host,
    port: server.port,
    name: options.ownName,
    secure: server.security === 'tls',
    requireTLS: server.security === 'starttls',
    // A server on this machine often offers TLS with a certificate that nobody signed.
    ignoreTLS: server.security === 'none',
    allowInternalNetworkInterfaces: server.security === 'none',
    // Said here, so that no variable of the environment can say otherwise (K-08).
    tls: {
      rejectUnauthorized: true,
      minVersion: 'TLSv1.2',
      ca: [...getCACertificates('default'), ...(options.certificateAuthorities ?? [])],
    },
    auth: server.login === null ? undefined : { user: server.login.user, pass: server.login.password },
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    dnsTimeout: 5_000,
    socketTimeout: 30_000,
    socketCloseTimeout: 1_000,
    disableFileAccess: true,
    disableUrlAccess: true,
  });

  return {
    canSend: true,
    async deliver(mail, sender) {
      // Time limits of the connection begin anew with every byte; this one does not.
      const signal = AbortSignal.timeout(limitMs);
      try {
        await pool.sendMail({ ...asMessage(mail, sender, environment.now()), signal });
        return { kind: 'sent' };
      } catch (error) {
        return { kind: isFinal(error) ? 'never' : 'later', ...failureOf(error) };
      }
    },
    async check() {
      try {
        await Promise.race([pool.verify(), timeout(limitMs)]);
        return null;
      } catch (error) {
        return failureOf(error);
      }
    },
    close: () => pool.close({ force: true }),
  };
}

function asMessage({ id, message }: OutgoingMail, sender: Sender, now: Milliseconds): SendMailOptions {
  return {
    envelope: { from: sender.address, to: [message.to] },
    from: { name: sender.name, address: sender.address },
    to: { name: '', address: message.to },
    subject: message.subject,
    text: message.text,
    html: message.html,
    date: new Date(now),
    // The same at every attempt: a mail that was sent twice because its sender died can be recognised.
    messageId: `<${id}@${sender.address.split('@')[1]}>`,
    // RFC 3834 §5, and its older brother: no answering machine is to answer.
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
  };
}

/**
 * Only an answer to the mail itself is final. A login that is refused, a certificate that expired or a name that does not
 * resolve is put right by an operator, and what waits is sent then, unless it is worthless by that time.
 */
function isFinal(error: unknown): boolean {
  const { code, responseCode } = error as NodemailerError;
  if (code !== 'EENVELOPE' && code !== 'EMESSAGE') return false;
  // RFC 5321 §4.2.1: 5yz is for good. 503 is about the order of commands, not about the mail.
  return responseCode === undefined || (responseCode >= 500 && responseCode !== 503);
}

const words: { readonly [code: string]: string } = {
  EDNS: 'the name of the mail server does not resolve',
  ECONNECTION: 'the mail server ended the connection',
  ESOCKET: 'the connection to the mail server failed',
  ETIMEDOUT: 'the mail server does not answer in time',
  EABORT: 'the mail server does not answer in time',
  ETLS: 'the mail server offers no TLS that can be trusted',
  EAUTH: 'the mail server does not accept the login',
  EENVELOPE: 'the mail server refused the mail',
  EMESSAGE: 'the mail server refused the mail',
};

function failureOf(error: unknown): DeliveryFailure {
  const { code = null, originalCode, responseCode } = error as NodemailerError;
  const detail = words[code ?? ''] ?? 'the mail could not be handed over';
  return { detail, code: originalCode ?? code, status: responseCode ?? null };
}

async function timeout(milliseconds: Milliseconds): Promise<never> {
  await delay(milliseconds, undefined, { ref: false });
  throw Object.assign(new Error('too slow'), { code: 'ETIMEDOUT' });
}
