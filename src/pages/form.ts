/**
 * Forms that ask one thing, and work without JavaScript.
 *
 * A form is sent with POST to a path of ours only. Saying nothing is saying no: only the yes button carries a value.
 */
import type { Path } from './href.ts';
import { type Html, html } from './html.ts';

export interface PostForm {
  readonly action: Path;
  /** Hidden fields by name: the token against cross-site requests, a handle of what is being answered. */
  readonly fields: { readonly [name: string]: string };
}

/** A question. `yesField` is sent as `<yesField>=yes` by the yes button; the no button sends no field of its own. */
export interface ConfirmForm extends PostForm {
  readonly yesField: string;
}

export function hiddenFields(form: PostForm): readonly Html[] {
  return Object.entries(form.fields).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  );
}

/** The two answers to a question; the wording of each says what it does. */
export function confirmForm(form: ConfirmForm, words: { readonly yes: string; readonly no: string }): Html {
  return html`<form class="actions" method="post" action="${form.action}">
${hiddenFields(form)}
<button class="button primary" name="${form.yesField}" value="yes" data-testid="confirm-yes">${words.yes}</button>
<button class="button" data-testid="confirm-no">${words.no}</button>
</form>`;
}
