/**
 * An attempt that somebody began in their session, to connect or to change something of their account, ends with that session.
 *
 * Account pre-hijacking by a change that is left pending (D-07): whoever was in an account begins one, its owner throws them out with
 * a new password, and they finish what they began. Whatever ends the session ends the attempt: a new password, signing out, a
 * merge, the list of sessions, the deletion of the account.
 */
import { SignInError } from '../errors.ts';
import type { Milliseconds, Purpose, SignIn } from '../model.ts';
import { requireSession } from '../store/account-guards.ts';
import type { Step } from '../store/database.ts';
import type { Store } from '../store/store.ts';

/** @throws SignInError sign_in_expired */
export async function requireItsSession({ purpose }: SignIn, store: Store, now: Milliseconds): Promise<void> {
  const begun = begunIn(purpose);
  if (begun === null) return;
  const session = await store.sessions.use(begun.session, now);
  if (session?.userId !== begun.userId) throw new SignInError('sign_in_expired', 'the session that began it has ended');
}

/** The same, in the transaction of what is done. */
export function guardItsSession(purpose: Purpose): readonly Step[] {
  const begun = begunIn(purpose);
  return begun === null ? [] : [requireSession(begun.session, begun.userId)];
}

function begunIn(purpose: Purpose) {
  return purpose.kind === 'link' || purpose.kind === 'change' ? purpose : null;
}
