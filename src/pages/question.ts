/**
 * A question that a step of the pipeline asks, with yes and no. Its words come from the step, in the page's language.
 */
import { textsFor } from '../i18n/texts.ts';
import { type ConfirmForm, confirmForm } from './form.ts';
import { html } from './html.ts';
import { type Frame, layout } from './layout.ts';

export interface QuestionProps {
  readonly title: string;
  readonly text: string;
  readonly form: ConfirmForm;
}

export function questionPage(frame: Frame, { title, text, form }: QuestionProps): string {
  const content = html`<p class="intro">${text}</p>
${confirmForm(form, textsFor(frame.locale).question)}`;
  return layout(frame, { title, content, width: 'narrow', onward: null });
}
