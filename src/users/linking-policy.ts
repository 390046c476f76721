/**
 * Which account an arriving identity belongs to: the whole policy as one table (DESIGN §6.1 to §6.3).
 *
 * What speaks for an account × what that account is → what is done. The table is data, it stands in docs/linking.md, and
 * every cell has a test. Must never: let our side show through a row that proves nothing. A claimed address is treated
 * alike whether anybody has it or not, or whoever registers somewhere with a foreign address learns who has an account.
 */
import type { User } from '../model.ts';

/** What speaks for an account, the strongest first. */
export type Evidence =
  /** This very (provider, subject) is tied to it. */
  | 'same-identity'
  /** It was signed in to a moment ago, in this browser, for this purpose. */
  | 'proved-account'
  /** A national identifier that the provider has verified, and that one person only can have (llave-mx.md §8.1). */
  | 'same-identifier'
  /** An address that both sides have verified: ours by a mail, the provider's where the operator trusts it for it. */
  | 'same-verified-address'
  /** An address, an identifier or nothing at all that nobody has verified. */
  | 'nothing-verified';

/** What the evidence points to here. `blocked`: only accounts that nobody may sign in to. */
export type OurSide = 'nobody' | 'one-active' | 'one-temporary' | 'blocked' | 'several';

/**
 * `next`: this decides nothing. `use`: the account is theirs. `prove`: an account is theirs if they can sign in to it.
 * `ask`: whether they have an account. `refuse`: no sign-in, and no second account instead. `conflict`: support decides.
 */
export type Ruling = 'next' | 'use' | 'prove' | 'ask' | 'refuse' | 'conflict';

export type LinkingPolicy = { readonly [evidence in Evidence]: { readonly [side in OurSide]: Ruling } };

export const linkingPolicy: LinkingPolicy = {
  'same-identity': {
    nobody: 'next',
    'one-active': 'use',
    'one-temporary': 'use',
    blocked: 'refuse',
    several: 'conflict',
  },
  'proved-account': {
    nobody: 'next',
    'one-active': 'use',
    'one-temporary': 'use',
    blocked: 'refuse',
    several: 'conflict',
  },
  'same-identifier': {
    nobody: 'next',
    'one-active': 'use',
    'one-temporary': 'use',
    blocked: 'refuse',
    several: 'conflict',
  },
  'same-verified-address': {
    nobody: 'next',
    'one-active': 'use',
    'one-temporary': 'use',
    blocked: 'refuse',
    several: 'conflict',
  },
  'nothing-verified': {
    nobody: 'ask',
    'one-active': 'ask',
    'one-temporary': 'ask',
    blocked: 'ask',
    several: 'ask',
  },
};

/** The same for operators who want an account to be signed in to before anything is tied to it by its address (D-03). */
export const cautiousPolicy: LinkingPolicy = {
  ...linkingPolicy,
  'same-verified-address': { ...linkingPolicy['same-verified-address'], 'one-active': 'prove' },
};

/** @param rules what the operator wrote about accounts */
export function policyOf(rules: { readonly same_verified_address: 'use' | 'prove' }): LinkingPolicy {
  return rules.same_verified_address === 'prove' ? cautiousPolicy : linkingPolicy;
}

export interface Finding {
  readonly side: OurSide;
  /** The one account that is meant; null where there is none, or more than one. */
  readonly user: User | null;
}

/**
 * What these accounts are together. Those that nobody may sign in to do not compete with one that somebody may. One that waits for
 * its deletion is its person's until then, and whoever comes to it is asked whether to keep it: it counts as active.
 */
export function sideOf(users: readonly User[]): Finding {
  const [open, ...more] = users.filter(
    ({ state, deletionAt }) => state === 'active' || state === 'temporary' || deletionAt !== null,
  );
  if (more.length > 0) return { side: 'several', user: null };
  if (open !== undefined) return { side: open.state === 'temporary' ? 'one-temporary' : 'one-active', user: open };
  return users.length === 0 ? { side: 'nobody', user: null } : { side: 'blocked', user: users[0] ?? null };
}
