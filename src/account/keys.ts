/**
 * With what an account can be signed in to, and what this deployment offers for it: read for the rule of the last way in.
 */
import type { Directory } from '../directory/directory.ts';
import type { Store } from '../store/store.ts';
import type { LinkingPolicy } from '../users/linking-policy.ts';
import type { Keys, Offer } from '../users/ways-in.ts';

/** Null when there is no such account. */
export async function keysOf(store: Store, userId: string): Promise<Keys | null> {
  const [found, identities, passwords] = await Promise.all([
    store.accounts.findUser(userId),
    store.accounts.identitiesOf(userId),
    store.passwords.ofUser(userId),
  ]);
  if (found === null) return null;
  return { identities, emails: found.emails, withPassword: passwords.map(({ identityId }) => identityId) };
}

export function offerOf(directory: Directory, policy: LinkingPolicy): Offer {
  return {
    vendorOf: (slug) => directory.recordOf(slug)?.vendor ?? null,
    // A campus whose launches are taken is a way in as any other (case 82).
    isOn: (slug) => directory.find(slug) !== null || directory.registrationOf(slug) !== null,
    mailReaches: (key) => directory.mailReaches(key),
    // Where an account has to be signed in to first, its address alone opens nothing.
    addressOpens: policy['same-verified-address']['one-active'] === 'use',
  };
}
