/**
 * Where each value of an account comes from, as its person reads it: by the name of the provider, not by our word for it.
 *
 * Must never guess: of a value whose source was not kept nothing is said.
 */
import type { Directory } from '../directory/directory.ts';
import type { DetailName, Locale, Profile, User, UserEmail } from '../model.ts';
import type { ValueSource } from '../pages/value-source.ts';
import { canonicalEmail } from '../users/email-address.ts';
import { knownValue, type Word, whoseWord } from '../users/known-values.ts';

export interface ValueSources {
  ofWords(words: readonly Word[]): readonly ValueSource[];
  ofEmail(email: UserEmail, profiles: readonly Profile[]): readonly ValueSource[];
}

export function createValueSources(directory: Directory, locale: Locale): ValueSources {
  function said(by: string): ValueSource {
    if (by === 'import') return EARLIER_ACCOUNT;
    return { by: 'provider', name: directory.recordOf(by)?.name[locale] ?? by };
  }

  return {
    ofWords(words) {
      const isPersons = words.some(({ by }) => by === 'person');
      const sources = new Set(words.flatMap((word) => (word.by === 'source' && word.source ? [word.source] : [])));
      return [...[...sources].map(said), ...(isPersons ? [{ by: 'person' } as const] : [])];
    },

    ofEmail({ address, verifiedBy }, profiles) {
      const key = canonicalEmail(address);
      const named = profiles.filter(({ emails }) => emails.some((email) => canonicalEmail(email.address) === key));
      const vouching = verifiedBy === null || verifiedBy === 'llavero' ? [] : [verifiedBy];
      const sources = new Set([...vouching, ...named.filter(isOfOthers).map(({ provider }) => provider)]);
      if (sources.size > 0) return [...sources].map(said);
      return verifiedBy === 'llavero' ? [{ by: 'person' }] : [];
    },
  };
}

const EARLIER_ACCOUNT: ValueSource = { by: 'earlier-account' };

/** Not what the person typed on a page of ours. */
const isOfOthers = ({ verifier }: Profile) => verifier !== 'llavero' && verifier !== 'import';

/** A name is one line of several words, perhaps of several sources. */
export function wordsOfName(user: User): readonly Word[] {
  if (user.name.full !== null) return [{ by: 'source', source: user.sources.name ?? null }];
  const parts = ['given_name', 'family_name'] as const satisfies readonly DetailName[];
  return parts.filter((part) => knownValue(user, part) !== '').map((part) => whoseWord(user, part));
}
