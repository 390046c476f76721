/**
 * Somebody deletes their account: what happens when, what is erased, what stays and why; and that it is done.
 *
 * A box and a button, far below what is to be read, so that no slip of a finger does it.
 */
import { formatDate } from '../i18n/format.ts';
import { textsFor } from '../i18n/texts.ts';
import type { Milliseconds } from '../model.ts';
import { backToAccount, effects } from './account-parts.ts';
import { faultsOf } from './field.ts';
import { hiddenFields, type PostForm } from './form.ts';
import { path } from './href.ts';
import { html } from './html.ts';
import { type Frame, layout } from './layout.ts';
import { momentElement } from './moment.ts';

/** `now`: there is no time in which it could be kept. */
export type DeletionMoment = { readonly kind: 'later'; readonly at: Milliseconds } | { readonly kind: 'now' };

export interface DeletionProps {
  readonly moment: DeletionMoment;
  readonly isGuest: boolean;
  readonly form: PostForm;
  /** Whether the form was sent without the box. */
  readonly boxIsMissing: boolean;
}

export function deletionPage(frame: Frame, { moment, isGuest, form, boxIsMissing }: DeletionProps): string {
  const words = textsFor(frame.locale).deletion;
  const when =
    moment.kind === 'now' ? words.at.now : words.at.later(formatDate(moment.at, frame.locale, frame.brand.timeZone));
  const invalid = boxIsMissing ? html` aria-invalid="true" aria-describedby="understood-fault"` : null;
  const content = html`<p class="intro"><strong>${when}</strong></p>
<h2>${words.heading.now}</h2>
${effects(isGuest ? words.nowForGuest : words.now)}
${moment.kind === 'now' ? null : html`<h2>${words.heading.before}</h2>\n${effects(words.before)}`}
<h2>${words.heading.goes}</h2>
${effects(words.goes)}
<h2>${words.heading.stays}</h2>
${effects(words.stays)}
<p><a class="standalone" href="${path('/account/data')}" data-testid="download-first">${words.download}</a></p>
<form class="actions" method="post" action="${form.action}">
${hiddenFields(form)}
<div class="field">
${faultsOf('understood', boxIsMissing ? [words.needsUnderstood] : [])}
<label class="check" for="understood"><input id="understood" name="understood" type="checkbox" value="${moment.kind}" data-testid="understood"${invalid}> <span>${words.understood}</span></label>
</div>
<button class="button" data-testid="delete-account">${words.submit}</button>
</form>
${backToAccount(frame)}`;
  return layout(frame, { title: words.title, content, width: 'wide', onward: null });
}

export function deletionDonePage(frame: Frame, { moment }: { readonly moment: DeletionMoment }): string {
  const { done } = textsFor(frame.locale).deletion;
  const later =
    moment.kind === 'now'
      ? null
      : html`<p><strong>${done.deletedOn} ${momentElement(frame, moment.at)}</strong></p>
<p>${done.keep}</p>`;
  const content = html`<p class="intro">${done.intro[moment.kind]}</p>
${later}
<div class="actions"><a class="button" href="${path('/')}" data-testid="home">${done.home}</a></div>`;
  return layout(frame, { title: done.title[moment.kind], content, width: 'narrow', onward: null });
}
