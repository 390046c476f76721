/**
 * Settings that many vendors have, so that each is judged and described in one way.
 *
 * No address here is plain HTTP, except towards this machine.
 */

import { z } from 'zod';

/** An https address as text; plain HTTP only towards this machine, for practice. */
export const address = z.string().refine(isAddress, 'must be an https address without a fragment');

/** Scheme, host and port alone. */
export const origin = address.refine((text) => {
  const url = URL.parse(text);
  return url !== null && (text === url.origin || text === `${url.origin}/`);
}, 'must be https://<host>, without a path');

export const secret = z.string().min(1, 'must not be empty').max(1024);
export const clientId = z
  .string('must be text: put it in quotes')
  .regex(/^[\x21-\x7e]{1,255}$/, 'must be the id that the provider gave, without spaces');

/** RFC 6749 §3.3 */
export const scope = z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,100}$/, 'must be one scope');

/** Every vendor that sends people away has it; under this name, callback addresses of old are found. */
export const redirectUri = address
  .optional()
  .describe("The address registered at the provider when it is not this server's own callback.");

/** For a vendor whose issuer is fixed: only this machine, so that nobody else can be taken for that vendor. */
export const practiceIssuer = z
  .string()
  .refine(
    (text) => isAddress(text) && text.startsWith('http:') && !text.includes('?'),
    'must be an http address on this machine',
  )
  .optional()
  .describe('Practice only: the issuer of a stand-in on this machine.');

/** A setting whose presence the schema has already made sure of. */
export function required(value: string | undefined): string {
  if (value === undefined) throw new TypeError('Settings that did not pass their schema');
  return value;
}

function isAddress(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || url.username !== '' || url.password !== '' || text.includes('#')) return false;
  const here = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  return url.protocol === 'https:' || (url.protocol === 'http:' && here);
}
