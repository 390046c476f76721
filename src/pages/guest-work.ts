/**
 * Whether what a guest did in this browser belongs to the person who signs in now. Names both (DESIGN §6.8). And where it stays when
 * it cannot go to their account.
 */
import { formatDateTime } from '../i18n/format.ts';
import { textsFor } from '../i18n/texts.ts';
import type { Form } from '../model.ts';
import { displayName } from './display.ts';
import { hiddenFields, type PostForm } from './form.ts';
import { html } from './html.ts';
import { type Frame, layout } from './layout.ts';

export interface GuestWorkProps {
  readonly asked: Extract<Form, { kind: 'guest-work' }>;
  readonly form: PostForm;
}

export function guestWorkPage(frame: Frame, { asked, form }: GuestWorkProps): string {
  const words = textsFor(frame.locale).guestWork;
  const since = formatDateTime(asked.since, frame.locale, frame.brand.timeZone);
  const content = html`<p class="intro">${words.intro[asked.elsewhere ? 'elsewhere' : 'here'](since)}</p>
<p>${asked.account === null ? words.becomes : words.into(displayName(asked.account))}</p>
<p>${words.otherwise}</p>
<form class="actions" method="post" action="${form.action}">
${hiddenFields(form)}
<button class="button primary" name="answer" value="yes" data-testid="guest-work-mine">${words.yes}</button>
<button class="button" name="answer" value="no" data-testid="guest-work-not-mine">${words.no}</button>
</form>`;
  return layout(frame, { title: words.title, content, width: 'narrow', onward: null });
}

export interface GuestWorkStaysProps {
  readonly asked: Extract<Form, { kind: 'guest-work-stays' }>;
  readonly form: PostForm;
}

export function guestWorkStaysPage(frame: Frame, { asked, form }: GuestWorkStaysProps): string {
  const words = textsFor(frame.locale).guestWorkStays;
  const content = html`<p class="intro">${words.intro}</p>
<p>${words.next}</p>
<dl class="facts"><div><dt>${words.guest}</dt><dd>${asked.guestName}</dd></div></dl>
<form class="actions" method="post" action="${form.action}">
${hiddenFields(form)}
<button class="button primary" name="answer" value="go-on" data-testid="guest-work-go-on">${words.goOn}</button>
</form>`;
  return layout(frame, { title: words.title, content, width: 'narrow', onward: null });
}
