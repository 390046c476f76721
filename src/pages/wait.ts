/**
 * The page between two steps, when the browser has to come back by itself.
 *
 * It moves on at once and never after a delay: WCAG 2.2 §2.2.1 allows the first only. So whatever it leads to must do
 * the waiting, and not answer with this page for ever.
 */
import { textsFor } from '../i18n/texts.ts';
import type { Path } from './href.ts';
import { html } from './html.ts';
import { type Frame, layout } from './layout.ts';

export interface WaitProps {
  readonly href: Path;
}

export function waitPage(frame: Frame, { href }: WaitProps): string {
  const texts = textsFor(frame.locale).wait;
  const content = html`<p class="intro">${texts.intro}</p>
<p>${texts.fallback}</p>
<div class="actions"><a class="button primary" href="${href}" data-testid="continue">${texts.continue}</a></div>`;
  return layout(frame, { title: texts.title, content, width: 'narrow', onward: { when: 'now', href } });
}
