/**
 * What the pipeline decides from: who arrived, and what the store knows that may be theirs.
 *
 * Read anew each time the pipeline runs, because what was true before a pause may no longer be. Writes nothing.
 */
import type { Arrival, ProviderRecord, SignIn, User } from '../model.ts';
import type { Store } from '../store/store.ts';
import { emailsOf } from '../users/arrival.ts';
import { canonicalEmail } from '../users/email-address.ts';
import type { Facts } from './pipeline.ts';
import { provedIn } from './registration-answers.ts';
import { gatherRegistration, type RegistrationSources } from './registration-facts.ts';

export async function gatherFacts(
  sources: RegistrationSources,
  arrival: Arrival,
  record: ProviderRecord,
  answers: SignIn['answers'],
): Promise<Facts> {
  const { profile } = arrival;
  const { store } = sources;
  const known = await store.accounts.findIdentity(profile.provider, profile.subject);
  // A known identity is its user, whatever addresses say today (B-28): at a course start that is nearly everybody.
  const owners = known === null ? await ownersOfEmails(store, arrival, provedIn(answers)) : [];
  const registration = await gatherRegistration(sources, { arrival, record, known, owners, answers });
  return { profile, record, known, owners, answers, registration };
}

/** Of the addresses that this provider is trusted for and says are verified, and of the one that was proved to us. */
async function ownersOfEmails(store: Store, { profile }: Arrival, proved: string | null): Promise<User[]> {
  const owners = new Map<string, User>();
  const vouchedFor = emailsOf(profile).filter(({ verifiedBy }) => verifiedBy !== null);
  const keys = [...vouchedFor.map(({ key }) => key), canonicalEmail(proved ?? '')].filter((key) => key !== null);
  for (const key of new Set(keys)) {
    const owner = await store.accounts.findOwnerOfEmail(key);
    if (owner !== null) owners.set(owner.id, owner);
  }
  return [...owners.values()];
}
