/**
 * Signing in with a password, and choosing one.
 *
 * A password manager must know the fields (WCAG 2.2 §1.3.5), and pasting must work (NIST SP 800-63B-4 §3.1.1.2).
 */
import { type Texts, textsFor } from '../i18n/texts.ts';
import type { Form, PasswordFault } from '../model.ts';
import { otherWays } from './email.ts';
import { field } from './field.ts';
import { hiddenFields, type PostForm } from './form.ts';
import type { Path } from './href.ts';
import { html } from './html.ts';
import { type Frame, layout } from './layout.ts';

export interface PasswordProps {
  readonly asked: Extract<Form, { readonly kind: 'password' }>;
  readonly form: PostForm;
  readonly otherWaysHref: Path | null;
}

export function passwordPage(frame: Frame, { asked, form, otherWaysHref }: PasswordProps): string {
  const texts = textsFor(frame.locale);
  const words = texts.password;
  const content = html`<form method="post" action="${form.action}" novalidate>
${hiddenFields(form)}
${field({
  name: 'email',
  label: words.login,
  kind: 'text',
  value: asked.username,
  autocomplete: 'username',
  help: null,
  faults: [],
})}
${field({
  name: 'password',
  label: words.label,
  kind: 'password',
  value: '',
  autocomplete: 'current-password',
  help: null,
  faults: asked.fault === null ? [] : [words.wrong],
})}
<div class="actions"><button class="button primary" data-testid="submit">${words.submit}</button></div>
${asked.mayChoose ? html`<p class="asides"><button class="link" name="action" value="forgot" data-testid="forgot">${words.forgot}</button></p>` : null}
</form>
${otherWays(otherWaysHref, texts)}`;
  return layout(frame, { title: words.title, content, width: 'narrow', onward: null });
}

export interface NewPasswordProps {
  readonly asked: Extract<Form, { readonly kind: 'new-password' }>;
  readonly form: PostForm;
}

export function newPasswordPage(frame: Frame, { asked, form }: NewPasswordProps): string {
  const texts = textsFor(frame.locale);
  const words = texts.newPassword;
  const content = html`<p class="intro">${words.intro}</p>
<form method="post" action="${form.action}" novalidate>
${hiddenFields(form)}
${field({
  name: 'username',
  label: texts.email.addressLabel,
  kind: 'fixed',
  value: asked.address,
  autocomplete: 'username',
  help: null,
  faults: [],
})}
${field({
  name: 'password',
  label: words.label,
  kind: 'password',
  value: '',
  autocomplete: 'new-password',
  help: words.help(asked.minimumLength),
  faults: asked.faults.map((fault) => faultText(fault, texts)),
})}
<p>${words.effect}</p>
<div class="actions"><button class="button primary" data-testid="submit">${words.submit}</button></div>
</form>`;
  return layout(frame, { title: words.title, content, width: 'narrow', onward: null });
}

function faultText(fault: PasswordFault, { passwordFaults: texts }: Texts): string {
  return 'limit' in fault ? texts[fault.code](fault.limit) : texts[fault.code];
}
