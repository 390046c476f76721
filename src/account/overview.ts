/**
 * From what is stored of somebody to the props of their account page.
 */
import type { Directory } from '../directory/directory.ts';
import type { Identity, Locale, Profile } from '../model.ts';
import type { AccountProps } from '../pages/account.ts';
import type { AccountIdentity } from '../pages/account-parts.ts';
import { fullName } from '../users/arrival.ts';
import { nameOf } from '../users/known-values.ts';
import type { Owner } from './owner.ts';

type Known = Pick<AccountProps, 'name' | 'username' | 'phoneEnding' | 'roles' | 'emails'>;

export function overviewOf(
  { user, emails }: Owner,
  profiles: readonly Profile[],
  directory: Directory,
  locale: Locale,
): Known {
  return {
    name: fullName(nameOf(user)),
    username: user.username,
    phoneEnding: user.phone?.number.slice(-4) ?? null,
    roles: profiles.flatMap(({ provider, roles }) =>
      roles.map(({ name }) => ({ name, providerName: directory.recordOf(provider)?.name[locale] ?? provider })),
    ),
    emails: emails.map(({ address, verifiedAt, primary }) => ({ address, verified: verifiedAt !== null, primary })),
  };
}

export function accountIdentity(identity: Identity, directory: Directory, locale: Locale): AccountIdentity {
  const record = directory.recordOf(identity.provider);
  const { createdAt, lastUsedAt, verifiedAt } = identity;
  const providerName = record?.name[locale] ?? identity.provider;
  return { providerName, icon: record?.icon ?? null, createdAt, lastUsedAt, verifiedAt };
}
