/**
 * Which two accounts may be merged, and why others may not: each refusal has a code (docs/errors.md) and the facts that somebody
 * can act on.
 */
import { namespaceOf } from '../person/institution-id.ts';
import type { AccountGraph, OwnedIdentifier } from '../store/account-graph.ts';

/** `upstream`: any that is not a way of our own. `launch`: a campus, of which one person may be several. `unknown`: not configured any more, so that nobody can say what it was. */
export type ProviderKind = 'upstream' | 'email' | 'password' | 'guest' | 'launch' | 'unknown';

export interface MergeRules {
  /** Whether two accounts that both have an identity of one provider may be merged (DESIGN §6.4). */
  readonly sameProvider: 'refuse' | 'allow';
  /** Whether two accounts may that hold two identifiers of one kind, such as two CURPs: which says that they are two people. */
  readonly differentIdentifiers: 'refuse' | 'allow';
  readonly kindOf: (provider: string) => ProviderKind;
}

export type MergeRefusal = { readonly kind: 'refused' } & (
  | { readonly code: 'same_provider'; readonly providers: readonly string[] }
  | { readonly code: 'identifiers_differ'; readonly kinds: readonly string[] }
  | { readonly code: 'user_disabled'; readonly userId: string }
  | { readonly code: 'deletion_pending'; readonly userId: string }
  | { readonly code: 'legal_hold'; readonly userId: string }
  | { readonly code: 'user_not_mergeable'; readonly userId: string; readonly because: NotMergeable }
  /** Something of both was changed at the same moment, more than once: nothing was merged, and it may be tried again. */
  | { readonly code: 'merge_running' }
  /** It is not any more what was shown and agreed to. */
  | { readonly code: 'preview_changed' }
);

export type NotMergeable = 'unknown' | 'same-user' | 'merged' | 'deleted' | 'survivor-is-temporary';

export const refused = <const Facts extends object>(facts: Facts) => ({ kind: 'refused', ...facts }) as const;

/** Null when nothing speaks against it. What a person cannot change comes first. */
export function refusalOf(retired: AccountGraph, survivor: AccountGraph, rules: MergeRules): MergeRefusal | null {
  if (retired.user.id === survivor.user.id) return notMergeable(retired, 'same-user');
  return (
    refusalOfState(retired) ??
    refusalOfState(survivor) ??
    // Who signed in for good does not become a guest's.
    (survivor.user.state === 'temporary' ? notMergeable(survivor, 'survivor-is-temporary') : null) ??
    refusalOfProviders(retired, survivor, rules) ??
    refusalOfIdentifiers(retired, survivor, rules)
  );
}

function refusalOfState({ user: { id, state, deletionAt }, isHeld }: AccountGraph): MergeRefusal | null {
  switch (state) {
    case 'merged':
    case 'deleted':
      return refused({ code: 'user_not_mergeable', userId: id, because: state });
    case 'disabled':
      // Nobody's wish to be gone is overheard: they keep it first.
      if (deletionAt !== null) return refused({ code: 'deletion_pending', userId: id });
      // A merge is no amnesty.
      return refused({ code: 'user_disabled', userId: id });
    case 'active':
    case 'temporary':
      return isHeld ? refused({ code: 'legal_hold', userId: id }) : null;
  }
}

/**
 * The rule of Socraticqs2: two accounts of one provider are usually two people, or a person who wants them apart. By
 * the provider alone, whatever the subjects are. Ways of our own do not count: nearly every account has an address, a guest's or
 * a password's subject says nothing of a person, and with them hardly any two accounts could ever be merged.
 */
function refusalOfProviders(retired: AccountGraph, survivor: AccountGraph, rules: MergeRules): MergeRefusal | null {
  if (rules.sameProvider === 'allow') return null;
  const providers = inBoth(retired, survivor, ({ identities }) => identities.map(({ provider }) => provider));
  const upstream = providers.filter((provider) => ['upstream', 'unknown'].includes(rules.kindOf(provider)));
  return upstream.length > 0 ? refused({ code: 'same_provider', providers: upstream }) : null;
}

function refusalOfIdentifiers(retired: AccountGraph, survivor: AccountGraph, rules: MergeRules): MergeRefusal | null {
  if (rules.differentIdentifiers === 'allow') return null;
  const kinds = kindsThatDiffer(retired, survivor);
  return kinds.length > 0 ? refused({ code: 'identifiers_differ', kinds }) : null;
}

/**
 * Kinds of identifiers of which both have some, and none in common. One person has one CURP, but an id for each degree that an
 * institution enrols them in, and another one as its employee.
 */
export function kindsThatDiffer(retired: AccountGraph, survivor: AccountGraph): string[] {
  const isShared = (kind: string) =>
    retired.identifiers.some(
      (mine) => mine.kind === kind && survivor.identifiers.some((theirs) => isSameIdentifier(mine, theirs)),
    );
  const kinds = inBoth(retired, survivor, ({ identifiers }) => identifiers.map(({ kind }) => kind));
  return kinds.filter((kind) => namespaceOf(kind) === null && !isShared(kind));
}

export function isSameIdentifier(one: OwnedIdentifier, other: OwnedIdentifier): boolean {
  return one.kind === other.kind && one.index === other.index;
}

function inBoth(first: AccountGraph, second: AccountGraph, of: (graph: AccountGraph) => readonly string[]): string[] {
  const others = new Set(of(second));
  return [...new Set(of(first))].filter((item) => others.has(item)).toSorted();
}

function notMergeable({ user }: AccountGraph, because: NotMergeable): MergeRefusal {
  return refused({ code: 'user_not_mergeable', userId: user.id, because });
}
