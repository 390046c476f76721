/**
 * Which providers a chooser shows, and as what: a few buttons, the institutions as a short list or by search, and the
 * ways of our own.
 *
 * The order is that of the names, the same in every process and after every restart; only the provider that this browser
 * used last comes before.
 */
import type { EnabledProvider } from '../providers/provider.ts';

/** More buttons than this are no choice but a list to read: the rest is found by search, like institutions. */
export const MOST_BUTTONS = 20;
/** So few institutions are read faster than a name is typed … */
const SHORT_LIST = 7;
/** … as long as the whole page stays one that is taken in at a glance. */
const SHORT_PAGE = 15;

/** Vendors that are no provider of somebody else's, in the order in which they come after all others. */
const ownWays: readonly string[] = ['email', 'password', 'guest'];

export const isOwnWay = (vendor: string) => ownWays.includes(vendor);

export interface Choices {
  readonly buttons: readonly EnabledProvider[];
  readonly institutions:
    | { readonly kind: 'none' }
    | { readonly kind: 'list'; readonly providers: readonly EnabledProvider[] }
    | { readonly kind: 'search' };
  /** By e-mail, with a password, as a guest. Never hidden behind a search. */
  readonly ownWays: readonly EnabledProvider[];
}

export interface Offers<T> {
  readonly primary: readonly T[];
  readonly institutions: readonly T[];
  readonly own: readonly T[];
  inOrder(offers: readonly T[]): readonly T[];
  /** Null for one that cannot be used. Asked only for those that are shown. */
  enable(offer: T): EnabledProvider | null;
}

export function arrange<T>({ primary, institutions, own, inOrder, enable }: Offers<T>): Choices {
  const few = (offers: readonly T[]) =>
    inOrder(offers)
      .slice(0, MOST_BUTTONS)
      .flatMap((offer) => enable(offer) ?? []);
  const buttons = few(primary);
  const areAllShown = primary.length <= MOST_BUTTONS;
  const isShort = institutions.length <= SHORT_LIST && buttons.length + institutions.length <= SHORT_PAGE;
  const needsSearch = !areAllShown || (institutions.length > 0 && !isShort);
  return {
    buttons,
    institutions: needsSearch ? { kind: 'search' } : listOf(few(institutions)),
    ownWays: few(own).toSorted((a, b) => ownWays.indexOf(a.record.vendor) - ownWays.indexOf(b.record.vendor)),
  };
}

/** The one that this browser used last is the first button, wherever it stands otherwise. */
export function withFirst(choices: Choices, first: EnabledProvider | null): Choices {
  if (first === null) return choices;
  const others = (providers: readonly EnabledProvider[]) =>
    providers.filter(({ record }) => record.slug !== first.record.slug);
  const { buttons, institutions, ownWays } = choices;
  return {
    buttons: [first, ...others(buttons)],
    institutions: institutions.kind === 'list' ? listOf(others(institutions.providers)) : institutions,
    ownWays: others(ownWays),
  };
}

function listOf(providers: readonly EnabledProvider[]): Choices['institutions'] {
  return providers.length === 0 ? { kind: 'none' } : { kind: 'list', providers };
}
