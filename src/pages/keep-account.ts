/**
 * Somebody comes to an account that waits for its deletion: when it is deleted, and whether they want to keep it.
 */
import { textsFor } from '../i18n/texts.ts';
import type { Form } from '../model.ts';
import { hiddenFields, type PostForm } from './form.ts';
import { html } from './html.ts';
import { type Frame, layout } from './layout.ts';
import { momentElement } from './moment.ts';

export interface KeepAccountProps {
  readonly asked: Extract<Form, { kind: 'keep-account' }>;
  readonly form: PostForm;
}

export function keepAccountPage(frame: Frame, { asked, form }: KeepAccountProps): string {
  const words = textsFor(frame.locale).keepAccount;
  const content = html`<p class="intro">${words.intro}</p>
<p><strong>${words.deletedOn} ${momentElement(frame, asked.deletionAt)}</strong></p>
<p>${words.keeping}</p>
<p>${words.leaving}</p>
<form class="actions" method="post" action="${form.action}">
${hiddenFields(form)}
<button class="button primary" name="answer" value="keep" data-testid="keep-account">${words.keep}</button>
<button class="button" name="answer" value="leave" data-testid="leave-account">${words.leave}</button>
</form>`;
  return layout(frame, { title: words.title, content, width: 'narrow', onward: null });
}
