/** The front page for somebody who is not signed in: what this is, and the way in. Knows nothing about the visitor. */
import { textsFor } from '../i18n/texts.ts';
import { displayName } from './display.ts';
import type { Path } from './href.ts';
import { html } from './html.ts';
import { type Frame, layout } from './layout.ts';

export interface HomeProps {
  readonly signInHref: Path;
}

export function homePage(frame: Frame, { signInHref }: HomeProps): string {
  const texts = textsFor(frame.locale).home;
  const content = html`<p class="intro">${texts.intro}</p>
<div class="actions"><a class="button primary" href="${signInHref}" data-testid="sign-in">${texts.signIn}</a></div>`;
  const title = texts.title(displayName(frame.brand.productName));
  return layout(frame, { title, content, width: 'narrow', onward: null });
}
