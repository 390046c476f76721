/**
 * From what is stored of somebody to the props of their account page, each value with where it comes from.
 */
import type { Directory } from '../directory/directory.ts';
import type { Identity, Locale } from '../model.ts';
import type { AccountProps } from '../pages/account.ts';
import type { AccountIdentity } from '../pages/account-parts.ts';
import { namespaceOf } from '../person/institution-id.ts';
import type { AccountGraph } from '../store/account-graph.ts';
import { fullName } from '../users/arrival.ts';
import { nameOf } from '../users/known-values.ts';
import type { Owner } from './owner.ts';
import { type ValueSources, wordsOfName } from './value-sources.ts';

type Known = Pick<AccountProps, 'name' | 'nameSources' | 'username' | 'numbers' | 'roles' | 'emails'>;

export function overviewOf({ user, emails }: Owner, graph: AccountGraph, sources: ValueSources): Known {
  const profiles = graph.identities.map(({ profile }) => profile);
  const said = (source: string | null) => sources.ofWords([{ by: 'source', source }]);
  return {
    name: fullName(nameOf(user)),
    nameSources: sources.ofWords(wordsOfName(user)),
    username: user.username,
    numbers: [
      ...(user.phone === null
        ? []
        : [
            {
              ...{ kind: 'phone' as const, ending: user.phone.number.slice(-4) },
              sources: said(user.sources.phone ?? null),
            },
          ]),
      // The rest of a CURP holds the birth date.
      ...graph.identifiers.map(({ kind, value, provider }) => {
        const namespace = namespaceOf(kind);
        const shown = { ending: value.slice(-2), sources: said(provider) };
        return namespace === null
          ? { kind: 'curp' as const, ...shown }
          : { kind: 'institution' as const, namespace, ...shown };
      }),
    ],
    roles: profiles.flatMap(({ provider, roles }) => roles.map(({ name }) => ({ name, sources: said(provider) }))),
    emails: emails.map((email) => ({
      ...{ address: email.address, verified: email.verifiedAt !== null, primary: email.primary },
      sources: sources.ofEmail(email, profiles),
    })),
  };
}

export function accountIdentity(identity: Identity, directory: Directory, locale: Locale): AccountIdentity {
  const record = directory.recordOf(identity.provider);
  const { createdAt, lastUsedAt, verifiedAt } = identity;
  const providerName = record?.name[locale] ?? identity.provider;
  return { providerName, icon: record?.icon ?? null, createdAt, lastUsedAt, verifiedAt };
}
