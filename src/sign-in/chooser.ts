/**
 * What a person sees who has to choose a provider: from the directory to the props of a page.
 */
import { type Choices, MOST_BUTTONS } from '../directory/choices.ts';
import type { Destination } from '../directory/destination.ts';
import type { Directory } from '../directory/directory.ts';
import { LONGEST_QUERY } from '../directory/search.ts';
import type { Locale, Purpose, SignIn } from '../model.ts';
import { type ChooserPurpose, chooserPage, type Institutions, type ProviderChoice } from '../pages/chooser.ts';
import { hintedPage } from '../pages/hinted.ts';
import { path } from '../pages/href.ts';
import type { Frame } from '../pages/layout.ts';
import type { EnabledProvider } from '../providers/provider.ts';
import { backOf, requestOf } from './purpose.ts';

/** What the address of the chooser says beside the attempt. */
export interface ChooserRequest {
  /** A client's hint that wants to be confirmed first. */
  readonly hint: string | null;
  readonly query: string;
  readonly lastUsed: string | null;
}

export const providerPath = (slug: string, { id }: SignIn) => path(`/sign-in/${slug}?id=${id}`);
export const chooserPath = ({ id }: SignIn) => path(`/sign-in?id=${id}`);
export const hintedPath = (slug: string, { id }: SignIn) => path(`/sign-in?id=${id}&hint=${slug}`);

/** The chooser; or the one provider that was hinted, as long as it can still be used. */
export function renderChooser(
  frame: Frame,
  directory: Directory,
  destination: Destination,
  signIn: SignIn,
  request: ChooserRequest,
): string {
  const { purpose } = signIn;
  const back = backOf(purpose, frame.locale);
  const hinted = request.hint === null ? null : directory.findFor(request.hint, destination);
  if (back !== null && hinted !== null) {
    const { slug, name } = hinted.record;
    const provider = { slug, name: name[frame.locale], href: providerPath(slug, signIn) };
    return hintedPage(frame, { back, provider, othersHref: chooserPath(signIn) });
  }
  // Whoever is to show another account has just come from the provider that was used last: it is not the one that they mean.
  const lastUsed = purpose.kind === 'prove' ? null : request.lastUsed;
  const choices = directory.choices(destination, lastUsed);
  const query = request.query.slice(0, LONGEST_QUERY);
  const found = choices.institutions.kind === 'search' && query !== '' ? directory.search(destination, query) : null;
  const shown = (providers: readonly EnabledProvider[]) => choicesOf(providers, signIn, frame.locale, lastUsed);
  // Nobody is shown twice: what was searched for stands among the results.
  const others = (providers: readonly EnabledProvider[]) => shown(providers.filter((one) => !isAmong(found, one)));
  return chooserPage(frame, {
    asks: asksOf(purpose),
    place: requestOf(purpose)?.clientName ?? frame.brand.productName,
    back,
    buttons: others(choices.buttons),
    institutions: institutionsOf(choices, signIn, shown, found === null ? null : { query, providers: found }),
    ownWays: others(choices.ownWays),
  });
}

function asksOf(purpose: Purpose): ChooserPurpose {
  switch (purpose.kind) {
    case 'test':
      throw new Error('a test is of one provider: nobody chooses');
    case 'prove':
      return `prove-for-${purpose.waits.kind}`;
    case 'launch':
      throw new Error('a launch is of who it brings: nobody chooses');
    // What it takes is known when it is begun: nobody chooses, and who opens the address all the same is led on.
    case 'change':
      return 'reauthenticate';
    default:
      return purpose.kind;
  }
}

function institutionsOf(
  { institutions }: Choices,
  { id }: SignIn,
  shown: (providers: readonly EnabledProvider[]) => readonly ProviderChoice[],
  found: { readonly query: string; readonly providers: readonly EnabledProvider[] } | null,
): Institutions {
  switch (institutions.kind) {
    case 'none':
      return institutions;
    case 'list':
      return { kind: 'list', choices: shown(institutions.providers) };
    case 'search': {
      if (found === null) return { kind: 'search', signIn: id, results: null };
      const mayBeMore = found.providers.length >= MOST_BUTTONS;
      const results = { query: found.query, choices: shown(found.providers), mayBeMore };
      return { kind: 'search', signIn: id, results };
    }
  }
}

function choicesOf(
  providers: readonly EnabledProvider[],
  signIn: SignIn,
  locale: Locale,
  lastUsed: string | null,
): readonly ProviderChoice[] {
  // Those that do not answer come last, the one used last too.
  const byAnswering = providers.toSorted((a, b) => Number(a.provider.isDown()) - Number(b.provider.isDown()));
  return byAnswering.map(({ record: { slug, name, hint, icon }, provider }) => ({
    slug,
    name: name[locale],
    hint: hint?.[locale] ?? null,
    icon,
    href: providerPath(slug, signIn),
    lastUsed: slug === lastUsed,
    down: provider.isDown(),
  }));
}

function isAmong(found: readonly EnabledProvider[] | null, { record }: EnabledProvider): boolean {
  return found?.some((one) => one.record.slug === record.slug) ?? false;
}
