/**
 * By which rules two accounts may be merged here: what the operator wrote, and who asks.
 */
import type { ConfigurationSnapshot } from '../configuration/snapshot.ts';
import { registrationSlug } from '../lti/launch-registration.ts';
import type { MergeRules, ProviderKind } from '../users/merge-rules.ts';

export function mergeRulesOf({ accounts, providers }: ConfigurationSnapshot, by: 'person' | 'operator'): MergeRules {
  return {
    sameProvider: accounts.merge_same_provider,
    // Whoever holds two accounts with two CURPs has somebody else's. Support may have seen papers: a CURP can be corrected.
    differentIdentifiers: by === 'operator' ? 'allow' : 'refuse',
    kindOf(slug) {
      if (registrationSlug(slug) !== null) return 'launch';
      const document = providers.get(slug);
      return document === undefined ? 'unknown' : (ownWays.get(document.vendor) ?? 'upstream');
    },
  };
}

const ownWays: ReadonlyMap<string, ProviderKind> = new Map(
  (['email', 'password', 'guest'] as const).map((vendor) => [vendor, vendor]),
);
