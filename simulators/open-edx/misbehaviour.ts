/**
 * What the stand-in can be told to do wrong, at which of its endpoints.
 *
 * Most of it spoils an answer whose work is done: the account was made, and whoever asked does not know. `refused` is the
 * other kind: nothing was done.
 */

import { z } from 'zod';
import { ofJson, onTheWay, times } from '../shared/misbehaviour.ts';

export const endpoints = [
  'registration',
  'validation',
  'authorize',
  'token',
  'revoke',
  'me',
  'accounts',
  'my-user-info',
  'enrollment',
  'bulk-enroll',
  'courses',
  'course-modes',
  'third-party-auth',
  'csrf',
  'log-in',
  'complete',
  'log-out',
  'page',
] as const;
export type Endpoint = (typeof endpoints)[number];

const misbehaviour = z.discriminatedUnion('kind', [
  ...onTheWay,
  ...ofJson,
  /** Before anything is done: 403, 429 with Retry-After, 503, as JSON or as HTML. */
  z.strictObject({
    kind: z.literal('refused'),
    status: z.int().min(400).max(599),
    body: z.string(),
    contentType: z.enum(['application/json', 'text/html; charset=utf-8']),
    /** Seconds. */
    retryAfter: z.int().min(0).nullable(),
  }),
  /** Everything is done, and the connection breaks. */
  z.strictObject({ kind: z.literal('connection-lost') }),
]);
export type Misbehaviour = z.infer<typeof misbehaviour>;

export const orderSchema = z.strictObject({ endpoint: z.enum(endpoints), how: misbehaviour, times });
export type Order = z.infer<typeof orderSchema>;

/** What nobody asked for any more. */
export function refusal(how: Extract<Misbehaviour, { kind: 'refused' }>): Response {
  const headers = new Headers({ 'Content-Type': how.contentType });
  if (how.retryAfter !== null) headers.set('Retry-After', `${how.retryAfter}`);
  return new Response(how.body, { status: how.status, headers });
}

/** Breaks off in the middle of its body, after everything was done. */
export function lostAnswer(): Response {
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.error(new TypeError('the connection was lost')),
  });
  return new Response(body, { headers: { 'Content-Type': 'application/json' } });
}
