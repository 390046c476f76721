/**
 * Whether somebody who is new to us has an account here: sign in to it, or go on without one.
 *
 * Says nothing of any account but where the provider has verified the address: then whoever reads this owns it.
 */
import { textsFor } from '../i18n/texts.ts';
import type { Form } from '../model.ts';
import { displayName } from './display.ts';
import { hiddenFields, type PostForm } from './form.ts';
import type { Path } from './href.ts';
import { html } from './html.ts';
import { type Frame, layout } from './layout.ts';

export interface ExistingAccountProps {
  readonly asked: Extract<Form, { kind: 'existing-account' }>;
  readonly providerName: string;
  readonly form: PostForm;
  /** Where the form is sent to by whoever has an account. */
  readonly proveAction: Path;
}

export function existingAccountPage(frame: Frame, props: ExistingAccountProps): string {
  const words = textsFor(frame.locale).existingAccount;
  const { address, certain } = props.asked;
  const variant = certain ? 'certain' : 'open';
  const content = html`<p class="intro">${words.intro[variant](displayName(props.providerName))}</p>
${address === null ? null : html`<dl class="facts"><div><dt>${words.address}</dt><dd>${address}</dd></div></dl>`}
<form class="actions" method="post" action="${props.form.action}">
${hiddenFields(props.form)}
<button class="button primary" formaction="${props.proveAction}" data-testid="existing-account">${words.existing}</button>
<button class="button" name="answer" value="new" data-testid="new-account">${words.fresh[variant]}</button>
</form>`;
  return layout(frame, { title: words.title[variant], content, width: 'narrow', onward: null });
}
