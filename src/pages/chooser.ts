/**
 * The ways in that a person may choose from: a few buttons, the institutions, the ways of our own.
 *
 * Providers are links, not form buttons: `form-action` in a content security policy also holds for the redirects after
 * a form, and would stop the browser on its way to the provider. The search is a form that asks for this page again.
 */
import { type Texts, textsFor } from '../i18n/texts.ts';
import type { ProviderIcon } from '../model.ts';
import { displayName } from './display.ts';
import type { Href, Path } from './href.ts';
import { type Html, html } from './html.ts';
import { type Frame, layout } from './layout.ts';
import { providerMark } from './mark.ts';

export interface ProviderChoice {
  readonly slug: string;
  readonly name: string;
  /** A line that helps people recognise it, in the page's language; null where none is needed. */
  readonly hint: string | null;
  readonly icon: ProviderIcon | null;
  readonly href: Path;
  /** Whether this browser used it last: it is said in words, because people forget with what they came. */
  readonly lastUsed: boolean;
  /** Whether it does not answer at the moment. Still a link: it may be back, and nobody else can tell. */
  readonly down: boolean;
}

export interface SearchResults {
  readonly query: string;
  readonly choices: readonly ProviderChoice[];
  /** Whether there may be more than these. */
  readonly mayBeMore: boolean;
}

export type Institutions =
  | { readonly kind: 'none' }
  | { readonly kind: 'list'; readonly choices: readonly ProviderChoice[] }
  /** `signIn` names the attempt that the search belongs to; `results` are null until something was searched for. */
  | { readonly kind: 'search'; readonly signIn: string; readonly results: SearchResults | null };

export type ChooserPurpose =
  | 'authorize'
  | 'visit'
  | 'link'
  | 'reauthenticate'
  | 'prove-for-sign-in'
  | 'prove-for-merge';

export interface Back {
  readonly name: string;
  readonly href: Href;
}

export interface ChooserProps {
  /** What they are asked to sign in for. */
  readonly asks: ChooserPurpose;
  /** Where the person is going. */
  readonly place: string;
  /** How to go back without signing in; null for a visit to the broker itself. */
  readonly back: Back | null;
  readonly buttons: readonly ProviderChoice[];
  readonly institutions: Institutions;
  readonly ownWays: readonly ProviderChoice[];
}

type Words = Texts['chooser'];

export function chooserPage(frame: Frame, props: ChooserProps): string {
  const texts = textsFor(frame.locale).chooser;
  return layout(frame, {
    title: texts.titles[props.asks](displayName(props.place)),
    content: html`${waysIn(props, texts)}\n${props.back === null ? null : cancelLink(props.back, texts)}`,
    width: 'narrow',
    onward: null,
  });
}

export function cancelLink({ name, href }: Back, texts: Words): Html {
  return html`<p class="aside"><a class="standalone" href="${href}" data-testid="cancel">${texts.cancel(displayName(name))}</a></p>`;
}

function waysIn({ asks, buttons, institutions, ownWays }: ChooserProps, texts: Words): Html {
  const list = (choices: readonly ProviderChoice[]) => providerList(choices, texts);
  if (institutions.kind === 'none') {
    const all = [...buttons, ...ownWays];
    return all.length === 0
      ? html`<p class="notice">${texts.empty}</p><p>${texts.emptyNext}</p>`
      : html`<p class="intro">${texts.intros[asks]}</p>${list(all)}`;
  }
  if (institutions.kind === 'search' && institutions.results !== null) {
    // What was asked for comes first: nobody scrolls past the buttons to see whether something was found.
    const others = [...buttons, ...ownWays];
    return html`${searchForm(institutions.signIn, institutions.results, texts)}
${others.length === 0 ? null : html`<h2>${texts.otherWays}</h2>${list(others)}`}`;
  }
  return html`<p class="intro">${texts.intros[asks]}</p>${buttons.length === 0 ? null : list(buttons)}
<h2>${texts.institutions}</h2>
${institutions.kind === 'list' ? list(institutions.choices) : searchForm(institutions.signIn, null, texts)}
${ownWays.length === 0 ? null : html`<h2>${texts.otherWays}</h2>${list(ownWays)}`}`;
}

function searchForm(signIn: string, results: SearchResults | null, texts: Words): Html {
  // As it was typed, made fit to stand on a page: the field shows what the results are for.
  const query = displayName(results?.query ?? '');
  return html`<form class="search" method="get" action="/sign-in" role="search">
<input type="hidden" name="id" value="${signIn}">
<label for="q">${texts.searchLabel}</label>
<input id="q" type="search" name="q" value="${query}" maxlength="100" autocomplete="off" spellcheck="false" data-testid="search">
<button class="button" data-testid="submit">${texts.search}</button>
</form>
${results === null ? null : found(results, query, texts)}`;
}

function found({ choices, mayBeMore }: SearchResults, query: string, texts: Words): Html {
  if (choices.length === 0) {
    return html`<p class="notice" data-testid="nothing-found">${texts.nothingFound(query)}</p><p>${texts.nothingFoundNext}</p>`;
  }
  return html`${providerList(choices, texts)}${mayBeMore ? html`<p class="quiet">${texts.mayBeMore}</p>` : null}`;
}

function providerList(choices: readonly ProviderChoice[], texts: Words): Html {
  return html`<ul class="providers">${choices.map((choice) => providerLink(choice, texts))}</ul>`;
}

function providerLink(choice: ProviderChoice, texts: Words): Html {
  const name = displayName(choice.name);
  const hint = choice.hint === null ? null : html`<span class="hint">${displayName(choice.hint)}</span>`;
  const lastUsed = choice.lastUsed ? html`<span class="hint">${texts.lastUsed}</span>` : null;
  const down = choice.down ? html`<span class="hint">${texts.down}</span>` : null;
  return html`<li><a class="provider" href="${choice.href}" data-testid="provider-${choice.slug}">${providerMark(name, choice.icon)}<span class="words"><span class="name">${name}</span> ${hint} ${lastUsed} ${down}</span></a></li>\n`;
}
