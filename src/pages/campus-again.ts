/**
 * Somebody has to sign in once more, and can do so at their campus alone: what to do, in which order.
 */
import { textsFor } from '../i18n/texts.ts';
import { backToAccount, buttonForm } from './account-parts.ts';
import { displayName } from './display.ts';
import type { PostForm } from './form.ts';
import { html } from './html.ts';
import { type Frame, layout } from './layout.ts';

export interface CampusAgainProps {
  readonly campuses: readonly string[];
  readonly signOut: PostForm;
}

export function campusAgainPage(frame: Frame, { campuses, signOut }: CampusAgainProps): string {
  const words = textsFor(frame.locale).accountIdentities.campusAgain;
  const names = campuses.map((name) => html`<li>${displayName(name)}</li>`);
  const content = html`<p class="intro">${words.intro}</p>
<ul class="claims" data-testid="campuses">${names}</ul>
<ol>${words.steps.map((step) => html`<li>${step}</li>`)}</ol>
<p class="quiet">${words.nextTime}</p>
${buttonForm(signOut, { label: words.signOut, named: null, testId: 'sign-out' }, 'primary')}
${backToAccount(frame)}`;
  return layout(frame, { title: words.title, content, width: 'narrow', onward: null });
}
