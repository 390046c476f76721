/**
 * What an institution calls somebody, given to an account by an operator or taken from it: it opens the account to the campuses that
 * are trusted for such ids (DESIGN §6.3).
 *
 * Must never: give an id that another account is seen to have, or write its value into the audit trail. Two operators who give one id to
 * two accounts at the same moment make a conflict, which signs nobody in.
 */
import { randomToken, type Vault } from '../crypto.ts';
import type { JsonObject } from '../model.ts';
import { institutionKind, parseInstitutionId } from '../person/institution-id.ts';
import { requireActive } from '../store/account-guards.ts';
import { insertAuditEvent } from '../store/audit.ts';
import { giveIdentifierOnce, requireNoHolder, takeIdentifierOf } from '../store/identifiers.ts';
import { AdminRefusal } from './refusal.ts';
import { type Cause, type ChangedUser, resolveUser, type UserAdministration } from './users.ts';

export interface IdentifierChange {
  readonly namespace: string;
  readonly id: string;
  readonly action: 'give' | 'take';
}

/** @throws AdminRefusal where there is no such account, none that is open, or another one that has the id */
export async function changeInstitutionId(
  administration: UserAdministration & { readonly vault: Vault },
  words: string,
  { namespace, id, action }: IdentifierChange,
  { by, reason }: Cause,
): Promise<ChangedUser> {
  const { environment, database, store, vault } = administration;
  const value = parseInstitutionId(id);
  if (value === null) throw new AdminRefusal('invalid', 'that is no id, or one that many people share');
  const userId = await resolveUser(administration, words);
  const kind = institutionKind(namespace);
  const holders = await store.accounts.findHolders(kind, value);
  if (holders.some((holder) => holder.id === userId) === (action === 'give')) return { id: userId, changed: false };
  const now = environment.now();
  const index = vault.blindIndex(kind, value);
  const detail: JsonObject = { namespace, by, reason };
  const { committed } = await database.atomically([
    requireActive(userId),
    ...(action === 'give'
      ? [
          requireNoHolder(userId, kind, index),
          giveIdentifierOnce({ userId, kind, value, provider: 'import' }, vault, now),
        ]
      : [takeIdentifierOf(userId, kind, index)]),
    insertAuditEvent({
      ...{ id: randomToken(environment, 16), at: now, code: null, userId, provider: null, clientId: null },
      ...{ type: action === 'give' ? 'identifier.given' : 'identifier.taken', signInId: null, reference: null, detail },
    }),
  ]);
  if (committed) return { id: userId, changed: true };
  const other = (await store.accounts.findHolders(kind, value)).find((holder) => holder.id !== userId);
  if (action === 'give' && other !== undefined) {
    throw new AdminRefusal(
      'invalid',
      `the account ${other.id} has this id: take it from there first, or merge the two`,
    );
  }
  throw new AdminRefusal(
    'conflict',
    `the account ${userId} is not open, or was changed at the same moment: nothing was done`,
  );
}
