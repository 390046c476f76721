/**
 * What the pipeline decides from: who arrived, and what the store knows that may be theirs.
 *
 * Read anew each time the pipeline runs, because what was true before a pause may no longer be. Writes nothing.
 */
import type { Arrival, ProviderRecord, SignIn, User } from '../model.ts';
import type { Store } from '../store/store.ts';
import { emailsOf } from '../users/arrival.ts';
import type { Facts } from './pipeline.ts';

export async function gatherFacts(
  store: Store,
  arrival: Arrival,
  record: ProviderRecord,
  answers: SignIn['answers'],
): Promise<Facts> {
  const { profile } = arrival;
  const known = await store.accounts.findIdentity(profile.provider, profile.subject);
  // A known identity is its user, whatever addresses say today (B-28): at a course start that is nearly everybody.
  const owners = known === null ? await ownersOfEmails(store, arrival) : [];
  return { profile, record, known, owners, answers };
}

/** Of the addresses that this provider is trusted for and says are verified. */
async function ownersOfEmails(store: Store, { profile }: Arrival): Promise<User[]> {
  const owners = new Map<string, User>();
  for (const { key, verifiedBy } of emailsOf(profile)) {
    const owner = verifiedBy === null ? null : await store.accounts.findOwnerOfEmail(key);
    if (owner !== null) owners.set(owner.id, owner);
  }
  return [...owners.values()];
}
