/**
 * The list of providers that a person may sign in with.
 *
 * Providers are links, not form buttons: `form-action` in a content security policy also holds for the redirects after
 * a form, and would stop the browser on its way to the provider.
 */
import { type Texts, textsFor } from '../i18n/texts.ts';
import { displayName } from './display.ts';
import type { Href, Path } from './href.ts';
import { type Html, html } from './html.ts';
import { type Frame, layout } from './layout.ts';
import { letterMark } from './mark.ts';

export interface ProviderChoice {
  readonly slug: string;
  readonly displayName: string;
  /** A line that helps people recognise it, in the page's language; null where none is needed. */
  readonly hint: string | null;
  readonly href: Path;
  /** Whether this browser used it last: it is said in words, because people forget with what they came. */
  readonly lastUsed: boolean;
  /** Whether it does not answer at the moment. Still a link: it may be back, and nobody else can tell. */
  readonly down: boolean;
}

export interface ChooserProps {
  /** Where the person is going, and how to go back there without signing in; null for a visit to the broker itself. */
  readonly client: { readonly name: string; readonly cancelHref: Href } | null;
  readonly providers: readonly ProviderChoice[];
}

export function chooserPage(frame: Frame, { client, providers }: ChooserProps): string {
  const texts = textsFor(frame.locale).chooser;
  const place = displayName(client?.name ?? frame.brand.productName);
  const list =
    providers.length === 0
      ? html`<p class="notice">${texts.empty}</p><p>${texts.emptyNext}</p>`
      : html`<p class="intro">${texts.intro}</p><ul class="providers">${providers.map((provider) => providerLink(provider, texts))}</ul>`;
  const cancel =
    client === null
      ? null
      : html`<p class="aside"><a class="standalone" href="${client.cancelHref}" data-testid="cancel">${texts.cancel(place)}</a></p>`;
  return layout(frame, {
    title: texts.title(place),
    content: html`${list}\n${cancel}`,
    width: 'narrow',
    refreshTo: null,
  });
}

function providerLink(provider: ProviderChoice, texts: Texts['chooser']): Html {
  const name = displayName(provider.displayName);
  const hint = provider.hint === null ? null : html`<span class="hint">${displayName(provider.hint)}</span>`;
  const lastUsed = provider.lastUsed ? html`<span class="hint">${texts.lastUsed}</span>` : null;
  const down = provider.down ? html`<span class="hint">${texts.down}</span>` : null;
  return html`<li><a class="provider" href="${provider.href}" data-testid="provider-${provider.slug}">${letterMark(name)}<span class="words"><span class="name">${name}</span> ${hint} ${lastUsed} ${down}</span></a></li>\n`;
}
