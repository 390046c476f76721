/**
 * To whom a mail goes.
 *
 * Always the canonical form of an address, never the one that somebody typed just now: look-alikes fold to the address
 * that was verified, or to none (F-10), and nothing in it structures a header or names a second mailbox (F-09).
 */
import type { Recipient } from '../model.ts';
import { canonicalEmail } from '../users/email-address.ts';

/** Null for what is no single mailbox. An international domain comes out as its A-label. */
export function parseRecipient(address: string): Recipient | null {
  return canonicalEmail(address) as Recipient | null;
}
