/**
 * Taking a change of an account's addresses back: what it will do, and what to do afterwards.
 */
import { textsFor } from '../i18n/texts.ts';
import { addressElement, buttonForm, effects } from './account-parts.ts';
import type { PostForm } from './form.ts';
import { path } from './href.ts';
import { html } from './html.ts';
import { type Frame, layout } from './layout.ts';

export interface UndoEmailProps {
  /** The one that the account had. */
  readonly address: string;
  readonly form: PostForm;
}

export function undoEmailPage(frame: Frame, { address, form }: UndoEmailProps): string {
  const words = textsFor(frame.locale).accountUndo;
  const content = html`<p>${addressElement(address)}</p>
<p class="intro">${words.intro}</p>
${effects(words.effects)}
${buttonForm(form, { label: words.submit, named: null, testId: 'submit' }, 'primary')}`;
  return layout(frame, { title: words.title, content, width: 'narrow', onward: null });
}

export function emailUndonePage(frame: Frame): string {
  const { done } = textsFor(frame.locale).accountUndo;
  const content = html`<p class="intro">${done.intro}</p>
<div class="actions"><a class="button primary" href="${path('/sign-in?return_to=/account')}" data-testid="sign-in">${done.signIn}</a></div>`;
  return layout(frame, { title: done.title, content, width: 'narrow', onward: null });
}
