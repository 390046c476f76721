/**
 * What may go wrong with any call to an LMS, apart from what each call means.
 *
 * `detail` is for an operator: status, error codes and names of fields as the LMS has them, never a sentence or a value of it: those
 * may be about the person, and are stored.
 */
import { z } from 'zod';
import type { Milliseconds } from '../model.ts';

export type Trouble =
  /** No answer that could be read to its end. The LMS may have done what was asked. */
  | { readonly kind: 'unreachable'; readonly detail: string }
  /** Not carried out, by our own count or by its word. */
  | { readonly kind: 'rate-limited'; readonly retryAt: Milliseconds }
  /** An answer of another kind than the interface has: its own fault, a page of a proxy, another address than the LMS. */
  | { readonly kind: 'unexpected'; readonly detail: string }
  /** The credential that was used is worth nothing, or not enough. */
  | { readonly kind: 'credential-refused'; readonly detail: string };

/** An answer with a status. `body` is null where it was not JSON. */
export interface LmsAnswer {
  readonly status: number;
  readonly body: unknown;
}

const named = z.object({ error_code: z.string().optional(), error: z.string().optional() });

/** Its codes are words of lower-case letters; anything else is left out. */
const WORD = /^[a-z][a-z0-9_-]{0,60}$/;

export function detailOf({ status, body }: LmsAnswer): string {
  const parsed = named.safeParse(body);
  const code = parsed.success ? (parsed.data.error_code ?? parsed.data.error) : undefined;
  const note = body === null ? 'no JSON' : code !== undefined && WORD.test(code) ? code : null;
  return note === null ? `${status}` : `${status} ${note}`;
}

/** Names of the members in which it found a fault. */
export function faultyFields(body: unknown): string[] {
  const members = typeof body === 'object' && body !== null ? Object.keys(body) : [];
  return members.filter((name) => WORD.test(name) && !['error_code', 'username_suggestions', 'success'].includes(name));
}

export function unexpected(answer: LmsAnswer): Trouble {
  return { kind: 'unexpected', detail: detailOf(answer) };
}

/** For calls with a Bearer token: open-edx.md §10, codes of 401. */
export function bearerTrouble(answer: LmsAnswer): Trouble {
  const refused = answer.status === 401 || answer.status === 403;
  return refused ? { kind: 'credential-refused', detail: detailOf(answer) } : unexpected(answer);
}

const troubles: readonly string[] = ['unreachable', 'rate-limited', 'unexpected', 'credential-refused'];

export function isTrouble(answer: { readonly kind: string }): answer is Trouble {
  return troubles.includes(answer.kind);
}
