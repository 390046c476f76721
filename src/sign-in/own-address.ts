/**
 * The end of an attempt by which whoever is signed in proves a mailbox for their account: no pipeline, for it is known whose account
 * it is; one transaction, and the person stays in the session that they are in.
 *
 * D-07: nothing of it is written before the mailbox is proved. D-08, V-24: what becomes verified here was proved here. Whether
 * another account has the address is said only now, to whoever reads its mail (F-11).
 */
import { prepareUndo } from '../credentials/address-undo.ts';
import { SignInError } from '../errors.ts';
import type { Decision, Identity, Milliseconds, SignIn, UserEmail } from '../model.ts';
import { touchActive } from '../store/account-guards.ts';
import type { NewEmail } from '../store/accounts.ts';
import { verifyAddress } from '../store/addresses.ts';
import { insertAuditEvent, insertAuditEventOnce } from '../store/audit.ts';
import type { Step } from '../store/database.ts';
import { removeIdentity } from '../store/disconnects.ts';
import { endSessionsOf } from '../store/session-clients.ts';
import type { Store } from '../store/store.ts';
import { emailsOf } from '../users/arrival.ts';
import { canonicalEmail } from '../users/email-address.ts';
import { unproved } from '../users/unproved.ts';
import {
  auditEvent,
  type CommitDependencies,
  type Committed,
  type Conclusion,
  eventIdOf,
  LOST,
  looseAuditEvent,
} from './commit.ts';
import { guardItsSession } from './on-behalf.ts';

/** Whose account, and in which session; null for an attempt that is for something else. */
export function changedAddress({ purpose }: SignIn): { readonly userId: string; readonly session: string } | null {
  return purpose.kind === 'change' && purpose.what.kind === 'verify-address' ? purpose : null;
}

/** Null for an attempt that is for something else. @throws SignInError address_taken, user_disabled */
export async function decideOwnAddress(signIn: SignIn, store: Store) {
  const purpose = changedAddress(signIn);
  if (purpose === null) return null;
  const user = (await store.accounts.findUser(purpose.userId))?.user ?? null;
  if (user?.state !== 'active') throw new SignInError('user_disabled', 'the account is not there any more');
  const owner = await store.accounts.findOwnerOfEmail(provedAddress(signIn).key);
  if (owner !== null && owner.id !== user.id) throw new SignInError('address_taken', 'another account has it verified');
  const decision: Decision = { kind: 'use', userId: user.id, guestId: null };
  return { result: { kind: 'decided', decision } as const, trace: [] };
}

export async function commitOwnAddress(
  { environment, store, vault, notices, wakeClientEvents }: CommitDependencies,
  { signIn, record, requester, reference }: Conclusion,
): Promise<Committed> {
  const purpose = changedAddress(signIn);
  const found = purpose && (await store.accounts.findUser(purpose.userId));
  if (purpose === null || found === null) return LOST;
  const { userId } = purpose;
  const eventId = eventIdOf(signIn, 'email.verified');
  // Carried out before, by a doubled request: the person may have removed the address since, and it must not come back.
  if (await store.audit.isRecorded(eventId)) return { kind: 'committed', userId };
  const address = provedAddress(signIn);
  const now = environment.now();
  const before = found.emails.find((email) => canonicalEmail(email.address) === address.key) ?? null;
  // A second mail for it was used as well: nothing is left to do.
  if (before !== null && before.verifiedAt !== null) return { kind: 'committed', userId };

  // What is new to the account was typed by whoever proves it now. What stood there before may have been put there by anybody.
  const ended = before === null ? null : await endWhatNobodyProved(store, purpose, found.emails, now);
  const more = (ended?.length ?? 0) > 0 ? [{ kind: 'unproved-ended' } as const] : [];
  const undo = prepareUndo({ environment, vault }, userId, found.emails);
  const mails = await notices.prepare(
    [{ kind: 'email-added', address: address.address, undo: undo.links }, ...more],
    [...found.emails.filter((email) => email !== before), asVerified(address, now)],
    { locale: signIn.locale, requester, eventId },
  );
  const parts = { code: null, userId, provider: record.slug, reference } as const;
  const committed = await store.commit([
    touchActive(userId, now),
    ...guardItsSession(signIn.purpose),
    verifyAddress(userId, address, now),
    ...(ended ?? []).flatMap(({ id }) => removeIdentity(userId, id)),
    ...(ended === null ? [] : endSessionsOf(userId, purpose.session, now)),
    ...undo.steps,
    ...mails,
    insertAuditEventOnce(auditEvent(signIn, { ...parts, type: 'email.verified', detail: { by: 'llavero' } }, now)),
    ...(ended ?? []).map(
      ({ id, provider }): Step =>
        insertAuditEvent(
          looseAuditEvent(environment, {
            ...{ ...parts, type: 'identity.unlinked', provider },
            detail: { identity: id, reason: 'attached-before-any-proof' },
          }),
        ),
    ),
  ]);
  if (!committed) return LOST;
  notices.wake();
  if (ended !== null) {
    wakeClientEvents();
    // What clients were given in sessions that have just ended (F-13).
    await store.oidcRecords.deleteSessionsOf(userId);
  }
  return { kind: 'committed', userId };
}

async function endWhatNobodyProved(
  store: Store,
  { userId, session }: { readonly userId: string; readonly session: string },
  emails: readonly UserEmail[],
  now: Milliseconds,
): Promise<Identity[]> {
  const [identities, passwords, began] = await Promise.all([
    store.accounts.identitiesOf(userId),
    store.passwords.ofUser(userId),
    store.sessions.use(session, now),
  ]);
  return unproved({ identities, passwords, emails }, began?.identityId ?? null);
}

/** @throws Error when the attempt proved none: a fault of ours */
function provedAddress({ arrival }: SignIn): NewEmail {
  const [email] = arrival === null ? [] : emailsOf(arrival.profile);
  if (email === undefined || email.verifiedBy === null) throw new Error('a mailbox is taken that was not proved');
  return email;
}

function asVerified({ address }: NewEmail, now: Milliseconds): UserEmail {
  return { address, verifiedAt: now, verifiedBy: 'llavero', primary: false };
}
