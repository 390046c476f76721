/**
 * The password of an account: whether there is one, and how it is chosen, changed or removed.
 */
import { textsFor } from '../i18n/texts.ts';
import type { Milliseconds } from '../model.ts';
import { addressElement, backToAccount, buttonForm } from './account-parts.ts';
import type { PostForm } from './form.ts';
import { type Path, path } from './href.ts';
import { type Html, html } from './html.ts';
import { type Frame, layout } from './layout.ts';
import { dayIn } from './moment.ts';

/** How the person gets on to choosing one now. */
export type WayToChoose =
  /** A code is mailed to this address. */
  | { readonly kind: 'by-mail'; readonly address: string; readonly form: PostForm }
  /** They have just typed the one that they have. */
  | { readonly kind: 'by-current'; readonly form: PostForm }
  /** They have to. */
  | { readonly kind: 'needs-current'; readonly form: PostForm }
  | { readonly kind: 'needs-address' | 'no-mail' | 'not-offered' };

export interface AccountPasswordProps {
  /** When it was chosen; null where there is none. */
  readonly changedAt: Milliseconds | null;
  readonly way: WayToChoose;
  readonly removeHref: Path | null;
}

export function accountPasswordPage(frame: Frame, { changedAt, way, removeHref }: AccountPasswordProps): string {
  const words = textsFor(frame.locale).accountPassword;
  const state = changedAt === null ? words.none : words.since(dayIn(frame, changedAt));
  const remove =
    removeHref &&
    html`<p class="aside"><a class="standalone" href="${removeHref}" data-testid="remove-password">${words.remove}</a></p>`;
  const content = html`${way.kind === 'not-offered' ? null : html`<p class="intro" data-testid="password-state">${state}</p>`}
${choosing(frame, way, changedAt === null ? words.choose : words.change)}
${remove}
${backToAccount(frame)}`;
  return layout(frame, { title: words.title, content, width: 'narrow', onward: null });
}

function choosing(frame: Frame, way: WayToChoose, label: string): Html {
  const words = textsFor(frame.locale).accountPassword;
  const button = (form: PostForm, text: string) =>
    buttonForm(form, { label: text, named: null, testId: 'choose-password' }, 'primary');
  switch (way.kind) {
    case 'by-mail':
      return html`<p>${words.byMail} ${addressElement(way.address)}</p>\n${button(way.form, label)}`;
    case 'by-current':
      return html`<p>${words.byCurrent}</p>\n${button(way.form, label)}`;
    case 'needs-current':
      return html`<p>${words.needsCurrent}</p>\n${button(way.form, words.signInAgain)}`;
    case 'needs-address':
      return html`<p>${words.needsAddress}</p>
<div class="actions"><a class="button primary" href="${path('/account/emails')}" data-testid="manage-emails">${words.toEmails}</a></div>`;
    case 'no-mail':
      return html`<p>${words.noMail}</p>`;
    case 'not-offered':
      return html`<p>${words.notOffered}</p>`;
  }
}
