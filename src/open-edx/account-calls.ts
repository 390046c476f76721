/**
 * Looking an account of the LMS up by its address, with the service worker's token (open-edx.md §10).
 *
 * How a registration whose answer was lost is recovered: what is found there is told by no one else.
 */
import { z } from 'zod';
import type { Lms } from './lms.ts';
import type { LmsTransport } from './transport.ts';
import { bearerTrouble, type Trouble, unexpected } from './trouble.ts';

export type AccountAnswer =
  | { readonly kind: 'account'; readonly username: string; readonly isActive: boolean | null }
  | { readonly kind: 'no-account' }
  | Trouble;

const accounts = z.array(z.object({ username: z.string().min(1), is_active: z.boolean().nullable().optional() }));

export async function findAccountByEmail(
  transport: LmsTransport,
  worker: NonNullable<Lms['worker']>,
  email: string,
): Promise<AccountAnswer> {
  const called = await transport.call({
    counts: null,
    method: 'GET',
    path: `/api/user/v1/accounts?${new URLSearchParams({ email })}`,
    authorization: `Bearer ${worker.token}`,
    body: null,
  });
  if (called.kind !== 'answered') return called;
  // A page of some other server says 404 too; the LMS's own has a body of JSON or none at all.
  if (called.status === 404) return { kind: 'no-account' };
  if (called.status !== 200) return bearerTrouble(called);
  const parsed = accounts.safeParse(called.body);
  if (!parsed.success || parsed.data.length > 1) return unexpected(called);
  const [account] = parsed.data;
  if (account === undefined) return { kind: 'no-account' };
  return { kind: 'account', username: account.username, isActive: account.is_active ?? null };
}
