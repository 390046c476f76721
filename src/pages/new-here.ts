/**
 * Whether somebody whom nobody recognised has an account already. Neither answer is the one that we would like.
 */
import { textsFor } from '../i18n/texts.ts';
import type { Form } from '../model.ts';
import { displayName } from './display.ts';
import { hiddenFields, type PostForm } from './form.ts';
import { html } from './html.ts';
import { type Frame, layout } from './layout.ts';

export interface NewHereProps {
  readonly asked: Extract<Form, { readonly kind: 'new-here' }>;
  readonly form: PostForm;
}

export function newHerePage(frame: Frame, { asked, form }: NewHereProps): string {
  const texts = textsFor(frame.locale).newHere;
  const content = html`<p class="intro">${texts.intro(displayName(asked.providerName[frame.locale]))}</p>
<p>${texts.why}</p>
<form class="actions" method="post" action="${form.action}">
${hiddenFields(form)}
<button class="button" name="answer" value="registered" data-testid="registered">${texts.isRegistered}</button>
<button class="button" name="answer" value="new" data-testid="new">${texts.isNew}</button>
</form>`;
  return layout(frame, { title: texts.title, content, width: 'narrow', onward: null });
}
