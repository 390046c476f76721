/**
 * Who can sign in by campuses alone: no page of ours leads there, so that they are told what to do instead of being shown ways that are not
 * theirs.
 *
 * A launch in the session that is open makes it no younger (docs/adr/0023).
 */
import type { Directory } from '../directory/directory.ts';
import type { Locale } from '../model.ts';
import type { Store } from '../store/store.ts';
import { type Offer, waysIn } from '../users/ways-in.ts';
import { keysOf } from './keys.ts';

export interface WayDependencies {
  readonly store: Store;
  readonly directory: () => Promise<Directory>;
  readonly offer: () => Promise<Offer>;
}

/** The names of those campuses; null where there is another way in, or none at all. */
export async function onlyCampuses(
  { store, directory, offer }: WayDependencies,
  userId: string,
  locale: Locale,
): Promise<readonly string[] | null> {
  const [keys, offered] = await Promise.all([keysOf(store, userId), offer()]);
  const ways = keys === null ? [] : waysIn(keys, offered);
  const providers = ways.map((way) => {
    const identity = way.kind === 'identity' ? keys?.identities.find(({ id }) => id === way.identityId) : undefined;
    return identity !== undefined && offered.vendorOf(identity.provider) === 'lti' ? identity.provider : null;
  });
  const campuses = new Set(providers.filter((provider) => provider !== null));
  if (campuses.size === 0 || providers.includes(null)) return null;
  const names = await directory();
  return [...campuses].map((provider) => names.recordOf(provider)?.name[locale] ?? provider);
}
