/**
 * Before going to the provider that a client asked for: which one it is, and that there are others.
 */
import { textsFor } from '../i18n/texts.ts';
import { type Back, cancelLink } from './chooser.ts';
import { displayName } from './display.ts';
import type { Path } from './href.ts';
import { html } from './html.ts';
import { type Frame, layout } from './layout.ts';

export interface HintedProps {
  /** The client that asked. */
  readonly back: Back;
  readonly provider: { readonly slug: string; readonly name: string; readonly href: Path };
  /** The page with every way in. */
  readonly othersHref: Path;
}

export function hintedPage(frame: Frame, { back, provider, othersHref }: HintedProps): string {
  const { chooser, hinted } = textsFor(frame.locale);
  const name = displayName(provider.name);
  const content = html`<p class="intro">${hinted.intro(name)}</p>
<div class="actions">
<a class="button primary" href="${provider.href}" data-testid="provider-${provider.slug}">${hinted.go(name)}</a>
<a class="button" href="${othersHref}" data-testid="other-ways">${hinted.others}</a>
</div>
${cancelLink(back, chooser)}`;
  return layout(frame, {
    title: chooser.titles.authorize(displayName(back.name)),
    content,
    width: 'narrow',
    onward: null,
  });
}
