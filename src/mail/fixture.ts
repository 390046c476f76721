/**
 * Mails for tests.
 */
import { randomBytes } from 'node:crypto';
import type { MailMessage, Recipient } from '../model.ts';
import { defaultBrand } from '../pages/brand.ts';
import { path } from '../pages/href.ts';
import type { OutgoingMail } from '../store/outbox.ts';
import { mailLink } from './link.ts';
import { type CodePurpose, type SignInCodeProps, signInCode } from './messages.ts';
import { parseRecipient } from './recipient.ts';

export const AT = Date.UTC(2026, 10, 3, 9, 30);
export const PUBLIC_URL = new URL('https://entrar.example.mx');
export const CODE = '481516';
export const LINK = mailLink(PUBLIC_URL, path('/sign-in/code?token=q7Zt0pXv3mKc9LwB5yRn2HfJ8sDg4aEu-_'));
export const sender = { name: 'Campus Virtual', address: 'no-reply@entrar.example.mx' };

export function recipient(address: string): Recipient {
  const parsed = parseRecipient(address);
  if (parsed === null) throw new Error('not an address that a mail can go to');
  return parsed;
}

export function codeProps(changes: Partial<SignInCodeProps> = {}): SignInCodeProps {
  return {
    to: recipient('ana@uni.example'),
    locale: 'es-MX',
    brand: { ...defaultBrand, productName: 'Campus Virtual' },
    at: AT,
    requester: { device: 'Chrome en Android' },
    purpose: 'sign-in' satisfies CodePurpose,
    site: 'Cursos de práctica',
    code: CODE,
    link: LINK,
    validFor: 10 * 60_000,
    ...changes,
  };
}

/** A mail on its way to this address. */
export function outgoing(address = 'ana@uni.example', changes: Partial<MailMessage> = {}): OutgoingMail {
  const message = { ...signInCode(codeProps({ to: recipient(address) })), ...changes };
  return { id: randomBytes(16).toString('base64url'), message, notAfter: AT + 10 * 60_000 };
}
