/**
 * Going in as a guest: what it means, and one button.
 */
import { textsFor } from '../i18n/texts.ts';
import { displayName } from './display.ts';
import { otherWays } from './email.ts';
import { hiddenFields, type PostForm } from './form.ts';
import type { Path } from './href.ts';
import { html } from './html.ts';
import { type Frame, layout } from './layout.ts';

export interface GuestProps {
  /** Where the guest is going. */
  readonly siteName: string | null;
  readonly form: PostForm;
  readonly otherWaysHref: Path | null;
}

export function guestPage(frame: Frame, { siteName, form, otherWaysHref }: GuestProps): string {
  const texts = textsFor(frame.locale);
  const words = texts.guest;
  const content = html`<p class="intro">${words.intro}</p>
<p>${words.later}</p>
<form class="actions" method="post" action="${form.action}">
${hiddenFields(form)}
<button class="button primary" data-testid="submit">${words.submit}</button>
</form>
${otherWays(otherWaysHref, texts)}`;
  const title = words.title(displayName(siteName ?? frame.brand.productName));
  return layout(frame, { title, content, width: 'narrow', onward: null });
}
